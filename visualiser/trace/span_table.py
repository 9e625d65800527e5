"""The spans of a run as the rows of one table: chosen by time, state, thread, process and length; sorted by any column.

A table is two columns of indices (8 bytes a row), however wide it is on the screen: a cell is looked up when it is
shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from visualiser.events import WAIT_WORDS

from .columns import Int32s, Int64s, Spans
from .moment import state_words
from .replies import used
from .store import TraceStore


class Column(IntEnum):
    """The columns, in their order."""

    START = 0
    LENGTH = 1
    PROCESS = 2
    THREAD = 3
    STATE = 4
    SOURCE = 5
    WHAT = 6
    LINE = 7
    CPU = 8


@dataclass(frozen=True)
class SpanFilter:
    """Which spans count. None: all; `states`: by number; `threads`, `processes`: by index; `least_ns`: the shortest."""

    states: frozenset[int] | None = None
    threads: frozenset[int] | None = None
    processes: frozenset[int] | None = None
    least_ns: int = 0

    @property
    def is_off(self) -> bool:
        """Whether every span passes."""
        return self == SpanFilter()

    def keeps_thread(self, store: TraceStore, thread: int) -> bool:
        """Whether any span of this thread can pass."""
        in_process = self.processes is None or store.threads[thread].process in self.processes
        return in_process and (self.threads is None or thread in self.threads)

    def rows(self, spans: Spans) -> npt.NDArray[np.bool_] | None:
        """Which of one kept thread's spans pass; None: all of them."""
        keep = None
        if self.states is not None:
            wanted = np.zeros(256, bool)
            wanted[list(self.states)] = True
            keep = wanted[spans.state]
        if self.least_ns > 0:
            long = spans.end - spans.start >= self.least_ns
            keep = long if keep is None else keep & long
        return keep


@dataclass(frozen=True, eq=False)
class SpanTable:
    """Rows (thread, row of its states: i4) that touch a range of time and pass a filter; in order of `sorted_by`."""

    store: TraceStore
    thread: Int32s
    row: Int32s
    sorted_by: Column = Column.START
    descending: bool = False
    _spans: dict[int, Spans] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row)

    def spans(self, thread: int) -> Spans:
        """The states of a thread, as they were when the table was made."""
        if thread not in self._spans:
            self._spans[thread] = self.store.states(thread)
        return self._spans[thread]

    def place(self, thread: int, row: int) -> int | None:
        """Where a span stands in the table; None when it is not in it."""
        found = np.flatnonzero((self.row == row) & (self.thread == thread))
        return int(found[0]) if len(found) else None

    def sort(self, column: Column, descending: bool = False) -> SpanTable:
        """The same rows in another order; equal ones by their start."""
        by_start = self if self.sorted_by is Column.START and not self.descending else self._ordered(Column.START)
        made = by_start if column is Column.START else by_start._ordered(column)
        if descending:
            made = replace(made, thread=made.thread[::-1], row=made.row[::-1])
        return replace(made, sorted_by=column, descending=descending)

    def _ordered(self, column: Column) -> SpanTable:
        order = np.argsort(self._key(column), kind="stable")
        return replace(self, thread=self.thread[order], row=self.row[order])

    def _key(self, column: Column) -> npt.NDArray[np.int64]:
        key = np.zeros(len(self), np.int64)
        for thread in used(self.thread + 1):
            mine = np.flatnonzero(self.thread == thread - 1)
            key[mine] = self._key_of(column, thread - 1, self.row[mine])
        if column is Column.LINE:
            return _ranks(key, lambda one: (self.store.site(one).file, self.store.site(one).line))
        if column is Column.WHAT:
            flag, thing = key >> 32, key & 0xFFFFFFFF
            return (_ranks(flag, _wait_words) << 32) | _ranks(thing, lambda one: (self.store.object(one).label, 0))
        return key

    def _key_of(self, column: Column, thread: int, rows: Int32s) -> Int64s:
        spans = self.spans(thread)
        if column is Column.START:
            return spans.start[rows]
        if column is Column.LENGTH:
            return (spans.end - spans.start)[rows]
        if column in (Column.THREAD, Column.PROCESS):
            return np.full(len(rows), self._rank(column, thread), np.int64)
        if column is Column.STATE:
            return spans.state[rows].astype(np.int64)
        if column is Column.SOURCE:
            return spans.source[rows].astype(np.int64)
        if column is Column.CPU:
            return self._cpu_of(thread, spans.start[rows])
        if column is Column.LINE:
            return spans.site[rows].astype(np.int64)
        return spans.flag[rows].astype(np.int64) << 32 | spans.object[rows]

    def _rank(self, column: Column, thread: int) -> int:
        threads = self.store.threads
        if column is Column.PROCESS:
            return threads[thread].process
        return sorted(range(len(threads)), key=lambda one: (threads[one].name.casefold(), one)).index(thread)

    def _cpu_of(self, thread: int, t: Int64s) -> Int64s:
        on = self.store.thread_cpus(thread)
        if not len(on):
            return np.full(len(t), -1, np.int64)
        at = np.maximum(np.searchsorted(on.start, t, "right") - 1, 0)
        there = (on.start[at] <= t) & (t < on.end[at])
        return np.where(there, on.cpu[at].astype(np.int64), -1)

    def cpus(self, place: int) -> tuple[int, ...]:
        """The CPUs that the thread was on during the span in a row of this table; empty when none is known."""
        thread, row = int(self.thread[place]), int(self.row[place])
        spans = self.spans(thread)
        return cpus_of(self.store, thread, int(spans.start[row]), int(spans.end[row]))

    def words(self, place: int) -> str:
        """What the thread did in a row of this table, with the object or call."""
        thread, row = int(self.thread[place]), int(self.row[place])
        return state_words(self.store, self.spans(thread), row)


