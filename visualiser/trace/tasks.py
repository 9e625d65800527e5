"""asyncio's tasks: what each did when, and what it awaited, from the records of the loop's threads.

A task is ready from the moment when its next step is asked for, runs while the loop is in that step, and awaits
otherwise. Only one task of a loop runs at a time: a long step keeps all others of its thread waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from weakref import WeakKeyDictionary

import numpy as np

from visualiser.events import Kind, Rest, Wait

from .columns import Int32s, Int64s, UInt8s
from .pace import Throttle
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
    made = _Many(store, process, records[order], threads[order], store.end_ns if end is None else end)
    return sorted(made.tasks(), key=lambda task: task.start_ns)


class _Many:
    """The tasks of a process, all at once: there may be a hundred thousand. `rows`: sorted by task, then by time."""

    def __init__(self, store: TraceStore, process: int, rows: Records, threads: Int32s, last: int) -> None:
        self._store, self._process, self._rows, self._threads = store, process, rows, threads
        self._first = np.flatnonzero(np.diff(rows["value"], prepend=rows["value"][0] + 1))
        self._task = np.repeat(np.arange(len(self._first)), np.diff(np.append(self._first, len(rows))))
        self._t = rows["t"].astype(np.int64)
        self._kind = rows["kind"]
        rests = self._kind == Kind.TASK_RESTS
        self._awaits = rests & (rows["flag"] == Rest.AWAITS)
        self._done = self._nth(rests & ~self._awaits, last=True)
        self._end = np.where(self._done >= 0, self._t[self._done], last)

    def _nth(self, mask: np.ndarray, last: bool = False) -> Int64s:
        """By task: the first (last) row of it that is in the mask; -1 where none is."""
        found = np.full(len(self._first), -1, np.int64)
        rows = np.flatnonzero(mask)
        rows = rows if last else rows[::-1]
        found[self._task[rows]] = rows
        return found

    def tasks(self) -> Iterator[AsyncTask]:
        """Each of them."""
        store, rows = self._store, self._rows
        made, runs = self._nth(self._kind == Kind.TASK_CREATED), self._nth(self._kind == Kind.TASK_RUNS)
        columns, bounds = self._stretches()
        for place, first in enumerate(self._first.tolist()):
            creation, run, done = int(made[place]), int(runs[place]), int(self._done[place])
            own = slice(bounds[place], bounds[place + 1])
            yield AsyncTask(
                number=int(rows["value"][first]),
                process=self._process,
                thread=int(self._threads[run if run >= 0 else first]),
                made_by=int(self._threads[creation if creation >= 0 else first]),
                label=store.text(int(rows["a"][creation])) if creation >= 0 else "",
                made_site=int(rows["site"][creation]) if creation >= 0 else 0,
                start_ns=int(self._t[first]),
                end_ns=int(self._t[done]) if done >= 0 else None,
                ended=_ended(store, rows[done]) if done >= 0 else "",
                **{name: column[own] for name, column in columns.items()},
            )

    def _stretches(self) -> tuple[dict[str, np.ndarray], list[int]]:
        """From each record that changes a task's state to the next one that does; and where each task's begin."""
        state = self._states()
        places = np.flatnonzero((state >= 0) & (self._t < self._end[self._task]))
        changes = np.ones(len(places), bool)
        changes[1:] = (np.diff(state[places]) != 0) | (np.diff(self._task[places]) != 0)
        places = places[changes]
        task, t = self._task[places], self._t[places]
        end = self._end[task]
        same = task[1:] == task[:-1]
        end[:-1] = np.where(same, t[1:], end[:-1])
        awaits = state[places] == TaskState.AWAITING
        columns = {
            "start": t,
            "end": end,
            "state": state[places].astype(np.uint8),
            "what": np.where(awaits, self._rows["a"][places], 0).astype(np.int32),
            "site": np.where(awaits, self._rows["site"][places], 0).astype(np.int32),
        }
        return columns, np.searchsorted(task, np.arange(len(self._first) + 1)).tolist()

    def _states(self) -> np.ndarray:
        """The state that each record begins; -1: none. A task that asks for its next step while it still is in one
        (`sleep(0)`) is ready when that step is over."""
        runs, asks = self._kind == Kind.TASK_RUNS, self._kind == Kind.TASK_READY
        step, ask = self._latest(runs | self._awaits), self._latest(asks)
        running = (step >= 0) & runs[step]  # right before the record
        state = np.full(len(self._rows), -1, np.int8)
        state[asks & ~running] = TaskState.READY
        state[runs] = TaskState.RUNNING
        state[self._awaits] = TaskState.AWAITING
        state[self._awaits & running & (ask > step)] = TaskState.READY
        return state

    def _latest(self, mask: np.ndarray) -> Int64s:
        """For each row: the latest one before it, of the same task, that is in the mask; -1: none."""
        found = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
        before = np.append(-1, found[:-1])
        return np.where(before >= self._first[self._task], before, -1)


def _ended(store: TraceStore, rest: Records) -> str:
    how, what = ENDED.get(int(rest["flag"]), "ended"), store.text(int(rest["a"]))
    return f"{how} ({what})" if what else how
