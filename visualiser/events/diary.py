"""The writer of a diary: a growing mapped file in which every thread has segments of its own.

Why so: a record must cost no system call, no lock and no thread (a channel that does changes what is watched: the
number of thread switches rises tenfold). So a thread appends to mapped memory that only it writes to. Guarantees:

- A process killed with SIGKILL leaves everything it wrote; at most one half-written record, which has no time yet.
- Space is reserved before it is mapped: a full disk loses events, counted, and never kills the program with SIGBUS.
- Past the limit, or when the disk is full, records are counted as lost, per thread, with the time of the first.
- A signal handler or finaliser that records while its own thread is recording is safe: a slot is reserved first
  (`next` on an itertools.count), filled after; the record's time is written last and commits it.
- Only growing the file takes a lock (a few times per million records).
"""

from __future__ import annotations

import _thread
import mmap
import os
import time
from itertools import count

from .layout import (
    ENTRY,
    ENTRY_SIZE,
    EVENTS,
    FILLER,
    FORMAT,
    HEADER,
    HEADER_INFO_AT,
    HEADER_LOST_AT,
    HEADER_SIZE,
    MAGIC,
    RECORD,
    RECORD_SIZE,
    SEGMENT,
    SEGMENT_HEADER,
    SEGMENT_LOST_AT,
    SEGMENT_MAGIC,
    STRINGS,
    SUFFIX,
)

TYPE_CHECKING = False  # a watched process must not pay for importing typing, json or enum
if TYPE_CHECKING:
    from typing import Any, Callable

    Record = Callable[[int, int], None]
    Place = tuple[Callable[[], int], int, Any, int]

DEFAULT_LIMIT = 2 << 30  # bytes of diaries per run, all processes together
FIRST_CHUNK, LAST_CHUNK = 256 << 10, 16 << 20
FIRST_SEGMENT, LAST_SEGMENT = 4 << 10, 256 << 10
LEAST_SEGMENT = SEGMENT_HEADER + RECORD_SIZE


class Full(Exception):
    """No more room: the run's limit is reached, or the disk is full."""


class ThreadLog:
    """One thread's pen: `record(word, pair)` appends an event, `define(table, text)` a definition; both lock-free."""

    __slots__ = ("_strings", "diary", "header", "ident", "record", "serial", "tid")

    def __init__(self, diary: Diary, tid: int, ident: int) -> None:
        self.diary = diary
        self.serial = next(diary.serials)
        self.tid = tid
        self.ident = ident
        self.record: Record = _recorder(self)
        self._strings: list[Any] | None = None
        self.header: tuple[mmap.mmap, int] | None = None  # where this thread's losses are counted

    def define(self, table: int, text: str) -> int:
        """Write a definition down and return its id, unique in this diary; 0 when there was no room for it."""
        data = text.encode("utf-8", "surrogatepass")
        need = ENTRY_SIZE + (len(data) + 7 & ~7)
        place = self._strings
        if place is None or place[1] + need > place[2]:
            size = LAST_SEGMENT // 4 if place else FIRST_SEGMENT
            try:
                buffer, start, end = self.diary.segment(
                    STRINGS, max(size, need + SEGMENT_HEADER), self, need + SEGMENT_HEADER
                )
            except Full:
                return 0
            place = self._strings = [buffer, start, end]
        buffer, at = place[0], place[1]
        place[1] = at + need  # reserved before it is filled: a finaliser may define in between
        number = next(self.diary.ids)
        buffer[at + ENTRY_SIZE : at + ENTRY_SIZE + len(data)] = data
        ENTRY.pack_into(buffer, at, 0, number, table, 0)
        ENTRY.pack_into(buffer, at, len(data) + 1, number, table, 0)
        return number


