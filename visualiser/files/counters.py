"""Counters of another tool's file being gathered, and as parts of a saved run: counters/<n>/t.npy and value.npy.

16 bytes for each value; of a process with very many counters the first ones are kept, and it is said how many values
were not.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.trace import Counter

COUNTER_COLUMNS: Mapping[str, str] = {"t": "<i8", "value": "<f8"}
MOST_OF_ONE, MOST = 12, 240
"""Counters of one process, and of a whole file."""
LARGEST_VALUE = 1e300
"""So that the difference of two values is a number."""
LONGEST_NAME = 200

_Series = tuple[Hashable, str, str]


class CounterRows:
    """The counters of one file: by process (as the file calls it), name and series, moments (ns) and values."""

    def __init__(self) -> None:
        self._rows: dict[_Series, tuple[array[int], array[float]]] = {}
        self._of_process: dict[Hashable, int] = {}
        self.left_out = 0
        """Values of more counters than are kept."""

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, process: Hashable, name: str, values: Mapping[str, Any], t: int) -> bool:
        """What a process counted at a moment; whether all of it made sense."""
        sound = bool(values)
        for series, value in values.items():
            if type(value) not in (int, float) or not abs(value) <= LARGEST_VALUE:
                sound = False
            elif (rows := self._series(process, name[:LONGEST_NAME], series[:LONGEST_NAME])) is None:
                self.left_out += 1
            else:
                rows[0].append(t)
                rows[1].append(value)
        return sound

    def _series(self, *key: *tuple[Hashable, str, str]) -> tuple[array[int], array[float]] | None:
        known = self._rows.get(key)
        if known is not None:
            return known
        number = self._of_process.get(key[0], 0)
        if number >= MOST_OF_ONE or len(self._rows) >= MOST:
            return None
        self._of_process[key[0]] = number + 1
        return self._rows.setdefault(key, (array("q"), array("d")))

    def extents(self) -> Iterator[tuple[Hashable, int, int]]:
        """For each counter its process, and its first and last moment."""
        return ((key[0], min(times), max(times)) for key, (times, _) in self._rows.items())

    def made(self, processes: Mapping[Hashable, int], moved: int) -> Iterator[Counter]:
        """All of them; `processes`: their indices; `moved`: what is added to all moments."""
        for (process, name, series), (times, values) in self._rows.items():
            t = np.array(times, np.int64) + moved
            order = np.argsort(t, kind="stable")
            yield Counter(processes[process], name, series, t[order], np.array(values, np.float64)[order])


def counter_column_name(number: int, column: str) -> str:
    """The member of a saved run that holds a column."""
    return f"counters/{number}/{column}.npy"


def are_counted(columns: Mapping[str, npt.NDArray[Any]]) -> bool:
    """Whether they are moments in order, each with a finite value."""
    t, value = columns["t"], columns["value"]
    in_order = len(t) > 0 and t[0] >= 0 and (t[1:] >= t[:-1]).all()
    return bool(in_order and (np.abs(value) <= LARGEST_VALUE).all())
