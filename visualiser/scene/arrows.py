"""Who started whom: a thin elbow from the starter's lane at that moment to where the started one begins. Who waited for
whose end: the same, dashed, from that end to where the waiting one went on. So with every wait that another ended; in
the accent's colour, and always, those that ended the selected span, or were ended by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from visualiser.trace import Arrows, Cause, Effect, Kind, TraceStore, Wait, causes_of, effects_of, wait_before

from .frame import Frame
from .memory import extended
from .model import Lane, LaneKind, Part, Selection, Shape
from .sheet import Layer

T = TypeVar("T")

CHILD_STARTED, THREAD_STARTED, THREAD_JOINED = 4, 13, 14
"""`events.Kind`'s, as `trace.Arrows.kind` has them (a test holds them equal)."""

MOST = 400
"""So many arrows are drawn at once; a picture with more of them shows none of it better."""

CROWD = 24
"""Starts of threads, and joins, crowd at the ends of a run; of more than this all are left out, rather than some."""

LATEST = 60.0
"""Pixels between an end and the join that saw it: a later one has waited for something else."""

HEAD = 4.0

BARS = (LaneKind.THREAD, LaneKind.TASK, LaneKind.TASKS)
"""Lanes whose bar arrows begin and end at."""

ROOM = 40.0
"""Pixels of width for each arrow between other spans than the selected one: with less they are not told apart."""

NARROWEST = 8.0
"""A wait narrower than that (pixels) gets none."""

MOST_LANES = 64
"""Of more lanes, waits are looked for in those that are in sight."""

MOST_ROWS = 600
"""Spans of a lane in the window: of more, hardly one is wide enough."""

LIVE = 20_000
"""Events of a run that still grows, above which causes of what is not selected wait until it is over, and those of what
is selected are looked up once."""


def draw_arrows(frame: Frame, lanes: list[Lane], selection: Selection | None = None) -> None:
    """All starts in the window, and its joins while they can be told apart, between lanes that are shown."""
    _draw_causes(frame, {lane.thread: lane for lane in lanes if lane.kind == LaneKind.THREAD}, selection or Selection())
    arrows = frame.store.arrows()
    seen = (arrows.t >= frame.window.t0) & (arrows.t <= frame.window.t1)
    starts = np.flatnonzero(seen & np.isin(arrows.kind, (CHILD_STARTED, THREAD_STARTED)))
    joins = np.flatnonzero(seen & (arrows.kind == THREAD_JOINED) & (arrows.child_t >= frame.window.t0))
    of_thread = {lane.thread: lane for lane in lanes if lane.kind == LaneKind.THREAD}
    of_process = {lane.process: lane for lane in lanes if lane.kind == LaneKind.PROCESS}
    inner = arrows.kind[starts] == THREAD_STARTED
    if inner.sum() > CROWD:
        starts = starts[~inner]
    for row in starts[:MOST]:
        _draw_start(frame, arrows, int(row), of_thread, of_process)
    for row in joins if len(joins) <= CROWD else []:
        source, goal = of_thread.get(int(arrows.child_thread[row])), of_thread.get(int(arrows.thread[row]))
        times = (min(int(arrows.child_t[row]), int(arrows.t[row])), int(arrows.t[row]))
        late = (times[1] - times[0]) * frame.scale > LATEST
        if source is not None and goal is not None and source is not goal and not late:
            draw_elbow(frame, times, source, goal, "arrow", dashed=True)


def _draw_start(
    frame: Frame, arrows: Arrows, row: int, of_thread: dict[int | None, Lane], of_process: dict[int | None, Lane]
) -> None:
    thread, child = int(arrows.thread[row]), int(arrows.child_process[row])
    if not 0 <= thread < len(frame.store.threads):
        return
    parent = frame.store.threads[thread].process
    source = of_thread.get(thread) or of_process.get(parent)
    crosses = child >= 0 and child != parent
    goal = of_process.get(child) if crosses else of_thread.get(int(arrows.child_thread[row]))
    if source is None or goal is None or source is goal:
        return
    arrived = max(int(arrows.child_t[row]), int(arrows.t[row]))
    draw_elbow(frame, (int(arrows.t[row]), arrived), source, goal, "arrow" if crosses else "edge")


