"""A profile in Firefox Profiler's processed format, for profiler.firefox.com.

States, critical sections, marks and output of a thread become its markers, each with what is known about it; own spans
become its call stacks, one sample where they change, weighted with the time until the next. What the format asks for:
https://github.com/firefox-devtools/profiler/blob/main/docs-developer/processed-profile-format.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from visualiser.trace import STATE_NAMES, Process, Thread, TraceStore

from .rows import (
    GIL,
    LOCKS,
    MARKS,
    OUTPUT,
    STATES,
    Range,
    Row,
    gil_rows,
    lock_rows,
    mark_rows,
    output_rows,
    span_rows,
    state_rows,
)
from .writing import Progress, no_progress, replacing

VERSION, PREPROCESSED_VERSION = 32, 57
"""Of the format as written here; Firefox Profiler brings older ones up to date itself."""
_COLOURS = {"unknown": "grey", "running": "green", "native": "lightblue", "ready": "yellow", "gil": "orange",
            "lock": "red", "io": "purple", "sleep": "darkgrey", "child": "brown"}  # fmt: skip
CATEGORIES = ["Other", *STATE_NAMES]
_KINDS = {STATES: "State", GIL: "GIL", LOCKS: "Lock", MARKS: "Mark", OUTPUT: "Output"}
_FIELDS = ("about", "object", "line", "source")

Columns = dict[str, list[Any]]


def write_gecko(store: TraceStore, path: Path, t_range: Range = None, progress: Progress = no_progress) -> None:
    """Write all threads of a run. `t_range`: only what touches these ns on the run's clock; times are never cut.

    Raises OSError.
    """
    strings = _Strings()
    threads = []
    for number, thread in enumerate(store.threads):
        progress(number / len(store.threads))
        threads.append(_thread(store, thread, t_range, strings))
    profile = {
        "meta": _meta(store),
        "libs": [],
        "pages": [],
        "threads": threads,
        "shared": {"stringArray": list(strings), "sources": {"length": 0, "uuid": [], "filename": []}},
    }
    with replacing(path) as file:
        file.write(json.dumps(profile, separators=(",", ":")).encode())
    progress(1.0)


class _Strings(dict[str, int]):
    """Numbers of texts, all threads'."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def _meta(store: TraceStore) -> dict[str, Any]:
    info = store.info
    return {
        "interval": 1,
        "startTime": (info.started_wall_ns or 0) / 1e6,
        "profilingStartTime": 0,
        "profilingEndTime": _ms(store.end_ns, store),
        "processType": 0,
        "product": info.title or info.target or "Interleave",
        "importedFrom": "Interleave",
        "stackwalk": 0,
        "version": VERSION,
        "preprocessedProfileVersion": PREPROCESSED_VERSION,
        "symbolicated": True,
        "doesNotUseFrameImplementation": True,
        "categories": [
            {"name": name, "color": _COLOURS.get(name, "grey"), "subcategories": ["Other"]} for name in CATEGORIES
        ],
        "markerSchema": [_schema(kind) for kind in _KINDS.values()],
        "sampleUnits": {"time": "ms", "eventDelay": "ms", "threadCPUDelta": "ns"},
        "extensions": {"id": [], "name": [], "baseURL": [], "length": 0},
    }


def _schema(kind: str) -> dict[str, Any]:
    return {
        "name": kind,
        "display": ["marker-chart", "marker-table", "timeline-overview"],
        "chartLabel": "{marker.data.about}",
        "tableLabel": "{marker.data.about}",
        "tooltipLabel": "{marker.name}: {marker.data.about}",
        "fields": [{"key": one, "label": one.capitalize(), "format": "string", "searchable": True} for one in _FIELDS],
    }


def _thread(store: TraceStore, thread: Thread, t_range: Range, strings: _Strings) -> dict[str, Any]:
    process = store.processes[thread.process]
    end = None if thread.end_ns is None else _ms(thread.end_ns, store)
    return {
        "name": thread.name,
        "isMainThread": process.threads[0] == thread.index,
        "processName": process.name,
        "processType": "default",
        "processStartupTime": _ms(process.start_ns, store),
        "processShutdownTime": None if process.end_ns is None else _ms(process.end_ns, store),
        "registerTime": _ms(thread.start_ns, store),
        "unregisterTime": end,
        "pausedRanges": [],
        "pid": _pid(process),
        "tid": thread.tid,
        "showMarkersInTimeline": True,
        "nativeSymbols": {"length": 0, "libIndex": [], "address": [], "name": [], "functionSize": []},
        "resourceTable": {"length": 0, "lib": [], "name": [], "host": [], "type": []},
        "markers": _markers(store, thread, t_range, strings),
        **_Stacks(store, strings).tables(span_rows(store, thread.index, t_range)),
    }


