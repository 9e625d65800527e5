"""What threads queued up for: per lock, queue and GIL how often, how long, who, and who had it meanwhile.

A wait counts with its whole length, whoever it was for. Whoever held the thing while somebody waited for it is counted
with that time only: one that holds a lock for an hour while nobody wants it is in nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind, Wait

from .columns import Int64s
from .store import TraceStore
from .values import State

LOCKS = (Wait.LOCK, Wait.RLOCK)
_SHARED = (*LOCKS, Wait.CONDITION, Wait.EVENT, Wait.SEMAPHORE, Wait.BARRIER, Wait.QUEUE_GET, Wait.QUEUE_PUT,
           Wait.QUEUE_JOIN)  # fmt: skip
"""Waits for things that threads share. Joins, results and input have nobody who competes for them."""

IS_SHARED = np.zeros(1 << 16, bool)
IS_SHARED[list(_SHARED)] = True
GIL = -1
"""`Contention.object` of a GIL's row."""

_HELD = "start", "end", "thread"


@dataclass(frozen=True)
class Contention:
    """One row: `object` (id; GIL) waited for in one way (`flag`: Wait, 0 for the GIL) within `process` (index).

    `waits`, `unfinished`: how many, and how many of them were never over; `total_ns`, `longest_ns`: of the waits;
    `longest_thread`, `longest_start`, `longest_site`: whose the longest was, when it began, where (site id, 0 unknown).
    `by`: ns waited per thread, most first; `held`: ns per thread for which it had the thing while another waited, most
    first, None where that is not known or nobody can have it.
    """

    object: int
    flag: int
    process: int
    waits: int
    unfinished: int
    total_ns: int
    longest_ns: int
    longest_thread: int
    longest_start: int
    longest_site: int
    by: tuple[tuple[int, int], ...]
    held: tuple[tuple[int, int], ...] | None


@dataclass(frozen=True, eq=False)
class _Waits:
    start: Int64s
    end: Int64s
    thread: npt.NDArray[np.int32]
    site: npt.NDArray[np.int32]
    open: npt.NDArray[np.bool_]


_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, tuple[Contention, ...]]] = WeakKeyDictionary()


def contention(store: TraceStore) -> tuple[Contention, ...]:
    """All rows, the longest total first; remembered until the store changes."""
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        rows = [row for process in store.processes for row in (*_objects(store, process.index),
                                                               *_gil(store, process.index))]  # fmt: skip
        known = _KNOWN[store] = store.revision, tuple(sorted(rows, key=lambda row: (-row.total_ns, row.object)))
    return known[1]


def longest_wait(store: TraceStore, found: Contention) -> int:
    """The row of `store.states(found.longest_thread)` in which most of the longest wait lies.

    The recorded wait begins a little before the thread stops running, and may be seen in several pieces.
    """
    states = store.states(found.longest_thread)
    end = found.longest_start + found.longest_ns
    first = int(np.searchsorted(states.end, found.longest_start, "right"))
    last = max(int(np.searchsorted(states.start, end, "left")), first + 1)
    rows = slice(first, last)
    same = (states.kind[rows] == Kind.WAIT_BEGIN) & (states.flag[rows] == found.flag)
    if found.object == GIL:
        same = states.state[rows] == State.GIL
    length = states.end[rows] - states.start[rows]
    at = int(np.argmax(np.where(same, length, -1)))
    return min(first + at, len(states) - 1)


def _objects(store: TraceStore, process: int) -> Iterator[Contention]:
    columns: list[tuple[npt.NDArray[np.int64], ...]] = []
    threads = store.processes[process].threads
    for thread in threads:
        states = store.recorded_states(thread)
        rows = np.flatnonzero((states.kind == Kind.WAIT_BEGIN) & IS_SHARED[states.flag] & (states.object > 0))
        is_open = (rows == len(states) - 1) & (states.result[rows] < 0)
        parts = states.object[rows], states.flag[rows], states.start[rows], states.end[rows], states.site[rows], is_open
        columns.append((*(part.astype(np.int64) for part in parts), np.full(len(rows), thread, np.int64)))
    if not columns:
        return
    thing, flag, start, end, site, is_open, who = (np.concatenate(part) for part in zip(*columns, strict=True))
    key = thing << 16 | flag
    order = np.lexsort((start, key))
    first = np.flatnonzero(np.append(True, np.diff(key[order]) != 0)) if len(key) else np.empty(0, np.int64)
    for rows in np.split(order, first[1:]) if len(first) else []:
        waits = _Waits(start[rows], end[rows], who[rows].astype(np.int32), site[rows].astype(np.int32),
                       is_open[rows] > 0)  # fmt: skip
        which, how = int(thing[rows[0]]), int(flag[rows[0]])
        held = _held(store, threads, which, waits) if how in LOCKS else None
        yield _row(which, how, process, waits, held)


