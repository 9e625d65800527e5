"""A GIL's lane: its holder over time in the holder's colour, hand-overs as ticks, the switch interval to scale."""

from __future__ import annotations

import numpy as np

from visualiser.trace import GilLane, TraceStore, units

from .detail import WIDE
from .frame import Frame
from .measured import gil_owners, gils
from .model import Lane, Part
from .owners import draw_names, draw_owners
from .sheet import Layer

TICK_ROOM = 8.0
"""Hand-overs at least so many pixels apart are ticks through the bar; others stand above it."""

SHORTEST_SCALE, LONGEST_SCALE = 8.0, 240.0
"""Pixels between which the switch interval is drawn to scale."""


def gil_detail(store: TraceStore, process: int, number: int, drawn: bool) -> str:
    """How often it changed hands, and after how long a thread asks for it; `drawn`: that is in the picture itself."""
    lane = gils(store, process)[number]
    parts = []
    if lane.handovers is not None:
        parts.append(f"{units.count(lane.handovers)} hand-over{'s' * (lane.handovers != 1)}")
    if lane.switch_interval_ns and not drawn:
        parts.append(f"interval {units.duration(lane.switch_interval_ns)}")
    return " \u00b7 ".join(parts)


def draws_interval(frame: Frame, lane: GilLane) -> bool:
    """Whether the switch interval is drawn to scale at this zoom."""
    if not lane.switch_interval_ns or not frame.measures.details or not len(lane):
        return False
    return SHORTEST_SCALE <= lane.switch_interval_ns * frame.scale <= LONGEST_SCALE


def draw_gil(frame: Frame, lane: Lane) -> None:
    """The holder over time, hand-overs as ticks, the switch interval to scale; or that there is no GIL."""
    assert lane.process is not None
    assert lane.number is not None
    gil = gils(frame.store, lane.process)[lane.number]
    if gil.enabled is False:
        size = frame.measures.small
        x, y = frame.body.x0 + 4, (lane.bar[0] + lane.bar[1]) / 2 + 0.36 * size
        frame.sheet.text(Part.BODY, x, y, "no GIL in this build", size, "muted", room=frame.body.x1 - x)
        return
    owners = gil_owners(frame.store, lane.process, lane.number)
    found = draw_owners(frame, owners, lane.bar)
    draw_names(frame, owners, found, lane.bar)
    _draw_handovers(frame, gil, lane.bar)
    if draws_interval(frame, gil):
        _draw_interval(frame, gil.switch_interval_ns or 0, lane)


def _draw_handovers(frame: Frame, gil: GilLane, bar: tuple[float, float]) -> None:
    first, last = np.searchsorted(gil.handovers_t, (frame.window.t0, frame.window.t1 + 1))
    times = gil.handovers_t[first:last]
    pixels, kept = np.unique(np.floor(frame.x(times)), return_index=True)
    if not len(kept):
        return
    xs = pixels + 0.5
    apart = np.diff(xs, prepend=-np.inf, append=np.inf)
    held = np.maximum(np.searchsorted(gil.start, times[kept], "right") - 1, 0)
    length = (gil.end[held] - gil.start[held]) * frame.scale if len(gil) else apart[1:]
    alone = (np.minimum(apart[:-1], apart[1:]) >= TICK_ROOM) & (length >= WIDE)  # no tick hides a holder
    ticks = np.column_stack((xs, np.full(len(xs), bar[0] - 3), xs, np.where(alone, bar[1] + 1, bar[0] - 1)))
    for mine, ink in ((alone, "hold"), (~alone, "muted")):
        if mine.any():
            frame.sheet.line(Layer.FRAMES, Part.BODY, ticks[mine], ink)


def _draw_interval(frame: Frame, interval: int, lane: Lane) -> None:
    """A bracket as long as the switch interval, with its words."""
    size, x0 = frame.measures.small, frame.body.x0 + 4
    x1, y = x0 + interval * frame.scale, lane.bar[1] + 0.75 * size
    frame.sheet.line(Layer.FRAMES, Part.BODY, (x0, y, x1, y), "muted")
    for x in (x0, x1):
        frame.sheet.line(Layer.FRAMES, Part.BODY, (x, y - 3, x, y + 3.5), "muted")
    said = f"switch interval {units.duration(interval)}"
    room = frame.body.x1 - x1 - 10
    frame.sheet.text(Part.BODY, x1 + 6, y + 0.36 * size, said, size, "muted", room=room)
