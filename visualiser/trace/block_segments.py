"""What the observer has written into its diary in blocks (`events.blocks`), while it still writes."""

from __future__ import annotations

from collections.abc import Iterator

from visualiser.events import blocks

from .pens import Data, Segment


def look_at_blocks(data: Data, segment: Segment) -> None:
    """Note how far blocks are written."""
    while segment.seen + blocks.BLOCK.size <= segment.end:
        length, _, _, _ = blocks.BLOCK.unpack_from(data, segment.seen)
        need = blocks.BLOCK.size + (length + 6 & ~7)
        if not length or segment.seen + blocks.BLOCK.size + length - 1 > segment.end:
            return
        segment.seen = min(segment.seen + need, segment.end)


def take_blocks(data: Data, segment: Segment) -> Iterator[tuple[int, int, bytes]]:
    """The blocks seen and not taken yet: (format, channel, payload)."""
    while segment.taken < segment.seen:
        length, kind, channel, _ = blocks.BLOCK.unpack_from(data, segment.taken)
        start = segment.taken + blocks.BLOCK.size
        yield kind, channel, bytes(data[start : start + length - 1])
        segment.taken = min(start + (length + 6 & ~7), segment.end)
