"""One thread's states while they grow: what is settled is made into spans once, only the rest anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import SPAN_DTYPES, Spans
from .growing import Growing
from .joined_track import Track
from .thread_track import named_by, part_of, spans_from
from .tracks import constant

Array = npt.NDArray[Any]

_SAME = {"label": 0, "depth": 0, "amount": -1}
"""What every span of a track of states says."""
_KEPT = {name: dtype for name, dtype in SPAN_DTYPES.items() if name not in _SAME}


class WaitRows:
    """`wait_rows` of a thread's recorded states, of which only what is new is looked at."""

    def __init__(self) -> None:
        self._rows = Growing("i4")
        self._sure = self._looked = 0

    def of(self, recorded: Spans) -> Array:
        """Those of the same track grown longer: all rows but the last are as they were."""
        last = max(len(recorded) - 1, 0)
        self._rows.cut(self._sure)
        if last > self._looked:
            self._rows.append(self._looked + np.flatnonzero(recorded.kind[self._looked : last]))
            self._looked, self._sure = last, len(self._rows)
        if len(recorded) > self._looked:
            self._rows.append(self._looked + np.flatnonzero(recorded.kind[self._looked :]))
        return self._rows.view


class GrowingStates:
    """`spans_from` of a track that grows: the same spans, good until they are asked for again."""

    def __init__(self) -> None:
        self._columns = {name: Growing(dtype) for name, dtype in _KEPT.items()}
        self._front: tuple[int, int] | None = None  # where the rows before the track begin and end
        self._before = 0  # how many those are
        self._kept = 0  # rows of the track that stay as they are

    def spans(self, track: Track, settled: int, recorded: Spans, waits: Array, begin: int, end: int) -> Spans:
        """`settled`: `ThreadTrack.settled`; `waits`: `wait_rows(recorded)`."""
        if not len(track) or track.start[0] < begin or track.end[-1] > end:
            self._front = None
            return spans_from(track, recorded, begin, end, waits)
        self._begin(recorded, begin, int(track.start[0]))
        rest = track.rows(slice(min(self._kept, len(track)), None))
        self._cut(self._before + len(track) - len(rest))
        self._append(named_by(rest, recorded, waits))
        self._append(part_of(recorded, int(track.end[-1]), end))
        self._kept = max(min(settled - 1, self._named_for_good(track, rest, recorded, waits)), 0)
        rows = len(self._columns["start"])
        same = {name: constant(value, SPAN_DTYPES[name], rows) for name, value in _SAME.items()}
        return Spans(**{name: column.view for name, column in self._columns.items()}, **same)

    def _begin(self, recorded: Spans, begin: int, first: int) -> None:
        """Begin anew where what lies before the track is not what it was."""
        if self._front != (begin, first):
            self._cut(0)
            self._append(part_of(recorded, begin, first))
            self._before, self._kept = len(self._columns["start"]), 0
        is_sure = begin >= first or (len(recorded) > 0 and recorded.start[-1] >= first)
        self._front = (begin, first) if is_sure else None

    def _named_for_good(self, track: Track, rest: Track, recorded: Spans, waits: Array) -> int:
        """The first row named by a wait that is not over: how that ends is told when it does."""
        is_last = len(waits) > 0 and waits[-1] == len(recorded) - 1
        open_ones = np.flatnonzero(rest.wait == len(waits) - 1) if is_last else rest.wait[:0]
        return len(track) - len(rest) + int(open_ones[0]) if len(open_ones) else len(track)

    def _cut(self, rows: int) -> None:
        for column in self._columns.values():
            column.cut(rows)

    def _append(self, part: Spans) -> None:
        if len(part):
            for name, column in self._columns.items():
                column.append(getattr(part, name))
