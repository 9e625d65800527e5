"""Moments of many threads, kept in order of time while they arrive thread by thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import Points
from .growing import Growing

_DTYPES = {"t": "i8", "thread": "i4", "flag": "u2", "text": "i4", "site": "i4"}


class PointList:
    """Grows by one thread's moments at a time; what is younger than new ones is sorted again, no more."""

    def __init__(self) -> None:
        self._columns = {name: Growing(dtype) for name, dtype in _DTYPES.items()}

    def add(
        self,
        t: npt.NDArray[Any],
        thread: int,
        flag: npt.NDArray[Any],
        text: npt.NDArray[Any],
        site: npt.NDArray[Any],
    ) -> None:
        """Add columns of equal length, in order of time."""
        times = self._columns["t"].view
        first = int(np.searchsorted(times, t.astype(np.int64)[0], "right"))
        new = {"t": t, "thread": np.full(len(t), thread), "flag": flag, "text": text, "site": site}
        joined = {name: np.concatenate((self._columns[name].view[first:], new[name])) for name in _DTYPES}
        order = np.argsort(joined["t"], kind="stable")
        for name, column in self._columns.items():
            column.cut(first)
            column.append(joined[name][order])

    def points(self, thread: int | None = None) -> Points:
        """All, or one thread's."""
        columns = {name: column.view for name, column in self._columns.items()}
        if thread is not None:
            own = np.flatnonzero(columns["thread"] == thread)
            columns = {name: column[own] for name, column in columns.items()}
        return Points(**columns)
