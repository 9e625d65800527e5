"""Who woke whom: the deed of another thread that ended a wait, as far as the records tell it; nothing is guessed.

    a lock             the last release before the wait's end: releases and holds of one lock take turns in the records
    an item            the put of the item that the woken then got, by its number
    a notification     the one that woke so many: those who wait are woken in the order in which they came
    a thread, process  its end
    the GIL            who held it before, where the lane of the GIL tells that without a gap

Where several deeds would do (a notification of which nobody counted the woken, a lock that processes may share, records
that were lost) there is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.events import Kind, Wait

from .columns import Spans
from .replies import Ledger, ledger_of
from .store import TraceStore
from .values import State
from .woken import DEED, LOCKS, NEVER, last_of, woken_by

VERBS = {
    Wait.LOCK: "released it", Wait.RLOCK: "released it", Wait.CONDITION: "notified it", Wait.EVENT: "set it",
    Wait.BARRIER: "came last", Wait.QUEUE_JOIN: "finished the last task", Wait.FUTURE: "brought the result",
    Wait.FUTURES: "brought a result", Wait.SEMAPHORE: "gave one back", Wait.QUEUE_GET: "put an item",
    Wait.QUEUE_PUT: "took an item out", Wait.THREAD_JOIN: "ended", Wait.PROCESS_JOIN: "ended",
}  # fmt: skip
STARTED, GAVE_GIL, HELD_GIL, HELD = "started it", "gave the GIL up", "held the GIL", "held it"

MOST_PIECES = 200


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


def whole_wait(store: TraceStore, thread: int, row: int) -> tuple[int, int] | None:
    """From when to when (ns) the wait lasted of which `row` is one piece; None when it is all of it, or no wait.

    A thread may come onto a CPU in the midst of it, as when another takes what it waits for before it can.
    """
    states, recorded = store.states(thread), store.recorded_states(thread)
    at = int(np.searchsorted(recorded.start, states.end[row], "left")) - 1
    if at < 0 or states.kind[row] != Kind.WAIT_BEGIN or not _same(recorded, at, states, row):
        return None
    begin, end = int(recorded.start[at]), int(recorded.end[at])
    first, last = (int(np.searchsorted(states.start, t, "left")) for t in (begin, end))
    pieces = [one for one in range(first, min(last, first + MOST_PIECES)) if _same(states, one, states, row)]
    return (begin, end) if len(pieces) > 1 and row in pieces else None


def _same(spans: Spans, row: int, others: Spans, other: int) -> bool:
    """Whether two rows tell of waiting for the same in the same way."""
    names = ("kind", "flag", "object", "site")
    return all(getattr(spans, name)[row] == getattr(others, name)[other] for name in names)


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
    if not thing or (flag not in LOCKS and flag not in DEED):
        return ()
    found = _holder(store, thread, thing, int(states.start[row])) if flag in LOCKS else ()
    if row == len(states) - 1 and states.result[row] < 0:
        return found  # it is not over
    woken = woken_by(store, thing, flag)
    at = woken.find(thread, int(states.start[row]), int(states.end[row]))
    if at is None or woken.by[at] == NEVER:
        return found
    reply = woken.replies.rows(woken.by[at : at + 1])
    cause = Cause(VERBS[flag], int(reply.t[0]), int(reply.thread[0]), thing, int(reply.site[0]))
    return (*found, cause)


def _holder(store: TraceStore, thread: int, thing: int, start: int) -> tuple[Cause, ...]:
    """Who held a lock when somebody began to wait for it."""
    for other in store.processes[store.threads[thread].process].threads:
        if other == thread:
            continue
        holds = store.holds(other)
        at = last_of(holds.object, thing, int(np.searchsorted(holds.start, start, "right")))
        if at is not None and holds.end[at] >= start:
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
    return () if died is None else (Cause(VERBS[flag], min(died, end), ended, site=0),)


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
