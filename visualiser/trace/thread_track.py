"""One thread's joined track while it grows, and as the spans that the store hands out."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind

from .columns import SPAN_DTYPES, Spans
from .growing import Growing
from .joined_track import Track, clipped
from .joining import Waits
from .values import Source, State

Array = npt.NDArray[Any]
_DTYPES = {
    "start": "i8",
    "end": "i8",
    "state": "u1",
    "source": "u1",
    "evidence": "u1",
    "cpu": "i2",
    "seen": "i4",
    "wait": "i4",
}
_KIND = ("state", "source", "evidence", "cpu", "seen", "wait")


class ThreadTrack:
    """A track whose last stretch is replaced again and again."""

    def __init__(self) -> None:
        self._columns = {name: Growing(dtype) for name, dtype in _DTYPES.items()}
        self._settled = 0
        self._settled_end = 0

    def settle(self, part: Track) -> None:
        """Put behind what is settled; what is not is forgotten."""
        self._cut()
        self._append(part)
        self._settled = len(self._columns["start"])
        self._settled_end = int(self._columns["end"].view[-1]) if self._settled else 0

    def replace_rest(self, rest: Track | None, end: int) -> None:
        """What follows the settled; None: it has gone on with what it did until `end`."""
        self._cut()
        if rest is not None:
            self._append(rest)
        elif self._settled:
            self._columns["end"].put(-1, max(end, self._settled_end))

    @property
    def settled(self) -> int:
        """So many rows stay as they are but for the end of the last of them."""
        return self._settled

    @property
    def track(self) -> Track:
        """All of it; good until the next change."""
        return Track(**{one.name: self._columns[one.name].view for one in fields(Track)})

    def _cut(self) -> None:
        for column in self._columns.values():
            column.cut(self._settled)
        if self._settled:
            self._columns["end"].put(-1, self._settled_end)

    def _append(self, part: Track) -> None:
        if not len(part):
            return
        rows = len(self._columns["start"])
        skip = int(rows > 0 and self._goes_on(part))
        if skip:
            self._columns["end"].put(-1, part.end[0])
        for name, column in self._columns.items():
            column.append(getattr(part, name)[skip:])

    def _goes_on(self, part: Track) -> bool:
        """Whether the first span of `part` is the rest of our last one."""
        columns = self._columns
        gil = part.state[0] == State.GIL == columns["state"].view[-1]
        same = all(columns[name].view[-1] == getattr(part, name)[0] for name in (("state",) if gil else _KIND))
        return bool(same and columns["end"].view[-1] == part.start[0])


def wait_rows(recorded: Spans) -> Array:
    """The rows of a track of recorded states that are waits: the waits' numbers are places in it."""
    return np.flatnonzero(recorded.kind)


def waits_in(
    recorded: Spans, since: int = 0, rows: Array | None = None, alarms: tuple[Array, Array] | None = None
) -> Waits:
    """The recorded waits in a track of states that end after `since` (ns), with their numbers. `rows`: `wait_rows`;
    `alarms`: as `StateTrack` has them.
    """
    rows = wait_rows(recorded) if rows is None else rows
    before = int(np.searchsorted(rows, np.searchsorted(recorded.end, since, "right")))
    rows = rows[before:]
    end = recorded.end[rows].copy()
    if len(rows) and rows[-1] == len(recorded) - 1 and recorded.result[-1] < 0:
        end[-1] = np.iinfo(np.int64).max  # it is not over
    start = recorded.start[rows]
    return Waits(start, end, recorded.state[rows], before, None if alarms is None else _alarm_of(start, *alarms))


def _alarm_of(start: Array, asleep: Array, alarm: Array) -> Array:
    """When the wait that begins at each of these moments was to be over; 0 where none is told."""
    at = np.searchsorted(asleep, start)
    told = np.append(asleep, -1)[at] == start
    return np.where(told, np.append(alarm, 0)[at], 0)