def _pid(process: Process) -> str:
    """Firefox Profiler tells processes apart by this alone; the same number may have been given twice."""
    return str(process.pid) if process.pid else f"0.{process.index}"


def _markers(store: TraceStore, thread: Thread, t_range: Range, strings: _Strings) -> dict[str, Any]:
    columns: Columns = {one: [] for one in ("name", "startTime", "endTime", "phase", "category", "data")}
    tracks = (state_rows, gil_rows, lock_rows, mark_rows, output_rows)
    rows = [row for track in tracks for row in track(store, thread.index, t_range)]
    for row in sorted(rows, key=lambda one: one.start):
        is_moment = row.track in (MARKS, OUTPUT)
        kind = _KINDS[row.track]
        columns["name"].append(strings[row.state or kind])
        columns["startTime"].append(_ms(row.start, store))
        columns["endTime"].append(None if is_moment else _ms(row.end, store))
        columns["phase"].append(0 if is_moment else 1)  # an instant, or an interval
        columns["category"].append(CATEGORIES.index(row.state) if row.state else 0)
        columns["data"].append({"type": kind, **_told(row)})
    return {"length": len(rows), **columns}


def _told(row: Row) -> Mapping[str, str]:
    told = {"about": row.name.rstrip("\n"), "object": row.object, "line": row.line, "source": row.source}
    return {name: value for name, value in told.items() if value}


class _Stacks:
    """A thread's own spans as stacks and samples."""

    def __init__(self, store: TraceStore, strings: _Strings) -> None:
        self._store, self._strings = store, strings
        self._functions: dict[str, int] = {}
        self._stacks: dict[tuple[int | None, int], int] = {}

    def tables(self, rows: Iterable[Row]) -> dict[str, Any]:
        """Its samples, and the tables that they refer to."""
        samples = self._samples(list(_changes(rows)))
        count, frames = len(self._functions), len(self._functions)
        nothing: list[None] = [None] * count
        return {
            "samples": samples,
            "stackTable": {
                "length": len(self._stacks),
                "frame": [frame for _, frame in self._stacks],
                "prefix": [prefix for prefix, _ in self._stacks],
                "category": [0] * len(self._stacks),
                "subcategory": [0] * len(self._stacks),
            },
            "frameTable": {
                "length": frames,
                "address": [-1] * frames,
                "inlineDepth": [0] * frames,
                "category": [0] * frames,
                "subcategory": [0] * frames,
                "func": list(range(frames)),
                **dict.fromkeys(("nativeSymbol", "innerWindowID", "implementation", "line", "column"), nothing),
            },
            "funcTable": {
                "length": count,
                "name": [self._strings[name] for name in self._functions],
                "isJS": [False] * count,
                "relevantForJS": [False] * count,
                "resource": [-1] * count,
                **dict.fromkeys(("fileName", "lineNumber", "columnNumber"), nothing),
            },
        }

    def _samples(self, changes: list[tuple[int, tuple[str, ...]]]) -> dict[str, Any]:
        times = [_ms(t, self._store) for t, _ in changes]
        return {
            "length": len(changes),
            "stack": [self._stack(path) for _, path in changes],
            "time": times,
            "eventDelay": [None] * len(changes),
            "weight": [round(b - a, 6) for a, b in zip(times, [*times[1:], *times[-1:]], strict=True)],
            "weightType": "tracing-ms",
        }

    def _stack(self, path: tuple[str, ...]) -> int | None:
        found: int | None = None
        for name in path:
            frame = self._functions.setdefault(name, len(self._functions))
            found = self._stacks.setdefault((found, frame), len(self._stacks))
        return found


def _changes(rows: Iterable[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """When the stack of own spans changes (ns), and into what; empty: no span. A span without length is not in it."""
    before: tuple[int, tuple[str, ...]] | None = None
    for change in _every_change(rows):
        if before is not None and before[0] != change[0]:
            yield before
        before = change
    if before is not None:
        yield before


def _every_change(rows: Iterable[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The same, several at one moment among them."""
    open_: list[Row] = []
    for row in rows:
        while open_ and open_[-1].end <= row.start:
            yield open_.pop().end, tuple(one.name for one in open_)
        open_.append(row)
        yield row.start, tuple(one.name for one in open_)
    while open_:
        yield open_.pop().end, tuple(one.name for one in open_)


def _ms(t: int, store: TraceStore) -> float:
    return round((t - store.start_ns) / 1e6, 6)
