"""What a process is called before it says so itself: after its program."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def name_of_this() -> str:
    """The name of the running process, by its command line."""
    return program_name(sys.argv, command_line())


def program_name(argv: Sequence[str], command: Sequence[str]) -> str:
    """ "two.py" for a file, "http.server" for -m; "" for a helper of `multiprocessing`, which says itself what it is.

    `argv`: as in `sys` before the program runs, with "-m" for a module not found yet. `command`: the command line.
    """
    first = argv[0] if argv else ""
    if first == "-m":
        told = command[: len(command) - len(argv) + 1][-1:]
        name = told[0] if told else ""
        return name.partition("m")[2] if name[:1] == "-" else name
    if first == "-c":
        return "" if any("multiprocessing" in part for part in command) else "python -c"
    return os.path.basename(first.rstrip("/\\")) or "python"


def command_line() -> list[str]:
    """The whole command line; before Python 3.10 only where the system tells it."""
    if hasattr(sys, "orig_argv"):
        return list(sys.orig_argv)
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return os.fsdecode(file.read()).split("\0")[:-1]
    except OSError:
        return []
