"""One process's threads and GILs, joined: the whole of it at once, or as far as it is new.

join(facts)       everything, with exact edges -> Joined
place_all(facts)  the same from looks alone
Joiner            the same while a run goes on: what is settled is kept, only the rest is joined again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from .gil_track import FREE, UNSURE, GilTrack, arrivals, gil_track
from .joined_track import Track, clipped, cut_lost, merged, pieces
from .joining import Waits, name_absences, name_by_gil, no_waits, split_by_gil
from .observed import EdgeKind, Edges, GilLooks, Looks, Losses, Totals
from .placing import place

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of one process, in order of time. `waits`: recorded ones by native id; `end`: now, or its end
    (ns).
    """

    edges: Edges
    looks: Looks
    gils: GilLooks
    losses: Losses
    waits: Mapping[int, Waits] = field(default_factory=dict)
    end: int | None = None


@dataclass(frozen=True, eq=False)
class Joined:
    """The outcome: a state track per thread (by native id) and a track per GIL (by the interpreter's number)."""

    threads: dict[int, Track]
    gils: dict[int, GilTrack]


def join(seen: Facts) -> Joined:
    """Join all of one process."""
    named = {tid: _named(seen, tid) for tid in map(int, np.unique(seen.edges.tid))}
    gils = _gils(seen, named)
    times, holders = _any_gil(gils)
    ours = set(map(int, np.unique(seen.gils.tid)))  # threads of Python: those that ever held a GIL
    named = {
        tid: name_by_gil(track, times, _own(gils, times, holders, tid)) if tid in ours else track
        for tid, track in named.items()
    }
    gils = _gils(seen, named)  # once more: more waits are known now, so fewer hand-overs are in doubt
    times, holders = _any_gil(gils)
    threads = {}
    for tid, track in named.items():
        own = _own(gils, times, holders, tid)
        threads[tid] = cut_lost(split_by_gil(track, times, own), seen.losses)
    return Joined(threads, gils)


def place_all(seen: Facts, totals: Totals, lives: Mapping[int, tuple[int, int]]) -> Joined:
    """The same on the sampled level. `lives`: begin and end of each thread of the process, by native id (ns)."""
    nobody = arrivals({})
    numbers = map(int, np.unique(seen.gils.interpreter))
    gils = {number: gil_track(seen.gils.rows(seen.gils.interpreter == number), nobody) for number in numbers}
    times, holders = _any_gil(gils)
    threads = {}
    for tid, (begin, end) in lives.items():
        looks = seen.looks.rows(seen.looks.tid == tid)
        own = _own(gils, times, holders, tid)
        account = totals.rows(totals.tid == tid)
        threads[tid] = place(looks, seen.waits.get(tid, no_waits()), times, own, begin, end, account)
    return Joined(threads, gils)


