"""What commands have in common when something is wrong: a sentence on standard error and an exit code."""

from __future__ import annotations

import os
import stat
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


def check_level() -> None:
    """Refuse a level that the environment asks for, if there is none of that name."""
    level = os.environ.get("INTERLEAVE_LEVEL")
    if not level:
        return
    from visualiser.observe import LEVEL_NAMES

    if level not in LEVEL_NAMES:
        raise CommandError(f"INTERLEAVE_LEVEL={level} is no level. There are {', '.join(LEVEL_NAMES)}.")


def check_place(output: Path, suffixes: Sequence[str]) -> None:
    """Refuse, before anything is run, a file that could not be written afterwards."""
    if output.suffix.lower() not in suffixes:
        raise CommandError(f"{output} should end in {' or '.join(suffixes)}: the ending chooses the format.")
    folder = output.absolute().parent
    there, around = _mode(output), _mode(folder)
    if there is not None and stat.S_ISDIR(there):
        raise CommandError(f"{output} is a folder; name a file.")
    if around is None or not stat.S_ISDIR(around):
        raise CommandError(f"The folder {folder} does not exist; make it first, or name another.")
    if not os.access(folder if there is None else output, os.W_OK):
        raise CommandError(f"{output} may not be written here; name a file in a folder of yours.")


def _mode(path: Path) -> int | None:
    """What `path` is, as `stat` tells it; None: it is not there. Refuses what may not be looked at."""
    try:
        return path.stat().st_mode
    except PermissionError as error:
        raise CommandError(f"{path} lies in a folder that may not be entered; name a file in one of yours.") from error
    except OSError:
        return None
