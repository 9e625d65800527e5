"""Runs every way, several times, one after another in turns, so that what disturbs the machine disturbs all alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visualiser.run import record
from visualiser.trace import TraceStore

from .ending import Ending
from .figures import RunFigures, run_figures
from .ways import ALIKE, Traits, Way


class WayFailed(RuntimeError):
    """A way's program failed, so there is nothing to compare: one or two plain sentences."""


class Cancelled(RuntimeError):
    """Somebody wanted no more runs."""


@dataclass(frozen=True, eq=False)
class Measured:
    """One way, measured: the figures of all its runs, the fastest first, and of the one with the median time the whole
    trace."""

    way: str
    runs: tuple[RunFigures, ...]
    store: TraceStore
    target: str
    traits: Traits = ALIKE

    @property
    def walls(self) -> tuple[int, ...]:
        """The times of all runs, ns."""
        return tuple(one.wall_ns for one in self.runs)

    @property
    def median_ns(self) -> float:
        """The median of the times; of an even number of runs the mean of the two in the middle."""
        return float(statistics.median(self.walls))

    @property
    def typical(self) -> RunFigures:
        """The run whose trace is kept: the lower one in the middle."""
        return sorted(self.runs, key=lambda one: one.wall_ns)[(len(self.runs) - 1) // 2]


def measure(
    ways: Sequence[Way],
    repeats: int,
    *,
    on_run: Callable[[str, int], None] = lambda label, turn: None,
    on_store: Callable[[TraceStore], None] = lambda store: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Measured, ...]:
    """Run all ways `repeats` times. `on_run(label, turn)` before each; `on_store` after each, while the files of the
    run are still there; `cancelled` is asked all the time. Raises WayFailed, Cancelled, and what `record` raises."""
    kept: list[_Runs] = [[] for _ in ways]
    for turn in range(repeats):
        for way, runs in zip(ways, kept, strict=True):
            if cancelled():
                raise Cancelled("The comparison was ended before it was complete.")
            on_run(way.label, turn)
            runs.append(_one(way, on_store, cancelled))
            runs[:] = _thinned(sorted(runs, key=lambda run: run[0].wall_ns), repeats)
    return tuple(_measured(way, runs) for way, runs in zip(ways, kept, strict=True))


_Runs = list[tuple[RunFigures, TraceStore | None]]


def _thinned(runs: _Runs, repeats: int) -> _Runs:
    """Without the traces that cannot be the one in the middle any more: a trace is large, figures are small."""
    middle, left = (repeats - 1) // 2, repeats - len(runs)
    return [(figures, store if middle - left <= rank <= middle else None)
            for rank, (figures, store) in enumerate(runs)]  # fmt: skip


def _measured(way: Way, runs: _Runs) -> Measured:
    figures = tuple(one for one, _ in runs)
    store = runs[(len(runs) - 1) // 2][1]
    assert store is not None
    return Measured(way.label, figures, store, way.target.text, way.traits)


def _one(
    way: Way, on_store: Callable[[TraceStore], None], cancelled: Callable[[], bool]
) -> tuple[RunFigures, TraceStore]:
    with Ending(cancelled) as ending, record(way.target, own_terminal=False, on_report=ending.hear) as recording:
        info = recording.info
        if cancelled():
            raise Cancelled("The comparison was ended before it was complete.")
        if info.stopped_by is not None:
            raise WayFailed(f"“{way.label}” was stopped, so nothing was compared.")
        if info.exit_code or info.signal:
            how = f"was killed by signal {info.signal}" if info.signal else f"ended with exit code {info.exit_code}"
            raise WayFailed(f"“{way.label}” {how}, so nothing was compared. Run it alone to see why.")
        on_store(recording.store)
        return run_figures(recording.store), recording.store


def measured_runs(stores: Sequence[tuple[str, TraceStore]]) -> tuple[Measured, ...]:
    """Runs that were recorded before, each a way of its own."""
    return tuple(Measured(name, (run_figures(store),), store, store.info.target) for name, store in stores)