def cpus_of(store: TraceStore, thread: int, t0: int, t1: int) -> tuple[int, ...]:
    """The CPUs that a thread was on between two moments (ns), by first use; empty when none is known."""
    on = store.thread_cpus(thread)
    first, last = int(np.searchsorted(on.end, t0, "right")), int(np.searchsorted(on.start, t1, "left"))
    return tuple(dict.fromkeys(on.cpu[first:last].tolist()))


def span_table(
    store: TraceStore, t0: int | None = None, t1: int | None = None, chosen: SpanFilter | None = None
) -> SpanTable:
    """The spans that touch [t0, t1) (ns; None: all) and pass the filter, by start."""
    chosen = chosen or SpanFilter()
    threads, rows, starts = [], [], []
    known: dict[int, Spans] = {}
    for thread in range(len(store.threads)):
        if not chosen.keeps_thread(store, thread):
            continue
        spans = known[thread] = store.states(thread)
        last = len(spans) if t1 is None else int(np.searchsorted(spans.start, t1, "left"))
        first = 0 if t0 is None else min(int(np.searchsorted(spans.end, t0, "right")), last)
        keep = chosen.rows(spans.rows(slice(first, last)))
        found = np.arange(first, last, dtype=np.int32) if keep is None else np.flatnonzero(keep).astype("i4") + first
        rows.append(found.astype(np.int32))
        threads.append(np.full(len(found), thread, np.int32))
        starts.append(spans.start[found])
    if not rows:
        return SpanTable(store, np.empty(0, np.int32), np.empty(0, np.int32))
    order = np.argsort(np.concatenate(starts), kind="stable") if len(rows) > 1 else slice(None)
    return SpanTable(store, np.concatenate(threads)[order], np.concatenate(rows)[order], _spans=known)


def _wait_words(flag: int) -> tuple[str, int]:
    return WAIT_WORDS.get(flag, ""), flag


def _ranks(ids: Int64s, key: Callable[[int], tuple[str, int]]) -> Int64s:
    """By id, its place in the order of `key(id)`; what has no id comes first."""
    known = used(ids)
    order = sorted(known, key=key)
    rank = np.zeros(max(known, default=0) + 1, np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    found: Int64s = rank[ids]
    return found
