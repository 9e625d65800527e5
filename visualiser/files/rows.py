"""The spans and points of a run one after the other, in words and numbers: what CSV and Chrome's JSON both write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from visualiser.trace import SOURCE_NAMES, STATE_NAMES, Points, Spans, Stream, ThreadCpus, TraceStore, state_words

Range = tuple[int, int] | None


class Row(NamedTuple):
    """One span, or a moment when `start` is `end`. Times in ns on the run's clock. `line`: "bank.py:17", or ""; `cpu`:
    where the thread was on a CPU all that time, else None.
    """

    track: str
    state: str
    start: int
    end: int
    source: str
    name: str
    object: str
    line: str
    depth: int
    cpu: int | None = None


STATES, LOCKS, SPANS, MARKS, OUTPUT, GIL = "states", "locks", "spans", "marks", "output", "gil"


def state_rows(store: TraceStore, thread: int, t_range: Range) -> Iterator[Row]:
    """What a thread did."""
    spans = _within(store.states(thread), t_range)
    cpus = _cpus(store.thread_cpus(thread), spans)
    for row, (start, end, state, source, thing, site, _, _) in enumerate(_columns(spans)):
        words = state_words(store, spans, row)
        label = store.object(thing).label
        line, cpu = _line(store, site), cpus[row] if cpus[row] >= 0 else None
        yield Row(STATES, STATE_NAMES[state], start, end, SOURCE_NAMES[source], words, label, line, 0, cpu)


def _cpus(on: ThreadCpus, spans: Spans) -> list[int]:
    """The CPU that the thread was on during each span; -1 where it was on none."""
    if not len(on):
        return [-1] * len(spans)
    at = np.searchsorted(on.start, spans.start, "right") - 1
    inside = (at >= 0) & (spans.end <= on.end[at]) & (spans.end > spans.start)
    cpus: list[int] = np.where(inside, on.cpu[at], -1).tolist()
    return cpus


def gil_rows(store: TraceStore, thread: int, t_range: Range) -> Iterator[Row]:
    """When it held a GIL of its process."""
    for lane in store.gil_lanes(store.threads[thread].process):
        own = np.flatnonzero(lane.thread == thread)
        for start, end, source in zip(
            *(column[own].tolist() for column in (lane.start, lane.end, lane.source)), strict=True
        ):
            if t_range is None or (start < t_range[1] and end > t_range[0]):
                yield Row(GIL, "", start, end, SOURCE_NAMES[source], f"holds the {lane.label}", "", "", 0)


def lock_rows(store: TraceStore, thread: int, t_range: Range) -> Iterator[Row]:
    """Its critical sections."""
    spans = _within(store.holds(thread), t_range)
    for start, end, _, source, thing, site, _, depth in _columns(spans):
        label = store.object(thing).label
        name = f"holds {label}" if label else "holds a lock"
        yield Row(LOCKS, "", start, end, SOURCE_NAMES[source], name, label, _line(store, site), depth)


def span_rows(store: TraceStore, thread: int, t_range: Range) -> Iterator[Row]:
    """Its own spans, tasks and process starts."""
    spans = _within(store.spans(thread), t_range)
    for start, end, _, source, _, site, label, depth in _columns(spans):
        yield Row(
            SPANS, "", start, end, SOURCE_NAMES[source], store.text(label) or "span", "", _line(store, site), depth
        )


def mark_rows(store: TraceStore, thread: int, t_range: Range) -> Iterator[Row]:
    """Its own marks."""
    return _point_rows(store, store.marks(thread), MARKS, t_range)


def output_rows(store: TraceStore, thread: int, t_range: Range) -> Iterator[Row]:
    """What it printed; `object` says where to."""
    return _point_rows(store, _of_thread(store.outputs(), thread), OUTPUT, t_range)


def _point_rows(store: TraceStore, points: Points, track: str, t_range: Range) -> Iterator[Row]:
    for t, flag, text, site in zip(*(getattr(points, one).tolist() for one in _POINT_FIELDS), strict=True):
        if t_range is None or t_range[0] <= t < t_range[1]:
            where = _STREAMS.get(flag, "") if track == OUTPUT else ""
            yield Row(track, "", t, t, SOURCE_NAMES[1], store.text(text), where, _line(store, site), 0)


_POINT_FIELDS = ("t", "flag", "text", "site")
_STREAMS = {Stream.STDOUT: "stdout", Stream.STDERR: "stderr"}


def _of_thread(points: Points, thread: int) -> Points:
    own = np.flatnonzero(points.thread == thread)
    return Points(points.t[own], points.thread[own], points.flag[own], points.text[own], points.site[own])


def _within(spans: Spans, t_range: Range) -> Spans:
    return spans if t_range is None else spans.between(*t_range)


def _columns(spans: Spans) -> Iterator[tuple[int, ...]]:
    names = ("start", "end", "state", "source", "object", "site", "label", "depth")
    return zip(*(getattr(spans, name).tolist() for name in names), strict=True)


def _line(store: TraceStore, site: int) -> str:
    return store.site(site).short
