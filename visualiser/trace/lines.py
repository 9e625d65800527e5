"""Which lines of the program each thread ran when, and for how long: from LINE records, where lines were recorded.

A line lasts until the thread's next one, whatever it called meanwhile that is not of the program's own files. Columns
are brought up to date by what is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind

from .columns import Int32s, Int64s, Spans, UInt8s
from .growing import Growing
from .store import TraceStore
from .values import State

LEFT = 1
"""`Lines.flag` of a line after which its function was left."""


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of one thread in order: t i8 (ns, when it was about to run); site i4; flag u1 (0 runs, LEFT)."""

    t: Int64s
    site: Int32s
    flag: UInt8s

    def __len__(self) -> int:
        return len(self.t)

    def at(self, t: int) -> int:
        """The row of the line that was the latest at `t`; -1 before the first."""
        return int(np.searchsorted(self.t, t, "right")) - 1


class _Track:
    """One thread's lines so far."""

    def __init__(self) -> None:
        self.seen = 0
        self.t, self.site, self.flag = Growing("i8"), Growing("i4"), Growing("u1")

    def update(self, store: TraceStore, thread: int) -> Lines:
        count = store.record_count(thread)
        if count > self.seen and store.tells_lines:
            lines = store.records(thread, self.seen, (Kind.LINE,))
            self.seen = count
            self.t.append(lines["t"].astype(np.int64))
            self.site.append(lines["site"])
            self.flag.append(lines["flag"])
        return Lines(self.t.view, self.site.view, self.flag.view)


_TRACKS: WeakKeyDictionary[TraceStore, dict[int, tuple[int, _Track, Lines]]] = WeakKeyDictionary()


def lines_of(store: TraceStore, thread: int) -> Lines:
    """The lines of a thread (by index); empty where lines were not recorded."""
    tracks = _TRACKS.setdefault(store, {})
    known = tracks.get(thread)
    if known is None or known[0] != store.revision:
        track = known[1] if known else _Track()
        known = tracks[thread] = store.revision, track, track.update(store, thread)
    return known[2]


def has_lines(store: TraceStore) -> bool:
    """Whether lines were recorded in this run."""
    return store.tells_lines


def line_times(store: TraceStore, thread: int) -> dict[int, npt.NDArray[np.int64]]:
    """ns in each state while the thread was at a line, by the line's site id (array over `State`)."""
    lines = lines_of(store, thread)
    if not len(lines):
        return {}
    spans = store.states(thread)
    edges = np.append(lines.t, spans.end[-1] if len(spans) else lines.t[-1])
    spent = np.diff(_spent_until(spans, edges), axis=1)
    sites, place = np.unique(lines.site, return_inverse=True)
    totals = np.zeros((len(sites), len(State)), np.int64)
    np.add.at(totals, place, spent.T)
    return {int(site): row for site, row in zip(sites, totals, strict=True)}


def _spent_until(spans: Spans, t: Int64s) -> npt.NDArray[np.int64]:
    """ns in each state from the thread's start until each of `t`: (states, len(t))."""
    found = np.zeros((len(State), len(t)), np.int64)
    if not len(spans):
        return found
    row = np.clip(np.searchsorted(spans.start, t, "right") - 1, 0, len(spans) - 1)
    inside = np.clip(np.minimum(t, spans.end[row]) - spans.start[row], 0, None)
    for state in State:
        mine = spans.state == state
        before = np.concatenate(([0], np.cumsum((spans.end - spans.start) * mine)))
        found[state] = before[row] + inside * mine[row]
    return found


def visits(store: TraceStore, file: str, line: int) -> tuple[Int64s, Int32s]:
    """When any thread was about to run that line: times in order, and the threads."""
    times, threads = [], []
    for thread in store.threads:
        lines = lines_of(store, thread.index)
        wanted = [site for site in np.unique(lines.site).tolist() if _is(store, site, file, line)]
        rows = np.isin(lines.site, wanted) & (lines.flag != LEFT)
        times.append(lines.t[rows])
        threads.append(np.full(int(rows.sum()), thread.index, np.int32))
    if not times:
        return np.empty(0, np.int64), np.empty(0, np.int32)
    t, who = np.concatenate(times), np.concatenate(threads)
    order = np.argsort(t, kind="stable")
    return t[order], who[order]


def _is(store: TraceStore, site: int, file: str, line: int) -> bool:
    there = store.site(site)
    return there.line == line and there.file == file
