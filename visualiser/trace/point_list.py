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
        self._of_thread: dict[int, dict[str, Growing]] = {}

    def add(
        self,
        t: npt.NDArray[Any],
        thread: int,
        flag: npt.NDArray[Any],
        text: npt.NDArray[Any],
        site: npt.NDArray[Any],
    ) -> None:
        """Add columns of equal length, in order of time."""
        new = {"t": t, "thread": np.full(len(t), thread), "flag": flag, "text": text, "site": site}
        own = self._of_thread.get(thread)
        if own is None:
            own = self._of_thread[thread] = {name: Growing(dtype) for name, dtype in _DTYPES.items()}
        _insert(self._columns, new)
        _insert(own, new)

    def points(self, thread: int | None = None) -> Points:
        """All, or one thread's."""
        columns = self._columns if thread is None else self._of_thread.get(thread, _NONE)
        return Points(**{name: column.view for name, column in columns.items()})


_NONE = {name: Growing(dtype, room=0) for name, dtype in _DTYPES.items()}


def _insert(columns: dict[str, Growing], new: dict[str, npt.NDArray[Any]]) -> None:
    first = int(np.searchsorted(columns["t"].view, new["t"].astype(np.int64)[0], "right"))
    if first == len(columns["t"]):
        for name, column in columns.items():
            column.append(new[name])
        return
    joined = {name: np.concatenate((columns[name].view[first:], new[name])) for name in _DTYPES}
    order = np.argsort(joined["t"], kind="stable")
    for name, column in columns.items():
        column.cut(first)
        column.append(joined[name][order])
