"""One diary, read while its process still writes it: bytes in, records and definitions out.

What a poll may take is what an earlier poll saw written, so a record is never met half-written, on processors that
reorder their stores too. Within a poll, records are looked at before definitions: a record that is seen can only refer
to definitions that are seen as well.

A slot whose time is 0 with written ones behind it is a hole: its thread was interrupted inside `record`, by a signal
handler (then it will be filled) or by its death (then it never will). Holes are waited for, `PATIENCE` polls long, then
skipped and counted as lost.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import FORMAT
from visualiser.events.layout import (
    ENTRY,
    ENTRY_SIZE,
    EVENTS,
    FILLER,
    HEADER,
    HEADER_INFO_AT,
    HEADER_LOST_AT,
    HEADER_SIZE,
    MAGIC,
    SEGMENT,
    SEGMENT_HEADER,
    SEGMENT_LOST_AT,
    SEGMENT_MAGIC,
    STRINGS,
)

from .values import RECORD_DTYPE, Chunk, Definition, Loss, ProcessHeader, Records

PATIENCE = 150  # polls, about 5 s of a live run

_RECORD = RECORD_DTYPE.itemsize
_TIME_AT = RECORD_DTYPE.fields["t"][1] if RECORD_DTYPE.fields else 0


@dataclass
class _Segment:
    """A thread's stretch of the file. `at`: its header; `start`, `end`: its slots; `seen`: written up to here."""

    at: int
    start: int
    end: int
    seen: int
    taken: int


@dataclass
class _Pen:
    """What one thread has written. Only the first segment that is not full is looked at, so order is kept."""

    serial: int
    segments: list[_Segment] = field(default_factory=list)
    first: int = 0  # segments before this one are taken completely
    waited: int = 0  # polls without progress
    suspect: int = 0  # where it stood when patience ended for the first time
    holes: int = 0
    told: tuple[int, int] = (0, 0)


