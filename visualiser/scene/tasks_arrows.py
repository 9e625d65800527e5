"""Arrows of asyncio's tasks: from who made a task to its beginning, and from who handed work over to who did it."""

from __future__ import annotations

from collections.abc import Iterator

from visualiser.trace import AsyncTask, HandedOver, TaskState, async_tasks, handed_over, turns

from .arrows import draw_elbow
from .frame import Frame
from .model import Lane, LaneKind
from .tasks import lane_number, task_at

MOST = 48
"""More arrows than that in the window tell nothing: then there are none."""

TO_THREAD = "to_thread"
"""What a task awaits in `asyncio.to_thread`: that call, and nothing else."""


def draw_task_arrows(frame: Frame, lanes: list[Lane]) -> None:
    """All of both kinds in the window, between lanes that are shown."""
    if not async_tasks(frame.store):
        return
    of_task = {lane.number: lane for lane in lanes if lane.kind == LaneKind.TASK}
    of_thread = {lane.thread: lane for lane in lanes if lane.kind == LaneKind.THREAD}
    crowds = {lane.number: lane for lane in lanes if lane.kind == LaneKind.TASKS}
    made = list(_made(frame, of_task, of_thread))
    for task, source, goal in made if len(made) <= MOST else []:
        draw_elbow(frame, (task.start_ns, task.start_ns), source, goal, "edge")
    handed = [one for one in handed_over(frame.store) if frame.sees(one.t, one.end)]
    for one in handed if len(handed) <= MOST else []:
        _draw_handed(frame, one, of_task, of_thread, crowds)


def _made(
    frame: Frame, of_task: dict[int | None, Lane], of_thread: dict[int | None, Lane]
) -> Iterator[tuple[AsyncTask, Lane, Lane]]:
    """Tasks that were made in the window, with the lane of who made them and their own."""
    tasks = async_tasks(frame.store)
    for goal in of_task.values():
        task = task_at(frame.store, goal.number)
        if task is None or not frame.sees(task.start_ns):
            continue
        maker = turns(frame.store, task.made_by).at(task.start_ns)
        source = of_task.get(lane_number(tasks[maker])) if maker is not None else None
        source = source or of_thread.get(task.made_by)
        if source is not None and source is not goal:
            yield task, source, goal


def _draw_handed(
    frame: Frame,
    one: HandedOver,
    of_task: dict[int | None, Lane],
    of_thread: dict[int | None, Lane],
    crowds: dict[int | None, Lane],
) -> None:
    """There, and back to the task that awaited just this."""
    task = async_tasks(frame.store)[one.task] if one.task is not None else None
    source = of_task.get(lane_number(task)) if task is not None else None
    source = source or crowds.get(one.thread) or of_thread.get(one.thread)
    goal = of_thread.get(one.worker)
    if source is None or goal is None:
        return
    draw_elbow(frame, (one.t, one.start), source, goal, "arrow", dashed=True)
    back = _resumed(frame, task, one) if task is not None else None
    if back is not None:
        draw_elbow(frame, (one.end, back), goal, source, "arrow", dashed=True)


def _resumed(frame: Frame, task: AsyncTask, one: HandedOver) -> int | None:
    """When the task was ready again because of the result; None where something else may have been the reason."""
    for start, end, state, what in zip(task.start, task.end, task.state, task.what, strict=True):
        if start >= one.t and state == TaskState.AWAITING:
            only = frame.store.text(int(what)) == TO_THREAD
            return int(end) if only and end >= one.end and end != task.end_ns else None
    return None
