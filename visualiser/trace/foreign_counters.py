"""Counters that another tool's file tells: values at moments, by process; kept beside the store they belong to.

No record tells them, so they are no part of what a diary holds. A value holds until the next one that is told; what
holds after the last one is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from .store import TraceStore
from .units import count, digits, memory

_UNIT = re.compile(
    r"[(\[](bytes|[kKMGT]?i?B|%|percent|min|s|ms|us|µs|ns|[kMG]?Hz|m?[WAVJ]|°C)[)\]]\s*$|(?:^|[\s_])(bytes|percent|%)\s*$"
)
_SAID = {"bytes": "B", "percent": "%", "us": "µs"}
_ONLY = "", "value"
_HUGE, _TINY = 1e15, 1e-4


@dataclass(frozen=True, eq=False)
class Counter:
    """What one process counted. `name`: of the counter; `series`: which of its values; `t`: int64 ns on the run's
    clock, sorted; `value`: float64, finite, equally long and at least one.
    """

    process: int
    name: str
    series: str
    t: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]

    @property
    def label(self) -> str:
        """What it is called: its name, and the series where that says more."""
        return self.name if self.series in (*_ONLY, self.name) else f"{self.name}: {self.series}".removeprefix(": ")

    @property
    def unit(self) -> str:
        """The unit that its own words name ("Memory (MB)", "rss bytes"); empty where they name none."""
        found = _UNIT.search(self.series) or _UNIT.search(self.name)
        unit = "" if found is None else found[1] or found[2]
        return _SAID.get(unit, unit)

    @property
    def scale(self) -> tuple[float, float]:
        """The least and the most of all its values, and of zero."""
        return min(float(self.value.min()), 0.0), max(float(self.value.max()), 0.0)

    def at(self, t: int) -> float | None:
        """The value at a moment (ns); None before the first that is told, and after the last."""
        row = int(np.searchsorted(self.t, t, "right")) - 1
        return float(self.value[row]) if row >= 0 and t <= self.t[-1] else None

    def words(self, value: float) -> str:
        """A value with its unit."""
        if not value or _TINY <= abs(value) < _HUGE:
            if self.unit == "B":
                return memory(value)
            number = count(int(value)) if value.is_integer() else digits(value)
        else:
            number = f"{value:.3g}"
        return f"{number} {self.unit}".rstrip()


_kept: WeakKeyDictionary[TraceStore, tuple[Counter, ...]] = WeakKeyDictionary()


def keep_counters(store: TraceStore, counters: Iterable[Counter]) -> None:
    """Let a store have these counters, instead of those it had."""
    _kept[store] = tuple(counters)
    store.revision += 1


def counters_of(store: TraceStore, process: int | None = None) -> tuple[Counter, ...]:
    """The counters of a run, or of one process, in the order of the file; none where no file told any."""
    found = _kept.get(store, ())
    return found if process is None else tuple(one for one in found if one.process == process)
