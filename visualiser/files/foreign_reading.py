"""Opens a trace of another tool by what it holds: Chrome's trace events, or Firefox Profiler's threads.

Python's sampler writes a file for each process of a run: a folder of such is opened as one.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from visualiser.trace import TraceStore

from .chrome_reading import read_chrome
from .errors import BadFile
from .foreign import many
from .gecko_profile import LARGEST
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


def read_profiles(folder: Path) -> TraceStore | None:
    """The profiles in a folder, one for each process of a run, on one axis; None when there is none. Raises BadFile."""
    texts, other = [], 0
    for path in sorted(one for one in folder.iterdir() if one.name.endswith((".json", ".json.gz")) and one.is_file()):
        size = path.stat().st_size
        with open(path, "rb") as file:
            try:
                is_profile = JsonPieces(text_pieces(file, size)).find_array((EVENTS, THREADS)) == THREADS
            except BadFile:
                is_profile = False
            file.seek(0)
            if is_profile:
                texts.append(whole_text(text_pieces(file, size)))
            other += not is_profile
    if not texts:
        return None
    if sum(map(len, texts)) > LARGEST:
        raise BadFile(
            f"The profiles in it have more than {LARGEST >> 20} MiB together; so many cannot be opened at once."
        )
    store = read_gecko(texts, folder.name)
    if other:
        store.add_problem(f"Left out, because no profile is in it: {many(other, 'JSON file')} of the folder.")
    return store
