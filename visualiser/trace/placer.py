"""The sampled level while a run goes on: what `Joiner` is to `join`, this is to `place_all`."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import numpy as np

from .joined_track import clipped
from .joiner import Facts, Joined, place_steps, recent
from .observed import Edges, GilLooks, Looks, Losses, Totals
from .turns import outcome


class Placer:
    """What lies `SETTLED_NS` behind the newest look is handed out once; the rest is placed again."""

    SETTLED_NS = 500_000_000
    CONTEXT_NS = 1_000_000_000

    def __init__(self) -> None:
        self._looks, self._gils, self._totals = Looks.join([]), GilLooks.join([]), Totals.join([])
        self._settled = 0
        self._done: dict[int, int] = {}

    @property
    def settled_ns(self) -> int:
        """What lies before that (ns) has been handed out for good."""
        return self._settled

    def advance(self, new: Facts, totals: Totals, lives: Mapping[int, tuple[int, int]]) -> tuple[Joined, Joined]:
        """`steps`, all at once."""
        return outcome(self.steps(new, totals, lives))

    def steps(
        self, new: Facts, totals: Totals, lives: Mapping[int, tuple[int, int]]
    ) -> Generator[int, None, tuple[Joined, Joined]]:
        """As `Joiner.steps`. So what one update costs follows from `SETTLED_NS` and `CONTEXT_NS`, however long the run
        goes on, and it is done thread by thread.
        """
        self._looks = Looks.join([self._looks, new.looks])
        self._gils = GilLooks.join([self._gils, new.gils])
        self._totals = Totals.join([self._totals, totals])
        since = self._settled - self.CONTEXT_NS
        window = {tid: (max(begin, since), end) for tid, (begin, end) in lives.items() if end > self._settled}
        facts = Facts(Edges.join([]), self._looks, self._gils, Losses.join([]), new.waits, new.end)
        placed = yield from place_steps(facts, self._totals, window)
        newest = int(self._looks.t[-1]) if len(self._looks) else 0
        until = max(newest - self.SETTLED_NS, self._settled)
        done = self._done
        settled = Joined(
            {tid: clipped(track, done.get(tid, 0), until) for tid, track in placed.threads.items()},
            {number: gil.between(self._settled, until) for number, gil in placed.gils.items()},
        )
        rest = Joined(
            {tid: clipped(track, max(until, done.get(tid, 0))) for tid, track in placed.threads.items()},
            {number: gil.between(until) for number, gil in placed.gils.items()},
        )
        done.update(dict.fromkeys(window, until))
        self._settled = until
        self._forget(until - self.CONTEXT_NS)
        return settled, rest

    def _forget(self, since: int) -> None:
        self._looks = self._looks.rows(self._looks.t >= since)
        self._totals = self._totals.rows(_kept(self._totals, since))
        self._gils = GilLooks.join(recent(self._gils, since))


def _kept(totals: Totals, since: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows are needed from then on: the younger ones, and each thread's last before."""
    keep = totals.t >= since
    old = np.flatnonzero(~keep)
    _, last = np.unique(totals.tid[old][::-1], return_index=True)
    keep[old[::-1][last]] = True
    return keep
