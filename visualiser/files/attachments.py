"""What is kept with a run besides its records: the program's source files, and its output as it was written."""

from __future__ import annotations

from pathlib import Path

from visualiser.trace import TraceStore

MOST_SOURCES = 200
LONGEST_SOURCE = 1 << 20
LONGEST_OUTPUT = 16 << 20
OUTPUTS = ("stdout", "stderr")


def attachments_of(store: TraceStore) -> tuple[dict[str, bytes], list[str]]:
    """(The files by name, sentences about what was left out for its size.)"""
    if store.directory is None:
        return dict(store.attachments), []
    return read_attachments(store.directory)


def read_attachments(directory: Path) -> tuple[dict[str, bytes], list[str]]:
    """The same, from a run directory. What cannot be read is left out."""
    files: dict[str, bytes] = {}
    cut: list[str] = []
    for name in OUTPUTS:
        data = _read(directory / name, LONGEST_OUTPUT + 1)
        if len(data) > LONGEST_OUTPUT:
            cut.append(f"Of the program's {name}, the first {LONGEST_OUTPUT >> 20} MiB were kept.")
        if data:
            files[name] = data[:LONGEST_OUTPUT]
    left_out = 0
    for path in _sources(directory / "program"):
        data = _read(path, LONGEST_SOURCE + 1)
        if len(files) < MOST_SOURCES and len(data) <= LONGEST_SOURCE:
            files[path.relative_to(directory).as_posix()] = data
        else:
            left_out += 1
    if left_out:
        cut.append(f"{left_out} source files were not kept: too many, or larger than {LONGEST_SOURCE >> 20} MiB.")
    return files, cut


def _sources(folder: Path) -> list[Path]:
    """Its Python files; a link might lead to anything, and is not followed."""
    inside = folder.resolve()
    return [path for path in sorted(folder.rglob("*.py")) if path.resolve() == inside / path.relative_to(folder)]


def _read(path: Path, most: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        return b""
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except OSError:
        return b""
