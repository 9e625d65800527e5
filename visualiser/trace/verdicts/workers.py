"""Who are workers of the same kind: threads of one process beside its main one, or child processes of one parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from visualiser.events import Span
from visualiser.trace.columns import Spans
from visualiser.trace.store import TraceStore

from .figures import Figures, figures

LEAST_SHARE = 0.02
"""Of the run: what a worker must have lived to be one."""

HELPERS = frozenset({"resource tracker", "forkserver"})
"""Processes that multiprocessing starts for itself, as they are named in a run: they do none of the program's work."""


@dataclass(frozen=True)
class Worker:
    """A worker: the thread that works (index), its name, and from when to when it had work (ns)."""

    thread: int
    name: str
    begin: int
    end: int


def tasks(found: Figures, thread: int) -> Spans:
    """The tasks that a thread was given by a pool or an executor."""
    spans = found.store.spans(thread)
    return spans.rows(spans.flag == Span.TASK)


def workers(found: Figures) -> Iterator[tuple[Worker, ...]]:
    """Groups of two and more."""
    store = found.store
    for process in store.processes:
        own = [_worker(found, thread, store.threads[thread].name) for thread in process.threads[1:]]
        children = [_worker(found, child.threads[0], child.name) for child in store.processes
                    if child.parent == process.index and child.threads and child.name not in HELPERS]  # fmt: skip
        for group in (own, children):
            real = tuple(one for one in group if one.end - one.begin > LEAST_SHARE * found.wall_ns)
            if len(real) >= 2:
                yield real


def _worker(found: Figures, thread: int, name: str) -> Worker:
    """With tasks: from the first to the last; else its whole life."""
    life, given = found.store.threads[thread], tasks(found, thread)
    if len(given):
        return Worker(thread, name, int(given.start[0]), int(np.max(given.end)))
    return Worker(thread, name, life.start_ns, found.end if life.end_ns is None else life.end_ns)


def worker_count(store: TraceStore) -> int:
    """How many threads or processes worked side by side in a run; 1 where there were none beside the main one."""
    return max((len(group) for group in workers(figures(store))), default=1)