def _gil(store: TraceStore, process: int) -> Iterator[Contention]:
    parts = []
    for thread in store.processes[process].threads:
        states = store.states(thread)
        rows = np.flatnonzero(states.state == State.GIL)
        is_open = (rows == len(states) - 1) & (store.threads[thread].end_ns is None)
        who = np.full(len(rows), thread, np.int32)
        parts.append((states.start[rows], states.end[rows], who, states.site[rows], is_open))
    columns: list[npt.NDArray[Any]] = [np.concatenate(part) for part in zip(*parts, strict=True)] if parts else []
    if not columns or not len(columns[0]):
        return
    waits = _Waits(*(column[np.argsort(columns[0], kind="stable")] for column in columns))
    lanes = [lane for lane in store.gil_lanes(process) if lane.enabled]
    held = None
    if lanes:
        start, end, who = (np.concatenate([getattr(lane, name) for lane in lanes]) for name in _HELD)
        held = _while_waited(start, end, who, waits)
    yield _row(GIL, 0, process, waits, held)


def _row(thing: int, flag: int, process: int, waits: _Waits, held: tuple[tuple[int, int], ...] | None) -> Contention:
    length = waits.end - waits.start
    worst = int(np.argmax(length))
    return Contention(
        object=thing,
        flag=flag,
        process=process,
        waits=len(length),
        unfinished=int(waits.open.sum()),
        total_ns=int(length.sum()),
        longest_ns=int(length[worst]),
        longest_thread=int(waits.thread[worst]),
        longest_start=int(waits.start[worst]),
        longest_site=int(waits.site[worst]),
        by=_per_thread(waits.thread, length),
        held=held,
    )


def _per_thread(thread: npt.NDArray[np.int32], length: Int64s) -> tuple[tuple[int, int], ...]:
    """(thread, ns), most first, without those that have none."""
    if not len(thread):
        return ()
    sums = np.bincount(thread, weights=length).astype(np.int64)  # exact up to 2**53 ns
    return tuple((int(one), int(sums[one])) for one in np.argsort(-sums, kind="stable") if sums[one])


def _held(store: TraceStore, threads: tuple[int, ...], thing: int, waits: _Waits) -> tuple[tuple[int, int], ...]:
    parts = []
    for thread in threads:
        holds = store.holds(thread)
        rows = np.flatnonzero(holds.object == thing)
        parts.append((holds.start[rows], holds.end[rows], np.full(len(rows), thread, np.int32)))
    start, end, who = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _while_waited(start, end, who, waits)


def _while_waited(
    start: Int64s, end: Int64s, thread: npt.NDArray[np.int32], waits: _Waits
) -> tuple[tuple[int, int], ...]:
    """For how long each had it while somebody waited: time waited up to each moment, by its sum over merged waits."""
    known = thread >= 0
    start, end, thread = start[known], end[known], thread[known]
    order = np.argsort(waits.start, kind="stable")
    begins, reach = waits.start[order], np.maximum.accumulate(waits.end[order])
    new = np.append(True, begins[1:] > reach[:-1])
    begins, ends = begins[new], reach[np.append(np.flatnonzero(new)[1:] - 1, len(reach) - 1)]
    before = np.append(0, np.cumsum(ends - begins))

    def waited_until(t: Int64s) -> Int64s:
        at = np.searchsorted(begins, t, "right")
        inside = np.clip(ends[np.maximum(at - 1, 0)] - t, 0, None)
        found: Int64s = np.where(at > 0, before[at] - inside, 0)
        return found

    return _per_thread(thread, waited_until(end) - waited_until(start))
