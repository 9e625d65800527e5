"""Joins what the kernel, the looks and the probe tell about one thread into one track of states without gaps.

The rules, in their order:

1. Between an edge onto a CPU and the next edge off it the thread is on that CPU. Then the GIL's track decides: the
   thread holds a GIL: `running`; it is known that it does not: `native`; neither is known: `unknown`, marked ON_CPU.
2. Preempted, or born and not yet on a CPU: `ready`.
3. Blocked: a thread that is off the CPU stays in one system call until its next edge, so one look that can only have
   fallen into this absence names all of it. (The time from its wake-up to its CPU is in there too; no edge tells it.)
4. A recorded wait that covers an absence says it better than the number of a system call does (select may be a sleep, a
   poll may wait for a child): its state is taken, unless the look says "GIL", or something that such a wait never does.
   Then the look is kept, and the span is marked CONTRADICTED.
5. No look, but a recorded wait, and it is the first absence in it: the wait names it.
6. A thread that waits for the GIL wakes up every switch interval, for some microseconds, to ask for it. Stretches on
   a CPU shorter than `RETRY_NS` between two absences for the GIL, or an absence without any look that follows one so
   closely, belong to the one wait.
7. A thread of Python's that was on a CPU shortly, did not have the GIL then, and blocked again without a look: it
   waits for the GIL, since there is nothing else that it may do without.
8. Who had the GIL, was asked for it by one who had waited for it in vain, blocked at its next step without a look, and
   then asked for it or had it: it gave it up because it was asked, and waited for it all that time. Who comes onto a
   CPU and gets the GIL at once from one that has it and runs, has waited for it: nobody is asked for it sooner.
9. Anything else is `unknown`. Nothing is guessed. Time in which records were lost is `unknown` too.

Arrays are i8 nanoseconds unless said otherwise. All is vectorised: no loop over edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

from .joined_track import Track, blocked, merged
from .observed import Looks
from .values import Evidence, State

Array = npt.NDArray[Any]

RETRY_NS = 300_000
ANSWER_NS = 100_000
"""On a CPU for at most so long, a thread that is asked for the GIL still runs Python before it gives it up."""

SEEN_STATES = np.zeros(16, "u1")
"""The state that a look tells, by `Seen`; UNKNOWN for a thread that could run, or is in a call that we cannot sort
in.
"""
for _seen, _state in (
    (blocks.Seen.GIL, State.GIL),
    (blocks.Seen.LOCK, State.LOCK),
    (blocks.Seen.IO, State.IO),
    (blocks.Seen.SLEEP, State.SLEEP),
    (blocks.Seen.CHILD, State.CHILD),
):
    SEEN_STATES[_seen] = _state

_POSSIBLE = {
    State.LOCK: (State.LOCK, State.IO),  # queues of processes wait in a pipe
    State.SLEEP: (State.SLEEP, State.IO, State.LOCK),  # select, or a condition with a timeout
    State.CHILD: (State.CHILD, State.IO, State.LOCK, State.SLEEP),  # a poll of its sentinel; a loop of naps
    State.IO: (State.IO, State.LOCK),
}


@dataclass(frozen=True, eq=False)
class Waits:
    """Recorded waits of one thread, not nested. start, end; state u1. They are referred to by their number: their row,
    counted on from `base`, the number of earlier ones that are left out. alarm: of a sleep, when it was to be over; 0
    where that is not told; None: of no wait.
    """

    start: Array
    end: Array
    state: Array
    base: int = 0
    alarm: Array | None = None

    def __len__(self) -> int:
        return len(self.start)


def no_waits() -> Waits:
    """No recorded waits."""
    return Waits(np.empty(0, "i8"), np.empty(0, "i8"), np.empty(0, "u1"))


def name_absences(track: Track, looks: Looks, waits: Waits, chain: bool = True) -> Track:
    """Rules 3 to 5, and 6 if `chain`: give the absences of `track` their states. `looks`: of this thread, in order of
    time.
    """
    state, evidence = track.state.copy(), track.evidence.copy()
    seen, wait = track.seen.copy(), track.wait.copy()
    away = np.flatnonzero(blocked(track))
    start, end = track.start[away], track.end[away]
    looked, number, differ = _looked(start, end, looks)
    covered = _covering(start, end, waits)
    first = _first_in_wait(covered)
    called = np.where(covered >= 0, waits.state[covered] if len(waits) else 0, State.UNKNOWN).astype("u1")
    has_look = looked != State.UNKNOWN
    fits = has_look & (called != State.UNKNOWN) & possible(called, looked)
    by_call = fits | (~has_look & (called != State.UNKNOWN) & first & (number < 0))
    named = np.where(by_call, called, looked)
    marks = np.where(has_look | (number >= 0), Evidence.LOOK, 0) | np.where(by_call, Evidence.CALL, 0)
    quarrel = has_look & (called != State.UNKNOWN) & ~fits & (looked != State.GIL)
    marks |= np.where(quarrel | differ, Evidence.CONTRADICTED, 0)
    state[away], evidence[away] = named, (evidence[away] | marks).astype("u1")
    seen[away] = number
    wait[away] = np.where(by_call, covered + waits.base, -1)
    named_track = Track(track.start, track.end, state, track.source, evidence, track.cpu, seen, wait)
    return chain_gil_waits(named_track) if chain else named_track


def possible(called: Array, looked: Array) -> Array:
    """Whether a recorded wait of state `called` may be seen by a look as `looked` (bool)."""
    table = np.zeros((16, 16), bool)
    for one, others in _POSSIBLE.items():
        table[one, list(others)] = True
    return np.asarray(table[called, looked])


def _looked(start: Array, end: Array, looks: Looks) -> tuple[Array, Array, Array]:
    """For each absence: the state and the number of the system call that looks tell (0, -1: none), and whether they
    differ.

    A look counts when the moment it was taken can lie in one absence only, and it saw a blocked thread: during its
    whole time at most one absence was under way.
    """
    count = len(start)
    state, number, differ = np.zeros(count, "u1"), np.full(count, -1, "i4"), np.zeros(count, bool)
    use = looks.rows(looks.seen != blocks.Seen.RUNNABLE)
    if not count or not len(use):
        return state, number, differ
    first = np.searchsorted(end, use.t, "right")  # the first absence that ends after the look began
    last = np.searchsorted(start, use.t + use.late, "left") - 1  # the last one that begins before the look ended
    only = (first == last) & (first < count)
    use, into = use.rows(only), first[only]
    told = SEEN_STATES[use.seen & 15]
    state[into], number[into] = told, use.number
    differ[into] = state[into] != told
    same = np.flatnonzero(into[1:] == into[:-1])
    differ[into[same]] |= told[same + 1] != told[same]
    return state, number, differ


def _covering(start: Array, end: Array, waits: Waits) -> Array:
    """The row of the recorded wait that an absence lies in, -1 where there is none."""
    if not len(waits):
        return np.full(len(start), -1)
    row = np.searchsorted(waits.start, start, "right") - 1
    inside = (row >= 0) & (end <= waits.end[row])
    return np.where(inside, row, -1)


def _first_in_wait(covered: Array) -> Array:
    """Which absences are the first in their wait: later ones may be for the GIL, on the way back."""
    first = np.ones(len(covered), bool)
    first[1:] = covered[1:] != covered[:-1]
    return first


def chain_gil_waits(track: Track, held: Array | None = None) -> Track:
    """Rule 6. Pieces on a CPU (or ready) between absences for the GIL become part of the wait; their CPU stays told.

    `held`: pieces in which it is known to have had the GIL (bool): its wait was over then.
    """
    state, evidence = track.state.copy(), track.evidence.copy()
    wait_like = (state != State.READY) & (evidence & Evidence.ON_CPU == 0)
    away = np.flatnonzero(wait_like & (evidence & Evidence.EDGES > 0))
    if len(away) < 2:
        return track
    gap = track.start[away[1:]] - track.end[away[:-1]]
    together = gap < RETRY_NS
    if held is not None:
        before = np.append(0, np.cumsum(held))
        together &= before[away[1:]] == before[away[:-1]]
    close = np.append(False, together)
    nameless = (state[away] == State.UNKNOWN) & (evidence[away] & (Evidence.LOOK | Evidence.CALL) == 0)
    is_gil = _carry(state[away] == State.GIL, close & nameless)
    chained = is_gil & nameless
    state[away[chained]] = State.GIL
    evidence[away[chained]] |= np.uint8(Evidence.CHAIN)
    joined = np.flatnonzero(close[1:] & is_gil[1:] & is_gil[:-1])
    _fill_between(state, evidence, away[joined], away[joined + 1])
    return Track(track.start, track.end, state, track.source, evidence, track.cpu, track.seen, track.wait)


@dataclass(frozen=True, eq=False)
class Passed:
    """What other threads tell of a thread's waits for the GIL. `asked`: when they had asked for it in vain; `taken`:
    when it got the GIL from one that had it until then. i8 ns, in order.
    """

    asked: Array
    taken: Array


def name_by_gil(track: Track, times: Array, own: Array, passed: Passed | None = None) -> Track:
    """Rules 7, 8 and 6. `times`, `own`: as in `split_by_gil`, which is to come after this."""
    if not len(times):
        return chain_gil_waits(track)
    away = np.flatnonzero(blocked(track) & (np.arange(len(track)) > 0))
    found = away[_only_asked(track, away - 1, times, own)]
    track = chain_gil_waits(_waiting(track, found), _held_in(track, times, own))
    if passed is None:
        return track
    found = np.union1d(_given_up(track, times, own, passed.asked), _got(track, passed.taken))
    return chain_gil_waits(_waiting(track, found), _held_in(track, times, own)) if len(found) else track


def _got(track: Track, taken: Array) -> Array:
    """The rows of absences after which it got the GIL at once from one that had it."""
    away = np.flatnonzero(blocked(track))
    back = track.end[away]
    return np.asarray(away[np.searchsorted(taken, back + ANSWER_NS, "right") > np.searchsorted(taken, back, "left")])


def _waiting(track: Track, rows: Array) -> Track:
    """The track, in these rows waiting for the GIL."""
    state, evidence = track.state.copy(), track.evidence.copy()
    state[rows] = State.GIL
    evidence[rows] |= np.uint8(Evidence.CHAIN)
    return Track(track.start, track.end, state, track.source, evidence, track.cpu, track.seen, track.wait)


def _only_asked(track: Track, rows: Array, times: Array, own: Array) -> Array:
    """In which of these pieces it was on a CPU shortly, and surely without the GIL (bool)."""
    start, end = track.start[rows], track.end[rows]
    short = (track.evidence[rows] & Evidence.ON_CPU > 0) & (end - start < RETRY_NS)
    first = np.searchsorted(times, start, "right") - 1
    last = np.searchsorted(times, end, "left")
    otherwise = np.append(0, np.cumsum(own != 0))
    return np.asarray(short & (first >= 0) & (otherwise[last] == otherwise[np.maximum(first, 0)]))


def _given_up(track: Track, times: Array, own: Array, asked: Array) -> Array:
    """The rows of absences that rule 8 names."""
    away = np.flatnonzero(blocked(track))
    away = away[(away > 0) & (away < len(track) - 2)]
    left, back = track.start[away], track.end[away]
    waits_on = (track.state[away + 2] == State.GIL) & _only_asked(track, away + 1, times, own)
    had = _had(times, own, left - ANSWER_NS, left) & (waits_on | _had(times, own, back, back + ANSWER_NS))
    latest = np.searchsorted(asked, left, "right") - 1
    away, latest = (each[had & (latest >= 0)] for each in (away, latest))
    ran = np.where(track.evidence & Evidence.ON_CPU > 0, track.end - track.start, 0)
    since = asked[latest]
    row = np.maximum(np.searchsorted(track.start, since, "right") - 1, 0)
    spent = np.append(0, np.cumsum(ran))
    part = np.where(ran[row] > 0, np.clip(since - track.start[row], 0, ran[row]), 0)
    return np.asarray(away[spent[away] - spent[row] - part <= ANSWER_NS])


def _had(times: Array, own: Array, begin: Array, end: Array) -> Array:
    """Whether it surely had the GIL at some time between these moments (bool)."""
    first = np.maximum(np.searchsorted(times, begin, "right") - 1, 0)
    held = np.append(0, np.cumsum(own == 1))
    return np.asarray(held[np.searchsorted(times, end, "left")] > held[first])


def _held_in(track: Track, times: Array, own: Array) -> Array:
    """In which pieces on a CPU it is known to have had the GIL (bool)."""
    return (track.evidence & Evidence.ON_CPU > 0) & _had(times, own, track.start, track.end)


def _carry(value: Array, take_previous: Array) -> Array:
    """`value`, but where `take_previous`, the value of the row before, however often in a row."""
    index = np.where(take_previous, 0, np.arange(len(value)))
    return np.asarray(value[np.maximum.accumulate(index)])


def _fill_between(state: Array, evidence: Array, left: Array, right: Array) -> None:
    """Make GIL of all pieces strictly between pairs of pieces."""
    change = np.zeros(len(state) + 1, "i4")
    np.add.at(change, left + 1, 1)
    np.add.at(change, right, -1)
    inside = np.cumsum(change)[:-1] > 0
    state[inside] = State.GIL
    evidence[inside] |= np.uint8(Evidence.CHAIN)


# --- on a CPU: running or native ------------------------------------------------------------------------------------


def split_by_gil(track: Track, times: Array, own: Array) -> Track:
    """Rule 1. `times`: when a thread's hold on GILs changes; `own`: from then on 1 it holds one, 0 it does not, -1
    not known.
    """
    on = (track.evidence & Evidence.ON_CPU > 0) & (track.state == State.UNKNOWN)
    piece = np.searchsorted(track.start, times, "right") - 1
    cut = (piece >= 0) & on[piece] & (times < track.end[piece]) if len(track) else np.zeros(len(times), bool)
    start = np.unique(np.concatenate([track.start, times[cut]]))
    row = np.searchsorted(track.start, start, "right") - 1
    split = track.rows(row)
    end = np.append(start[1:], track.end[-1:]) if len(track) else start
    now = np.searchsorted(times, start, "right") - 1
    held = np.where(now >= 0, own[now] if len(own) else -1, -1)
    state = np.where(on[row], np.array([State.NATIVE, State.RUNNING, State.UNKNOWN])[held], split.state).astype("u1")
    evidence = np.where(on[row] & (held >= 0), split.evidence | Evidence.LOOK, split.evidence).astype("u1")
    return merged(Track(start, end, state, split.source, evidence, split.cpu, split.seen, split.wait))
