"""What the threads of one process have written, in the bytes of its diary: records, and definitions.

A slot whose time is 0 with written ones behind it is a hole: its thread was interrupted inside `record`, by a signal
handler (then it will be filled) or by its death (then it never will). Holes are waited for, `PATIENCE` polls long, then
skipped and counted as lost.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from visualiser.events import layout

from .values import RECORD_DTYPE, Records, taken

PATIENCE = 150  # polls, about 5 s of a live run
LAST_TIME = 1 << 63  # what is not before that is no time

_RECORD = RECORD_DTYPE.itemsize
_TIME_AT = _RECORD - 8

Data = mmap.mmap | bytes


@dataclass
class Segment:
    """A thread's stretch of the file. `at`: its header; `start`, `end`: its slots; `seen`: written up to here."""

    at: int
    start: int
    end: int
    seen: int
    taken: int


@dataclass
class Pen:
    """The records of one thread. Only the first segment that is not full is looked at, so their order is kept."""

    serial: int
    segments: list[Segment] = field(default_factory=list)
    first: int = 0  # segments before this one are taken completely
    waited: int = 0  # polls without progress
    suspect: int = 0  # where it stood when patience ended for the first time
    holes: int = 0
    told: tuple[int, int] = (0, 0)

    def add(self, at: int, start: int, end: int) -> None:
        """A segment was begun."""
        slots = max(0, end - start) // _RECORD
        self.segments.append(Segment(at, start, start + slots * _RECORD, start, start))

    def who(self, data: Data) -> tuple[int, int]:
        """(native thread id, Python's ident)."""
        _, _, _, _, _, tid, ident, *_ = layout.SEGMENT.unpack_from(data, self.segments[0].at)
        return tid, ident

    def look(self, data: Data, final: bool) -> None:
        """Note how far this thread has written, over as many segments as are full."""
        first = self.segments[self.first]
        skip_holes, before = final or self._out_of_patience(first.seen), first.seen
        for segment in self.segments[self.first :]:
            self._look_at(data, segment, skip_holes)
            if segment.seen < segment.end and not final:
                break
        self.waited = self.waited + 1 if first.seen == before else 0

    def _out_of_patience(self, at: int) -> bool:
        """Whether it stands here for the second time. Once is not enough: it may have rested, and a hole be new."""
        if self.waited < PATIENCE:
            return False
        self.waited, again = 0, self.suspect == at
        self.suspect = at
        return again

    def _look_at(self, data: Data, segment: Segment, skip_holes: bool) -> None:
        times = _times(data, segment.seen, segment.end)
        if not len(times):
            return
        if skip_holes:
            written = np.flatnonzero(times)
            used = int(written[-1]) + 1 if len(written) else 0
            self.holes += used - len(written)
            if segment is not self.segments[-1]:  # it has gone on to its next segment: nothing more comes here
                self.holes += len(times) - used == 1
                used = len(times)
            segment.seen += used * _RECORD
        elif times[0]:
            free = times == 0
            segment.seen += (int(free.argmax()) if free.any() else len(times)) * _RECORD

    def take(self, data: Data) -> Records | None:
        """A copy of what was seen and not taken yet, in order of time."""
        parts = []
        for segment in self.segments[self.first :]:
            slots = (segment.seen - segment.taken) // _RECORD
            if slots:
                part: Records = np.ndarray((slots,), RECORD_DTYPE, data, segment.taken)
                parts.append(part[part["t"] != 0])
            segment.taken = segment.seen
            if segment.taken < segment.end:
                break
            self.first = min(self.first + 1, len(self.segments) - 1)
        if not parts:
            return None
        records = in_order(parts[0] if len(parts) == 1 else np.concatenate(parts))
        sound = int(np.searchsorted(records["t"], np.uint64(LAST_TIME)))
        self.holes += len(records) - sound
        return records[:sound] if sound else None

    def loss(self, data: Data) -> tuple[int, int] | None:
        """(How many were lost so far, when the first of them was), if that has changed since it was last told."""
        count, first = loss_at(data, self.segments[-1].at + layout.SEGMENT_LOST_AT)
        now = (count + self.holes, first)
        if now == self.told:
            return None
        self.told = now
        return now


def _times(data: Data, start: int, end: int) -> npt.NDArray[np.uint64]:
    slots = (end - start) // _RECORD
    if not slots:
        return np.empty(0, np.uint64)
    return np.ndarray((slots,), "<u8", data, start + _TIME_AT, (_RECORD,))


def loss_at(data: Data, at: int) -> tuple[int, int]:
    """The count and the time of a loss, as they lie at `at`."""
    count, first = np.frombuffer(data, "<u8", 2, at).tolist()
    return count, first


def in_order(records: Records) -> Records:
    """The same records in order of time; those of one moment stay as they are."""
    times = records["t"]
    if (times[1:] >= times[:-1]).all():
        return records
    return taken(records, np.argsort(times, kind="stable"))


def look_at_strings(data: Data, segment: Segment) -> None:
    """Note how far definitions are written."""
    while segment.seen + layout.ENTRY_SIZE <= segment.end:
        length, _, _, _ = layout.ENTRY.unpack_from(data, segment.seen)
        need = layout.ENTRY_SIZE + (length + 6 & ~7)
        if not length or segment.seen + need > segment.end:
            return
        segment.seen += need


def take_strings(data: Data, segment: Segment) -> Iterator[tuple[int, int, str]]:
    """The definitions seen and not taken yet: (id, table, text)."""
    while segment.taken < segment.seen:
        length, number, table, _ = layout.ENTRY.unpack_from(data, segment.taken)
        start = segment.taken + layout.ENTRY_SIZE
        yield number, table, readable(data[start : start + length - 1])
        segment.taken = start + (length + 6 & ~7)


def readable(data: bytes) -> str:
    r"""Text that can be printed anywhere: what is no character stays visible, as \udc80 or the like."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    return text.encode("utf-8", "backslashreplace").decode()
