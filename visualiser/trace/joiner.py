"""One process's threads and GILs, joined: the whole of it at once, or as far as it is new.

join(facts)       everything, with exact edges -> Joined; join_steps: the same in pieces
place_all(facts)  the same from looks alone; place_steps: in pieces
Joiner            the same while a run goes on: what is settled is handed out once, only the rest joined again
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .arrivals import Arrivals, arrivals
from .gil_gaps import FREE, UNSURE, Proofs, no_proofs
from .gil_track import ABSENT, GilTrack, as_looked, gil_track, gil_track_steps
from .joined_track import Track, clipped, cut_lost, pieces
from .joining import Passed, Waits, chain_gil_waits, name_absences, name_by_gil, no_waits, split_by_gil
from .observed import EdgeKind, Edges, GilLooks, Looks, Losses, Totals
from .placing import place
from .turns import THREAD_ROWS, outcome

Array = npt.NDArray[Any]
Rows = TypeVar("Rows", Edges, Looks, GilLooks, Totals)


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
    return outcome(join_steps(seen))


def join_steps(seen: Facts) -> Generator[int, None, Joined]:
    """The same in pieces, each of which tells how many rows it went through (about)."""
    looks, edges = by_thread(seen.looks), by_thread(seen.edges)
    none = seen.looks.rows(slice(0))
    waits: dict[int, Waits] = {}
    named: dict[int, Track] = {}
    for tid, own in edges.items():
        waits[tid] = seen.waits.get(tid, no_waits())
        named[tid] = name_absences(pieces(own, seen.end), looks.get(tid, none), waits[tid], chain=False)
        yield len(own) + THREAD_ROWS
    ours = set(map(int, np.unique(seen.gils.tid)))  # threads of Python: those that ever held a GIL, or wrote a record
    ours.update(tid for tid, own in waits.items() if len(own))
    for _ in range(
        2
    ):  # the more waits for the GIL are known, the fewer hand-overs are in doubt, and the other way round
        came = arrivals(named)
        yield len(came.t)
        gils = yield from _gils(seen, came, waits)
        times, holders = _any_gil(gils)
        in_vain = came.asks & came.waited
        for tid, track in named.items():
            if tid in ours:
                asked = np.sort(came.off[in_vain & (came.tid != tid)])
                taken = np.sort(np.concatenate([asked[:0], *(one.taken_by(tid) for one in gils.values())]))
                named[tid] = name_by_gil(track, times, _own(gils, times, holders, tid), Passed(asked, taken))
            else:
                named[tid] = chain_gil_waits(track)
            yield len(track) + THREAD_ROWS
    threads = {}
    for tid, track in named.items():
        threads[tid] = cut_lost(split_by_gil(track, times, _own(gils, times, holders, tid)), seen.losses)
        yield len(track) + THREAD_ROWS
    return Joined(threads, gils)


def place_all(seen: Facts, totals: Totals, lives: Mapping[int, tuple[int, int]]) -> Joined:
    """The same on the sampled level. `lives`: begin and end of each thread of the process, by native id (ns)."""
    return outcome(place_steps(seen, totals, lives))


def place_steps(seen: Facts, totals: Totals, lives: Mapping[int, tuple[int, int]]) -> Generator[int, None, Joined]:
    """The same in pieces, each of which tells how many rows it went through (about)."""
    nobody = arrivals({})
    numbers = map(int, np.unique(seen.gils.interpreter))
    looked = {number: seen.gils.rows(seen.gils.interpreter == number) for number in numbers}
    gils = {number: gil_track(rows, nobody) for number, rows in looked.items()}
    # right before a round of looks at threads the GIL was looked at: that tells who had it then, whatever came after
    times, holders = _any_gil({number: as_looked(rows) for number, rows in looked.items()})
    yield len(seen.gils)
    threads = {}
    looks_of, accounts = by_thread(seen.looks), by_thread(totals)
    yield len(seen.looks)
    for tid, (begin, end) in lives.items():
        looks = looks_of.get(tid, seen.looks.rows(slice(0)))
        own = _own(gils, times, holders, tid)
        account = accounts.get(tid)
        threads[tid] = place(looks, seen.waits.get(tid, no_waits()), times, own, begin, end, account)
        yield len(looks) + THREAD_ROWS
    return Joined(threads, gils)


class Joiner:
    """Joins a process that still runs: what is settled is handed out once, only the rest is joined again.

    What lies `SETTLED_NS` behind the newest edge has had its looks and its records, so it does not change any more.
    From there on each thread is joined again, beginning `CONTEXT` edges earlier. A thread that has been away since
    before then rests: nothing is done for it until it comes back. So the cost follows what is new.
    """

    SETTLED_NS = 500_000_000
    CONTEXT = 64

    def __init__(self) -> None:
        self._facts = Facts(Edges.join([]), Looks.join([]), GilLooks.join([]), Losses.join([]))
        self._resting: dict[int, tuple[Edges, Looks]] = {}
        self._done: dict[int, int] = {}  # thread: what begins before that has been handed out
        self._settled = 0

    @property
    def settled_ns(self) -> int:
        """What lies before that (ns) has been handed out for good."""
        return self._settled

    def advance(self, new: Facts) -> tuple[Joined, Joined]:
        """`steps`, all at once."""
        return outcome(self.steps(new))

    def steps(self, new: Facts) -> Generator[int, None, tuple[Joined, Joined]]:
        """Take in what is new (its `waits` and `end` replace the earlier ones): (what is settled now, all behind it).

        The first is to be put behind what was settled before, the second replaces what was behind that. A thread that
        is in neither has gone on with what it did.
        """
        self._take(new)
        joined = yield from join_steps(self._facts)
        newest = int(self._facts.edges.t[-1]) if len(self._facts.edges) else 0
        until = max(newest - self.SETTLED_NS, self._settled)
        settled, rest = Joined({}, {}), Joined({}, {})
        for tid, track in joined.threads.items():
            done = self._done.get(tid, 0)
            settled.threads[tid] = clipped(track, done, until)
            rest.threads[tid] = clipped(track, max(until, done))
            yield THREAD_ROWS // 4
        settled.gils.update({number: gil.between(self._settled, until) for number, gil in joined.gils.items()})
        rest.gils.update({number: gil.between(until) for number, gil in joined.gils.items()})
        yield len(self._facts.edges)
        self._done.update(dict.fromkeys(joined.threads, until))
        self._settled = until
        self._forget(until)
        return settled, rest

    def _take(self, new: Facts) -> None:
        old, back = self._facts, []
        if self._resting:
            for tid in np.union1d(new.edges.tid, new.looks.tid).tolist():
                if tid in self._resting:
                    back.append(self._resting.pop(tid))
        self._facts = Facts(
            Edges.join([old.edges, *(edges for edges, _ in back), new.edges]),
            Looks.join([old.looks, *(looks for _, looks in back), new.looks]),
            GilLooks.join([old.gils, new.gils]),
            Losses.join([old.losses, new.losses]),
            new.waits,
            new.end,
        )

    def _forget(self, until: int) -> None:
        """Keep only what joining again from `until` on needs."""
        facts = self._facts
        seen = by_thread(facts.looks)
        edges, looks = [], []
        for tid, own in by_thread(facts.edges).items():
            last, kind = int(own.t[-1]), own.kind[-1]
            if kind == EdgeKind.ENDED and last < until:
                continue
            own = own.rows(slice(max(int(np.searchsorted(own.t, until, "right")) - self.CONTEXT, 0), None))
            about = seen.get(tid, facts.looks.rows(slice(0)))
            about = about.rows(about.t >= own.t[0] - self.SETTLED_NS)
            if kind == EdgeKind.BLOCKED and last < until:
                self._resting[tid] = own.rows(slice(-2, None)), about.rows(slice(-2, None))
                continue
            edges.append(own)
            looks.append(about)
        self._facts = Facts(
            Edges.join(edges),
            Looks.join(looks),
            GilLooks.join(recent(facts.gils, until - self.SETTLED_NS)),
            facts.losses.rows(facts.losses.t1 >= until),
            facts.waits,
            facts.end,
        )


def recent(gils: GilLooks, since: int) -> Iterator[GilLooks]:
    """The looks at each GIL since then, and the one before."""
    for number in np.unique(gils.interpreter):
        own = gils.rows(gils.interpreter == number)
        yield own.rows(slice(max(int(np.searchsorted(own.t, since)) - 1, 0), None))


def by_thread(table: Rows) -> dict[int, Rows]:
    """The rows of each thread, by its id; they keep their order."""
    order = np.argsort(table.tid, kind="stable")
    tids: Array = table.tid[order]
    first: list[int] = [0, *(np.flatnonzero(tids[1:] != tids[:-1]) + 1).tolist()] if len(tids) else []
    return {int(tids[a]): table.rows(order[a:b]) for a, b in zip(first, [*first[1:], len(tids)], strict=False)}


def _gils(seen: Facts, came: Arrivals, waits: Mapping[int, Waits]) -> Generator[int, None, dict[int, GilTrack]]:
    gils = {}
    numbers = np.unique(seen.gils.interpreter).tolist()
    proofs = _proofs(waits) if len(numbers) == 1 else no_proofs()  # of several GILs, a record does not say which
    for number in numbers:
        looks = seen.gils.rows(seen.gils.interpreter == number)
        gils[number] = yield from gil_track_steps(looks, came, seen.losses, proofs)
        yield len(came.t)
    return gils


def _proofs(waits: Mapping[int, Waits]) -> Proofs:
    """Whoever writes down that it begins or ends to wait runs Python then, and so has the GIL."""
    parts = [(tid, np.concatenate([own.start, own.end])) for tid, own in waits.items() if len(own)]
    if not parts:
        return no_proofs()
    t = np.concatenate([times for _, times in parts])
    tids = np.concatenate([np.full(len(times), tid) for tid, times in parts])
    order = np.argsort(t, kind="stable")
    return Proofs(t[order], tids[order])


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
        has = (holder == tid) | (holder == ABSENT)
        own = np.where((own == 1) | has, 1, np.where(holder == UNSURE, -1, own))
    return own
