"""Chrome's trace JSON, for ui.perfetto.dev and chrome://tracing.

Those viewers lose 64-bit thread ids and do not draw spans that overlap on one track without nesting. So processes and
threads get small numbers in order, with their names as metadata, and critical sections and own spans get tracks of
their own beside the thread's. Times are in microseconds after the run's origin, with three decimals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from visualiser.trace import SOURCE_NAMES, Kind, Process, Source, Thread, TraceStore, counters_of

from .rows import GIL, Range, Row, lock_rows, mark_rows, output_rows, span_rows, state_rows
from .writing import Progress, no_progress, replacing, telling

Event = dict[str, Any]


def write_chrome(store: TraceStore, path: Path, t_range: Range = None, progress: Progress = no_progress) -> None:
    """Write states, GILs, CPUs, critical sections, own spans, marks, output, memory, counters, and who started whom.

    `t_range`: only what touches these ns on the run's clock; times are never cut. Raises OSError.
    """
    about = {"displayTimeUnit": "ns", "otherData": _about(store)}
    with replacing(path) as file:
        file.write(json.dumps(about)[:-1].encode() + b', "traceEvents": [')
        separator = b"\n"
        for event in telling(_Export(store, t_range).events(), store.events, progress):
            file.write(separator + json.dumps(event).encode())
            separator = b",\n"
        file.write(b"\n]}\n")


def _about(store: TraceStore) -> dict[str, Any]:
    info = store.info
    known = {"title": info.title, "target": info.target, "variant": info.variant, "python": info.python}
    return {name: value for name, value in known.items() if value} | {
        "lost": store.lost,
        "sources": dict(store.sources),
    }


class _Export:
    """One file being made."""

    def __init__(self, store: TraceStore, t_range: Range) -> None:
        self._store, self._range = store, t_range
        self._tids = count(1)
        self._main_tid: dict[int, int] = {}  # thread index -> number of its track of states

    def events(self) -> Iterator[Event]:
        """Everything, one process after the other."""
        for process in self._store.processes:
            yield from self._process(process)
            yield from self._gils(process)
            for index in process.threads:
                yield from self._thread(process, self._store.threads[index])
        yield from self._cpus()
        yield from self._arrows()

    def _time(self, ns: int) -> float:
        return (ns - self._store.start_ns) / 1000

    def _process(self, process: Process) -> Iterator[Event]:
        pid = process.index + 1
        yield _metadata("process_name", pid, 0, name=f"{process.name} (pid {process.pid})")
        yield _metadata("process_sort_index", pid, 0, sort_index=pid)
        for t, rss in zip(process.memory.t.tolist(), process.memory.rss.tolist(), strict=True):
            if self._inside(t):
                yield {"ph": "C", "name": "memory", "pid": pid, "ts": self._time(t), "args": {"rss bytes": rss}}

        for counter in counters_of(self._store, process.index):
            for t, value in zip(counter.t.tolist(), counter.value.tolist(), strict=True):
                if self._inside(t):
                    args = {counter.series: int(value) if value.is_integer() else value}
                    yield {"ph": "C", "name": counter.name, "pid": pid, "ts": self._time(t), "args": args}

    def _gils(self, process: Process) -> Iterator[Event]:
        """A track for each GIL: who held it."""
        pid = process.index + 1
        for lane in self._store.gil_lanes(process.index):
            if not len(lane):
                continue
            tid = next(self._tids)
            yield from _name_of_track(pid, tid, lane.label)
            columns = (lane.start.tolist(), lane.end.tolist(), lane.thread.tolist(), lane.source.tolist())
            for start, end, thread, source in zip(*columns, strict=True):
                if self._touches(start, end):
                    name = self._store.threads[thread].name if thread >= 0 else "holder not known"
                    yield self._span(Row(GIL, "", start, end, SOURCE_NAMES[source], name, "", "", 0), pid, tid)

    def _cpus(self) -> Iterator[Event]:
        """The CPUs as a process of their own, a track for each; and how many threads were on one at once."""
        store, pid = self._store, len(self._store.processes) + 1
        cpus = store.cpus
        if cpus:
            yield _metadata("process_name", pid, 0, name="CPUs")
            yield _metadata("process_sort_index", pid, 0, sort_index=pid)
        for cpu in cpus:
            tid = next(self._tids)
            yield from _name_of_track(pid, tid, f"CPU {cpu}")
            found = store.cpu_spans(cpu)
            columns = (found.start.tolist(), found.end.tolist(), found.thread.tolist())
            for start, end, thread in zip(*columns, strict=True):
                if self._touches(start, end):
                    row = Row(
                        "cpu", "", start, end, SOURCE_NAMES[Source.EXACT], store.threads[thread].name, "", "", 0, cpu
                    )
                    yield self._span(row, pid, tid)
        steps = store.parallelism()
        for t, n in zip(steps.t.tolist(), steps.n.tolist(), strict=True):
            if self._inside(t):
                yield {"ph": "C", "name": "threads on a CPU", "pid": pid, "ts": self._time(t), "args": {"threads": n}}

    def _thread(self, process: Process, thread: Thread) -> Iterator[Event]:
        store, pid = self._store, process.index + 1
        tid = self._main_tid[thread.index] = next(self._tids)
        yield from _name_of_track(pid, tid, f"{thread.name} (tid {thread.tid})")
        for row in state_rows(store, thread.index, self._range):
            yield self._span(row, pid, tid)
        for rows in (mark_rows, output_rows):
            for row in rows(store, thread.index, self._range):
                yield self._moment(row, pid, tid)
        yield from self._tracks(lock_rows(store, thread.index, self._range), pid, f"{thread.name}: locks")
        yield from self._track(span_rows(store, thread.index, self._range), pid, f"{thread.name}: spans")

    def _tracks(self, rows: Iterable[Row], pid: int, name: str) -> Iterator[Event]:
        """Spans that may overlap: as many tracks as it takes for none to."""
        tracks: list[tuple[int, int]] = []  # (free from, tid)
        for row in rows:
            at = next((at for at, (free, _) in enumerate(tracks) if free <= row.start), len(tracks))
            if at == len(tracks):
                tracks.append((0, next(self._tids)))
                yield from _name_of_track(pid, tracks[at][1], name if not at else f"{name} {at + 1}")
            tracks[at] = (row.end, tracks[at][1])
            yield self._span(row, pid, tracks[at][1])

    def _track(self, rows: Iterable[Row], pid: int, name: str) -> Iterator[Event]:
        """Spans that nest: one track, if there are any."""
        tid = 0
        for row in rows:
            if not tid:
                tid = next(self._tids)
                yield from _name_of_track(pid, tid, name)
            yield self._span(row, pid, tid)

    def _span(self, row: Row, pid: int, tid: int) -> Event:
        times = {"ts": self._time(row.start), "dur": (row.end - row.start) / 1000}
        return {"ph": "X", "name": row.name, "cat": row.track, "pid": pid, "tid": tid, **times, "args": _args(row)}

    def _moment(self, row: Row, pid: int, tid: int) -> Event:
        event = {"ph": "i", "s": "t", "name": row.name.rstrip("\n"), "cat": row.track, "pid": pid, "tid": tid}
        return {**event, "ts": self._time(row.start), "args": _args(row)}

    def _arrows(self) -> Iterator[Event]:
        """From the starter to the first moment of what it started. A viewer draws none against the course of time."""
        arrows = self._store.arrows()
        columns = (arrows.kind, arrows.thread, arrows.t, arrows.child_thread, arrows.child_t)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for number, (kind, thread, t, child, child_t) in enumerate(rows, 1):
            if child < 0 or not (self._inside(t) and self._inside(child_t)):
                continue
            name, ends = _ARROWS[kind], [(child, child_t), (thread, t)]
            if kind != Kind.THREAD_JOINED:  # a child may have begun before its starter came to record that
                ends = [(thread, min(t, child_t)), (child, max(child_t, self._store.threads[child].start_ns))]
            for phase, (index, at) in zip(("s", "f"), ends, strict=True):
                yield self._arrow_end(phase, name, number, index, at)

    def _arrow_end(self, phase: str, name: str, number: int, thread: int, at: int) -> Event:
        pid, tid = self._store.threads[thread].process + 1, self._main_tid[thread]
        event = {"ph": phase, "name": name, "cat": "arrows", "id": number, "pid": pid, "tid": tid}
        return {**event, "ts": self._time(at)} | ({"bp": "e"} if phase == "f" else {})

    def _touches(self, start: int, end: int) -> bool:
        return self._range is None or (start < self._range[1] and end > self._range[0])

    def _inside(self, t: int) -> bool:
        return self._range is None or self._range[0] <= t < self._range[1]


_ARROWS = {Kind.CHILD_STARTED: "starts process", Kind.THREAD_STARTED: "starts thread", Kind.THREAD_JOINED: "is joined"}


def _metadata(what: str, pid: int, tid: int, **args: Any) -> Event:
    return {"ph": "M", "name": what, "pid": pid, "tid": tid, "args": args}


def _name_of_track(pid: int, tid: int, name: str) -> Iterator[Event]:
    yield _metadata("thread_name", pid, tid, name=name)
    yield _metadata("thread_sort_index", pid, tid, sort_index=tid)


def _args(row: Row) -> dict[str, str | int]:
    told = {"state": row.state, "object": row.object, "line": row.line, "source": row.source}
    known: dict[str, str | int] = {name: value for name, value in told.items() if value}
    return known if row.cpu is None else known | {"cpu": row.cpu}
