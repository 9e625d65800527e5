"""Who started whom: a thin elbow from the starter's lane at that moment to where the started one begins. Who waited for
whose end: the same, dashed, from that end to where the waiting one went on."""

from __future__ import annotations

import numpy as np

from visualiser.trace import Arrows

from .frame import Frame
from .model import Lane, LaneKind, Part, Shape
from .sheet import Layer

CHILD_STARTED, THREAD_STARTED, THREAD_JOINED = 4, 13, 14
"""`events.Kind`'s, as `trace.Arrows.kind` has them (a test holds them equal)."""

MOST = 400
"""So many arrows are drawn at once; a picture with more of them shows none of it better."""

CROWD = 24
"""Starts of threads, and joins, crowd at the ends of a run; of more than this all are left out, rather than some."""

LATEST = 60.0
"""Pixels between an end and the join that saw it: a later one has waited for something else."""

HEAD = 4.0


def draw_arrows(frame: Frame, lanes: list[Lane]) -> None:
    """All starts in the window, and its joins while they can be told apart, between lanes that are shown."""
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
            _draw_elbow(frame, times, source, goal, "arrow", dashed=True)


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
    _draw_elbow(frame, (int(arrows.t[row]), arrived), source, goal, "arrow" if crosses else "edge")


def _draw_elbow(
    frame: Frame, times: tuple[int, int], source: Lane, goal: Lane, ink: str, *, dashed: bool = False
) -> None:
    x, x1 = frame.x_of(times[0]), frame.clipped(times[1])
    y0 = source.bar[1] if source.kind == LaneKind.THREAD else source.y1 - 4
    down = goal.y0 >= source.y0
    if not down:
        y0 = source.bar[0]
    y1 = (goal.bar[0] + goal.bar[1]) / 2 if goal.kind == LaneKind.THREAD else goal.y1 - 5
    frame.sheet.line(Layer.ARROWS, Part.BODY, (x, y0, x, y1), ink, dashed=dashed)
    tip = max(x1, x + HEAD + 1)
    if tip > frame.body.x1:
        return
    frame.sheet.line(Layer.ARROWS, Part.BODY, (x, y1, tip - 1, y1), ink, dashed=dashed)
    points = np.array([(tip - HEAD, y1 - 3), (tip, y1), (tip - HEAD, y1 + 3)])
    frame.sheet.add(Layer.ARROWS, Shape(Part.BODY, points, fill=ink))
