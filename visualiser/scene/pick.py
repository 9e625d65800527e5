"""What lies under a point of a scene."""

from __future__ import annotations

import numpy as np

from .model import Hit, Lane, LaneKind, Scene, Target


def hit(scene: Scene, x: float, y: float) -> Hit | None:
    """What is at a point (pixels of the scene), small things first; None outside of the picture."""
    if not (0 <= x < scene.width and 0 <= y < scene.height):
        return None
    body = scene.body
    t = scene.t_of(x) if body.x0 <= x <= body.x1 else None
    if y < body.y0:
        return Hit("axis", t) if t is not None else Hit("nothing")
    number, lane = _lane_at(scene, y)
    if lane is None or y > body.y1:
        return Hit("nothing", t)
    if lane.kind in (LaneKind.TASK, LaneKind.TASKS):
        return _task_at(scene, lane, number, t)
    if t is None:
        if lane.kind == LaneKind.PROCESS:
            return Hit("process", None, number, lane.process)
        owner = lane.process if lane.kind == LaneKind.THREAD else None
        return Hit("label", None, number, owner, lane.thread, number=lane.number)
    target = _target_at(scene, x, y)
    if target is not None:
        return Hit(target.what, target.t, number, lane.process, target.thread, target.index)
    if lane.kind == LaneKind.THREAD and lane.thread is not None:
        return Hit("state", t, number, lane.process, lane.thread, _row_at(scene, lane.thread, t))
    if number is not None and number in scene.held:
        return _owner_at(scene, lane, number, t)
    if lane.kind == LaneKind.PARALLEL:
        return Hit("parallel", t, number)
    if lane.kind == LaneKind.COUNTER:
        return Hit("counter", t, number, lane.process, number=lane.number)
    return Hit("process" if lane.kind == LaneKind.PROCESS else "nothing", t, number, lane.process)


def _target_at(scene: Scene, x: float, y: float) -> Target | None:
    """The small thing at a point that is painted last."""
    kept = [(scene.ground.stretch.targets, x - scene.ground.dx)] if scene.ground is not None else []
    for targets, at in ((scene.targets, x), *kept):
        for target in reversed(targets):
            if target.box.x0 <= at <= target.box.x1 and target.box.y0 <= y <= target.box.y1:
                return target
    return None


def _owner_at(scene: Scene, lane: Lane, number: int, t: int) -> Hit:
    """Who has the GIL, or is on the CPU, at a moment."""
    held = scene.held[number]
    row = int(np.searchsorted(held.start, t, "right")) - 1
    what = "gil" if lane.kind == LaneKind.GIL else "cpu"
    if row < 0 or t >= held.end[row]:
        return Hit(what, t, number, lane.process, number=lane.number)
    who = int(held.who[row])
    return Hit(what, t, number, lane.process, who if who >= 0 else None, row, lane.number)


def _task_at(scene: Scene, lane: Lane, number: int | None, t: int | None) -> Hit:
    """A task, and what it was in at a moment; or a crowd of them."""
    what = "task" if lane.kind == LaneKind.TASK else "tasks"
    held = scene.held.get(number) if number is not None and t is not None else None
    row = None
    if held is not None and t is not None:
        at = int(np.searchsorted(held.start, t, "right")) - 1
        row = at if at >= 0 and t < held.end[at] else None
    return Hit(what, t, number, lane.process, None, row, lane.number)


def _lane_at(scene: Scene, y: float) -> tuple[int | None, Lane | None]:
    for number, lane in enumerate(scene.lanes):
        if lane.y0 <= y < lane.y1:
            return number, lane
    return None, None


def _row_at(scene: Scene, thread: int, t: int) -> int | None:
    """The row of the thread's states at a moment; None where it had not begun."""
    starts = scene.starts[thread]
    row = int(np.searchsorted(starts, t, "right")) - 1
    return row if row >= 0 else None
