"""Keeping what was recorded: in the file that was named, or, when that cannot be written any more, in another place."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import USAGE, CommandError, complain

if TYPE_CHECKING:
    from visualiser.trace import TraceStore


def keep(store: TraceStore, output: Path) -> tuple[Path, int]:
    """Save a run and say where: the place, and the exit code, which is not 0 where it is not the one that was named.

    The place was looked at before the run; since then the disk may have filled up, or the folder gone. What cannot be
    had again goes into the temporary folder then. Raises CommandError when it cannot be written there either.
    """
    problem = _saved(store, output)
    if not problem:
        print(f"Saved as {output}", file=sys.stderr)
        return output, 0
    try:
        other = Path(tempfile.mkdtemp(prefix="interleave-saved-")) / output.name
    except OSError:
        other = output
    if other == output or _saved(store, other):
        raise CommandError(f"{output} could not be written: {problem}. The run is lost.")
    return other, complain(f"{output} could not be written: {problem}. The run is saved as {other} instead.", USAGE)


def _saved(store: TraceStore, output: Path) -> str:
    """Why it could not be saved; "" when it was."""
    from visualiser.files import save_ilv

    try:
        save_ilv(store, output)
    except OSError as error:
        return error.strerror or str(error)
    return ""
