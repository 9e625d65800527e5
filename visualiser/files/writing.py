"""Writing a file so that it is there as a whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

Progress = Callable[[float], None]
"""Told the share done, from 0 to 1, now and then. What it raises ends the work, and leaves no file."""


def no_progress(share: float) -> None:
    """For callers who do not want to know."""


One = TypeVar("One")


def telling(rows: Iterable[One], expected: int, progress: Progress) -> Iterator[One]:
    """The rows; `progress` is told now and then how many of about `expected` have passed, and at the end: all."""
    for number, row in enumerate(rows):
        if number % 4096 == 0:
            progress(min(number / max(expected, 1), 0.99))
        yield row
    progress(1.0)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file, open for writing, that takes the place of `path` once the block has ended without an exception.

    It lies beside `path` meanwhile, so that a full disk, an interruption or a crash never costs the old file.
    Raises OSError.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(beside, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
