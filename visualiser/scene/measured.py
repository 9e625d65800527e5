"""What was measured beside the threads' own lanes: GILs, CPUs, how many ran at once. Each may be absent.

The store's answers are turned into `Owners` once; when the run has grown, only what is new is summed up.
"""

from __future__ import annotations

import numpy as np

from visualiser.trace import GilLane, TraceStore

from .memory import extended, remembered
from .owners import Owners, of_cpus, of_threads


def gils(store: TraceStore, process: int) -> tuple[GilLane, ...]:
    """The GILs of a process of which anything is known."""

    def known() -> tuple[GilLane, ...]:
        return tuple(one for one in store.gil_lanes(process) if len(one) or one.enabled is False)

    return remembered(store, ("gils", process), known)


def gil_owners(store: TraceStore, process: int, number: int) -> Owners:
    """Who held one of them."""
    lane = gils(store, process)[number]
    return extended(
        store, ("gil", process, number), lambda before: of_threads(lane.start, lane.end, lane.thread, before)
    )


def cpu_owners(store: TraceStore, cpu: int) -> Owners:
    """Who ran on a CPU."""

    def made(before: Owners | None) -> Owners:
        spans = store.cpu_spans(cpu)
        return of_threads(spans.start, spans.end, spans.thread, before)

    return extended(store, ("cpu", cpu), made)


def thread_owners(store: TraceStore, thread: int) -> Owners:
    """Which CPU a thread ran on."""

    def made(before: Owners | None) -> Owners:
        spans = store.thread_cpus(thread)
        return of_cpus(spans.start, spans.end, spans.cpu, before)

    return extended(store, ("cpus", thread), made)


def most_parallel(store: TraceStore) -> int:
    """The upper end of the scale: the machine's CPUs."""
    told = store.info.machine.get("cpus")
    seen = store.parallelism().n
    return max(told if isinstance(told, int) else 0, len(store.cpus), int(seen.max()) if len(seen) else 0, 1)


def mean_parallel(store: TraceStore) -> float | None:
    """Over the whole run, as `trace.stats` counts it; None when it was not measured, or not all the time."""
    steps, wall = store.parallelism(), store.end_ns - store.start_ns
    if len(steps) < 2 or not wall or store.blind_ns is not None:
        return None
    return float(np.dot(np.diff(steps.t), steps.n[:-1]) / wall)


def parallel_at(store: TraceStore, t: int) -> int | None:
    """How many ran at a moment (ns); None outside of the measured time."""
    steps = store.parallelism()
    row = int(np.searchsorted(steps.t, t, "right")) - 1
    return int(steps.n[row]) if 0 <= row < len(steps) - 1 else None
