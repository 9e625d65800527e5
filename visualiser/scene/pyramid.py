"""Sums over blocks of spans: the time that each class took before any moment costs a search and one block.

    spans    |R|G|R|S|R|G|R|R|G|L|R|...       per block of 8 spans: when it begins, ns in each class before it, its
    blocks   |       0       |     1 ...      longest span; per 32 blocks: their longest span

A pyramid grows with its spans: what is settled is never looked at again. Nothing is sampled or rounded, all sums are
ns. It takes 12 bytes per block and 8 per class and block: 6.5 bytes a span where five states occur.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Growing

Int64s = NDArray[np.int64]

BLOCK = 8
"""Spans in a block."""
FAN = 32
"""Blocks under one number of the longest ones."""
AT_ONCE = 1 << 18
"""Spans summed at once, a multiple of BLOCK * FAN: bounds the memory that building takes."""

MOST_KEPT = 4096
"""Answers that are kept at most; a screen is narrower."""

_NOTHING: Int64s = np.empty(0, np.int64)

LONG = (1 << 32) - 1
"""From so many ns on, spans are longest ones all alike: 4 s."""


class Columns(NamedTuple):
    """Sorted spans that do not overlap: start, end (ns), and a small number that says what each is."""

    start: Int64s
    end: Int64s
    state: NDArray[np.uint8]


class Pyramid:
    """The sums of one track. `classes`: what occurs in it, in the order of the sums' columns; `instants`: rows of no
    length."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.classes: tuple[int, ...] = ()
        self._column = np.zeros(256, np.intp)
        self._until, self._begin = Growing("i8"), Growing("i8")
        self._instants = Growing("i8")
        self._longest, self._longer = Growing("u4"), Growing("u4")
        self._settled = 0
        self._last: tuple[int, ...] = ()
        self._answered: tuple[Int64s, Int64s] = (_NOTHING, np.empty((0, 0), np.int64))

    def grow(self, spans: Columns, settled: int) -> None:
        """Take in what is new. `settled`: so many rows will never change; those of last time are not read again,
        unless they turn out to be others."""
        if self._settled > len(spans.start) or self._last != _seal(spans, self._settled):
            self._forget()
        self._forget_answers(int(spans.end[self._settled - 1]) if self._settled else None)
        self._settled -= self._settled % (BLOCK * FAN)
        self._until.cut((self._settled // BLOCK + 1) * len(self.classes))
        self._instants.cut(int(np.searchsorted(self._instants.view, self._settled)))
        self._begin.cut(self._settled // BLOCK)
        self._longest.cut(self._settled // BLOCK)
        self._longer.cut(self._settled // (BLOCK * FAN))
        for first in range(self._settled, len(spans.start), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            self._take(Columns(spans.start[part], spans.end[part], spans.state[part]))
            self._instants.append(first + np.flatnonzero(spans.start[part] == spans.end[part]))
        self._settled = min(settled, len(spans.start))
        self._last = _seal(spans, self._settled)

    def unsettle(self, spans: Columns, rows: int) -> None:
        """Of all that was settled, no more than the first rows still are what they were, as `spans` has them."""
        if rows < self._settled:
            self._settled, self._last = rows, _seal(spans, rows)

    @property
    def instants(self) -> Int64s:
        """As told above."""
        found: Int64s = self._instants.view
        return found

    @property
    def totals(self) -> Int64s:
        """Time in each of `classes`, ns."""
        return self._table()[-1] if self.classes else np.empty(0, np.int64)

    def until(self, spans: Columns, t: Int64s) -> Int64s:
        """ns in each of `classes` until each moment (sorted), (moments, classes). What was answered last is kept: when
        a picture moves by whole pixels, most of its columns lie between the same moments."""
        known, answers = self._answered
        place = known.searchsorted(t)
        there = np.flatnonzero(known.take(place, mode="clip") == t) if len(known) else _NOTHING
        if 2 * len(there) < len(t):
            found = self._until_each(spans, t)
        else:
            found = answers.take(place, axis=0, mode="clip")
            new = np.ones(len(t), bool)
            new[there] = False
            if len(there) < len(t):
                found[new] = self._until_each(spans, t[new])
        if len(t) <= MOST_KEPT:
            self._answered = t, found
        return found.copy()

    def _until_each(self, spans: Columns, t: Int64s) -> Int64s:
        block = np.maximum(np.searchsorted(self._begin.view, t, "right") - 1, 0)
        rows = block[:, None] * BLOCK + np.arange(BLOCK)
        over = len(t) > 0 and int(block.max()) * BLOCK + BLOCK > len(spans.start)  # the last block is not full
        if over:
            np.minimum(rows, len(spans.start) - 1, out=rows)
        start = spans.start.take(rows)
        within = np.minimum(spans.end.take(rows), t[:, None])
        within -= start
        np.maximum(within, 0, out=within)
        if over:
            within[:, 1:][rows[:, 1:] == rows[:, :-1]] = 0  # the last row of all, repeated
        found: Int64s = self._table()[block]
        if len(self.classes) == 1:
            found += within.sum(axis=1, keepdims=True)
            return found
        cell = self._column[spans.state.take(rows)]
        cell += np.arange(len(t))[:, None] * len(self.classes)
        # bincount's weights are floats: exact up to 2**53 ns, 104 days, in one block
        found += np.bincount(cell.ravel(), within.ravel(), found.size).reshape(found.shape).astype(np.int64)
        return found

    def between(self, spans: Columns, first: int, last: int) -> int:
        """ns that the rows in [first, last) take together."""
        b0, b1 = -(-first // BLOCK), last // BLOCK
        if b1 <= b0:
            return int((spans.end[first:last] - spans.start[first:last]).sum())
        found = int((self._table()[b1] - self._table()[b0]).sum())
        for rest in (slice(first, b0 * BLOCK), slice(b1 * BLOCK, last)):
            found += int((spans.end[rest] - spans.start[rest]).sum())
        return found

    def long_blocks(self, first: int, last: int, shortest: float) -> NDArray[np.intp]:
        """The blocks with a row in [first, last) in which a span lasts at least `shortest` ns."""
        shortest = min(shortest, LONG)
        b0, b1 = first // (BLOCK * FAN), -(-last // (BLOCK * FAN))
        upper = b0 + np.flatnonzero(self._longer.view[b0:b1] >= shortest)
        blocks = (upper[:, None] * FAN + np.arange(FAN)).ravel()
        blocks = blocks[(blocks >= first // BLOCK) & (blocks < -(-last // BLOCK))]
        found: NDArray[np.intp] = blocks[self._longest.view[blocks] >= shortest]
        return found

    @property
    def nbytes(self) -> int:
        """What it takes, without room to grow."""
        kept = (self._until, self._begin, self._longest, self._longer, self._instants)
        return sum(one.view.nbytes for one in kept)

    def _forget_answers(self, settled_ns: int | None) -> None:
        """Keep those about what will never change."""
        known, answers = self._answered
        if len(known):
            rows = 0 if settled_ns is None else int(known.searchsorted(settled_ns, "right"))
            self._answered = known[:rows], answers[:rows]

    def _table(self) -> Int64s:
        table: Int64s = self._until.view.reshape(-1, len(self.classes))
        return table

    def _take(self, spans: Columns) -> None:
        """Add whole blocks, and at the end perhaps a part of one."""
        length = spans.end - spans.start
        at = np.arange(0, len(length), BLOCK)
        longest = np.minimum(np.maximum.reduceat(length, at), LONG)
        self._begin.append(spans.start[at])
        self._longest.append(longest)
        self._longer.append(np.maximum.reduceat(longest, np.arange(0, len(at), FAN)))
        self._admit(np.flatnonzero(np.bincount(spans.state)).tolist())
        sums = np.empty((len(at), len(self.classes)), np.int64)
        for column, one in enumerate(self.classes):
            mine = length if len(self.classes) == 1 else np.where(spans.state == one, length, 0)
            sums[:, column] = np.add.reduceat(mine, at)
        sums[0] += self._table()[-1]
        self._until.append(np.cumsum(sums, axis=0).ravel())

    def _admit(self, classes: list[int]) -> None:
        """Give classes that occur for the first time a column."""
        known = len(self.classes)
        new = tuple(one for one in classes if one not in self.classes)
        if not new:
            return
        old: NDArray[Any] = self._table() if known else np.zeros((1, 0), np.int64)
        self.classes += new
        self._column[list(self.classes)] = range(len(self.classes))
        self._until = Growing("i8")
        self._until.append(np.hstack((old, np.zeros((len(old), len(new)), np.int64))).ravel())
        known_t, answers = self._answered
        self._answered = known_t, np.hstack((answers, np.zeros((len(known_t), len(new)), np.int64)))


def _seal(spans: Columns, rows: int) -> tuple[int, ...]:
    """By what is noticed that other spans stand in the place of settled ones."""
    if not rows:
        return ()
    start, end, state = spans
    return (rows, int(start[0]), int(start[rows - 1]), int(end[rows - 1]), int(state[rows - 1]))
