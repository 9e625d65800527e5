"""What each look at a thread tells, on the sampled level, with the kernel's account of the thread at that moment.

The system tells "could run", not "runs", and no look tells what lies between two. The account does: how often the
thread was given a CPU, how long it was on one (as of its latest tick or switch, so exact while it is off), and how
long it had to wait for one (grown by the whole wait when it gets one). So, as the kernel's edges would tell it:

- Who was blocked and has not been given a CPU since is still away, even where the system says that it could run: an
  absence lasts until the CPU (`joining`, rule 3). The wait for that CPU is a part of it, and so of a wait for the GIL.
- Who holds the GIL runs, but for its waits for a CPU: those it was preempted for. Such a wait ends between the looks
  that lie around the growth of the account, midway, and lasts as long as the account grew by.
- Who could run without the GIL runs native code, unless it was hardly on a CPU until it blocked, or had the GIL. Then
  it asked for the GIL or was preempted, and the number of CPUs it was given tells which. Who gives the GIL up, or has
  waited for it, sleeps after at most one, and is given one to ask again: it waits for the GIL. Who was given more had
  lost them, to those that it woke up, and is ready until it gets to ask. Without accounts: who waited for the GIL at
  the look before waits for it still.
- So does who was on a CPU in its recorded call, and is not back from it. Who has not been away in that call yet was
  preempted on its way into it, if it waited for a CPU since before it began; else it was woken up in it.

Arrays are i8 ns unless said otherwise, one row per look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

from .joining import RETRY_NS, SEEN_STATES, Waits
from .observed import Looks, Totals
from .values import State

Array = npt.NDArray[Any]

LEAST_READY_NS = 50_000
"""Shorter waits for a CPU are not told: every hand-over of a CPU takes some microseconds."""


@dataclass(frozen=True, eq=False)
class Accounts:
    """The kernel's account at each look: on a CPU, waited for one (ns), times given one; `known` bool."""

    on_cpu: Array
    waited: Array
    times: Array
    known: Array


@dataclass(frozen=True, eq=False)
class Looked:
    """What looks tell. t: their moments; state u1; able bool: not away; number: of the system call (-1: none).
    `queue_begin`, `queue_end`: stretches of waiting for a CPU after being preempted, in order, not overlapping.
    `lasted`: for how long it surely had been in its state by then. `ran`: for how long it was on a CPU since the look
    before, if it was off the CPU at both, so that it is known; else -1.
    """

    t: Array
    state: Array
    able: Array
    number: Array
    queue_begin: Array
    queue_end: Array
    lasted: Array
    ran: Array

    def __len__(self) -> int:
        return len(self.t)


def looked(looks: Looks, times: Array, own: Array, totals: Totals, waits: Waits, patience: int) -> Looked:
    """Judge the looks at one thread, in order. `times`, `own`: when it held the GIL, as in `split_by_gil`; `waits`:
    its recorded ones. Looks further apart than `patience` tell nothing of each other.
    """
    moments = looks.t + looks.late // 2
    accounts = at_looks(totals, moments)
    able = looks.seen == blocks.Seen.RUNNABLE
    close = np.diff(moments, prepend=moments[:1]) <= patience
    state = np.where(able, _by_gil(moments, times, own), SEEN_STATES[looks.seen & 15]).astype("u1")
    away = _still_away(able, accounts, close)
    state = state[away]
    able &= away == np.arange(len(away))
    begin, end = _waits_for_cpu(moments, accounts)
    loose = _Loose.find(able & (state == State.NATIVE), close)
    state = _not_native(loose, moments, state, able, accounts, waits)
    lasted = np.zeros(len(moments), "i8")
    gave_up = _gave_up(moments, state, able, accounts, close)
    lasted[gave_up] = accounts.waited[gave_up] - accounts.waited[gave_up - 1]
    keep = ~np.isin(np.searchsorted(moments, end), gave_up)
    off = ~able & np.append(False, ~able[:-1])[: len(able)] & close & accounts.known
    ran = np.where(off, np.diff(accounts.on_cpu, prepend=0), -1)
    return Looked(moments, state, able, np.where(able, -1, looks.number[away]), begin[keep], end[keep], lasted, ran)


def wait_at(waits: Waits, at: Array) -> Array:
    """The row of the recorded wait at each moment, -1 where there is none."""
    if not len(waits):
        return np.full(len(at), -1)
    row = np.searchsorted(waits.start, at, "right") - 1
    return np.where((row >= 0) & (at < waits.end[row]), row, -1)


def at_looks(totals: Totals, moments: Array) -> Accounts:
    """The account at each look: the row next to it, or where there is none of its own, the one before. What is before
    the first row is taken to be as it.
    """
    if not len(totals) or not len(moments):
        none = np.zeros(len(moments), "i8")
        return Accounts(none, none, none, none > 0)
    middles = (moments[1:] + moments[:-1]) // 2
    whose = np.searchsorted(middles, totals.t)
    own = np.flatnonzero(np.diff(whose, prepend=-1))  # the first row next to a look is the one read with it
    at = np.searchsorted(whose[own], np.arange(len(moments)), "right") - 1
    row = own[np.maximum(at, 0)]
    return Accounts(totals.on_cpu[row], totals.waited[row], totals.times[row], (at >= 0) & (totals.times[row] > 0))


