"""Spans of time as pairs of columns, for truth.py: when a thread was on a CPU or in a state, and what two share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from visualiser.trace import State, TraceStore

Array = npt.NDArray[Any]
Spans = tuple[Array, Array]
"""Begins and ends in ns, in order, not overlapping."""


def length(spans: Spans) -> int:
    """ns in all."""
    return int((spans[1] - spans[0]).sum())


def clip(spans: Spans, begin: int, end: int) -> Spans:
    """Only what lies between."""
    start, stop = np.clip(spans[0], begin, end), np.clip(spans[1], begin, end)
    return start[stop > start], stop[stop > start]


def common(one: Spans, two: Spans) -> int:
    """ns that lie in both."""
    edges = np.concatenate([one[0], two[0], one[1], two[1]])
    step = np.repeat([1, 1, -1, -1], [len(one[0]), len(two[0]), len(one[1]), len(two[1])])
    order = np.lexsort((step, edges))
    depth = np.cumsum(step[order])[:-1]
    return int(np.diff(edges[order])[depth == 2].sum())


def in_state(store: TraceStore, thread: int, *states: State) -> Spans:
    """When a thread was in these states."""
    spans = store.states(thread)
    keep = np.isin(spans.state, states)
    return spans.start[keep], spans.end[keep]


def on_cpu(store: TraceStore, thread: int) -> Spans:
    """When a thread was on a CPU."""
    spans = store.thread_cpus(thread)
    return spans.start, spans.end


def thread_of(store: TraceStore, tid: int, t: int) -> int | None:
    """The index of the thread that bore this number at `t`."""
    found = (one for one in store.threads if one.tid == tid and one.start_ns <= t)
    return max((one.index for one in found), key=lambda index: store.threads[index].start_ns, default=None)
