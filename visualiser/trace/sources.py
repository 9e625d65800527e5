"""Source files of the watched program, as they were when it ran: kept in the run directory, or with the saved run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PROGRAM = "program"


def find_source(file: str, attachments: Mapping[str, bytes], directory: Path | None) -> str | None:
    """The kept copy of `file`: that with the longest end of its path in common. None when there is none."""
    kept = [name for name in attachments if name.startswith(PROGRAM + "/")]
    if directory is not None and not kept:
        folder = directory / PROGRAM
        kept = [path.relative_to(directory).as_posix() for path in folder.rglob("*.py") if path.is_file()]
    wanted = file.replace("\\", "/").split("/")
    best = max(kept, key=lambda name: _in_common(name.split("/")[1:], wanted), default=None)
    if best is None or not _in_common(best.split("/")[1:], wanted):
        return None
    data = attachments[best] if best in attachments else _read(directory, best)
    return None if data is None else data.decode("utf-8", "replace")


def _in_common(kept: list[str], wanted: list[str]) -> int:
    """How many parts of the path agree, from the end; 0 unless all of the kept name does."""
    return len(kept) if kept and wanted[-len(kept) :] == kept else 0


def _read(directory: Path | None, name: str) -> bytes | None:
    try:
        return (directory / name).read_bytes() if directory is not None else None
    except OSError:
        return None
