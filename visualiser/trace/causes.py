"""Who woke whom: the deed of another thread that ended a wait, as far as the records tell it; nothing is guessed.

    a lock             the last release before the wait's end: releases and holds of one lock take turns in the records
    an item            the put of the item that the woken then got, by its number
    a notification     the one that woke so many: those who wait are woken in the order in which they came
    a thread, process  its end
    the GIL            who held it before, where the lane of the GIL tells that without a gap

Where several deeds would do (a notification of which nobody counted the woken, a lock that processes may share, records
that were lost) there is no answer. Vectorised per object: one answer costs as much as all of the same object's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind, Wait

from .columns import Int64s, Spans
from .nesting import Bools
from .replies import Ledger, Replies, ledger_of
from .store import TraceStore
from .values import State

NEVER = -1
LOCKS = (Wait.LOCK, Wait.RLOCK)

_DEED = {Wait.CONDITION: Kind.NOTIFY, Wait.EVENT: Kind.NOTIFY, Wait.BARRIER: Kind.NOTIFY, Wait.QUEUE_JOIN: Kind.NOTIFY,
         Wait.FUTURE: Kind.NOTIFY, Wait.FUTURES: Kind.NOTIFY, Wait.SEMAPHORE: Kind.PUT, Wait.QUEUE_GET: Kind.PUT,
         Wait.QUEUE_PUT: Kind.GET}  # fmt: skip
"""Which deed ends which wait. Those of NOTIFY say how many they woke; PUT and GET wake one each, if any waits."""

_VERBS = {
    Wait.LOCK: "released it", Wait.RLOCK: "released it", Wait.CONDITION: "notified it", Wait.EVENT: "set it",
    Wait.BARRIER: "came last", Wait.QUEUE_JOIN: "finished the last task", Wait.FUTURE: "brought the result",
    Wait.FUTURES: "brought a result", Wait.SEMAPHORE: "gave one back", Wait.QUEUE_GET: "put an item",
    Wait.QUEUE_PUT: "took an item out", Wait.THREAD_JOIN: "ended", Wait.PROCESS_JOIN: "ended",
}  # fmt: skip
STARTED, GAVE_GIL, HELD_GIL, HELD = "started it", "gave the GIL up", "held the GIL", "held it"


@dataclass(frozen=True)
class Cause:
    """A deed: `thread` (index) did what `how` says at `t` (ns), at `site`, to `object` (ids, 0: none).

    `woke`: it is what ended the wait; else it tells who was in the way when the wait began.
    """

    how: str
    t: int
    thread: int
    object: int = 0
    site: int = 0
    woke: bool = True


def causes_of(store: TraceStore, thread: int, row: int) -> tuple[Cause, ...]:
    """What is known of why the state in `row` of `store.states(thread)` ended, and of who was in its way.

    For a thread's first span: who started it. Empty where nothing is known.
    """
    states = store.states(thread)
    if not 0 <= row < len(states):
        return ()
    if states.kind[row] == Kind.WAIT_BEGIN:
        found = _of_wait(store, thread, states, row)
    elif states.state[row] == State.GIL:
        found = _of_gil(store, thread, int(states.start[row]), int(states.end[row]))
    else:
        found = ()
    return (*_of_start(store, thread), *found) if row == 0 else found


def wait_before(store: TraceStore, thread: int, row: int) -> int | None:
    """The row of the wait out of which a thread came into the state in `row`; `row` itself if it is one; else None."""
    states = store.states(thread)
    while 0 <= row < len(states):
        if states.kind[row] == Kind.WAIT_BEGIN or states.state[row] == State.GIL:
            return row
        if states.state[row] not in (State.READY, State.RUNNING, State.NATIVE, State.UNKNOWN):
            return None
        row -= 1
        if row >= 0 and states.state[row] in (State.RUNNING, State.NATIVE):
            return None  # what it did before is in between
    return None


def row_at(store: TraceStore, thread: int, t: int) -> int | None:
    """The row of a thread's states at `t` (ns); its last one where it ended at `t`; None when it did not live."""
    states = store.states(thread)
    row = int(np.searchsorted(states.start, t, "right")) - 1
    return row if row >= 0 and t <= states.end[row] else None


def _of_start(store: TraceStore, thread: int) -> tuple[Cause, ...]:
    arrows = store.arrows()
    rows = np.flatnonzero((arrows.child_thread == thread) & (arrows.kind != Kind.THREAD_JOINED))
    if not len(rows) or arrows.thread[rows[0]] < 0:
        return ()
    starter, t = int(arrows.thread[rows[0]]), int(arrows.t[rows[0]])
    return (Cause(STARTED, t, starter, site=_site_at(ledger_of(store), starter, t)),)


def _site_at(ledger: Ledger, thread: int, t: int) -> int:
    mine = ledger.of_thread(thread)
    rows = np.flatnonzero((mine.t == t) & (mine.object == 0))
    return int(mine.site[rows[0]]) if len(rows) else 0


# --- the GIL


