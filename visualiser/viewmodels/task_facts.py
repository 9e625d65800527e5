"""What is known of asyncio's tasks: of one at a moment, of one in all, and of many in one lane."""

from __future__ import annotations

from visualiser.scene import TraceStore, lives_of, task_at, task_name, tasks_of
from visualiser.trace import LONG_STEP_NS, AsyncTask, TaskState, async_tasks, kept_waiting, turns, units
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import duration, moment

Told = tuple[str, tuple[tuple[str, str], ...]]
"""A title, and rows of (what, value)."""


def task_facts(store: TraceStore, number: int | None, t: int | None, row: int | None) -> Told | None:
    """Of the task that a lane calls `number`: in all, and in the stretch `row` of it, if one is meant."""
    task = task_at(store, number)
    if task is None:
        return None
    known = row is not None and 0 <= row < len(task)
    rows = [*(_stretch(store, task, row) if known and row is not None else _absent(store, task, t))]
    rows += [("Made", _made(store, task)), ("Thread", who(store, task.thread)), ("In all", _totals(task))]
    rows.append(("Ended", _ended(store, task)))
    return f"Task {task_name(store, task)}", tuple((what, value) for what, value in rows if value)


def tasks_facts(store: TraceStore, thread: int | None, t: int | None) -> Told | None:
    """Of all tasks of a thread in one lane."""
    tasks = tasks_of(store, thread) if thread is not None else ()
    if thread is None or not tasks:
        return None
    rows = [("Tasks", f"{units.count(len(tasks))} of {who(store, thread)}")]
    if t is not None:
        running = turns(store, thread).at(t)
        rows.append(("Running", task_name(store, async_tasks(store)[running]) if running is not None else "none"))
        rows.append(("Ready", f"{units.count(lives_of(store, thread, TaskState.READY).at(t))} wait for their turn"))
        rows.append(("Awaiting", units.count(lives_of(store, thread, TaskState.AWAITING).at(t))))
    rows.append(("At once", f"{units.count(lives_of(store, thread).most)} at most"))
    longest = max((_longest_step(task) for task in tasks), default=0)
    rows.append(("Longest step", duration(longest) if longest else ""))
    rows.append(("Click", "on the name to see each of them"))
    return "asyncio's tasks", tuple((what, value) for what, value in rows if value)


def _stretch(store: TraceStore, task: AsyncTask, row: int) -> list[tuple[str, str]]:
    start, end, state = int(task.start[row]), int(task.end[row]), int(task.state[row])
    site = store.site(int(task.site[row]))
    what = store.text(int(task.what[row]))
    words = {
        TaskState.READY: "ready: waits for its turn in the loop",
        TaskState.RUNNING: "in its step: no other task of this thread can run",
        TaskState.AWAITING: f"awaits {what}" if what else "awaits",
    }[TaskState(state)]
    goes_on = task.end_ns is None and row == len(task) - 1
    until = "" if not goes_on else ", and was never done" if store.finished else " so far"
    rows = [
        ("State", words),
        ("Since", f"{moment(start - store.start_ns)} (for {duration(end - start)}{until})"),
        ("Line", f"{site.short} in {site.function}" if site.short and site.function else site.short),
    ]
    if state == TaskState.RUNNING and end - start >= LONG_STEP_NS:
        others = kept_waiting(store, task, start, end)
        rows.append(
            ("The loop", f"stood still: {units.count(others)} other task{'s' * (others != 1)} there could not run")
        )
    return rows


def _absent(store: TraceStore, task: AsyncTask, t: int | None) -> list[tuple[str, str]]:
    if t is None:
        return []
    return [("State", "not made yet" if t < task.start_ns else "done")]


def _made(store: TraceStore, task: AsyncTask) -> str:
    maker = turns(store, task.made_by).at(task.start_ns)
    by = task_name(store, async_tasks(store)[maker]) if maker is not None else who(store, task.made_by)
    site = store.site(task.made_site).short
    return f"{moment(task.start_ns - store.start_ns)} by {by}{f' at {site}' if site else ''}"


def _totals(task: AsyncTask) -> str:
    found = ((TaskState.RUNNING, "in its steps"), (TaskState.READY, "ready"), (TaskState.AWAITING, "awaiting"))
    return ", ".join(f"{duration(task.total(state))} {words}" for state, words in found if task.total(state))


def _ended(store: TraceStore, task: AsyncTask) -> str:
    if task.end_ns is None:
        return "never done" if store.finished else ""
    return f"{task.ended}, {moment(task.end_ns - store.start_ns)}"


def _longest_step(task: AsyncTask) -> int:
    steps = (task.end - task.start)[task.state == TaskState.RUNNING]
    return int(steps.max()) if len(steps) else 0
