"""What the observer's rows about itself say: how much of a CPU it took, and by how much its turns came too late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .growing import Growing
from .observed import WatchRows


class ObserverTold:
    """What the observer said of its own cost, taken from its tables as they come."""

    def __init__(self) -> None:
        self._latest = Growing("i8")
        self._taken = 0
        self._first: tuple[int, int] | None = None  # t, and its CPU time then
        self._facts: dict[str, Any] = {}

    def facts(self, tables: Sequence[WatchRows]) -> dict[str, Any]:
        """As in `ObservedAnswers.sources`; empty when it never told."""
        new, self._taken = tables[self._taken :], len(tables)
        for table in new:
            if len(table):
                self._take(table)
        return self._facts

    def _take(self, table: WatchRows) -> None:
        self._latest.append(table.latest)
        t0, cpu0 = self._first = self._first or (int(table.t[0]), int(table.cpu[0]))
        t, cpu = int(table.t[-1]), int(table.cpu[-1])
        share = float((cpu - cpu0) / (t - t0)) if t > t0 else None
        self._facts = {"cpu_share": share, "lateness_ns_p95": int(np.percentile(self._latest.view, 95))}