def _of_gil(store: TraceStore, thread: int, start: int, end: int) -> tuple[Cause, ...]:
    lanes = [lane for lane in store.gil_lanes(store.threads[thread].process) if lane.enabled and len(lane)]
    for lane in lanes:
        row = int(np.searchsorted(lane.start, end, "right")) - 1
        if row < 1 or lane.thread[row] != thread or lane.start[row] < start:
            continue
        found = []
        first = int(np.searchsorted(lane.start, start, "right")) - 1
        if first >= 0 and lane.end[first] > start and lane.thread[first] not in (NEVER, thread):
            found.append(Cause(HELD_GIL, int(lane.start[first]), int(lane.thread[first]), woke=False))
        before = int(lane.thread[row - 1])
        if before not in (NEVER, thread):
            found.append(Cause(GAVE_GIL, int(lane.end[row - 1]), before))
        return tuple(found)
    return ()


# --- recorded waits


def _of_wait(store: TraceStore, thread: int, states: Spans, row: int) -> tuple[Cause, ...]:
    flag, thing = int(states.flag[row]), int(states.object[row])
    if flag in (Wait.THREAD_JOIN, Wait.PROCESS_JOIN):
        return _of_join(store, thread, flag, int(states.end[row]))
    if not thing or (flag not in LOCKS and flag not in _DEED):
        return ()
    woken = woken_by(store, thing, flag)
    at = woken.find(thread, int(states.start[row]), int(states.end[row]))
    found = _holder(store, thread, thing, int(states.start[row])) if flag in LOCKS else ()
    if at is None or woken.by[at] == NEVER or _goes_on(states, row, int(woken.end[at])):
        return found
    reply = woken.replies.rows(woken.by[at : at + 1])
    cause = Cause(_VERBS[flag], int(reply.t[0]), int(reply.thread[0]), thing, int(reply.site[0]))
    return (*found, cause)


def _goes_on(states: Spans, row: int, until: int) -> bool:
    """Whether the same wait, which ended at `until`, has another row: it had been woken in vain, or was only seen."""
    last = int(np.searchsorted(states.start, until, "left"))
    later = slice(row + 1, last)
    same = (states.flag[later] == states.flag[row]) & (states.object[later] == states.object[row])
    return bool((same & (states.kind[later] == Kind.WAIT_BEGIN)).any())


def _holder(store: TraceStore, thread: int, thing: int, start: int) -> tuple[Cause, ...]:
    """Who held a lock when somebody began to wait for it."""
    for other in store.processes[store.threads[thread].process].threads:
        if other == thread:
            continue
        holds = store.holds(other)
        last = int(np.searchsorted(holds.start, start, "right"))
        rows = np.flatnonzero((holds.object[:last] == thing) & (holds.end[:last] >= start))
        if len(rows):
            at = int(rows[-1])
            return (Cause(HELD, int(holds.start[at]), other, thing, int(holds.site[at]), woke=False),)
    return ()


def _of_join(store: TraceStore, thread: int, flag: int, end: int) -> tuple[Cause, ...]:
    """The end that a join saw: told by the record right behind the wait."""
    kind = Kind.THREAD_JOINED if flag == Wait.THREAD_JOIN else Kind.CHILD_ENDED
    mine = ledger_of(store).of_thread(thread)
    row = int(np.searchsorted(mine.t, end, "left"))
    if row >= len(mine) or mine.kind[row] != kind or mine.t[row] > _next_wait(store, thread, end):
        return ()
    ended = _thread_that_ended(store, thread, flag, int(mine.value[row]), int(mine.t[row]))
    if ended is None:
        return ()
    died = store.threads[ended].end_ns
    return () if died is None else (Cause(_VERBS[flag], min(died, end), ended, site=0),)


def _next_wait(store: TraceStore, thread: int, t: int) -> int:
    states = store.recorded_states(thread)
    rest = int(np.searchsorted(states.start, t, "left"))
    later = np.flatnonzero(states.kind[rest : rest + 4] == Kind.WAIT_BEGIN)
    return int(states.start[rest + later[0]]) if len(later) else np.iinfo(np.int64).max


def _thread_that_ended(store: TraceStore, joiner: int, flag: int, number: int, t: int) -> int | None:
    """The thread with this native id, or the main thread of the process with this pid, that ended last before `t`."""
    process = store.threads[joiner].process
    if flag == Wait.PROCESS_JOIN:
        number_of = {store.processes[one.process].pid: one for one in store.threads}
        if number not in number_of:
            return None
        threads = [store.threads[one] for life in store.processes if life.pid == number for one in life.threads[:1]]
    else:
        threads = [store.threads[one] for one in store.processes[process].threads if store.threads[one].tid == number]
    done = [one for one in threads if one.end_ns is not None and one.start_ns <= t]
    return max(done, key=lambda one: one.start_ns).index if done else None


# --- all waits for one object


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
        rows = np.flatnonzero((self.thread == thread) & (self.start < max(end, start + 1)) & (self.end > start))
        return int(rows[-1]) if len(rows) else None


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
            by = _in_turn(store, replies, flag, start, end, thread, result, is_open)
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
) -> Int64s:
    """Who waits first is woken first. Taken only if it fits all waits; else the only deed during a wait, if it is."""
    counted = _DEED[flag] == Kind.NOTIFY
    rows = np.flatnonzero((replies.kind == _DEED[flag]) & (replies.flag == flag))
    rows = rows[replies.value[rows] > 0] if counted else rows
    t = replies.t[rows]
    by = np.full(len(start), NEVER, np.int64)
    if not len(rows):
        return by
    queued = np.flatnonzero(result != 0)
    wakes_one = counted or flag != Wait.SEMAPHORE or _wakes_one_by_one(store, thread)
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
