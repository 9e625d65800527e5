"""What commands have in common when something is wrong: a sentence on standard error and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

PROGRAM_FAILED, USAGE, INTERRUPTED = 1, 2, 130
UNAVAILABLE = 69  # sysexits.h: EX_UNAVAILABLE


class CommandError(Exception):
    """Something the user can put right: the text is one or two plain sentences, `code` the exit code."""

    def __init__(self, text: str, code: int = USAGE) -> None:
        super().__init__(text)
        self.code = code


def complain(text: str, code: int) -> int:
    """Say it on standard error, under our name; returns the exit code."""
    print(f"interleave: {text}", file=sys.stderr)
    return code


def check_place(output: Path, suffixes: Sequence[str]) -> None:
    """Refuse, before anything is run, a file that could not be written afterwards."""
    if output.suffix.lower() not in suffixes:
        raise CommandError(f"{output} should end in {' or '.join(suffixes)}: the ending chooses the format.")
    if output.is_dir():
        raise CommandError(f"{output} is a folder; name a file.")
    folder = output.absolute().parent
    if not folder.is_dir():
        raise CommandError(f"The folder {folder} does not exist; make it first, or name another.")
    if not os.access(output if output.exists() else folder, os.W_OK):
        raise CommandError(f"{output} may not be written here; name a file in a folder of yours.")
