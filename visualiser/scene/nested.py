"""Spans that may lie inside each other or cross, level by level: critical sections, own spans, tasks.

Spans of one level (`Spans.depth`) do not overlap, so each level is a `Track` and answers at a cost of pixels. What does
overlap on its level all the same (a lock that nobody released, taken again) is kept aside and looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Growing, Spans, TraceStore

from .memory import extended
from .model import Floats
from .pyramid import Int64s
from .shares import Track

Rows = NDArray[np.intp]


@dataclass(eq=False)
class Level:
    """The spans of one depth as a track. `rows`: where they are in the table; None: the table has no other spans."""

    track: Track
    rows: Int64s | None = None

    def in_table(self, places: Rows) -> Rows:
        """The rows of the table that stand at these places of the track."""
        return places if self.rows is None else self.rows[places]


class Nested:
    """A table of spans, by levels. `before`: the same when the table was shorter; it must not be used any more.

    `table`: all of it, sorted by start; `odd`: rows that overlap with another one of their level.
    """

    def __init__(self, table: Spans, before: Nested | None = None) -> None:
        self.table = table
        self.levels: list[Level]
        self.odd: Int64s
        self._store: _Kept | None = None
        self._count: int
        known = 0 if before is None or before._count > len(table) else before._count
        self._count = len(table)
        flat = known == 0 or (before is not None and before._store is None)
        if flat and _is_flat(table, max(known - 1, 0)):
            self.odd = np.empty(0, np.int64)
            old = before.levels[0].track if before is not None and known and before.levels else None
            self.levels = [Level(_track(table.start, table.end, old))] if len(table) else []
            return
        self._store = before._store if before is not None and known and before._store is not None else _Kept()
        self._store.take(table)
        self.levels = self._store.levels
        self.odd = self._store.odd.view

    def __len__(self) -> int:
        return self._count

    @property
    def nbytes(self) -> int:
        """What is kept beside the table, bytes."""
        own = sum(one.track.nbytes + (0 if one.rows is None else 3 * one.rows.nbytes) for one in self.levels)
        return own + self.odd.nbytes

    @property
    def is_flat(self) -> bool:
        """Whether no two of them lie over one another."""
        return len(self.levels) <= 1 and not len(self.odd)

    def depth(self, t0: int, t1: int) -> int:
        """How deep the spans are nested that touch [t0, t1]; 0: none does."""
        deepest = 0
        for depth, level in enumerate(self.levels):
            first, last = level.track.visible(t0 - 1, t1 + 1)
            deepest = depth + 1 if last > first else deepest
        odd = self._odd_seen(t0, t1)
        return max(deepest, int(self.table.depth[odd].max()) + 1 if len(odd) else 0)

    def is_slight(self, t0: int, t1: int, longest: float, all_: float) -> bool:
        """Whether what touches [t0, t1] is shorter than `longest` each, and all of it together than `all_` ns."""
        time = 0
        for level in self.levels:
            first, last = level.track.visible(t0 - 1, t1 + 1)
            middle = (first + last) // 2
            if first < last and level.track.end[middle] - level.track.start[middle] >= longest:
                return False  # as a rule one look says it
            time += level.track.time_of(first, last)
        return time < all_ and not len(self.long_ones(t0, t1, longest))

    def long_ones(self, t0: int, t1: int, shortest: float, level: int | None = None, rest: bool = False) -> Rows:
        """Rows of the table that touch [t0, t1] and last at least `shortest` ns, in order; of all levels, of one, or
        (`rest`) of that and all deeper ones."""
        found = []
        for one in self._chosen(level, rest):
            first, last = one.track.visible(t0 - 1, t1 + 1)
            found.append(one.in_table(one.track.long_ones(first, last, shortest)))
        odd = self._odd_seen(t0, t1, level, rest)
        found.append(odd[self.table.end[odd] - self.table.start[odd] >= shortest])
        rows: Rows = np.concatenate(found)
        return rows if len(found) == 2 and not len(odd) else np.sort(rows)

    def first_ones(self, t0: int, t1: int, most: int) -> Rows:
        """The first rows that touch [t0, t1], no more than `most`."""
        found = []
        for one in self.levels:
            first, last = one.track.visible(t0 - 1, t1 + 1)
            found.append(one.in_table(np.arange(first, min(last, first + most))))
        rows: Rows = np.sort(np.concatenate([*found, self._odd_seen(t0, t1)]))[:most]
        return rows

    def narrow_shares(
        self, edges: Int64s, shortest: float, level: int | None = None, rest: bool = False
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """For columns between `edges` (ns, sorted): the share of its time that spans shorter than `shortest` take
        (more than 1 where they lie inside each other), and whether any of them touches it."""
        width = np.maximum(np.diff(edges), 1)
        taken, touched = np.zeros(len(width), np.int64), np.zeros(len(width), bool)
        for one in self._chosen(level, rest):
            first, last = one.track.visible(int(edges[0]) - 1, int(edges[-1]) + 1)
            wide = one.track.long_ones(first, last, shortest)
            if len(wide) == last - first:
                continue
            start, end = one.track.start, one.track.end
            time = np.diff(one.track.time_until(edges) - _time_until(start[wide], end[wide], edges))
            taken += time
            touched |= time > 0
            instants = one.track.instants
            some = start[instants[slice(*np.searchsorted(instants, (first, last)))]]
            touched[np.searchsorted(edges, some[(some >= edges[0]) & (some < edges[-1])], "right") - 1] = True
        odd = self._odd_seen(int(edges[0]), int(edges[-1]), level, rest)
        for row in odd[self.table.end[odd] - self.table.start[odd] < shortest].tolist():
            lone = (self.table.start[row : row + 1], self.table.end[row : row + 1])
            taken += np.diff(_time_until(*lone, edges))
            touched |= _touching(*lone, edges) > 0
        return taken / width, touched

    def _chosen(self, level: int | None, rest: bool) -> list[Level]:
        if level is None:
            return self.levels
        return self.levels[level:] if rest else self.levels[level : level + 1]

    def _odd_seen(self, t0: int, t1: int, level: int | None = None, rest: bool = False) -> Rows:
        odd = self.odd
        if not len(odd):
            return odd
        seen = (self.table.end[odd] >= t0) & (self.table.start[odd] <= t1)
        if level is not None:
            depth = self.table.depth[odd]
            seen &= (depth >= level) if rest else (depth == level)
        rows: Rows = odd[seen]
        return rows


class _Kept:
    """Copies of the columns, level by level, since a level's spans do not stand side by side in the table."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.odd = Growing("i8")
        self._columns: list[tuple[Growing, Growing, Growing]] = []
        self._count = 0

    def take(self, table: Spans) -> None:
        """Add what is new in the table; what was open may have ended."""
        new = np.arange(self._count, len(table))
        self._count = len(table)
        depth = table.depth[new]
        while len(self._columns) <= int(depth.max(initial=0)):
            self._columns.append((Growing("i8"), Growing("i8"), Growing("i8")))
            self.levels.append(Level(_track(np.empty(0, np.int64), np.empty(0, np.int64), None)))
        for number, (starts, ends, rows) in enumerate(self._columns):
            mine = np.concatenate((rows.view[-1:], new[depth == number]))
            before = max(len(rows) - 1, 0)
            for column in (starts, ends, rows):
                column.cut(before)
            self._add(table, mine, (starts, ends, rows))
            old = self.levels[number].track
            track = _track(starts.view, ends.view, old, min(before, max(len(starts) - 1, 0)))
            self.levels[number] = Level(track, rows.view)

    def _add(self, table: Spans, mine: Int64s, columns: tuple[Growing, Growing, Growing]) -> None:
        start, end = table.start[mine], table.end[mine]
        over = np.zeros(len(mine), bool)
        over[:-1] = end[:-1] > start[1:]  # another begins before it ends
        self.odd.append(mine[over])
        for column, values in zip(columns, (start, end, mine), strict=True):
            column.append(values[~over])


