"""One task of asyncio's as stretches of what it did, from the records of the loop's threads.

A task is ready from the moment when its next step is asked for, runs while the loop is in that step, and awaits
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from visualiser.events import Kind, Rest

from .columns import Int32s, Int64s, UInt8s
from .store import TraceStore
from .values import Records


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


def tasks_in(store: TraceStore, process: int, rows: Records, threads: Int32s, last: int) -> list[AsyncTask]:
    """The tasks of a process (index) in the order in which they were made. `rows`: the records about tasks, at least
    one, sorted by task, then by time; `threads`: who wrote each; `last`: until when the process is known (ns).
    """
    return sorted(_Many(store, process, rows, threads, last).tasks(), key=lambda task: task.start_ns)


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
