"""The probe in a process that runs already: what is done when somebody attaches to it, and when they let go.

Executed in the process's main thread by `sys.remote_exec` (Python 3.14+). What was changed stays changed until the
process ends, but nothing is recorded any more once they have let go, or have died.
"""

from __future__ import annotations

import os
import sys

from ..events import Kind, pair, word
from . import inherit, names, recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def begin(settings: Mapping[str, str], fresh: bool) -> str:
    """Record from now on; "" or, in a word, why not. `fresh`: the probe was started for this."""
    if not fresh:
        if recorder.diary is not None and os.path.isdir(recorder.directory):
            return "recorded already"
        recorder.directory = os.path.abspath(settings["INTERLEAVE_RUN"])
        recorder.limit = int(settings["INTERLEAVE_LIMIT"])
        recorder.open_diary(recorder.describe("program", "main"), "MainThread")
        recorder.pen.record(word(Kind.PROCESS_BEGIN, 0, recorder.text(names.name_of_this())), pair(0, os.getppid()))
    inherit._variables.clear()  # what it starts from now on is not recorded: nobody would read it
    inherit.may_start_python = _no
    _end_with(recorder.diary, int(settings["INTERLEAVE_WATCHER"]))
    _name_threads()
    return ""


def end() -> str:
    """Record nothing from now on."""
    recorder.go_without()
    return ""


def _no(program: Any, env: Any) -> bool:
    return False


def _end_with(diary: Any, watcher: int) -> None:
    """When the diary grows and the watcher is no more, there is an end to it: nobody reads it."""
    real = diary._map

    def _map(size: int) -> None:
        if not os.path.exists(f"/proc/{watcher}"):
            recorder.go_without()
            raise OSError("the watcher has gone")
        real(size)

    diary._map = _map


def _name_threads() -> None:
    """Tell what the library calls the threads that were there before."""
    threading = sys.modules.get("threading")
    for thread in list(getattr(threading, "_active", {}).values()):
        tid, name = getattr(thread, "_native_id", None), getattr(thread, "_name", "")
        if tid and name:
            recorder.pen.record(word(Kind.THREAD_NAME, 0, recorder.text(name)), pair(0, tid))