def draw_elbow(
    frame: Frame, times: tuple[int, int], source: Lane, goal: Lane, ink: str, *, dashed: bool = False
) -> None:
    """One arrow, from a lane at the first of two moments (ns) to another one at the second."""
    x, x1 = frame.x_of(times[0]), frame.clipped(times[1])
    width = 2.0 if ink == "accent" else 1.0
    y0 = source.bar[1] if source.kind in BARS else source.y1 - 4
    down = goal.y0 >= source.y0
    if not down:
        y0 = source.bar[0]
    y1 = (goal.bar[0] + goal.bar[1]) / 2 if goal.kind in BARS else goal.y1 - 5
    frame.sheet.line(Layer.ARROWS, Part.BODY, (x, y0, x, y1), ink, width, dashed)
    tip = max(x1, x + HEAD + 1)
    if tip > frame.body.x1:
        return
    frame.sheet.line(Layer.ARROWS, Part.BODY, (x, y1, tip - 1, y1), ink, width, dashed)
    points = np.array([(tip - HEAD, y1 - 3), (tip, y1), (tip - HEAD, y1 + 3)])
    frame.sheet.add(Layer.ARROWS, Shape(Part.BODY, points, fill=ink))


# --- causes


def _draw_causes(frame: Frame, lanes: dict[int | None, Lane], chosen: Selection) -> None:
    """Who ended whose wait: of the selected span always, of others while they can be told apart."""
    selected = (chosen.thread, chosen.index) if chosen.thread is not None and chosen.index is not None else None
    for thread, row in _others(frame, lanes):
        if (thread, row) != selected:
            _draw_cause(frame, lanes, thread, row, "arrow")
    if selected is not None:
        _draw_selected(frame, lanes, *selected)


def _draw_selected(frame: Frame, lanes: dict[int | None, Lane], thread: int, row: int) -> None:
    store = frame.store
    waited = wait_before(store, thread, row)
    _draw_cause(frame, lanes, thread, row if waited is None else waited, "accent")
    states = store.states(thread)
    if not 0 <= row < len(states):
        return
    for effect in _effects(store, thread, row):
        source, goal = lanes.get(thread), lanes.get(effect.thread)
        if source is not None and goal is not None and source is not goal and frame.sees(effect.t, effect.end):
            draw_elbow(frame, (effect.t, max(effect.end, effect.t)), source, goal, "accent", dashed=True)


def _draw_cause(frame: Frame, lanes: dict[int | None, Lane], thread: int, row: int, ink: str) -> None:
    goal, end = lanes.get(thread), int(frame.store.states(thread).end[row])
    for cause in _causes(frame.store, thread, row):
        source = lanes.get(cause.thread)
        start = row == 0 and cause.how.startswith("started")
        if not cause.woke or start or source is None or goal is None or source is goal:
            continue
        if frame.sees(cause.t, max(end, cause.t)):
            draw_elbow(frame, (cause.t, max(end, cause.t)), source, goal, ink, dashed=True)


def _others(frame: Frame, lanes: dict[int | None, Lane]) -> list[tuple[int, int]]:
    """The recorded waits that end in the window and are wide enough; none when there are too many of them."""
    store, window = frame.store, frame.window
    if not store.finished and store.events > LIVE:
        return []
    found: list[tuple[int, int]] = []
    for thread in _looked_at(frame, lanes):
        states = store.states(thread) if thread is not None else None
        if thread is None or states is None:
            continue
        first = int(np.searchsorted(states.end, window.t0, "right"))
        last = int(np.searchsorted(states.end, window.t1, "right"))
        if last - first > MOST_ROWS:
            return []
        rows = np.arange(first, last)
        wide = (states.end[first:last] - states.start[first:last]) * frame.scale >= NARROWEST
        wide &= (states.kind[first:last] == Kind.WAIT_BEGIN) & (states.object[first:last] > 0)
        wide &= states.flag[first:last] != Wait.THREAD_JOIN  # drawn as joins
        found += [(thread, int(row)) for row in rows[wide]]
        if len(found) * ROOM > frame.body.x1 - frame.body.x0:
            return []
    return found


def _looked_at(frame: Frame, lanes: dict[int | None, Lane]) -> list[int | None]:
    """Whose waits are looked for; of very many lanes, those in sight: a frame must not cost more than it shows."""
    if len(lanes) <= MOST_LANES:
        return list(lanes)
    top, bottom = frame.body.y0, frame.body.y1
    return [thread for thread, lane in lanes.items() if lane.y1 > top and lane.y0 < bottom]


def _causes(store: TraceStore, thread: int, row: int) -> tuple[Cause, ...]:
    return _once(store, ("causes", thread, row), lambda: causes_of(store, thread, row))


def _effects(store: TraceStore, thread: int, row: int) -> tuple[Effect, ...]:
    states = store.states(thread)
    start, end = int(states.start[row]), int(states.end[row])
    return _once(store, ("effects", thread, row), lambda: effects_of(store, thread, start, end))


def _once(store: TraceStore, key: tuple[str, int, int], look: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
    """What was found stays; what was not is looked for again in a run that grows, while that is quickly done."""

    def again(known: tuple[T, ...] | None) -> tuple[T, ...]:
        enough = known is not None and (known or store.events > LIVE)
        return known if enough and known is not None else look()

    return extended(store, (*key, store.finished), again)