def _recorder(log: ThreadLog) -> Record:
    """The record function of one thread, as a closure: the shortest way CPython has from a call to a mapped byte."""
    pack, now, roll = RECORD.pack_into, time.perf_counter_ns, _roll
    # (reserve a slot, first offset past the segment, the mapped chunk): one tuple, so that a signal handler which rolls
    # to the next segment between two byte codes cannot pair our slot with its buffer
    place: Place = (count().__next__, 0, b"", FIRST_SEGMENT)

    def record(word: int, pair: int) -> None:
        nonlocal place
        reserve, end, buffer, _ = place
        at = reserve()
        if at >= end:
            place = roll(log, place)
            reserve, end, buffer, _ = place
            at = reserve()
            if at >= end:
                return
        pack(buffer, at, word, pair, now())

    return record


def _roll(log: ThreadLog, place: Place) -> Place:
    """The thread's next segment; or, when there is no room, the loss counted in its last one."""
    size = place[3]
    try:
        buffer, start, end = log.diary.segment(EVENTS, size, log, LEAST_SEGMENT)
    except Full:
        log.diary.count_lost(log)
        return place
    log.header = (buffer, start - SEGMENT_HEADER + SEGMENT_LOST_AT)
    last = start + (end - start) // RECORD_SIZE * RECORD_SIZE
    return count(start, RECORD_SIZE).__next__, last, buffer, min(size * 4, LAST_SEGMENT)