def _by_gil(moments: Array, times: Array, own: Array) -> Array:
    """RUNNING, NATIVE or UNKNOWN: what one who is on a CPU does there."""
    now = np.searchsorted(times, moments, "right") - 1
    held = np.where(now >= 0, own[now] if len(own) else -1, -1)
    return np.array([State.NATIVE, State.RUNNING, State.UNKNOWN])[held]


def _still_away(able: Array, accounts: Accounts, close: Array) -> Array:
    """For each look the row of the one that tells of it: its own, or the blocked one since which no CPU was given."""
    same = close & accounts.known & (np.diff(accounts.times, prepend=-1) == 0)
    rows = np.arange(len(able))
    since = np.maximum.accumulate(np.where(able & same, 0, rows))
    return np.where(able & ~able[since], since, rows) if len(rows) else rows


def _waits_for_cpu(moments: Array, accounts: Accounts) -> tuple[Array, Array]:
    """When it waited for a CPU: begins and ends, in order, not overlapping."""
    grown = np.diff(accounts.waited)
    rows = np.flatnonzero((grown > LEAST_READY_NS) & accounts.known[1:])
    end = (moments[rows] + moments[rows + 1]) // 2
    begin = end - grown[rows]
    begin[1:] = np.maximum(begin[1:], end[:-1])
    return begin, end


@dataclass(frozen=True, eq=False)
class _Loose:
    """Stretches of looks that saw it able to run, without the GIL. first, last: rows; before, after: the rows of the
    looks around, -1 where there is none; of: each look's stretch, -1: none.
    """

    first: Array
    last: Array
    before: Array
    after: Array
    of: Array

    @classmethod
    def find(cls, loose: Array, close: Array) -> _Loose:
        begins = loose & ~np.append(False, loose[:-1] & close[1:])[: len(loose)]
        ends = loose & ~np.append(loose[1:] & close[1:], False)[: len(loose)]
        first, last = np.flatnonzero(begins), np.flatnonzero(ends)
        before = np.where((first > 0) & close[first], first - 1, -1)
        next_row = np.minimum(last + 1, len(loose) - 1)
        after = np.where((last < len(loose) - 1) & close[next_row], last + 1, -1)
        return cls(first, last, before, after, np.where(loose, np.cumsum(begins) - 1, -1))


def _not_native(loose: _Loose, moments: Array, state: Array, able: Array, accounts: Accounts, waits: Waits) -> Array:
    """The states, but where it was hardly on a CPU in one of these stretches: GIL, READY (see above)."""
    if not len(loose.first):
        return state
    first, last, before, after = loose.first, loose.last, loose.before, loose.after
    told = np.append(state, State.UNKNOWN)  # row -1: nobody looked
    off = ~np.append(able, True)
    wants = np.isin(told[after], (State.GIL, State.RUNNING))
    until = np.where(off[after], after, last)
    hardly = accounts.on_cpu[until] - accounts.on_cpu[first] < RETRY_NS
    given = accounts.times[np.minimum(_next_given(accounts, first), after)] - accounts.times[first]
    since = accounts.times[first] - accounts.times[before]
    once = wants & (given <= 1) & (since <= 1) & (off[after] | (given == 1))
    wait = wait_at(waits, moments[first])
    back = off[before] & (before >= 0) & (wait >= 0) & (wait_at(waits, moments[before]) == wait)
    back &= wants | (after < 0) | ~off[after]
    new = (wait >= 0) & ~back  # on its way into a call, or woken up in it
    entered = waits.start[wait] if len(waits) else moments[first]
    woken = new & wants & (accounts.waited[after] - accounts.waited[last] < moments[last] - entered)
    asks = hardly & (once | back)
    queued = hardly & ~asks & (given > 0) & (after >= 0) & (before >= 0) & ~woken
    known = accounts.known[first]
    asks = np.where(known, asks, told[before] == State.GIL)
    found = np.select([asks, known & queued], [State.GIL, State.READY], State.NATIVE)
    again = known & hardly & wants  # once it has been on a CPU, and hardly so, it has asked
    given_since = accounts.times > accounts.times[first[loose.of]]
    found = np.where(given_since & again[loose.of], State.GIL, found[loose.of])
    return np.where(loose.of >= 0, found, state).astype("u1")


def _next_given(accounts: Accounts, row: Array) -> Array:
    """For each look the row of the next one by which it had been given a CPU; the last row where there is none."""
    return np.minimum(np.searchsorted(accounts.times, accounts.times[row], "right"), len(accounts.times) - 1)


def _gave_up(moments: Array, state: Array, able: Array, accounts: Accounts, close: Array) -> Array:
    """The rows of looks that saw it blocked for the GIL, right after one that saw it have it, and the only CPU that it
    was given in between was to ask again: so it had waited for that CPU.
    """
    waits = (state[1:] == State.GIL) & (state[:-1] == State.RUNNING) & close[1:] & accounts.known[1:]
    grown = np.diff(accounts.waited)
    once = np.diff(accounts.times) <= 1
    return np.flatnonzero(waits & once & (grown > LEAST_READY_NS) & (grown < np.diff(moments))) + 1
