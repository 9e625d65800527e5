"""The bytes of a text file in pieces, plain or packed with gzip: never all at once, and no more than a trace can be."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from .errors import BadFile
from .writing import Progress, no_progress

GZIP = b"\x1f\x8b"
PIECE = 4 << 20
"""Bytes of text that are worked on at once."""
LARGEST = 8 << 30
"""Bytes of text, unpacked, of the largest file that is opened."""
HIGHEST_RATIO = 300
"""gzip shrinks traces by 10 to 50. What has shrunk by more is only believed up to SMALL bytes."""
SMALL = 256 << 20


def text_pieces(file: BinaryIO, size: int, progress: Progress = no_progress) -> Iterator[bytes]:
    """The text of an open file of `size` bytes, in pieces of at most PIECE. Raises BadFile, OSError.

    What was packed and is cut off ends where it ends: the reader of the text sees that it is not complete.
    """
    packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    most = min(LARGEST, max(SMALL, HIGHEST_RATIO * size))
    total = 0
    for piece in _inflated(file) if packed else iter(lambda: file.read(PIECE), b""):
        total += len(piece)
        if total > most:
            raise BadFile("It holds far more than a trace can; it is not opened.")
        progress(min(file.tell() / max(size, 1), 1.0) * 0.9)
        yield piece


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    """A gzip file may be several, one behind the other."""
    inflater = zlib.decompressobj(31)
    while data := file.read(PIECE >> 3):
        while data:
            try:
                piece = inflater.decompress(data, PIECE)
            except zlib.error as error:
                raise BadFile("It is packed with gzip and damaged.") from error
            if piece:
                yield piece
            data = inflater.unconsumed_tail
            if inflater.eof:
                data = inflater.unused_data.lstrip(b"\0")  # tapes and some tools fill up with zeros
                inflater = zlib.decompressobj(31)
