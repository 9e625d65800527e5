"""What one run cost: its time, where that went, what starting and pickling took, how much memory."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from visualiser.trace import Span, State, TraceStore, verdicts, worker_count


@dataclass(frozen=True)
class RunFigures:
    """One run. Times in ns, None: not measured.

    `wall_ns`: from the program's first own line to its last process's end, without the start of its interpreter, which
    is the same for all; `workers`: threads or processes that worked beside the main one, 1 if there were none;
    `starting_ns`: importing and starting children, summed; `pickling_ns`: both ways, summed; `peak_bytes`: of all
    processes at once (RSS, what they share counted for each).
    """

    wall_ns: int
    exit_code: int | None
    python: str
    has_gil: bool | None
    workers: int
    processes: int
    threads: int
    on_cpu_ns: int | None
    parallelism: float | None
    gil_wait_ns: int | None
    lock_wait_ns: int | None
    waiting_ns: int | None
    starting_ns: int
    pickling_ns: int
    pickled_bytes: int | None
    peak_bytes: int | None
    lost: int
    verdicts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self) | {"verdicts": list(self.verdicts)}


def work_span(store: TraceStore) -> tuple[int, int]:
    """From the program's first own line to the end of its last process (ns on the store's clock): what is compared."""
    begins = [one.start_ns for one in store.processes]
    ends = [store.end_ns if one.end_ns is None else one.end_ns for one in store.processes]
    first = _first_line(store)
    begin = first if first is not None else min(begins, default=store.start_ns)
    return begin, max(max(ends, default=store.end_ns), begin + 1)


def _first_line(store: TraceStore) -> int | None:
    """When the main program's record began: right before its first line."""
    if not store.processes or not store.processes[0].threads:
        return None
    states = store.recorded_states(store.processes[0].threads[0])
    return int(states.start[0]) if len(states) else None


def run_figures(store: TraceStore) -> RunFigures:
    """The figures of a finished run."""
    begin, end = work_span(store)
    cpu = [store.on_cpu_ns(one.index) for one in store.threads]
    known = [one for one in cpu if one is not None]
    total = sum(known) if known and len(known) == len(cpu) else None
    gils = {one.gil_enabled for one in store.processes}
    return RunFigures(
        wall_ns=end - begin,
        exit_code=store.info.exit_code,
        python=store.info.python or "",
        has_gil=gils.pop() if len(gils) == 1 else None,
        workers=worker_count(store),
        processes=len(store.processes),
        threads=len(store.threads),
        on_cpu_ns=total,
        parallelism=None if total is None else total / (end - begin),
        gil_wait_ns=_in_state(store, "gil", State.GIL),
        lock_wait_ns=_in_state(store, "calls", State.LOCK),
        waiting_ns=_in_state(store, "calls", State.IO, State.SLEEP),
        starting_ns=_in_spans(store, Span.PROCESS_START, Span.POOL_START, Span.IMPORT_MAIN),
        pickling_ns=_in_spans(store, Span.PICKLE, Span.UNPICKLE),
        pickled_bytes=_pickled(store),
        peak_bytes=_peak(store),
        lost=store.lost,
        verdicts=tuple(one.code for one in verdicts(store)),
    )


def _in_state(store: TraceStore, source: str, *states: State) -> int | None:
    total = 0
    for thread in store.threads:
        spans = store.states(thread.index)
        total += int((spans.end - spans.start)[np.isin(spans.state, states)].sum())
    return total if total or store.info.sources.get(source, "none") != "none" else None


def _in_spans(store: TraceStore, *kinds: int) -> int:
    """Of each thread the time covered by spans of these kinds, whatever lies inside of what; summed over threads."""
    total = 0
    for thread in store.threads:
        spans = store.spans(thread.index)
        rows = spans.rows(np.isin(spans.flag, kinds))
        reach = np.maximum.accumulate(rows.end) if len(rows) else rows.end
        before = np.concatenate((rows.start[:1], reach[:-1]))
        total += int(np.maximum(rows.end - np.maximum(rows.start, before), 0).sum())
    return total


def _pickled(store: TraceStore) -> int | None:
    total, seen = 0, False
    for thread in store.threads:
        spans = store.spans(thread.index)
        amount = spans.amount[spans.flag == Span.PICKLE]
        seen |= bool((amount >= 0).any())
        total += int(amount[amount > 0].sum())
    return total if seen else None


def _peak(store: TraceStore) -> int | None:
    """The most that all processes had at one look; each counts with its latest look."""
    looks = [(one.memory.t, one.memory.rss, one.end_ns) for one in store.processes if len(one.memory.t)]
    if not looks:
        return None
    times = np.unique(np.concatenate([t for t, _, _ in looks]))
    total = np.zeros(len(times), np.int64)
    for t, rss, end in looks:
        at = np.searchsorted(t, times, "right") - 1
        alive = (at >= 0) & (times <= (times[-1] if end is None else end))
        total += np.where(alive, rss[np.maximum(at, 0)], 0)
    return int(total.max())
