"""Many tasks of a thread in one lane: how many there were, how many of them waited for their turn, when any ran."""

from __future__ import annotations

import numpy as np

from visualiser.trace import LONG_STEP_NS, TaskState, TraceStore, turns, units

from .crowd import draw_curve
from .detail import column_edges
from .frame import Frame
from .memory import remembered
from .model import Lane, Part, Strip
from .shares import Track
from .sheet import Layer
from .tasks import lives_of, tasks_of

RUNS = 5.0
"""Height of the strip that tells when any task was in its step, pixels."""


def draw_tasks(frame: Frame, lane: Lane) -> None:
    """The curves, the strip below them, and the steps that stood in the loop's way."""
    if lane.number is None or not tasks_of(frame.store, lane.number):
        return
    thread, (top, bottom) = lane.number, lane.bar
    base = bottom - RUNS - 2
    there, ready = lives_of(frame.store, thread), lives_of(frame.store, thread, TaskState.READY)
    draw_curve(frame, there, (top, base), there.most, (f"thread_tint/{thread}", f"thread/{thread}"))
    draw_curve(frame, ready, (top, base), there.most, ("muted", None))
    _draw_runs(frame, thread, bottom)
    _draw_long(frame, thread, lane.bar)
    _draw_scale(frame, there.most, top, base)


def _draw_runs(frame: Frame, thread: int, bottom: float) -> None:
    """When the thread was in the step of any task: of each pixel column, how much of it."""
    track = _runs(frame.store, thread)
    edges = column_edges(frame)
    share = track.shares(edges[:-1], edges[1:])[:, :1]
    columns = np.flatnonzero(share[:, 0])
    if len(columns):
        where = columns + round(frame.body.x0)
        frame.sheet.add(
            Layer.STATES, Strip(Part.BODY, where, bottom - RUNS, bottom, share[columns], (f"thread/{thread}",))
        )


def _runs(store: TraceStore, thread: int) -> Track:
    def made() -> Track:
        own = turns(store, thread)
        return Track(own.start, own.end, np.zeros(len(own.start), np.uint8), kinds=1)

    return remembered(store, ("task turns", thread), made)


def _draw_long(frame: Frame, thread: int, bar: tuple[float, float]) -> None:
    own = turns(frame.store, thread)
    for row in np.flatnonzero(own.end - own.start >= LONG_STEP_NS).tolist():
        start, end = int(own.start[row]), int(own.end[row])
        if frame.sees(start, end):
            x0 = frame.clipped(start)
            box = (x0, bar[1] - RUNS - 2, max(frame.clipped(end), x0 + 3), bar[1] + 2)
            frame.sheet.box(Layer.FLAGS, Part.BODY, box, edge="text", line_width=2.0)


def _draw_scale(frame: Frame, most: int, top: float, base: float) -> None:
    """What the full height means."""
    size = frame.measures.small
    frame.sheet.text(
        Part.LABELS, frame.labels[1] - 4, top + 0.8 * size, units.count(most), size, "muted", anchor="end"
    )  # fmt: skip
