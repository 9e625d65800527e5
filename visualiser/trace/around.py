"""Which spans of a growing track lie around a moment, at the cost of the moment and not of the track."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import Int64s, Spans
from .growing import Growing

BLOCK = 256
"""Rows under one number of the latest end."""


class LatestEnds:
    """The latest end of each block of rows that were ended: what cannot lie around a moment is passed over by blocks.

    Rows may cross each other and be ended long after they began, also by another thread; `open_rows` are those that
    have not been ended.
    """

    def __init__(self) -> None:
        self._latest = Growing("i8")
        self._open: Int64s = np.empty(0, np.int64)  # rows in whole blocks that were open when those were looked at

    def around(self, spans: Spans, open_rows: Int64s, t: int) -> Spans:
        """`spans.at(t)` of the track as it is now."""
        self._look(spans.end, open_rows)
        last = int(np.searchsorted(spans.start, t, "right"))
        whole = len(self._latest)
        blocks = np.flatnonzero(self._latest.view[: -(-last // BLOCK)] > t)
        rows: npt.NDArray[Any] = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        rest = np.arange(min(whole * BLOCK, last), last)
        rows = np.union1d(np.concatenate((rows, rest)), open_rows)
        rows = rows[rows < last]
        return spans.rows(rows[spans.end[rows] > t])

    def _look(self, end: Int64s, open_rows: Int64s) -> None:
        """Take in the blocks that are full now, and what was ended since in those that were before."""
        late = self._open[~np.isin(self._open, open_rows)]
        for row in late.tolist():
            self._latest.put(row // BLOCK, max(int(self._latest.view[row // BLOCK]), int(end[row])))
        first, last = len(self._latest), len(end) // BLOCK
        if last > first:
            self._latest.append(end[first * BLOCK : last * BLOCK].reshape(-1, BLOCK).max(axis=1))
        self._open = open_rows[open_rows < last * BLOCK]
