"""asyncio's tasks of a run, and what follows from them: long steps, whose step it was, work given to other threads.

Only one task of a loop runs at a time: a long step keeps all others of its thread waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np

from visualiser.events import Kind, Wait

from .columns import Int32s, Int64s
from .pace import Throttle
from .store import TraceStore
from .task_states import AsyncTask, TaskState, tasks_in
from .values import Records

LONG_STEP_NS = 100_000_000
"""From here on asyncio's own debug mode calls a step slow (`loop.slow_callback_duration`)."""


@dataclass(frozen=True)
class LongStep:
    """A step that kept the loop from everything else: `others`: tasks that were there and could not run.

    Whether they would have run is not known of all: a timer that is due while the loop is kept is not seen until later.
    """

    task: AsyncTask
    start: int
    end: int
    others: int


@dataclass(frozen=True, eq=False)
class Turns:
    """Whose step a loop's thread was in: `task` (place in `async_tasks`) from `start` to `end` (ns), sorted."""

    start: Int64s
    end: Int64s
    task: Int32s

    def at(self, t: int) -> int | None:
        """The task in whose step the thread was at a moment (ns), its beginning included; None: in nobody's."""
        row = int(np.searchsorted(self.start, t, "right")) - 1
        return int(self.task[row]) if row >= 0 and t <= self.end[row] else None


@dataclass(frozen=True)
class HandedOver:
    """Work that a loop's thread gave to another one (`to_thread`, `run_in_executor`, `submit`), as recorded.

    `task`: in whose step (place in `async_tasks`), None: in nobody's; `thread`: of the loop; `t`: when; `worker`: the
    thread that did it from `start` to `end`; ns.
    """

    task: int | None
    thread: int
    t: int
    worker: int
    start: int
    end: int


@dataclass
class _Known:
    """What was made of a store: `key` tells of which state of it; `rows`: by thread, how many records were looked at
    and what is of use of them."""

    key: tuple[int, bool] | None = None
    tasks: tuple[AsyncTask, ...] = ()
    handed: tuple[HandedOver, ...] | None = None
    turns: dict[int, Turns] | None = None
    rows: dict[int, tuple[int, list[Records]]] = field(default_factory=dict)
    throttle: Throttle = field(default_factory=Throttle)


_KNOWN: WeakKeyDictionary[TraceStore, _Known] = WeakKeyDictionary()
_TASKS = (Kind.TASK_CREATED, Kind.TASK_READY, Kind.TASK_RUNS, Kind.TASK_RESTS)
_FUTURES = (Kind.SUBMIT, Kind.NOTIFY)


def async_tasks(store: TraceStore) -> tuple[AsyncTask, ...]:
    """All tasks of a run, by process and in the order in which they were made. While a run grows, the answer may be
    some tenths of a second old."""
    return _known(store).tasks


def long_steps(store: TraceStore, least_ns: int = LONG_STEP_NS) -> tuple[LongStep, ...]:
    """Steps that took so long, the longest first."""
    found = []
    tasks = async_tasks(store)
    for task in tasks:
        for row in np.flatnonzero((task.state == TaskState.RUNNING) & (task.end - task.start >= least_ns)):
            start, end = int(task.start[row]), int(task.end[row])
            found.append(LongStep(task, start, end, kept_waiting(store, task, start, end)))
    return tuple(sorted(found, key=lambda one: one.start - one.end))


def kept_waiting(store: TraceStore, task: AsyncTask, start: int, end: int) -> int:
    """How many other tasks of a task's thread were there in all of [start, end)."""
    kin = (one for one in async_tasks(store) if one.thread == task.thread and one is not task)
    return sum(one.start_ns <= start and (one.end_ns is None or one.end_ns >= end) for one in kin)


def turns(store: TraceStore, thread: int) -> Turns:
    """Whose steps a thread was in; empty for one without a loop."""
    known = _known(store)
    if known.turns is None:
        known.turns = {one: _turns(known.tasks, one) for one in {task.thread for task in known.tasks}}
    nothing = np.empty(0, np.int64)
    return known.turns.get(thread) or Turns(nothing, nothing, nothing.astype(np.int32))


