"""asyncio's tasks: what each did when, and what it awaited, from the records of the loop's threads.

A task is ready from the moment when its next step is asked for, runs while the loop is in that step, and awaits
otherwise. Only one task of a loop runs at a time: a long step keeps all others of its thread waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from weakref import WeakKeyDictionary

import numpy as np

from visualiser.events import Kind, Rest

from .columns import Int32s, Int64s, UInt8s
from .store import TraceStore
from .values import Records

LONG_STEP_NS = 100_000_000
"""From here on asyncio's own debug mode calls a step slow (`loop.slow_callback_duration`)."""


class TaskState(IntEnum):
    """What a task is doing."""

    READY = 0
    RUNNING = 1
    AWAITING = 2


TASK_WORDS = ("ready", "running", "awaiting")
ENDED = {Rest.RETURNED: "returned", Rest.CANCELLED: "cancelled", Rest.FAILED: "failed"}


@dataclass(frozen=True, eq=False)
class AsyncTask:
    """One task. `thread`: the index of the loop's thread; `made_by`: the thread that made it; `made_site`: where.

    `start_ns`, `end_ns`: made and done; `end_ns` None: never done. `ended`: "" then, else "returned", "cancelled" or
    "failed (ValueError)". Columns, one row per stretch, gapless: start, end i8 (ns); state u1 (TaskState); what, site
    i4: of AWAITING the words and the line, else 0.
    """

    number: int
    process: int
    thread: int
    made_by: int
    label: str
    made_site: int
    start_ns: int
    end_ns: int | None
    ended: str
    start: Int64s
    end: Int64s
    state: UInt8s
    what: Int32s
    site: Int32s

    def __len__(self) -> int:
        return len(self.start)

    def total(self, state: TaskState) -> int:
        """ns in a state."""
        return int((self.end - self.start)[self.state == state].sum())


@dataclass(frozen=True)
class LongStep:
    """A step that kept the loop from everything else: `others`: tasks that were there and could not run.

    Whether they would have run is not known of all: a timer that is due while the loop is kept is not seen until later.
    """

    task: AsyncTask
    start: int
    end: int
    others: int


_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, tuple[AsyncTask, ...]]] = WeakKeyDictionary()
_KINDS = (Kind.TASK_CREATED, Kind.TASK_READY, Kind.TASK_RUNS, Kind.TASK_RESTS)


def async_tasks(store: TraceStore) -> tuple[AsyncTask, ...]:
    """All tasks of a run, by process and in the order in which they were made; remembered until the store changes."""
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        found = [task for process in store.processes for task in _of_process(store, process.index)]
        known = _KNOWN[store] = store.revision, tuple(found)
    return known[1]


def long_steps(store: TraceStore, least_ns: int = LONG_STEP_NS) -> tuple[LongStep, ...]:
    """Steps that took so long, the longest first."""
    found = []
    tasks = async_tasks(store)
    for task in tasks:
        for row in np.flatnonzero((task.state == TaskState.RUNNING) & (task.end - task.start >= least_ns)):
            start, end = int(task.start[row]), int(task.end[row])
            others = sum(_is_there(one, start, end) for one in tasks if one.thread == task.thread and one is not task)
            found.append(LongStep(task, start, end, others))
    return tuple(sorted(found, key=lambda one: one.start - one.end))


def _is_there(task: AsyncTask, start: int, end: int) -> bool:
    """Whether it was made and not done in all of [start, end)."""
    return task.start_ns <= start and (task.end_ns is None or task.end_ns >= end)


def _of_process(store: TraceStore, process: int) -> list[AsyncTask]:
    parts, who = [], []
    for thread in store.processes[process].threads:
        rows = store.records(thread)
        rows = rows[np.isin(rows["kind"], _KINDS)]
        parts.append(rows)
        who.append(np.full(len(rows), thread, np.int32))
    if not parts or not sum(map(len, parts)):
        return []
    records, threads = np.concatenate(parts), np.concatenate(who)
    order = np.lexsort((records["t"], records["value"]))
    records, threads = records[order], threads[order]
    cuts = np.flatnonzero(np.diff(records["value"])) + 1
    end = store.processes[process].end_ns or store.end_ns
    tasks = [
        _task(store, process, rows, own, end)
        for rows, own in zip(np.split(records, cuts), np.split(threads, cuts), strict=True)
    ]
    return sorted(tasks, key=lambda task: task.start_ns)


def _task(store: TraceStore, process: int, rows: Records, threads: Int32s, last: int) -> AsyncTask:
    kind, t = rows["kind"], rows["t"].astype(np.int64)
    made = np.flatnonzero(kind == Kind.TASK_CREATED)
    runs = np.flatnonzero(kind == Kind.TASK_RUNS)
    final = np.flatnonzero((kind == Kind.TASK_RESTS) & (rows["flag"] != Rest.AWAITS))
    first = rows[made[0]] if len(made) else rows[0]
    end_ns = int(t[final[-1]]) if len(final) else None
    return AsyncTask(
        number=int(rows["value"][0]),
        process=process,
        thread=int(threads[runs[0]] if len(runs) else threads[0]),
        made_by=int(threads[made[0]] if len(made) else threads[0]),
        label=store.text(int(first["a"])) if len(made) else "",
        made_site=int(first["site"]) if len(made) else 0,
        start_ns=int(t[0]),
        end_ns=end_ns,
        ended=_ended(store, rows[final[-1]]) if len(final) else "",
        **_stretches(rows, t, last if end_ns is None else end_ns),
    )


def _ended(store: TraceStore, rest: Records) -> str:
    how, what = ENDED.get(int(rest["flag"]), "ended"), store.text(int(rest["a"]))
    return f"{how} ({what})" if what else how


def _stretches(rows: Records, t: Int64s, end: int) -> dict[str, np.ndarray]:
    """From each record that changes the state to the next one that does."""
    state = np.full(len(rows), -1, np.int8)
    state[rows["kind"] == Kind.TASK_READY] = TaskState.READY
    state[rows["kind"] == Kind.TASK_RUNS] = TaskState.RUNNING
    state[(rows["kind"] == Kind.TASK_RESTS) & (rows["flag"] == Rest.AWAITS)] = TaskState.AWAITING
    state = _ready_while_running(state)
    places = np.flatnonzero((state >= 0) & (t < end))
    places = places[np.append(True, np.diff(state[places]) != 0)] if len(places) else places
    awaits = state[places] == TaskState.AWAITING
    return {
        "start": t[places],
        "end": np.append(t[places][1:], end) if len(places) else t[places],
        "state": state[places].astype(np.uint8),
        "what": np.where(awaits, rows["a"][places], 0).astype(np.int32),
        "site": np.where(awaits, rows["site"][places], 0).astype(np.int32),
    }


def _ready_while_running(state: np.ndarray) -> np.ndarray:
    """A task asks for its next step while it still is in one (`sleep(0)`): it is ready when that step is over."""
    result = state.copy()
    running = asked = False
    for place, now in enumerate(state.tolist()):
        if now == TaskState.RUNNING:
            running, asked = True, False
        elif now == TaskState.READY and running:
            asked, result[place] = True, -1
        elif now == TaskState.AWAITING:
            if asked:
                result[place] = TaskState.READY
            running = asked = False
    return result
