"""Puts the probe together in this process: opens the diary, then wraps what the program will use."""

from __future__ import annotations

import atexit
import os
import sys

from ..events import DEFAULT_LIMIT, Kind, pair, word
from . import (
    aio,
    endings,
    forks,
    handlers,
    hooks,
    inherit,
    interrupts,
    lines,
    locks,
    made,
    messages,
    names,
    output,
    pools,
    processes,
    recorder,
    semaphores,
    shared,
    sleep,
    threads,
    tracebacks,
    undo,
    waits,
    workers,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["start"]


def start(settings: Mapping[str, str]) -> None:
    """Watch this process from now on. Raises, with nothing changed, when there can be no diary or a wrapping fails."""
    recorder.directory = os.path.abspath(settings["INTERLEAVE_RUN"])
    recorder.limit = int(settings.get("INTERLEAVE_LIMIT") or DEFAULT_LIMIT)
    recorder.open_diary(_who_is_this(settings), "MainThread")
    recorder.pen.record(word(Kind.PROCESS_BEGIN, 0, recorder.text(names.name_of_this())), pair(0, os.getppid()))
    atexit.register(_end)
    before = undo.Before([module for name, module in sys.modules.items() if not name.startswith("_interleave")])
    try:
        _wrap()
    except BaseException:
        before.restore()
        atexit.unregister(_end)
        recorder.go_without()
        raise
    if sys.version_info < (3, 10):  # there, only the exit functions of the module imported last are called
        hooks.after_import("atexit", lambda module: module.register(_end))
    inherit.install(settings)
    if lines.wanted(settings):
        lines.install()


def _who_is_this(settings: Mapping[str, str]) -> Any:
    if "INTERLEAVE_PROGRAM" in settings:
        os.unsetenv("INTERLEAVE_PROGRAM")  # whatever it starts is not the program
        return recorder.describe("program", "main")
    return recorder.describe("child", "spawn" if sys.argv[1:2] == ["--multiprocessing-fork"] else None)


def _wrap() -> None:
    hooks.install()
    hooks.lend_marks()
    interrupts.install()
    handlers.install()
    tracebacks.install()
    sleep.install()
    output.install()
    forks.install()
    processes.install()
    pools.install()
    workers.install()
    waits.install()
    made.install()
    semaphores.install()
    messages.install()
    shared.install()
    endings.install()
    hooks.after_import("threading", _change_threading)
    hooks.after_import("asyncio.events", aio.change_events)
    hooks.after_import("asyncio.base_events", aio.change_base_events)
    hooks.after_import("copyreg", locks.change_copyreg)
    hooks.after_import("traceback", tracebacks.change_traceback)


def _change_threading(threading: Any) -> None:
    waits.change_threading(threading)
    threads.change_threading(threading)
    locks.change_threading(threading)


def _end() -> None:
    """Runs last of all exit functions. The exit code is not known here: whoever started the program learns it."""
    if forks.ended:
        return
    endings.end_exit()
    threads.end_thread()
    recorder.pen.record(word(Kind.PROCESS_END, 1), 0)
    forks.ended = True
    _stay_whole()


def _stay_whole() -> None:
    """Leave `sys.modules`: the interpreter empties the modules in it one by one, and what the program's objects do
    after that, when they are let go of (print, take a lock), still comes by us.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "_interleave"]:
        del sys.modules[name]
