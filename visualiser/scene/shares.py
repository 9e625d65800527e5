"""Exact time shares of states per pixel column, at a cost of columns times log(spans): prefix sums, remembered.

For every state that occurs, the time it took up to the beginning of each span is summed once. The time it took up to
any moment T is then one binary search away, and the share of a column the difference of two such sums. Nothing is
sampled: a column's shares add up to the part of it in which the thread lived.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Spans, TraceStore

from .memory import remembered
from .model import Floats
from .palette import STATES

BLOCK = 256
"""Spans per block of `longest`."""


class Track:
    """What can be asked of sorted spans that do not overlap without walking through them: of one thread's states, or of
    who had something when (`state` is then any number below STATES). Lazy; good as long as the columns are."""

    def __init__(self, start: NDArray[np.int64], end: NDArray[np.int64], state: NDArray[np.uint8]) -> None:
        self.start, self.end, self.state = start, end, state

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """Time in each state, ns, (STATES,)."""
        # bincount's weights are floats: exact up to 2**53 ns, 104 days
        return np.bincount(self.state, weights=self.end - self.start, minlength=STATES)[:STATES].astype(np.int64)

    @cached_property
    def sums(self) -> dict[int, NDArray[np.int64]]:
        """By state that occurs: ns in it before each span; (spans,)."""
        length = self.end - self.start
        found = {}
        for state in np.flatnonzero(np.bincount(self.state, minlength=STATES)):
            mine = np.where(self.state == state, length, 0)
            found[int(state)] = np.cumsum(mine) - mine
        return found

    @cached_property
    def longest(self) -> NDArray[np.int64]:
        """The longest span of every BLOCK spans, ns."""
        return np.maximum.reduceat(self.end - self.start, np.arange(0, len(self.start), BLOCK))

    def visible(self, t0: int, t1: int) -> tuple[int, int]:
        """The rows that touch [t0, t1)."""
        last = int(np.searchsorted(self.start, t1, "left"))
        return min(int(np.searchsorted(self.end, t0, "right")), last), last

    def long_ones(self, first: int, last: int, shortest: float) -> NDArray[np.intp]:
        """Rows in [first, last) that last at least `shortest` ns, in order."""
        if last - first < 32 * BLOCK:
            return first + np.flatnonzero(self.end[first:last] - self.start[first:last] >= shortest)
        b0, b1 = first // BLOCK, -(-last // BLOCK)
        blocks = b0 + np.flatnonzero(self.longest[b0:b1] >= shortest)
        rows = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        rows = rows[(rows >= first) & (rows < last)]
        long_ones: NDArray[np.intp] = rows[self.end[rows] - self.start[rows] >= shortest]
        return long_ones

    def shares(self, t0: NDArray[np.int64], t1: NDArray[np.int64]) -> Floats:
        """For columns [t0, t1) (ns, sorted): the share of each state, (columns, STATES)."""
        found = np.zeros((len(t0), STATES))
        width = np.maximum(t1 - t0, 1)
        if len(t0) and (t0[1:] == t1[:-1]).all():  # columns that touch share their edges
            for state, until in self._time_until(np.append(t0, t1[-1])):
                found[:, state] = np.diff(until) / width
            return found
        for (state, before), (_, after) in zip(self._time_until(t0), self._time_until(t1), strict=True):
            found[:, state] = (after - before) / width
        return found

    def _time_until(self, t: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[Any]]]:
        """By state that occurs: ns in it until each of some moments."""
        rows = np.maximum(np.searchsorted(self.start, t, "right") - 1, 0)
        within = np.clip(t, self.start[rows], self.end[rows]) - self.start[rows]
        now = self.state[rows]
        for state, sums in self.sums.items():
            yield state, sums[rows] + (now == state) * within


def track(store: TraceStore, thread: int) -> Track:
    """The Track of a thread's states, remembered until the store grows."""
    return remembered(store, ("track", thread), lambda: _track(store.states(thread)))


def _track(spans: Spans) -> Track:
    return Track(spans.start, spans.end, spans.state)


def own_spans(store: TraceStore, thread: int) -> Spans:
    """`store.spans`, remembered likewise."""
    return remembered(store, ("spans", thread), lambda: store.spans(thread))


def held_locks(store: TraceStore, thread: int) -> Spans:
    """`store.holds`, remembered likewise."""
    return remembered(store, ("holds", thread), lambda: store.holds(thread))
