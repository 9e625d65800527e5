"""Opens a trace of another tool by what it holds: Chrome's trace events, or Firefox Profiler's threads."""

from __future__ import annotations

from typing import BinaryIO

from visualiser.trace import TraceStore

from .chrome_reading import read_chrome
from .errors import BadFile
from .gecko_reading import read_gecko, whole_text
from .inflating import text_pieces
from .json_pieces import NO_TRACE, JsonPieces
from .writing import Progress, no_progress

EVENTS, THREADS = "traceEvents", "threads"


def read_foreign(file: BinaryIO, size: int, progress: Progress = no_progress, *, title: str) -> TraceStore:
    """The trace in an open text file of `size` bytes, plain or packed with gzip. Raises BadFile."""
    try:
        pieces = JsonPieces(text_pieces(file, size, progress))
        found = pieces.find_array((EVENTS, THREADS))
        if found is None:
            raise BadFile(NO_TRACE)
        store = read_chrome(pieces, title) if found != THREADS else _read_profile(file, size, title)
    except MemoryError:
        raise BadFile("There is not enough memory to open it.") from None
    progress(1.0)
    return store


def _read_profile(file: BinaryIO, size: int, title: str) -> TraceStore:
    file.seek(0)
    return read_gecko([whole_text(text_pieces(file, size))], title)
