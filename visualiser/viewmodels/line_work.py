"""What each line of the program took: the time that threads spent there, by state, and when they came by.

Where lines were recorded, all time counts; where they were not, only that inside recorded waits, whose line is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import STATE_NAMES, State, TraceStore, has_lines, line_times, lines_of, visits
from visualiser.viewmodels.words import count, duration

Times = NDArray[np.int64]


@dataclass(frozen=True)
class LineWork:
    """One line. `states`: (number of the `State`, ns), the longest first; `visits`: how often it was run, None where
    lines were not recorded. `share`: of the time at the file's most expensive line, 0 to 1."""

    states: tuple[tuple[int, int], ...]
    visits: int | None
    share: float

    @property
    def total(self) -> int:
        """ns, of all threads together."""
        return sum(ns for _, ns in self.states)

    @property
    def words(self) -> str:
        """`run 20 times · sleep 412 ms, running 3.1 ms`."""
        times = ", ".join(f"{STATE_NAMES[state]} {duration(ns)}" for state, ns in self.states)
        often = f"run {count(self.visits, 'time')}" if self.visits is not None else "inside recorded waits"
        return f"{often} · {times}" if times else often


FileWork = Mapping[int, LineWork]
"""By the line's number."""


def line_work(store: TraceStore) -> Mapping[str, FileWork]:
    """What the lines took, by file. Kept until the run grows."""
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        known = _KNOWN[store] = store.revision, _found(store)
    return known[1]


_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, Mapping[str, FileWork]]] = WeakKeyDictionary()


def _found(store: TraceStore) -> Mapping[str, FileWork]:
    recorded = has_lines(store)
    by_site: dict[int, Times] = {}
    runs: dict[int, int] = {}
    for thread in store.threads:
        times = line_times(store, thread.index) if recorded else _waits(store, thread.index)
        for site, row in times.items():
            by_site[site] = by_site[site] + row if site in by_site else row
        for site, number in _runs(store, thread.index) if recorded else ():
            runs[site] = runs.get(site, 0) + number
    return _by_file(store, by_site, runs if recorded else None)


def _waits(store: TraceStore, thread: int) -> dict[int, Times]:
    """ns in each state inside waits whose line is known, by site id."""
    spans = store.states(thread)
    rows = np.flatnonzero(spans.site > 0)
    if not len(rows):
        return {}
    sites, which = np.unique(spans.site[rows], return_inverse=True)
    cells = which * len(State) + spans.state[rows]
    length = spans.end[rows] - spans.start[rows]  # as weights they are floats: exact up to 2**53 ns, 104 days
    sums = np.bincount(cells, length, len(sites) * len(State)).astype(np.int64).reshape(len(sites), len(State))
    return dict(zip(sites.tolist(), sums, strict=True))


def _runs(store: TraceStore, thread: int) -> list[tuple[int, int]]:
    lines = lines_of(store, thread)
    sites, counts = np.unique(lines.site[lines.flag == 0], return_counts=True)
    return list(zip(sites.tolist(), counts.tolist(), strict=True))


def _by_file(store: TraceStore, times: Mapping[int, Times], runs: Mapping[int, int] | None) -> Mapping[str, FileWork]:
    files: dict[str, dict[int, tuple[Times, int]]] = {}
    for number, row in times.items():
        site = store.site(number)
        lines = files.setdefault(site.file, {})
        before, often = lines.get(site.line, (np.zeros(len(State), np.int64), 0))
        lines[site.line] = before + row, often + (runs or {}).get(number, 0)
    return {file: _shared(lines, runs is not None) for file, lines in files.items() if file}


def _shared(lines: Mapping[int, tuple[Times, int]], counted: bool) -> FileWork:
    most = max(int(row.sum()) for row, _ in lines.values())
    found = {}
    for line, (row, often) in lines.items():
        order = sorted(((int(ns), state) for state, ns in enumerate(row) if ns), reverse=True)
        share = int(row.sum()) / most if most else 0.0
        found[line] = LineWork(tuple((state, ns) for ns, state in order), often if counted else None, share)
    return found


def visits_of(store: TraceStore, file: str, line: int) -> tuple[Times, NDArray[np.int32]]:
    """When threads came to a line: times in order (i8, ns), threads (i4). Without recorded lines: when a recorded wait
    or output began there. Line 0 is none."""
    if not line:
        return np.empty(0, np.int64), np.empty(0, np.int32)
    if has_lines(store):
        return visits(store, file, line)
    times, threads = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    tables = [(thread.index, store.states(thread.index)) for thread in store.threads]
    found = [(np.full(len(spans), thread, np.int32), spans.start, spans.site) for thread, spans in tables]
    points = store.outputs()
    for who, t, site in [*found, (points.thread, points.t, points.site)]:
        wanted = [one for one in np.unique(site).tolist() if (there := store.site(one)).line == line
                  and there.file == file]  # fmt: skip
        rows = np.isin(site, wanted)
        times.append(t[rows])
        threads.append(who[rows])
    t, who = np.concatenate(times), np.concatenate(threads)
    order = np.argsort(t, kind="stable")
    return t[order], who[order]
