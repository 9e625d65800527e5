"""How much memory each process had, as curves for a chart: what was measured, at the moments it was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import TraceStore

MEGABYTE = 1_000_000


@dataclass(frozen=True, eq=False)
class Curve:
    """One process: `seconds` since the start of the run, `megabytes` (RSS); `number` chooses its colour."""

    name: str
    number: int
    seconds: NDArray[np.float64]
    megabytes: NDArray[np.float64]


def memory_curves(store: TraceStore | None) -> tuple[Curve, ...]:
    """A curve per process that was measured at least once."""
    if store is None:
        return ()
    return tuple(
        Curve(
            f"{each.name or 'main process'} ({each.pid})",
            each.threads[0] if each.threads else each.index,
            (each.memory.t - store.start_ns) / 1e9,
            each.memory.rss / MEGABYTE,
        )
        for each in store.processes
        if len(each.memory.t)
    )
