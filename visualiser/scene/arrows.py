"""Who started whom: a thin elbow from the starter's lane at that moment to where the started one begins."""

from __future__ import annotations

import numpy as np

from .frame import Frame
from .model import Lane, LaneKind, Part, Shape
from .sheet import Layer

CHILD_STARTED, THREAD_STARTED = 4, 13
"""`events.Kind`'s, as `trace.Arrows.kind` has them (a test holds them equal)."""

MOST = 400
"""So many arrows are drawn at once; a picture with more of them shows none of it better."""

HEAD = 4.0


def draw_arrows(frame: Frame, lanes: list[Lane]) -> None:
    """All starts in the window, between lanes that are shown."""
    arrows = frame.store.arrows()
    seen = (
        np.isin(arrows.kind, (CHILD_STARTED, THREAD_STARTED))
        & (arrows.t >= frame.window.t0)
        & (arrows.t <= frame.window.t1)
    )
    of_thread = {lane.thread: lane for lane in lanes if lane.kind == LaneKind.THREAD}
    of_process = {lane.process: lane for lane in lanes if lane.kind == LaneKind.PROCESS}
    for row in np.flatnonzero(seen)[:MOST]:
        thread, child = int(arrows.thread[row]), int(arrows.child_process[row])
        if not 0 <= thread < len(frame.store.threads):
            continue
        parent = frame.store.threads[thread].process
        source = of_thread.get(thread) or of_process.get(parent)
        crosses = child >= 0 and child != parent
        goal = of_process.get(child) if crosses else of_thread.get(int(arrows.child_thread[row]))
        if source is None or goal is None or source is goal:
            continue
        arrived = max(int(arrows.child_t[row]), int(arrows.t[row]))
        _draw_elbow(frame, (int(arrows.t[row]), arrived), source, goal, "arrow" if crosses else "edge")


def _draw_elbow(frame: Frame, times: tuple[int, int], source: Lane, goal: Lane, ink: str) -> None:
    x, x1 = frame.x_of(times[0]), frame.clipped(times[1])
    y0 = source.bar[1] if source.kind == LaneKind.THREAD else source.y1 - 4
    down = goal.y0 >= source.y0
    if not down:
        y0 = source.bar[0]
    y1 = (goal.bar[0] + goal.bar[1]) / 2 if goal.kind == LaneKind.THREAD else goal.y1 - 5
    frame.sheet.line(Layer.ARROWS, Part.BODY, (x, y0, x, y1), ink)
    tip = max(x1, x + HEAD + 1)
    if tip > frame.body.x1:
        return
    frame.sheet.line(Layer.ARROWS, Part.BODY, (x, y1, tip - 1, y1), ink)
    points = np.array([(tip - HEAD, y1 - 3), (tip, y1), (tip - HEAD, y1 + 3)])
    frame.sheet.add(Layer.ARROWS, Shape(Part.BODY, points, fill=ink))
