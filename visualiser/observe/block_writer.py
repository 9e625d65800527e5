"""Writes the observer's blocks into its diary, in segments of their own."""

from __future__ import annotations

import mmap

from visualiser.events import Diary, Full, ThreadLog, blocks, layout

SEGMENT_SIZE = 256 << 10


class BlockWriter:
    """`write(format, channel, payload)` appends one block. What finds no room is counted as lost, in bytes and
    blocks.
    """

    def __init__(self, diary: Diary, log: ThreadLog) -> None:
        self._diary = diary
        self._log = log
        self._place: tuple[mmap.mmap, int, int] | None = None  # the mapped chunk, first free offset, end
        self.lost_blocks = 0

    def write(self, kind: int, channel: int, payload: bytes) -> None:
        """Append a block. Its length is written last and commits it."""
        size = blocks.BLOCK.size + (len(payload) + 7 & ~7)
        if self._place is None or self._place[1] + size > self._place[2]:
            try:
                need = max(SEGMENT_SIZE, size + layout.SEGMENT_HEADER)
                self._place = self._diary.segment(blocks.BLOCKS, need, self._log)
            except Full:
                self._diary.count_lost(self._log)
                self.lost_blocks += 1
                return
        chunk, at, end = self._place
        chunk[at + blocks.BLOCK.size : at + blocks.BLOCK.size + len(payload)] = payload
        blocks.BLOCK.pack_into(chunk, at, 0, kind, channel, 0)
        blocks.BLOCK.pack_into(chunk, at, len(payload) + 1, kind, channel, 0)
        self._place = (chunk, at + size, end)
