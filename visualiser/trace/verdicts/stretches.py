"""Sets of stretches of time: how long they last together, where they overlap, how many are under way at once.

A set is two equally long int64 arrays, starts and ends (ns). `merged` sets are sorted and do not touch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from visualiser.trace.columns import Int64s


class Stretches(NamedTuple):
    """Stretches of time [start, end), ns."""

    start: Int64s
    end: Int64s

    @property
    def total(self) -> int:
        """Their lengths, summed: what overlaps counts twice."""
        return int((self.end - self.start).sum())

    def within(self, t0: int, t1: int) -> Stretches:
        """What of them lies in [t0, t1)."""
        start, end = np.maximum(self.start, t0), np.minimum(self.end, t1)
        some = start < end
        return Stretches(start[some], end[some])


NOTHING = Stretches(np.empty(0, np.int64), np.empty(0, np.int64))


def together(parts: Iterable[Stretches]) -> Stretches:
    """All stretches of several sets, as they are."""
    known = list(parts)
    if not known:
        return NOTHING
    return Stretches(np.concatenate([one.start for one in known]), np.concatenate([one.end for one in known]))


class Levels(NamedTuple):
    """How many stretches are under way: from `t[i]` on, until `t[i + 1]`, `n[i]`; before the first, and last, 0."""

    t: Int64s
    n: Int64s

    def where(self, least: int, most: int | None = None) -> Stretches:
        """When at least `least` (> 0), and at most `most`, are under way."""
        fits = (self.n >= least) & (True if most is None else self.n <= most)
        edges = np.diff(np.concatenate(([0], fits.astype(np.int8), [0])))
        return Stretches(self.t[np.flatnonzero(edges == 1)], self.t[np.flatnonzero(edges == -1)])

    def at(self, t: Int64s) -> Int64s:
        """How many at these moments."""
        place = np.searchsorted(self.t, t, "right") - 1
        return np.where(place >= 0, self.n[np.maximum(place, 0)] if len(self.n) else 0, 0)


def levels(some: Stretches) -> Levels:
    """How many of them are under way at once."""
    times = np.concatenate((some.start, some.end))
    change = np.repeat([1, -1], len(some.start))
    t, at = np.unique(times, return_inverse=True)
    sums = np.zeros(len(t), np.int64)
    np.add.at(sums, at, change)
    return Levels(t, np.cumsum(sums))


def merged(some: Stretches) -> Stretches:
    """The moments covered by any of them."""
    return levels(some).where(1)


def common(one: Stretches, other: Stretches) -> Stretches:
    """The moments covered by both; merged."""
    return levels(together((merged(one), merged(other)))).where(2)