def spans_from(track: Track, recorded: Spans, begin: int, end: int, rows: Array | None = None) -> Spans:
    """The track as spans, gapless from `begin` to `end`: outside of it as recorded. `rows`: `wait_rows(recorded)`."""
    rows = wait_rows(recorded) if rows is None else rows
    if len(track) and (track.start[0] < begin or track.end[-1] > end):
        track = clipped(track, begin, end)
    inside = named_by(track, recorded, rows)
    first, last = (int(track.start[0]), int(track.end[-1])) if len(track) else (end, end)
    parts = [part_of(recorded, begin, min(first, end)), inside, part_of(recorded, max(last, begin), end)]
    kept = [part for part in parts if len(part)]
    if len(kept) == 1:
        return kept[0]
    return Spans(**{name: np.concatenate([getattr(part, name) for part in kept or parts]) for name in SPAN_DTYPES})


def named_by(track: Track, recorded: Spans, rows: Array) -> Spans:
    """The track's own rows, copied, since tracks are rewritten; recorded waits (in `rows`) that name some of them lend
    those their call, object and line.
    """
    count = len(track)
    columns = {name: np.zeros(count, dtype) for name, dtype in SPAN_DTYPES.items()}
    columns["result"] -= 1
    columns["amount"] -= 1
    named = np.flatnonzero(track.wait >= 0)
    if len(named):
        from_ = rows[track.wait[named]]
        columns["kind"][named] = Kind.WAIT_BEGIN
        for name in ("flag", "object", "site", "result"):
            columns[name][named] = getattr(recorded, name)[from_]
    for name in ("start", "end", "state", "source", "evidence"):
        columns[name][:] = getattr(track, name)
    return Spans(**columns)


def part_of(recorded: Spans, begin: int, end: int) -> Spans:
    """What lies between two moments (ns), without a gap: nothing is known where nothing is recorded."""
    if begin >= end:
        return recorded.rows(slice(0))
    if not len(recorded) or begin < recorded.start[0]:
        return with_gap_in_front(recorded, begin, end)
    part = recorded.between(begin, end)
    columns = {name: getattr(part, name) for name in SPAN_DTYPES}
    columns["start"], columns["end"] = np.maximum(part.start, begin), np.minimum(part.end, end)
    return Spans(**columns)


def until_lost(recorded: Spans, lost_ns: int | None) -> Spans:
    """The same, but a last wait that is open only goes on until records were lost (ns): its end may be among them."""
    if lost_ns is None or not len(recorded) or not recorded.kind[-1] or recorded.result[-1] >= 0:
        return recorded
    begin, end = int(recorded.start[-1]), int(recorded.end[-1])
    if not begin <= lost_ns < end:
        return recorded
    gap = _gap(max(lost_ns, begin), end)
    columns = {name: np.concatenate([getattr(recorded, name), gap[name]]) for name in SPAN_DTYPES}
    columns["end"][-2] = columns["start"][-1]
    return Spans(**columns)


def _gap(begin: int, end: int) -> dict[str, Array]:
    """One span of which nothing is known, as columns."""
    gap = {name: np.zeros(1, dtype) for name, dtype in SPAN_DTYPES.items()}
    gap |= {"start": np.array([begin], "i8"), "end": np.array([end], "i8"), "result": np.array([-1], "i1")}
    gap["amount"] = np.array([-1], "i8")
    return gap | {"state": np.array([State.UNKNOWN], "u1"), "source": np.array([Source.NONE], "u1")}


def with_gap_in_front(recorded: Spans, begin: int, end: int) -> Spans:
    """From before the first record on."""
    middle = min(int(recorded.start[0]), end) if len(recorded) else end
    gap = _gap(begin, middle)
    rest = part_of(recorded, middle, end)
    return Spans(**{name: np.concatenate([gap[name], getattr(rest, name)]) for name in SPAN_DTYPES})