def _is_flat(table: Spans, since: int) -> bool:
    """Whether from row `since` on there is but one level, and nothing overlaps on it."""
    return not table.depth[since:].any() and not (table.end[since:-1] > table.start[since + 1 :]).any()


def _track(start: Int64s, end: Int64s, before: Track | None, settled: int | None = None) -> Track:
    return Track(start, end, np.broadcast_to(np.uint8(0), len(start)), before, settled)


def _time_until(start: Int64s, end: Int64s, t: Int64s) -> Int64s:
    """For each moment: the time that sorted spans without overlaps take before it."""
    if not len(start):
        return np.zeros(len(t), np.int64)
    sums = np.append(0, np.cumsum(end - start))
    row = np.searchsorted(start, t, "right")
    last = np.maximum(row - 1, 0)
    missing = np.where(row > 0, np.maximum(end[last] - t, 0), 0)
    found: Int64s = sums[row] - missing
    return found


def _touching(start: Int64s, end: Int64s, edges: Int64s) -> Int64s:
    """For each column between edges: how many spans touch it; one of no length touches the column it begins."""
    begun = np.searchsorted(start, edges, "left")
    over = np.minimum(np.searchsorted(end, edges[:-1], "right"), begun[:-1])
    found: Int64s = begun[1:] - over
    return found


def own_spans(store: TraceStore, thread: int) -> Nested:
    """A thread's own spans, tasks and process starts; when the store has grown, only what is new is added."""
    return extended(store, ("spans", thread), lambda before: Nested(store.spans(thread), before))


def held_locks(store: TraceStore, thread: int) -> Nested:
    """Its critical sections, likewise."""
    return extended(store, ("holds", thread), lambda before: Nested(store.holds(thread), before))
