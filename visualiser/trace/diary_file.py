"""One diary, read while its process still writes it: bytes in, records and definitions out.

What a poll may take is what an earlier poll saw written, so a record is never met half-written, on processors that
reorder their stores too. Within a poll, records are looked at before definitions: a record that is seen can only refer
to definitions that are seen as well.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from visualiser.events import FORMAT, blocks, layout

from .block_segments import look_at_blocks, take_blocks
from .pens import LAST_TIME, Data, Pen, Segment, look_at_strings, loss_at, take_strings
from .values import Block, Chunk, Definition, Loss, ProcessHeader

_KINDS = (layout.EVENTS, layout.STRINGS, layout.FILLER, blocks.BLOCKS)


class News(NamedTuple):
    """What one poll found. `header`: the first time only; `losses`: those that changed."""

    header: ProcessHeader | None
    chunks: list[Chunk]
    definitions: list[Definition]
    losses: list[Loss]
    blocks: list[Block]


class DiaryFile:
    """Follows one file. `say` is told, in a sentence, what is wrong with it; no method raises for its content."""

    def __init__(self, path: Path, next_key: Callable[[], int], say: Callable[[str], None]) -> None:
        self.path = path
        self.broken = False
        self.idle = 0  # polls without news
        self._next_key, self._say = next_key, say
        self._key: int | None = None
        self._data: Data = b""
        self._next = layout.HEADER_SIZE
        self._pens: dict[int, Pen] = {}
        self._strings: list[Segment] = []
        self._blocks: list[Segment] = []
        self._told = (0, 0)

    @property
    def mapped(self) -> bool:
        """Whether it takes an open file at the moment."""
        return bool(len(self._data))

    def close(self) -> None:
        """Let go of the file; the next poll opens it again."""
        self._data = b""

    def poll(self, final: bool) -> News:
        """What is new; with `final`, up to what is written now."""
        self._map(final)
        header = self._read_header(final) if self._key is None and self.mapped else None
        if self._key is None or self.broken or not self.mapped:
            return News(None, [], [], [], [])
        self._walk(final)
        if final:
            self._look(final)
        definitions = list(self._take_definitions(self._key))
        chunks = list(self._take_chunks(self._key))
        seen = list(self._take_blocks(self._key))
        if not final:
            self._look(final)
        news = News(header, chunks, definitions, list(self._losses(self._key)), seen)
        self.idle = 0 if any(news) else self.idle + 1
        return news

    def _look(self, final: bool) -> None:
        """Note how far things are written: first records, then definitions (in the file as it is after that)."""
        for pen in self._pens.values():
            pen.look(self._data, final)
        self._map(final)
        self._walk(final)
        for segment in self._strings:
            look_at_strings(self._data, segment)
        for segment in self._blocks:
            look_at_blocks(self._data, segment)
            if segment is not self._blocks[-1]:
                segment.end = segment.seen  # its writer has gone on to the next one

    # --- the file and its header

    def _map(self, final: bool) -> None:
        """Map the file, again when it has grown."""
        try:
            size = os.stat(self.path).st_size
            if size > len(self._data) and size >= layout.HEADER_SIZE:
                with open(self.path, "rb") as file:
                    self._data = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            if final and not self.mapped:
                self._give_up(f"cannot be read ({getattr(error, 'strerror', None) or error})")
            return
        if final and not self.mapped:
            self._give_up("is empty" if not size else "is too short to be a diary")

    def _give_up(self, what: str) -> None:
        if not self.broken:
            self._say(f"{self.path.name} {what}; what its process did is missing.")
        self.broken = True

    def _read_header(self, final: bool) -> ProcessHeader | None:
        magic, number, size, pid, parent, start, _, _, _, length, _ = layout.HEADER.unpack_from(self._data)
        if magic == bytes(8) and not final:
            return None
        if magic != layout.MAGIC:
            self._give_up("is not a diary of Interleave" if any(magic) else "was never begun")
        elif number != FORMAT:
            self._give_up(f"has format {number}, which this version of Interleave does not know")
        elif size != layout.HEADER_SIZE or length > size - layout.HEADER_INFO_AT or not 0 < start < LAST_TIME:
            self._give_up("has a damaged header")
        else:
            self._key = self._next_key()
            return ProcessHeader(self._key, pid, parent, start, self._read_info(length))
        return None

    def _read_info(self, length: int) -> dict[str, Any]:
        try:
            info = json.loads(self._data[layout.HEADER_INFO_AT : layout.HEADER_INFO_AT + length])
        except (ValueError, RecursionError):
            info = None
        if not isinstance(info, dict):
            self._say(f"{self.path.name} does not say what its process is.")
            return {}
        return info

    # --- segments

    def _walk(self, final: bool) -> None:
        """Find the segments that were begun since."""
        total = len(self._data)
        while self._next + layout.SEGMENT_HEADER <= total:
            fields = layout.SEGMENT.unpack_from(self._data, self._next)
            magic, kind, _, size, serial, *_, begun = fields
            if not magic and final and self._skip_unused():
                continue
            whole = size >= layout.SEGMENT_HEADER and size % 8 == 0 and (kind == layout.FILLER or (serial and begun))
            if magic != layout.SEGMENT_MAGIC or kind not in _KINDS or not whole:
                if final and any(fields):
                    self._say(f"{self.path.name} is damaged at byte {self._next}; what comes after is missing.")
                    self._next = total
                return
            if self._next + size > total and not final:
                return
            self._enter(kind, serial, self._next, min(self._next + size, total))
            self._next += size
        if final and self._next > total:
            self._say(f"{self.path.name} is cut short; its last events may be missing.")
            self._next = total

    def _skip_unused(self) -> bool:
        """Past a segment that was reserved and never begun: its process died in between. False: nothing follows."""
        words = (len(self._data) - self._next) // 8
        used = np.frombuffer(self._data, "<u8", words, self._next) != 0
        unused = int(used.argmax()) * 8
        self._next += unused
        return unused > 0

    def _enter(self, kind: int, serial: int, at: int, end: int) -> None:
        start = at + layout.SEGMENT_HEADER
        if kind == layout.EVENTS:
            self._pens.setdefault(serial, Pen(serial)).add(at, start, end)
        elif kind == layout.STRINGS:
            self._strings.append(Segment(at, start, end, start, start))
        elif kind == blocks.BLOCKS:
            self._blocks.append(Segment(at, start, end, start, start))

    # --- what is new

    def _take_chunks(self, key: int) -> Iterator[Chunk]:
        for pen in self._pens.values():
            records = pen.take(self._data)
            if records is not None:
                yield Chunk(key, pen.serial, *pen.who(self._data), records)

    def _take_definitions(self, key: int) -> Iterator[Definition]:
        for segment in self._strings:
            for one in take_strings(self._data, segment):
                yield Definition(key, *one)
        self._strings = [one for one in self._strings if one.taken < one.end]

    def _take_blocks(self, key: int) -> Iterator[Block]:
        for segment in self._blocks:
            for one in take_blocks(self._data, segment):
                yield Block(key, *one)
        self._blocks = [one for one in self._blocks if one.taken < one.end]

    def _losses(self, key: int) -> Iterator[Loss]:
        now = loss_at(self._data, layout.HEADER_LOST_AT)
        if now != self._told:
            self._told = now
            yield Loss(key, 0, *now)
        for pen in self._pens.values():
            loss = pen.loss(self._data)
            if loss is not None:
                yield Loss(key, pen.serial, *loss)
