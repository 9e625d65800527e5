"""All waits for one object, with the deed that ended each: matched in one go, so one answer costs as much as all.

Who waits first is woken first: so it is in Python's Conditions, and in what is built on them. That order is believed
only where it fits every wait and every deed in the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind, Wait

from .columns import Int64s
from .nesting import Bools
from .replies import Replies, ledger_of
from .store import TraceStore

NEVER = -1
LOCKS = (Wait.LOCK, Wait.RLOCK)

DEED = {Wait.CONDITION: Kind.NOTIFY, Wait.EVENT: Kind.NOTIFY, Wait.BARRIER: Kind.NOTIFY, Wait.QUEUE_JOIN: Kind.NOTIFY,
         Wait.FUTURE: Kind.NOTIFY, Wait.FUTURES: Kind.NOTIFY, Wait.SEMAPHORE: Kind.PUT, Wait.QUEUE_GET: Kind.PUT,
         Wait.QUEUE_PUT: Kind.GET}  # fmt: skip
"""Which deed ends which wait. Those of NOTIFY say how many they woke; PUT and GET wake one each, if any waits."""


@dataclass(frozen=True, eq=False)
class Woken:
    """All waits for one object in one way, by begin: start, end i8 ns (an open one's end: as far as is known); thread
    i4; `by`: the row in `replies` of the deed that ended each, NEVER where that is not known.
    """

    start: Int64s
    end: Int64s
    thread: npt.NDArray[np.int32]
    site: npt.NDArray[np.int32]
    open: Bools
    by: Int64s
    replies: Replies

    def __len__(self) -> int:
        return len(self.start)

    def find(self, thread: int, start: int, end: int) -> int | None:
        """The last wait of a thread that touches [start, end]."""
        last = int(np.searchsorted(self.start, max(end, start + 1), "left"))
        row = last_of(self.thread, thread, last)
        return row if row is not None and self.end[row] > start else None


def last_of(column: npt.NDArray[Any], value: int, before: int) -> int | None:
    """The last row before row `before` in which a column has this value; quickly found where it is near."""
    size = 256
    while before > 0:
        first = max(before - size, 0)
        found = np.flatnonzero(column[first:before] == value)
        if len(found):
            return first + int(found[-1])
        before, size = first, size * 4
    return None


_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, dict[tuple[int, int], Woken]]] = WeakKeyDictionary()


def woken_by(store: TraceStore, thing: int, flag: int) -> Woken:
    """All waits of kind `flag` for the object `thing`, with what ended each; remembered until the store changes."""
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        known = _KNOWN[store] = store.revision, {}
    key = thing, flag
    if key not in known[1]:
        known[1][key] = _woken_by(store, thing, flag)
    return known[1][key]


def _woken_by(store: TraceStore, thing: int, flag: int) -> Woken:
    ledger = ledger_of(store)
    replies = ledger.of(thing)
    waits = _waits_for(store, thing, flag)
    start, end, thread, site, result, is_open = waits
    by = np.full(len(start), NEVER, np.int64)
    sure = (result != 0) & ~is_open & (end < _first_loss(store, thread))
    if len(start) and not ledger.is_shared(store, thing):
        if flag in LOCKS:
            by = _last_release(replies, end, thread)
        else:
            alone = not store.object(thing).key  # who waits first in another process is not woken first
            by = _in_turn(store, replies, flag, start, end, thread, result, is_open, alone)
        by[~sure] = NEVER
    if flag == Wait.QUEUE_GET:
        numbered = _by_number(replies, start, end, thread)
        by = np.where((numbered != NEVER) & (result == 1), numbered, by)
    return Woken(start, end, thread, site, is_open, by, replies)


def _waits_for(store: TraceStore, thing: int, flag: int) -> tuple[npt.NDArray[Any], ...]:
    """start, end, thread, site, result, open of all waits of this kind for the object, by start.

    The wait for the lock that a woken Condition wants back lies inside that for the Condition: the stretch before it
    is the wait, with the result of the stretch behind it.
    """
    parts = []
    for index in range(len(store.threads)):
        states = store.recorded_states(index)
        rows = np.flatnonzero((states.flag == flag) & (states.object == thing) & (states.kind == Kind.WAIT_BEGIN))
        if not len(rows):
            continue
        result, last = states.result[rows].copy(), rows == len(states) - 1
        if flag == Wait.CONDITION:
            split = (np.diff(rows) == 2) & (states.end[rows[:-1]] == states.start[rows[:-1] + 1])
            split &= (states.kind[rows[:-1] + 1] == Kind.WAIT_BEGIN) & (result[:-1] < 0)
            result[:-1][split] = result[1:][split]
            keep = ~np.append(False, split)
            rows, result, last = rows[keep], result[keep], last[keep]
        who = np.full(len(rows), index, np.int32)
        parts.append((states.start[rows], states.end[rows], who, states.site[rows], result, last & (result < 0)))
    if not parts:
        kinds = (np.int64, np.int64, np.int32, np.int32, np.int8, np.bool_)
        return tuple(np.empty(0, kind) for kind in kinds)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return tuple(column[order] for column in columns)


def _first_loss(store: TraceStore, thread: npt.NDArray[np.int32]) -> Int64s:
    """By wait: from when on a record of its process may be missing."""
    first = np.full(len(store.threads), np.iinfo(np.int64).max, np.int64)
    for process in store.processes:
        found = [loss.first_ns for one in process.threads if (loss := store.loss_of(one)) is not None]
        if found:
            first[list(process.threads)] = min(found)
    return first[thread]


def _last_release(replies: Replies, end: Int64s, thread: npt.NDArray[np.int32]) -> Int64s:
    rows = np.flatnonzero((replies.kind == Kind.HOLD) | (replies.kind == Kind.RELEASE))
    if not len(rows):
        return np.full(len(end), NEVER, np.int64)
    t, kind, who = replies.t[rows], replies.kind[rows], replies.thread[rows]
    at = np.searchsorted(t, end, "right") - 1
    own = (at >= 0) & (kind[at] == Kind.HOLD) & (who[at] == thread) & (t[at] == end)  # taken in the same nanosecond
    at -= own
    known = (at >= 0) & (kind[at] == Kind.RELEASE) & (who[at] != thread)
    return np.where(known, rows[at], NEVER)


def _by_number(replies: Replies, start: Int64s, end: Int64s, thread: npt.NDArray[np.int32]) -> Int64s:
    """The put of the item that each wait ended with: the thread's next get says its number."""
    by = np.full(len(end), NEVER, np.int64)
    puts = np.flatnonzero((replies.kind == Kind.PUT) & (replies.value > 0))
    if not len(puts):
        return by
    puts = puts[np.argsort(replies.value[puts], kind="stable")]
    for one in np.unique(thread):
        mine = np.flatnonzero(thread == one)
        gets = np.flatnonzero((replies.kind == Kind.GET) & (replies.thread == one))
        at = np.searchsorted(replies.t[gets], end[mine], "left")
        until = np.append(start[mine][1:], np.iinfo(np.int64).max)
        there = at < len(gets)
        got = gets[at[there]]
        there[there] = (replies.value[got] > 0) & (replies.t[got] <= until[there])
        number = replies.value[gets[at[there]]]
        place = np.minimum(np.searchsorted(replies.value[puts], number), len(puts) - 1)
        by[mine[there]] = np.where(replies.value[puts[place]] == number, puts[place], NEVER)
    return by


def _in_turn(
    store: TraceStore,
    replies: Replies,
    flag: int,
    start: Int64s,
    end: Int64s,
    thread: npt.NDArray[np.int32],
    result: npt.NDArray[np.int8],
    is_open: Bools,
    in_order: bool,
) -> Int64s:
    """Who waits first is woken first, if `in_order`. Taken only if it fits all waits; else the only deed during a wait,
    if it is.
    """
    counted = DEED[flag] == Kind.NOTIFY
    rows = np.flatnonzero((replies.kind == DEED[flag]) & (replies.flag == flag))
    rows = rows[replies.value[rows] > 0] if counted else rows
    t = replies.t[rows]
    by = np.full(len(start), NEVER, np.int64)
    if not len(rows):
        return by
    queued = np.flatnonzero(result != 0)
    wakes_one = in_order and (counted or flag != Wait.SEMAPHORE or _wakes_one_by_one(store, thread))
    if wakes_one and (counted or len(queued) == len(start)):
        done = _taken(t, replies.value[rows] if counted else None, start[queued])
        place = np.searchsorted(done, np.arange(1, len(queued) + 1), "left")
        known = place < len(rows)
        when = t[np.minimum(place, len(rows) - 1)]
        fits = np.where(is_open[queued], ~known, known & (start[queued] <= when) & (when <= end[queued]))
        if fits.all():
            by[queued[known]] = rows[place[known]]
            return by
    first, last = np.searchsorted(t, start, "left"), np.searchsorted(t, end, "right")
    only = last - first == 1
    by[only] = rows[first[only]]
    return by


def _taken(t: Int64s, woken: npt.NDArray[np.uint32] | None, arrived: Int64s) -> Int64s:
    """How many were woken up to each deed. `woken`: by each, as it said; None: one each, if any was waiting then."""
    if woken is not None:
        return np.cumsum(woken.astype(np.int64))
    count = np.arange(1, len(t) + 1)
    idle = np.maximum.accumulate(np.maximum(count - np.searchsorted(arrived, t, "right"), 0))
    found: Int64s = count - idle
    return found


def _wakes_one_by_one(store: TraceStore, thread: npt.NDArray[np.int32]) -> bool:
    """Whether `Semaphore.release(n)` is n deeds: up to Python 3.11 it notified once for each unit."""
    version = store.processes[store.threads[int(thread[0])].process].python or ""
    parts = version.split(".")
    return len(parts) > 1 and parts[0] == "3" and parts[1].isdigit() and int(parts[1]) < 12