class DiaryFile:
    """Follows one file. `say` is told, in a sentence, what is wrong with it; no method raises for its content."""

    def __init__(self, path: Path, key: Callable[[], int], say: Callable[[str], None]) -> None:
        self.path = path
        self.header: ProcessHeader | None = None
        self.broken = False
        self.idle = 0  # polls without news
        self._key, self._say = key, say
        self._map: mmap.mmap | None = None
        self._size = 0
        self._next = HEADER_SIZE
        self._pens: dict[int, _Pen] = {}
        self._strings: list[_Segment] = []
        self._told = (0, 0)

    @property
    def mapped(self) -> bool:
        """Whether it takes an open file at the moment."""
        return self._map is not None

    def close(self) -> None:
        """Let go of the file; the next poll opens it again."""
        self._map, self._size = None, 0

    def poll(self, final: bool) -> tuple[ProcessHeader | None, list[Chunk], list[Definition], list[Loss]]:
        """What is new: (the header, the first time only; records; definitions; losses that changed)."""
        header = None
        self._grow(final)
        if self.header is None and not self.broken:
            header = self.header = self._read_header(final)
        if self.header is None or self._map is None or self.broken:
            return None, [], [], []
        self._walk(final)
        if final:
            self._look(final)
        definitions = list(self._take_strings())
        chunks = [chunk for pen in self._pens.values() for chunk in self._take(pen)]
        if not final:
            self._look(final)
        losses = list(self._losses())
        self.idle = 0 if header or chunks or definitions or losses else self.idle + 1
        return header, chunks, definitions, losses

    def _look(self, final: bool) -> None:
        """Note how far things are written: first records, then definitions (in the file as it is after that)."""
        for pen in self._pens.values():
            self._look_at_pen(pen, final)
        self._grow(final)
        self._walk(final)
        if final:  # a thread that was found only now
            for pen in self._pens.values():
                self._look_at_pen(pen, final)
        for segment in self._strings:
            self._look_at_strings(segment)

    # --- the file and its header

    def _grow(self, final: bool) -> None:
        """Map the file, again when it has grown."""
        try:
            size = os.stat(self.path).st_size
            if size > self._size and size >= HEADER_SIZE:
                with open(self.path, "rb") as file:
                    self._map = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
                self._size = size
        except (OSError, ValueError) as error:
            if final:
                self._give_up(f"cannot be read ({getattr(error, 'strerror', None) or error})")
            return
        if final and self._map is None:
            self._give_up("is empty" if not size else "is too short to be a diary")

    def _give_up(self, what: str) -> None:
        if not self.broken:
            self._say(f"{self.path.name} {what}; what its process did is missing.")
        self.broken = True

    def _read_header(self, final: bool) -> ProcessHeader | None:
        if self._map is None:
            return None
        magic, number, size, pid, parent, start, _, _, _, length, _ = HEADER.unpack_from(self._map)
        if magic == bytes(8) and not final:
            return None
        if magic != MAGIC:
            self._give_up("is not a diary of Interleave" if any(magic) else "was never begun")
        elif number != FORMAT:
            self._give_up(f"has format {number}, which this version of Interleave does not know")
        elif size != HEADER_SIZE or length > size - HEADER_INFO_AT or not 0 < start < 1 << 63:
            self._give_up("has a damaged header")
        else:
            return ProcessHeader(self._key(), pid, parent, start, self._read_info(length))
        return None

    def _read_info(self, length: int) -> dict[str, Any]:
        assert self._map is not None
        try:
            info = json.loads(self._map[HEADER_INFO_AT : HEADER_INFO_AT + length])
        except (ValueError, RecursionError):
            info = None
        if not isinstance(info, dict):
            self._say(f"{self.path.name} does not say what its process is.")
            return {}
        return info

    # --- segments

    def _walk(self, final: bool) -> None:
        """Find the segments that were begun since."""
        while self._map is not None and self._next + SEGMENT_HEADER <= self._size:
            fields = SEGMENT.unpack_from(self._map, self._next)
            magic, kind, _, size, serial, *_, begun = fields
            if not magic and final and self._skip_unused():
                continue
            whole = size >= SEGMENT_HEADER and size % 8 == 0 and (kind == FILLER or (serial and begun))
            if magic != SEGMENT_MAGIC or kind not in (EVENTS, STRINGS, FILLER) or not whole:
                if final and any(fields):
                    self._say(f"{self.path.name} is damaged at byte {self._next}; what comes after is missing.")
                    self._next = self._size
                return
            if self._next + size > self._size and not final:
                return
            self._enter(kind, serial, self._next, min(self._next + size, self._size))
            self._next += size
        if final and self._next > self._size:
            self._say(f"{self.path.name} is cut short; its last events may be missing.")
            self._next = self._size

    def _skip_unused(self) -> bool:
        """Past a segment that was reserved and never begun: its process died in between. False: nothing follows."""
        assert self._map is not None
        rest = np.frombuffer(self._map, "<u8", (self._size - self._next) // 8, self._next)
        used = rest != 0
        if not used.any():
            return False
        self._next += int(used.argmax()) * 8
        return self._next + SEGMENT_HEADER <= self._size

    def _enter(self, kind: int, serial: int, at: int, end: int) -> None:
        start = at + SEGMENT_HEADER
        if kind == EVENTS:
            slots = max(0, end - start) // _RECORD
            pen = self._pens.setdefault(serial, _Pen(serial))
            pen.segments.append(_Segment(at, start, start + slots * _RECORD, start, start))
        elif kind == STRINGS:
            self._strings.append(_Segment(at, start, end, start, start))

    # --- records

    def _times(self, start: int, end: int) -> npt.NDArray[np.uint64]:
        slots = (end - start) // _RECORD
        if not slots:
            return np.empty(0, np.uint64)
        return np.ndarray((slots,), "<u8", self._map, start + _TIME_AT, (_RECORD,))

    def _look_at_pen(self, pen: _Pen, final: bool) -> None:
        """Note how far this thread has written, over as many segments as are full."""
        first = pen.segments[pen.first]
        skip_holes, before = final or self._out_of_patience(pen, first.seen), first.seen
        for index in range(pen.first, len(pen.segments)):
            segment = pen.segments[index]
            self._look_at_segment(pen, segment, skip_holes, index == len(pen.segments) - 1)
            if segment.seen < segment.end and not final:
                break
        pen.waited = pen.waited + 1 if first.seen == before else 0

    @staticmethod
    def _out_of_patience(pen: _Pen, at: int) -> bool:
        """Whether it stands here for the second time. Once is not enough: it may have rested, and a hole be new."""
        if pen.waited < PATIENCE:
            return False
        pen.waited, again = 0, pen.suspect == at
        pen.suspect = at
        return again

    def _look_at_segment(self, pen: _Pen, segment: _Segment, skip_holes: bool, last: bool) -> None:
        times = self._times(segment.seen, segment.end)
        if not len(times):
            return
        if skip_holes:
            written = np.flatnonzero(times)
            used = int(written[-1]) + 1 if len(written) else 0
            pen.holes += used - len(written)
            if not last:  # nothing more can come here: the thread has gone on to its next segment
                pen.holes += len(times) - used == 1
                used = len(times)
            segment.seen += used * _RECORD
        elif times[0]:
            free = times == 0
            segment.seen += (int(free.argmax()) if free.any() else len(times)) * _RECORD

    def _take(self, pen: _Pen) -> Iterator[Chunk]:
        """What was seen of one thread, as one chunk in order of time."""
        parts = []
        for segment in pen.segments[pen.first :]:
            slots = (segment.seen - segment.taken) // _RECORD
            if slots:
                part: Records = np.ndarray((slots,), RECORD_DTYPE, self._map, segment.taken)
                parts.append(part[part["t"] != 0])  # a copy, too: the map may go
            segment.taken = segment.seen
            if segment.taken < segment.end:
                break
            pen.first = min(pen.first + 1, len(pen.segments) - 1)
        if parts:
            records = in_order(parts[0] if len(parts) == 1 else np.concatenate(parts))
            sound = int(np.searchsorted(records["t"], 1 << 63))  # later than that is no time
            pen.holes += len(records) - sound
            if sound:
                yield self._chunk(pen, records[:sound])

    def _chunk(self, pen: _Pen, records: Records) -> Chunk:
        assert self._map is not None and self.header is not None
        _, _, _, _, _, tid, ident, *_ = SEGMENT.unpack_from(self._map, pen.segments[0].at)
        return Chunk(self.header.key, pen.serial, tid, ident, records)

    def _losses(self) -> Iterator[Loss]:
        """Losses that changed since they were last told."""
        assert self._map is not None and self.header is not None
        now = self._loss_at(HEADER_LOST_AT)
        if now != self._told:
            self._told = now
            yield Loss(self.header.key, 0, *now)
        for pen in self._pens.values():
            count, first = self._loss_at(pen.segments[-1].at + SEGMENT_LOST_AT)
            if (count + pen.holes, first) != pen.told:
                pen.told = (count + pen.holes, first)
                yield Loss(self.header.key, pen.serial, *pen.told)

    def _loss_at(self, at: int) -> tuple[int, int]:
        assert self._map is not None
        count, first = np.frombuffer(self._map, "<u8", 2, at).tolist()
        return count, first

    # --- definitions

    def _look_at_strings(self, segment: _Segment) -> None:
        assert self._map is not None
        while segment.seen + ENTRY_SIZE <= segment.end:
            length, _, _, _ = ENTRY.unpack_from(self._map, segment.seen)
            need = ENTRY_SIZE + (length + 6 & ~7)
            if not length or segment.seen + need > segment.end:
                return
            segment.seen += need

    def _take_strings(self) -> Iterator[Definition]:
        assert self._map is not None and self.header is not None
        for segment in self._strings:
            while segment.taken < segment.seen:
                length, number, table, _ = ENTRY.unpack_from(self._map, segment.taken)
                start = segment.taken + ENTRY_SIZE
                text = readable(self._map[start : start + length - 1])
                yield Definition(self.header.key, number, table, text)
                segment.taken = start + (length + 6 & ~7)
        self._strings = [one for one in self._strings if one.taken + ENTRY_SIZE < one.end]


def in_order(records: Records) -> Records:
    """The same records in order of time; those of one moment stay as they are."""
    times = records["t"]
    if (times[1:] >= times[:-1]).all():
        return records
    return records[np.argsort(times, kind="stable")]


def readable(data: bytes) -> str:
    r"""Text that can be printed anywhere: what is no character stays visible, as \udc80 or the like."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogatepass") if _is_wtf8(data) else data.decode("utf-8", "surrogateescape")
        return text.encode("utf-8", "backslashreplace").decode()


def _is_wtf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
