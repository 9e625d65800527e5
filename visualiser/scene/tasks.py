"""Which of asyncio's tasks have lanes below their thread's, and what there is to say of each.

A handful have a lane each. A crowd of them is one lane that shows how many were there and how many waited for their
turn; a click on its name shows those that are in view.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from visualiser.trace import LONG_STEP_NS, AsyncTask, TaskState, TraceStore, async_tasks, units

from .crowd import Lives
from .frame import Measures
from .memory import remembered
from .model import Lane, LaneKind, LegendEntry, ViewWindow
from .shares import Track
from .textfit import clean

FEW = 12
"""So many tasks of a thread have a lane each."""

MOST = 300
"""So many of a crowd that is unfolded."""


def tasks_of(store: TraceStore, thread: int) -> tuple[AsyncTask, ...]:
    """The tasks of a thread's loops, in the order in which they were made."""
    return _by_thread(store).get(thread, ())


def task_at(store: TraceStore, lane_number: int | None) -> AsyncTask | None:
    """The task that a lane is about (`Lane.number`); None when there is none."""
    return None if lane_number is None else _by_number(store).get(lane_number)


def lane_number(task: AsyncTask) -> int:
    """What a lane calls a task: its own number is unique in its process only."""
    return task.process << 32 | task.number


def _by_thread(store: TraceStore) -> Mapping[int, tuple[AsyncTask, ...]]:
    def made() -> Mapping[int, tuple[AsyncTask, ...]]:
        found: dict[int, list[AsyncTask]] = {}
        for task in async_tasks(store):
            found.setdefault(task.thread, []).append(task)
        return {thread: tuple(tasks) for thread, tasks in found.items()}

    return remembered(store, "tasks by thread", made)


def _by_number(store: TraceStore) -> Mapping[int, AsyncTask]:
    return remembered(store, "tasks by number", lambda: {lane_number(task): task for task in async_tasks(store)})


def task_name(store: TraceStore, task: AsyncTask) -> str:
    """Its name; with its number where another task of the process has the same one."""
    names = remembered(store, "task names", lambda: _names_taken(store))
    label = clean(task.label)
    if not label:
        return f"task #{task.number}"
    return label if names[(task.process, task.label)] == 1 else f"{label} #{task.number}"


def _names_taken(store: TraceStore) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for task in async_tasks(store):
        found[(task.process, task.label)] = found.get((task.process, task.label), 0) + 1
    return found


def task_track(store: TraceStore, task: AsyncTask) -> Track:
    """What it did, as spans to be drawn."""
    key = ("task track", lane_number(task))
    return remembered(store, key, lambda: Track(task.start, task.end, task.state, kinds=len(TaskState)))


def lives_of(store: TraceStore, thread: int, state: TaskState | None = None) -> Lives:
    """How many tasks of a thread there were at once; with `state`: how many were in it."""

    def made() -> Lives:
        start, end = _spans(store, tasks_of(store, thread), state)
        t, change = np.concatenate((start, end)), np.repeat((1, -1), len(start))
        order = np.lexsort((change, t))  # who ends where another begins was not there at the same time
        return Lives(t[order], np.cumsum(change[order]))

    return remembered(store, ("tasks at once", thread, state), made)


def _spans(store: TraceStore, tasks: tuple[AsyncTask, ...], state: TaskState | None) -> tuple[np.ndarray, np.ndarray]:
    if state is None:
        start = np.array([task.start_ns for task in tasks], np.int64)
        end = [_end(store, task) for task in tasks]
        return start, np.maximum(np.array(end, np.int64), start)
    rows = [(task, task.state == state) for task in tasks]
    return (
        np.concatenate([task.start[mine] for task, mine in rows]),
        np.concatenate([task.end[mine] for task, mine in rows]),
    )


def _end(store: TraceStore, task: AsyncTask) -> int:
    """When it was done, else when its process ended, or the run."""
    if task.end_ns is not None:
        return task.end_ns
    end = store.processes[task.process].end_ns
    return store.end_ns if end is None else end


# --- lanes ------------------------------------------------------------------------------------------------------------


def task_lanes(store: TraceStore, window: ViewWindow, measures: Measures, thread: int, top: float) -> list[Lane]:
    """The lanes of a thread's tasks, from `top` (pixels of the content) downwards."""
    tasks = tasks_of(store, thread)
    if not tasks or LaneKind.TASKS in window.without:
        return []
    lanes: list[Lane] = []
    if len(tasks) > FEW:
        unfolded = thread in window.unfolded_tasks
        lanes.append(_crowd_lane(store, measures, thread, len(tasks), unfolded, top))
        tasks = _in_view(store, thread, window) if unfolded else ()
    for task in tasks:
        lanes.append(_task_lane(store, measures, task, lanes[-1].y1 if lanes else top))
    return lanes


def _in_view(store: TraceStore, thread: int, window: ViewWindow) -> tuple[AsyncTask, ...]:
    """The first of a thread's tasks that were there in the window."""
    tasks = tasks_of(store, thread)
    start, end = remembered(store, ("lives of tasks", thread), lambda: _spans(store, tasks, None))
    rows = np.flatnonzero((start <= window.t1) & (end >= window.t0))[:MOST]
    return tuple(tasks[row] for row in rows.tolist())


def _task_lane(store: TraceStore, measures: Measures, task: AsyncTask, top: float) -> Lane:
    height = float(round(max(0.55 * measures.bar + 4, 1.45 * measures.small)))
    bar = (top + 2, top + height - 2)
    return Lane(
        LaneKind.TASK, top, top + height, bar, task_name(store, task), process=task.process, number=lane_number(task)
    )  # fmt: skip


def _crowd_lane(store: TraceStore, measures: Measures, thread: int, count: int, unfolded: bool, top: float) -> Lane:
    height = float(round(2.2 * measures.normal + measures.small))
    name = f"{'▾' if unfolded else '▸'} {units.count(count)} tasks"
    process = store.threads[thread].process
    return Lane(
        LaneKind.TASKS, top, top + height, (top + 4, top + height - 4), name, process=process, number=thread
    )  # fmt: skip


def tasks_detail(store: TraceStore, window: ViewWindow, thread: int) -> str:
    """The words under a crowd's name."""
    most = f"at most {units.count(lives_of(store, thread).most)} at once"
    shown = len(_in_view(store, thread, window)) if thread in window.unfolded_tasks else 0
    return f"the first {MOST} in view" if shown == MOST else most


def task_legend(store: TraceStore) -> list[LegendEntry]:
    """What the marks on lanes of tasks mean, as far as the run has any."""
    tasks = async_tasks(store)
    if not tasks:
        return []
    ends = {task.ended.partition(" ")[0] for task in tasks}
    inks = (f"thread/{tasks[0].thread}",)
    found = [
        LegendEntry("task in its step", mark="task_runs", inks=inks),
        LegendEntry("task ready, waits for its turn", mark="task_ready", inks=inks),
        LegendEntry("task awaits", mark="task_awaits"),
    ]
    found += [
        LegendEntry(f"task {how}", mark=mark)
        for how, mark in (("returned", "task_done"), ("cancelled", "task_cancelled"), ("failed", "task_failed"))
        if how in ends
    ]
    if any(((task.end - task.start)[task.state == TaskState.RUNNING] >= LONG_STEP_NS).any() for task in tasks):
        found.append(LegendEntry("step of 100 ms or more: the loop stood still", mark="task_long", inks=inks))
    if any(len(tasks_of(store, thread)) > FEW for thread in _by_thread(store)):
        found.append(LegendEntry("how many tasks there were; filled: of them ready", mark="task_crowd", inks=inks))
    return found