class Joiner:
    """Joins a process that still runs: keeps what is settled and joins only the rest again.

    What lies `SETTLED_NS` behind the newest edge has had its looks and its records, so it does not change any more.
    From there on each thread is joined again, beginning `CONTEXT` edges earlier. The cost of an update follows what
    is new.
    """

    SETTLED_NS = 500_000_000
    CONTEXT = 64

    def __init__(self) -> None:
        self._facts = Facts(Edges.join([]), Looks.join([]), GilLooks.join([]), Losses.join([]))
        self._kept: dict[int, list[Track]] = {}
        self._gils: dict[int, list[GilTrack]] = {}
        self._settled = 0

    def update(self, new: Facts) -> Joined:
        """Take in what is new (its `waits` and `end` replace the earlier ones), and join. The whole outcome so far."""
        old = self._facts
        self._facts = Facts(
            Edges.join([old.edges, new.edges]),
            Looks.join([old.looks, new.looks]),
            GilLooks.join([old.gils, new.gils]),
            Losses.join([old.losses, new.losses]),
            new.waits,
            new.end,
        )
        tail = join(self._facts)
        whole = Joined(
            {tid: self._whole(tid, tail.threads.get(tid)) for tid in {*self._kept, *tail.threads}},
            {number: self._whole_gil(number, tail.gils.get(number)) for number in {*self._gils, *tail.gils}},
        )
        self._settle(tail)
        return whole

    def _whole(self, tid: int, tail: Track | None) -> Track:
        parts = self._kept.get(tid, [])
        if tail is not None:
            parts = [*parts, clipped(tail, self._settled)]
        return merged(_behind(parts))

    def _whole_gil(self, number: int, tail: GilTrack | None) -> GilTrack:
        parts = self._gils.get(number, [])
        if tail is not None:
            parts = [*parts, tail.rows(tail.t >= self._settled)]
        return GilTrack(
            np.concatenate([part.t for part in parts]),
            np.concatenate([part.holder for part in parts]),
            parts[-1].has_gil,
        )

    def _settle(self, tail: Joined) -> None:
        """Move what will not change any more out of the facts."""
        edges = self._facts.edges
        until = int(edges.t[-1]) - self.SETTLED_NS if len(edges) else 0
        if until <= self._settled:
            return
        for tid, track in tail.threads.items():
            part = clipped(track, self._settled, until)
            if len(part):
                self._kept.setdefault(tid, []).append(part)
        for number, gil in tail.gils.items():
            part_of_gil = gil.rows((gil.t >= self._settled) & (gil.t < until))
            self._gils.setdefault(number, []).append(part_of_gil)
        self._settled = until
        self._forget(until)

    def _forget(self, until: int) -> None:
        facts = self._facts
        keep = np.zeros(len(facts.edges), bool)
        since = until
        for tid in np.unique(facts.edges.tid):
            rows = np.flatnonzero(facts.edges.tid == tid)
            first = max(int(np.searchsorted(facts.edges.t[rows], until, "right")) - self.CONTEXT, 0)
            ended = facts.edges.kind[rows[-1]] == EdgeKind.ENDED and facts.edges.t[rows[-1]] < until
            if not ended:
                keep[rows[first:]] = True
        recent = facts.gils.t >= since - self.SETTLED_NS
        absences = facts.looks.t >= _earliest(facts.edges.rows(keep), until)
        losses = facts.losses.t1 >= until
        self._facts = Facts(
            facts.edges.rows(keep),
            facts.looks.rows(absences),
            facts.gils.rows(recent),
            facts.losses.rows(losses),
            facts.waits,
            facts.end,
        )


def _earliest(edges: Edges, otherwise: int) -> int:
    return int(edges.t[0]) if len(edges) else otherwise


def _behind(parts: list[Track]) -> Track:
    return Track(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Track)))


def _gils(seen: Facts, named: dict[int, Track]) -> dict[int, GilTrack]:
    came = arrivals(named)
    numbers = map(int, np.unique(seen.gils.interpreter))
    return {number: gil_track(seen.gils.rows(seen.gils.interpreter == number), came) for number in numbers}


def _named(seen: Facts, tid: int) -> Track:
    edges = seen.edges.rows(seen.edges.tid == tid)
    looks = seen.looks.rows(seen.looks.tid == tid)
    return name_absences(pieces(edges, seen.end), looks, seen.waits.get(tid, no_waits()))


def _any_gil(gils: dict[int, GilTrack]) -> tuple[Array, list[Array]]:
    """The moments at which any GIL changes hands, and each GIL's holder from then on (UNSURE before its first look)."""
    if not gils:
        return np.empty(0, "i8"), []
    times = np.unique(np.concatenate([one.t for one in gils.values()]))
    holders: list[Array] = []
    for one in gils.values():
        at = np.searchsorted(one.t, times, "right") - 1
        holders.append(
            np.where(at >= 0, one.holder[at], UNSURE if not holders else FREE) if len(one.t) else times * 0 + UNSURE
        )
    return times, holders


def _own(gils: dict[int, GilTrack], times: Array, holders: list[Array], tid: int) -> Array:
    """1 where the thread holds some GIL, 0 where it holds none, -1 where that is not known."""
    if any(not one.has_gil for one in gils.values()):
        return np.ones(len(times), "i8")
    own = np.zeros(len(times), "i8")
    for holder in holders:
        own = np.where(own == 1, 1, np.where(holder == tid, 1, np.where(holder == UNSURE, -1, own)))
    return own


def lives(edges: Edges) -> Array:
    """Which life each edge belongs to, where the kernel gave an id again: 0 for the first bearer, 1 for the next ...
    (i8).

    `edges`: of one native id, in order of time.
    """
    born = edges.kind == EdgeKind.BORN
    count = np.cumsum(born)
    return np.asarray(count - (1 if len(born) and born[0] else 0) if count.any() else count)
