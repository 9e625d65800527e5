"""What a process is called before it says so itself, after its program; and a thread that the library does not know."""

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
        if any("resource_tracker import main" in part for part in command):
            return "resource tracker"  # of `multiprocessing` or of loky
        return "" if any("multiprocessing" in part for part in command) else "python -c"
    return os.path.basename(first.rstrip("/\\")) or "python"


def name_of_thread(tid: int) -> str:
    """What C code or Qt has called this thread of ours; "" for one that goes by its process's name. Only on Linux."""
    try:
        name, of_process = _content(f"/proc/self/task/{tid}/comm"), _content("/proc/self/comm")
    except OSError:
        return ""
    program = os.fsencode(os.path.basename(sys.executable or ""))[:15]  # the kernel keeps 15 bytes
    return "" if name in (of_process, program) else name.decode("utf-8", "replace")


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read().rstrip(b"\n")


def command_line() -> list[str]:
    """The whole command line; before Python 3.10 only where the system tells it."""
    if hasattr(sys, "orig_argv"):
        return list(sys.orig_argv)
    try:
        return os.fsdecode(_content("/proc/self/cmdline")).split("\0")[:-1]
    except OSError:
        return []