def _turns(tasks: tuple[AsyncTask, ...], thread: int) -> Turns:
    mine = [(place, task) for place, task in enumerate(tasks) if task.thread == thread]
    parts = [(place, task, task.state == TaskState.RUNNING) for place, task in mine]
    start = np.concatenate([task.start[rows] for _, task, rows in parts])
    end = np.concatenate([task.end[rows] for _, task, rows in parts])
    who = np.concatenate([np.full(int(rows.sum()), place, np.int32) for place, _, rows in parts])
    order = np.argsort(start, kind="stable")
    return Turns(start[order], end[order], who[order])


def handed_over(store: TraceStore) -> tuple[HandedOver, ...]:
    """What loops' threads had other threads of their process do, as far as it was recorded to its end."""
    known = _known(store)
    if known.handed is None:
        found = (one for process in sorted({task.process for task in known.tasks}) for one in _handed(store, process))
        known.handed = tuple(sorted(found, key=lambda one: one.t))
    return known.handed


def _handed(store: TraceStore, process: int) -> Iterator[HandedOver]:
    """A future is submitted under its id, and answered under it by who ran it, right after its span has ended."""
    answers: dict[int, tuple[int, int]] = {}
    submits: list[tuple[int, int, int]] = []
    loops = {task.thread for task in async_tasks(store) if task.process == process}
    for thread in store.processes[process].threads:
        for row in _of_thread(store, _known(store), thread, _FUTURES):
            kind, thing, t = int(row["kind"]), int(row["a"]), int(row["t"])
            if kind == Kind.NOTIFY and row["flag"] == Wait.FUTURE:
                answers.setdefault(thing, (thread, t))
            elif kind == Kind.SUBMIT and thread in loops:
                submits.append((thing, thread, t))
    for thing, thread, t in submits:
        worker, answered = answers.get(thing, (thread, 0))
        if worker != thread:
            spans = store.spans(worker)
            last = int(np.searchsorted(spans.end, answered, "right")) - 1
            if last >= 0 and spans.start[last] >= t:
                yield HandedOver(
                    turns(store, thread).at(t), thread, t, worker, int(spans.start[last]), int(spans.end[last])
                )


# --- from records -----------------------------------------------------------------------------------------------------


def _known(store: TraceStore) -> _Known:
    known = _KNOWN.get(store)
    if known is None:
        known = _KNOWN[store] = _Known()
    key = (store.revision, store.finished)
    if known.key == key or not (known.key is None or store.finished or known.throttle.due(key)):
        return known
    began = time.monotonic()
    found = [task for process in store.processes for task in _of_process(store, known, process.index)]
    known.key, known.tasks, known.handed, known.turns = key, tuple(found), None, None
    known.throttle.note(began)
    return known


def _of_thread(store: TraceStore, known: _Known, thread: int, kinds: tuple[int, ...]) -> Records:
    """The records of these kinds; of a thread that was looked at before, only what is new is looked at."""
    seen, parts = known.rows.get(thread, (0, []))
    rows = store.records(thread, seen, (*_TASKS, *_FUTURES))
    parts = [np.concatenate([*parts, rows])] if len(rows) else parts
    known.rows[thread] = store.record_count(thread), parts
    found: Records = parts[0] if parts else rows
    return found[np.isin(found["kind"], kinds)]


def _of_process(store: TraceStore, known: _Known, process: int) -> list[AsyncTask]:
    parts, who = [], []
    for thread in store.processes[process].threads:
        rows = _of_thread(store, known, thread, _TASKS)
        parts.append(rows)
        who.append(np.full(len(rows), thread, np.int32))
    if not sum(map(len, parts)):
        return []
    records, threads = np.concatenate(parts), np.concatenate(who)
    order = np.lexsort((records["t"], records["value"]))
    end = store.processes[process].end_ns
    return tasks_in(store, process, records[order], threads[order], store.end_ns if end is None else end)
