"""What can be asked of sorted spans at a cost of pixels: exact time shares per column, what is long, what is in view.

The time that each state took up to any moment is two searches away (`pyramid`), and the share of a column the
difference of two such times. Nothing is sampled: a column's shares add up to the part of it in which the thread lived.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Spans, TraceStore

from .memory import extended, remembered
from .model import Floats
from .palette import STATES
from .pyramid import BLOCK, Columns, Int64s, Pyramid

FEW = 8192
"""So many spans are looked at one by one."""
MOST_ASKED = 16
"""Answers that a track remembers."""


class Track:
    """Sorted spans that do not overlap: of one thread's states, or of who had something when (`state` is then any
    number below `kinds`). `before`: the same track when it was shorter, of which `settled` rows are the same; it must
    not be used any more."""

    def __init__(
        self,
        start: Int64s,
        end: Int64s,
        state: NDArray[np.uint8],
        before: Track | None = None,
        settled: int | None = None,
        kinds: int = STATES,
    ) -> None:
        self._kinds = kinds
        self.start, self.end, self.state = start, end, state
        self._columns = Columns(start, end, state)
        self._kept: Pyramid = before._kept if before is not None else Pyramid()
        self._settled = max(len(start) - 1, 0) if settled is None else settled
        self._asked: dict[tuple[float, ...], Any] = {}
        """What one picture asks again and again."""

    @cached_property
    def _pyramid(self) -> Pyramid:
        """Brought up to date when it is needed: what nobody looks at costs nothing."""
        self._kept.grow(self._columns, self._settled)
        return self._kept

    def settle(self, rows: int) -> None:
        """No more than so many rows are still what they were: for who makes the next track of this one."""
        self._kept.unsettle(self._columns, rows)

    def __len__(self) -> int:
        return len(self.start)

    @property
    def nbytes(self) -> int:
        """What is kept beside the columns, bytes."""
        return self._pyramid.nbytes

    @property
    def instants(self) -> Int64s:
        """The rows of no length."""
        return self._pyramid.instants

    @property
    def totals(self) -> Int64s:
        """Time in each state, ns, (kinds,)."""
        found = np.zeros(self._kinds, np.int64)
        found[list(self._pyramid.classes)] = self._pyramid.totals
        return found

    def visible(self, t0: int, t1: int) -> tuple[int, int]:
        """The rows that touch [t0, t1)."""
        found: tuple[int, int] | None = self._asked.get((t0, t1))
        if found is None:
            last = int(self.start.searchsorted(t1, "left"))
            found = min(int(self.end.searchsorted(t0, "right")), last), last
            self._keep((t0, t1), found)
        return found

    def _keep(self, asked: tuple[float, ...], answer: Any) -> None:
        if len(self._asked) >= MOST_ASKED:
            self._asked.clear()
        self._asked[asked] = answer

    def long_ones(self, first: int, last: int, shortest: float) -> NDArray[np.intp]:
        """Rows in [first, last) that last at least `shortest` ns, in order."""
        found: NDArray[np.intp] | None = self._asked.get((first, last, shortest))
        if found is None:
            found = self._long_ones(first, last, shortest)
            self._keep((first, last, shortest), found)
        return found

    def _long_ones(self, first: int, last: int, shortest: float) -> NDArray[np.intp]:
        if last - first < FEW:
            return first + np.flatnonzero(self.end[first:last] - self.start[first:last] >= shortest)
        blocks = self._pyramid.long_blocks(first, last, shortest)
        rows = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        rows = rows[(rows >= first) & (rows < last)]
        long_ones: NDArray[np.intp] = rows[self.end[rows] - self.start[rows] >= shortest]
        return long_ones

    def time_of(self, first: int, last: int) -> int:
        """ns that the rows in [first, last) take together."""
        return self._pyramid.between(self._columns, first, last) if last > first else 0

    def shares(self, t0: Int64s, t1: Int64s) -> Floats:
        """For columns [t0, t1) (ns, sorted): the share of each state, (columns, kinds)."""
        found = np.zeros((len(t0), self._kinds))
        if not len(self) or not len(t0):
            return found
        place, edges = _edges(t0, t1)
        until = self._pyramid.until(self._columns, edges)
        width = np.maximum(t1 - t0, 1)[:, None]
        found[:, self._pyramid.classes] = (until[place + 1] - until[place]) / width
        return found

    def time_until(self, t: Int64s) -> Int64s:
        """For each moment (ns): the time in all states before it, ns."""
        if not len(self):
            return np.zeros(len(t), np.int64)
        found: Int64s = self._pyramid.until(self._columns, t).sum(axis=1)
        return found


def _edges(t0: Int64s, t1: Int64s) -> tuple[NDArray[np.intp], Int64s]:
    """The edges of columns, each once where columns touch; and the place of each column's first one."""
    apart = t0[1:] != t1[:-1]
    place = np.arange(len(t0))
    place[1:] += np.cumsum(apart)
    edges = np.empty(int(place[-1]) + 2, np.int64)
    edges[place] = t0
    edges[place + 1] = t1
    return place, edges


def states_of(store: TraceStore, thread: int) -> Spans:
    """`TraceStore.states`, asked for once until the store grows."""
    return remembered(store, ("states", thread), lambda: store.states(thread))


def track(store: TraceStore, thread: int) -> Track:
    """The Track of a thread's states; when the store has grown, only what is new is added to it."""

    def made(before: tuple[int, Track] | None) -> tuple[int, Track]:
        spans = states_of(store, thread)
        edition, settled_ns = store.settled(thread)
        settled = max(len(spans) - 1, 0)
        if settled_ns is not None:
            settled = min(settled, int(np.searchsorted(spans.end, settled_ns)))
        same = before[1] if before is not None and before[0] == edition else None
        return edition, Track(spans.start, spans.end, spans.state, same, settled)

    return extended(store, ("track", thread), made)[1]
