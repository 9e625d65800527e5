"""Opens a saved run, whatever it is saved as: the content decides, not the name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from visualiser.trace import RUN_FILE, DiaryReader, RunInfo, TraceStore

from .errors import BadFile
from .inflating import GZIP
from .native_reading import read_native
from .writing import Progress, no_progress

Read = Callable[[BinaryIO, int, Progress], TraceStore]
OURS_ONLY = "It is not a run saved by Interleave, nor a trace of another tool that can be opened here."


def load(path: Path, progress: Progress = no_progress) -> TraceStore:
    """Open a saved run (.ilv), a run directory, or a trace of another tool, plain or packed with gzip.

    Raises BadFile with one or two plain sentences, naming the file.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return load_directory(path)
        size = path.stat().st_size
        with open(path, "rb") as file:
            return _reader_for(file, size, path)(file, size, progress)
    except FileNotFoundError:
        raise BadFile(f"{path} does not exist.") from None
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror or error}.") from None
    except BadFile as error:
        raise BadFile(f"{path} cannot be opened. {error}") from error.__cause__


def _reader_for(file: BinaryIO, size: int, path: Path) -> Read:
    """By the first bytes. Raises BadFile when no reader knows them."""
    start = file.read(64)
    file.seek(0)
    if not size:
        raise BadFile("It is empty.")
    if start.startswith(b"PK"):
        return read_native
    if start.startswith(b"ILVDIARY"):
        raise BadFile("It is the diary of one process; open the folder it lies in.")
    if start.startswith(GZIP) or start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from .foreign_reading import read_foreign  # what it needs takes 30 ms to load

        return partial(read_foreign, title=path.name)
    raise BadFile(OURS_ONLY)


def load_directory(directory: Path) -> TraceStore:
    """Open a run directory as it was left, even by a run that was killed; or a folder with a profile for each process.

    Raises BadFile, OSError.
    """
    has_diary = any(directory.glob("*.diary"))
    description = directory / RUN_FILE
    if not has_diary and not description.is_file():
        from .foreign_reading import read_profiles

        store = read_profiles(directory)
        if store is None:
            raise BadFile("It is a folder without a recorded run in it.")
        return store
    problems = []
    info = RunInfo(title=directory.name)
    if description.is_file():
        try:
            info = RunInfo.from_json(description.read_bytes())
        except ValueError as error:
            problems.append(str(error))
    return _read_diaries(directory, info, problems)


def _read_diaries(directory: Path, info: RunInfo, problems: list[str]) -> TraceStore:
    store = TraceStore(info)
    store.directory = directory
    reader = DiaryReader(directory)
    batch = reader.poll(final=True)
    reader.close()
    if batch is not None:
        store.extend(batch)
    for problem in [*problems, *reader.problems]:
        store.add_problem(problem)
    store.finish(info)
    return store