class Diary:
    """One process's diary file, open for writing.

    `directory`: the run's private directory. `info`: what to say about this process (interpreter, argv, role...),
    written as JSON and cut to what fits the header. `limit`: bytes all diaries of the run may take together.
    Raises OSError when the file cannot be made or not even its header fits.
    """

    def __init__(self, directory: str, info: dict[str, Any], limit: int = DEFAULT_LIMIT) -> None:
        self.directory = directory
        self.limit = limit
        self.pid = os.getpid()
        self.start_ns = time.perf_counter_ns()
        self.ids, self.serials = count(1), count(1)
        self._homeless = count(1)  # records lost by threads without a segment
        self._grow_lock = _thread.RLock()  # re-entrant: a finaliser may run inside, on the same thread
        self._chunks: list[mmap.mmap] = []  # kept for the process's life: a ThreadLog may write at any moment
        self._size = self._next = self._end = 0
        self._full = False
        path = os.path.join(directory, f"{self.pid}-{self.start_ns}{SUFFIX}")
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            self._map(FIRST_CHUNK)
        except (Full, OSError) as error:
            os.close(self._fd)
            raise OSError(f"no room for a diary in {directory}") from error
        self._header = self._chunks[0]
        self._write_header(info)

    def _write_header(self, info: dict[str, Any]) -> None:
        text = _json(info).encode()
        if len(text) > HEADER_SIZE - HEADER_INFO_AT:
            text = _json({k: v for k, v in info.items() if len(str(v)) < 400}).encode()
        self._header[HEADER_INFO_AT : HEADER_INFO_AT + len(text)] = text
        parent = os.getppid() if hasattr(os, "getppid") else 0
        now = (self.start_ns, time.time_ns())
        HEADER.pack_into(self._header, 0, MAGIC, FORMAT, HEADER_SIZE, self.pid, parent, *now, 0, 0, len(text), 0)
        self._next = HEADER_SIZE

    def segment(self, kind: int, size: int, log: ThreadLog, least: int = 0) -> tuple[mmap.mmap, int, int]:
        """A fresh segment of about `size` bytes: (mapped chunk, first free offset, end).

        Where so many do not fit, one of `least` bytes or more (by default, `size`). Raises Full.
        """
        size = size + 7 & ~7
        least = min(least + 7 & ~7, size) if least else size
        with self._grow_lock:
            rest = self._end - self._next
            if rest < size and (rest >= max(least, FIRST_SEGMENT) or not self._open_chunk(size, least)):
                size = self._end - self._next
                if size < least:
                    raise Full
            start = self._next
            rest = self._end - start - size
            if rest < SEGMENT_HEADER + RECORD_SIZE:  # too little for another segment: give it away
                size += rest
            self._next = start + size
            chunk = self._chunks[-1]
        fields = (log.serial, log.tid, log.ident, 0, 0, time.perf_counter_ns())
        SEGMENT.pack_into(chunk, start, SEGMENT_MAGIC, kind, 0, size, *fields)
        return chunk, start + SEGMENT_HEADER, start + size

    def _open_chunk(self, size: int, least: int) -> bool:
        """Map more of the file, for a segment of `size` bytes; at a limit, as much as there is room for.

        False when there is none for even `least`, and from then on; what was mapped before can still be used.
        """
        if self._full:
            return False
        last, begin, end = self._chunks[-1], self._next, self._end
        grain = mmap.ALLOCATIONGRANULARITY
        chunk = max(min(max(FIRST_CHUNK, self._size), LAST_CHUNK), size)
        while chunk >= least:
            try:
                self._map((chunk + grain - 1) // grain * grain)
            except (Full, OSError):
                chunk = chunk // 2 if chunk > least * 2 else least if chunk > least else 0
                continue
            if end - begin >= SEGMENT_HEADER:
                SEGMENT.pack_into(last, begin, SEGMENT_MAGIC, FILLER, 0, end - begin, 0, 0, 0, 0, 0, 0)
            return self._end >= size
        self._full = True
        return False

    def _map(self, size: int) -> None:
        if _bytes_in(self.directory) + size > self.limit:
            raise Full
        _reserve(self._fd, self._size, size)
        chunk = _mapped(self._fd, size, self._size)
        self._size += size
        self._next, self._end = 0, size
        self._chunks.append(chunk)

    def count_lost(self, log: ThreadLog) -> None:
        """Count one record of `log` that could not be kept; in the file header when the thread never had a segment.

        Threads that share the header draw numbers, so that none is counted twice or not at all, and the highest stays;
        only while several write at the same moment may it say fewer, at most one for each of them.
        """
        chunk, at = log.header or (self._header, HEADER_LOST_AT)
        before = int.from_bytes(chunk[at : at + 8], "little")
        lost = before + 1 if log.header else next(self._homeless)
        if lost > before:
            chunk[at : at + 8] = lost.to_bytes(8, "little")
        if lost == 1:
            chunk[at + 8 : at + 16] = time.perf_counter_ns().to_bytes(8, "little")

    def forget(self) -> None:
        """Close what was inherited by fork, without touching the parent's file."""
        os.close(self._fd)
        self._full, self._next, self._end = True, 0, 0
        self._chunks.clear()


def _bytes_in(directory: str) -> int:
    """What the run's diaries take already. Asked once per chunk, not per event."""
    with os.scandir(directory) as entries:
        return sum(entry.stat().st_size for entry in entries if entry.name.endswith(SUFFIX))


def _reserve(fd: int, offset: int, size: int) -> None:
    """Make the file longer by `size` bytes that really exist on the disk. Raises OSError when they do not."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, offset, size)
        return
    os.lseek(fd, offset, os.SEEK_SET)
    zeros = bytes(64 << 10)
    for _ in range(0, size, len(zeros)):
        if os.write(fd, zeros) != len(zeros):
            raise OSError("no space left")


def _mapped(fd: int, size: int, offset: int) -> mmap.mmap:
    """A shared mapping; without a file descriptor of its own where Python can do that (3.13+)."""
    try:
        return mmap.mmap(fd, size, offset=offset, trackfd=False)  # type: ignore[call-arg, unused-ignore]
    except TypeError:
        return mmap.mmap(fd, size, offset=offset)


def _json(value: object) -> str:
    """`value` as JSON: None, bool, int, str, and lists and dicts of them; anything else by its str()."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, dict):
        return "{" + ", ".join(_json(str(key)) + ": " + _json(item) for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_json, value)) + "]"
    return '"' + "".join(c if " " <= c <= "~" and c not in '"\\' else _escaped(c) for c in str(value)) + '"'


def _escaped(character: str) -> str:
    units = character.encode("utf-16-le", "surrogatepass")
    return "".join(f"\\u{units[i] | units[i + 1] << 8:04x}" for i in range(0, len(units), 2))
