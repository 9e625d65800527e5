"""Who held a GIL when: from looks at it, the interpreter's count of hand-overs, and the kernel's edges.

A look tells the last holder, whether it still holds it, and how often the holder has changed. Between two looks:

- The count is the same: nobody else held it. Where it was held at one look and free at the other, the holder gave it
  up when it blocked, or took it when it came back onto a CPU; with no such edge between, midway.
- The count rose by n: whoever took it came onto a CPU to do so. If just n different threads, one after the other, came
  onto a CPU to stay (not only to ask again), and the last of them is who the second look shows, each took it then.
- It rose by one, without that: at the new holder's last edge onto a CPU, or midway.
- Otherwise all ways that it can have gone are followed (`gil_gaps`): what they agree on is known.
- If it can have gone no way at all, the holder is not known until the second look, except from where a thread came back
  from waiting for the GIL.

While no thread of the process is on a CPU nothing changes: what one look told then holds for all of that stretch.

A build that may do without a GIL turns it on while it imports what does not say that it can do without (and leaves it
on where that is so): what the latest look tells counts, and in the stretches before that were without it is ABSENT.

Times are i8 ns; a holder is a native thread id, FREE, UNSURE or ABSENT.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

from .arrivals import Arrivals
from .gil_gaps import FREE, UNSURE, Proofs, holders_in, no_proofs
from .joining import RETRY_NS
from .observed import GilLooks, Losses
from .turns import outcome

Array = npt.NDArray[Any]

ABSENT = -2


@dataclass(frozen=True, eq=False)
class GilTrack:
    """From each `t` on, `holder` has it (FREE nobody, UNSURE not known). `has_gil` False: this interpreter has none."""

    t: Array
    holder: Array
    has_gil: bool = True

    def own(self, tid: int) -> tuple[Array, Array]:
        """For `split_by_gil`: the times, and 1, 0 or -1 from then on. Without a GIL every thread counts as holding
        it.
        """
        if not self.has_gil:
            return self.t, np.ones(len(self.t), "i8")
        return self.t, np.where(self.holder == UNSURE, -1, (self.holder == tid) | (self.holder == ABSENT))

    def rows(self, index: Array) -> GilTrack:
        """The same track with only some changes."""
        return GilTrack(self.t[index], self.holder[index], self.has_gil)

    def between(self, begin: int, end: int | None = None) -> GilTrack:
        """The same track with the changes in [begin, end) only."""
        keep = self.t >= begin if end is None else (self.t >= begin) & (self.t < end)
        return self.rows(keep)

    def taken_by(self, tid: int) -> Array:
        """When it passed to that thread from one that had it until then."""
        return np.asarray(self.t[1:][(self.holder[1:] == tid) & (self.holder[:-1] > 0)])

    def holds(self) -> tuple[Array, Array, Array]:
        """Spans of known holders: start, end, tid. The last stretch has no end yet and is left out."""
        keep = np.flatnonzero(self.holder[:-1] > 0)
        return self.t[keep], self.t[keep + 1], self.holder[keep]


def gil_track(looks: GilLooks, came: Arrivals, losses: Losses | None = None, proofs: Proofs | None = None) -> GilTrack:
    """The track of one GIL. `looks`: of this interpreter only, in order of time; `came`: of its process; `proofs`: when
    which of its threads surely had it.
    """
    return outcome(gil_track_steps(looks, came, losses, proofs))


def gil_track_steps(
    looks: GilLooks, came: Arrivals, losses: Losses | None = None, proofs: Proofs | None = None
) -> Generator[int, None, GilTrack]:
    """The same in pieces, each of which tells how many rows it went through (about)."""
    absent = looks.held == blocks.Held.NONE
    if absent[-1:].all() and len(looks):
        return GilTrack(looks.t, np.zeros(len(looks), "i8"), has_gil=False)
    if absent.any():
        rest = yield from gil_track_steps(looks.rows(~absent), came, losses, proofs)
        return _without(rest, looks.t, absent)
    if not (looks.tid > 0).any():  # who holds it is not told at all, only whether somebody does
        blind = as_looked(looks)
        return _in_order((blind.t, blind.holder)) if len(looks) else blind
    looks = looks.rows(looks.tid > 0)
    stays = _rows(came, ~came.asks)
    seen = looks.t, np.where(looks.held == blocks.Held.HELD, looks.tid, FREE)
    passed = yield from _handed_over(looks, stays, came, proofs or no_proofs())
    track = _given_up(_in_order(seen, _within(looks, stays), passed), looks, stays)
    return _with_rest(track, looks, *_idle(came, losses))


def as_looked(looks: GilLooks) -> GilTrack:
    """What each look told, until the next one, and nothing that follows from several of them."""
    held = np.where(looks.tid > 0, looks.tid, UNSURE)
    holder = np.select([looks.held == blocks.Held.HELD, looks.held == blocks.Held.NONE], [held, ABSENT], FREE)
    return GilTrack(looks.t, holder)


def _without(track: GilTrack, t: Array, absent: Array) -> GilTrack:
    """The track, ABSENT from each look that saw none to the next one that saw it."""
    before = np.append(False, absent[:-1])
    begin, end = t[absent & ~before], t[~absent & before]
    into = np.searchsorted(begin, track.t, "right") - 1
    keep = (into < 0) | (track.t >= end[np.maximum(into, 0)])
    at = np.searchsorted(track.t, end, "right") - 1
    then = np.where(at >= 0, track.holder[at], UNSURE) if len(track.t) else np.full(len(end), UNSURE)
    return _in_order((begin, np.full(len(begin), ABSENT)), (end, then), (track.t[keep], track.holder[keep]))


def _rows(came: Arrivals, index: Array) -> Arrivals:
    """Some of them."""
    return Arrivals(*(getattr(came, one.name)[index] for one in fields(Arrivals)))


def _within(looks: GilLooks, came: Arrivals) -> tuple[Array, Array]:
    """Changes between held and free by the same holder."""
    same = looks.handovers[1:] == looks.handovers[:-1]
    at = np.flatnonzero(same & (looks.held[1:] != looks.held[:-1]))
    t0, t1, tid = looks.t[at], looks.t[at + 1], looks.tid[at]
    taken = looks.held[at + 1] == blocks.Held.HELD
    edge = np.where(taken, _last_of(came.t, came.tid, tid, t0, t1), _last_of(came.left, came.tid, tid, t0, t1))
    times = np.where(edge > 0, edge, (t0 + t1) // 2)
    return times, np.where(taken, tid, FREE)


def _handed_over(
    looks: GilLooks, came: Arrivals, everybody: Arrivals, proofs: Proofs
) -> Generator[int, None, tuple[Array, Array]]:
    """Changes of the holder between looks. `came`: without those who only asked."""
    steps = looks.handovers[1:] - looks.handovers[:-1]
    gaps = np.flatnonzero(steps > 0)
    if not len(gaps):
        return np.empty(0, "i8"), np.empty(0, "i8")
    done = np.zeros(len(gaps), bool)
    times, holders = [], []

    def match(usable: Array) -> None:
        at, tid, fits = _takeovers(looks, gaps, steps[gaps], came, usable)
        keep = (fits & ~done)[at[1]]
        times.append(at[0][keep])
        holders.append(tid[keep])
        done[fits] = True

    match(came.waited)
    match(came.blocked)
    t, holder, told = yield from holders_in(looks, gaps[~done], everybody, proofs)
    times.append(t)
    holders.append(holder)
    done[np.flatnonzero(~done)[told]] = True
    match(np.ones(len(came.t), bool))
    single = gaps[~done & (steps[gaps] == 1)]
    times.append(_single(looks, single, came))
    holders.append(looks.tid[single + 1])
    lost = gaps[~done & (steps[gaps] > 1)]
    t, holder = _unsure(looks, lost, steps[lost], came)
    return np.concatenate([*times, t]), np.concatenate([*holders, holder])


def _takeovers(
    looks: GilLooks, gaps: Array, steps: Array, came: Arrivals, usable: Array
) -> tuple[tuple[Array, Array], Array, Array]:
    """((times, which gap), who) of arrivals that change the holder, and for each gap whether they explain its count.

    Who came while the holder was on a CPU, and left again at once, only asked.
    """
    run = _rows(came, usable)
    into = np.searchsorted(looks.t, run.t, "right") - 1
    row = np.searchsorted(gaps, into)
    row = np.where((row < len(gaps)) & (gaps[np.minimum(row, len(gaps) - 1)] == into), row, -1)
    run, row = _rows(run, row >= 0), row[row >= 0]
    took = ~_only_asked(came, run, row, _before(looks, gaps, run.tid, row))
    run, row = _rows(run, took), row[took]
    change = run.tid != _before(looks, gaps, run.tid, row)
    t, tid, row = run.t[change], run.tid[change], row[change]
    count = np.bincount(row, minlength=len(gaps))
    last = np.full(len(gaps), -2, "i8")
    last[row] = tid  # the latest wins: rows are in order of time
    return (t, row), tid, (count == steps) & (last == looks.tid[gaps + 1])


def _before(looks: GilLooks, gaps: Array, tid: Array, row: Array) -> Array:
    """Who had it when each arrival came: who came before, or, of the first one in a gap, whom the look saw."""
    if not len(row):
        return tid
    first = np.append(True, row[1:] != row[:-1])
    return np.where(first, looks.tid[gaps[row]], np.append(0, tid[:-1]))


def _only_asked(came: Arrivals, run: Arrivals, row: Array, previous: Array) -> Array:
    """Which arrivals left again shortly while the holder before was on a CPU still (bool)."""
    change = run.tid != previous
    first = change.copy()
    first[1:] |= row[1:] != row[:-1]
    first[:1] = True
    begins = np.flatnonzero(first)
    gone = np.zeros(len(begins), "i8")
    asked = change[begins]
    gone[asked] = _departure(came, previous[begins[asked]], run.t[begins[asked]])
    own = run.gone
    return np.asarray((own > 0) & (own - run.t < RETRY_NS) & (own < gone[np.cumsum(first) - 1]))


def _departure(came: Arrivals, who: Array, when: Array) -> Array:
    """When those threads, if they are on a CPU at these moments, leave it; 0 where that is not known."""
    gone = np.zeros(len(who), "i8")
    for own, ask in _by_thread(came.tid, who):
        at = np.searchsorted(came.t[own], when[ask], "right") - 1
        gone[ask] = np.where(at >= 0, came.gone[own][at], 0) if len(own) else 0
    return gone


def _single(looks: GilLooks, gaps: Array, came: Arrivals) -> Array:
    t0, t1 = looks.t[gaps], looks.t[gaps + 1]
    edge = _last_of(came.t, came.tid, looks.tid[gaps + 1], t0, t1)
    return np.where(edge > 0, edge, (t0 + t1) // 2)


def _unsure(looks: GilLooks, gaps: Array, steps: Array, came: Arrivals) -> tuple[Array, Array]:
    """Changes in gaps that nothing explains. Who came back from waiting for the GIL has it, unless that would be more
    changes than the count tells.
    """
    into = np.searchsorted(looks.t, came.t, "right") - 1
    inside = np.isin(into, gaps)
    row = np.searchsorted(gaps, into[inside])
    waited = came.waited[inside]
    last = looks.tid[gaps + 1]
    latest = last.copy()
    latest[row[waited]] = came.tid[inside][waited]
    many = np.bincount(row[waited], minlength=len(gaps)) + (latest != last) > steps
    holder = np.where(waited & ~many[row], came.tid[inside], UNSURE)
    return np.concatenate([looks.t[gaps] + 1, came.t[inside]]), np.concatenate([np.full(len(gaps), UNSURE), holder])


def _last_of(times: Array, tids: Array, tid: Array, t0: Array, t1: Array) -> Array:
    """For each question: the last of `times` in (t0, t1) that belongs to thread `tid`; 0 where there is none."""
    found = np.zeros(len(tid), "i8")
    for own, ask in _by_thread(tids, tid):
        known = times[own]
        known = np.sort(known[known > 0])
        at = np.searchsorted(known, t1[ask], "left") - 1
        value = known[at] if len(known) else np.zeros(len(ask), "i8")
        found[ask] = np.where((at >= 0) & (value > t0[ask]), value, 0)
    return found


def _by_thread(tids: Array, asked: Array) -> Iterator[tuple[Array, Array]]:
    """For each different number in `asked`: the rows of `tids` that are it, and those of `asked`, each in order."""
    order, questions = np.argsort(tids, kind="stable"), np.argsort(asked, kind="stable")
    known, wanted = tids[order], asked[questions]
    first = np.flatnonzero(np.append(True, wanted[1:] != wanted[:-1])) if len(wanted) else np.empty(0, "i8")
    names = wanted[first]
    begins, ends = np.searchsorted(known, names, "left").tolist(), np.searchsorted(known, names, "right").tolist()
    firsts, lasts = first.tolist(), np.append(first[1:], len(wanted)).tolist()
    for begin, end, one, last in zip(begins, ends, firsts, lasts, strict=False):
        yield order[begin:end], questions[one:last]


def _given_up(track: GilTrack, looks: GilLooks, came: Arrivals) -> GilTrack:
    """Who blocks while it has the GIL gave it up before, unless a look during its absence saw it held."""
    left = came.left > 0
    t, tid, back = came.left[left], came.tid[left], came.back[left]
    holder = track.holder[np.maximum(np.searchsorted(track.t, t, "right") - 1, 0)]
    kept = np.zeros(len(t), bool)
    held = looks.rows(looks.held == blocks.Held.HELD)
    for own, mine in _by_thread(held.tid, tid):
        seen = held.t[own]
        kept[mine] = np.searchsorted(seen, back[mine]) > np.searchsorted(seen, t[mine])
    gave = (holder == tid) & ~kept & (t > track.t[0])
    t, tid, back = t[gave], tid[gave], back[gave]
    after = track.holder[np.searchsorted(track.t, back, "right") - 1]
    again = after == tid
    return _in_order((track.t, track.holder), (t, np.full(len(t), FREE)), (back[again], tid[again]))


def _idle(came: Arrivals, losses: Losses | None) -> tuple[Array, Array]:
    """When no thread was on a CPU: begins and ends, in order; not where records were lost."""
    if len(came.t) < 2:
        return np.empty(0, "i8"), np.empty(0, "i8")
    begin, end = np.maximum.accumulate(came.off)[:-1], came.t[1:]
    keep = begin < end
    begin, end = begin[keep], end[keep]
    if losses is not None and len(losses):
        seen = np.searchsorted(np.sort(losses.t1), begin, "right") == np.searchsorted(np.sort(losses.t), end, "left")
        begin, end = begin[seen], end[seen]
    return begin, end


def _with_rest(track: GilTrack, looks: GilLooks, begin: Array, end: Array) -> GilTrack:
    """The track, in these stretches as one look in them tells."""
    row = np.searchsorted(begin, looks.t, "right") - 1
    inside = (row >= 0) & (looks.t + looks.late <= end[row]) if len(begin) else np.zeros(len(looks), bool)
    row, at = np.unique(row[inside], return_index=True)
    if not len(row):
        return track
    told = looks.rows(np.flatnonzero(inside)[at])
    begin, end = begin[row], end[row]
    before = np.searchsorted(track.t, end, "right") - 1
    then = np.where(before >= 0, track.holder[np.maximum(before, 0)], UNSURE)
    into = np.searchsorted(begin, track.t, "right") - 1
    keep = (into < 0) | (track.t >= end[np.maximum(into, 0)])
    held = np.where(told.held == blocks.Held.HELD, told.tid, FREE)
    return _in_order((begin, held), (end, then), (track.t[keep], track.holder[keep]))


def _in_order(*parts: tuple[Array, Array]) -> GilTrack:
    """Changes in order of time, without those that change nothing; of several at one time the last holds."""
    times, holders = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(times, kind="stable")
    times, holders = times[order], holders[order]
    last = np.append(times[1:] != times[:-1], True)
    times, holders = times[last], holders[last]
    new = np.append(True, holders[1:] != holders[:-1])
    return GilTrack(times[new], holders[new])
