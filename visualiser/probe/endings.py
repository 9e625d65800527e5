"""How a process ends: waiting for its threads, its exit functions, at once by `os._exit`, turning into another."""

from __future__ import annotations

import _thread
import os
import sys
from sys import _getframe

from ..events import Kind, Span, Wait, word
from . import forks, hooks, processes, recorder, threads
from .inherit import with_ours
from .recorder import begin_span, begin_wait, end_span, end_wait, site, text
from .standins import stand_in
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LABEL = "exit"
_leaving: Any = None  # the diary in which the end has begun


def install() -> None:
    """Change what ends a process."""
    processes.on_process_end.append(end_exit)
    native = sys.modules[os.name]
    stand_in("_exit", _exiting(os._exit), os, native)
    for name in ("execv", "execve"):
        if hasattr(os, name):
            stand_in(name, _becoming(getattr(os, name)), os, native)
    hooks.after_import("threading", _change_threading)
    hooks.after_import("multiprocessing.util", _change_util)


def begin_exit() -> None:
    """The program's last line has been run."""
    global _leaving
    if _leaving is not recorder.diary:
        _leaving = recorder.diary
        begin_span(Span.AT_EXIT, LABEL, None)


def end_exit() -> None:
    """All exit functions have been called."""
    global _leaving
    if _leaving is not None and _leaving is recorder.diary:
        _leaving = None
        end_span(Span.AT_EXIT, LABEL)


def _change_threading(threading: Any) -> None:
    """The interpreter calls `threading._shutdown` first of all, once the main thread has nothing more to do."""
    real = threading._shutdown

    def _shutdown() -> None:
        begin_exit()
        alone = len(threading._active) < 2
        mine = None if alone else begin_wait(Wait.THREADS_AT_EXIT, 0, 0, None)
        ended = False
        try:
            real()
            ended = not _waited_for(threading)  # from 3.13 on an interrupted wait returns as if nothing had been
        finally:
            if not alone:
                end_wait(mine, Wait.THREADS_AT_EXIT, 0, ended)

    threading._shutdown = disguise(_shutdown, real)


def _waited_for(threading: Any) -> bool:
    """Whether a thread still runs for which the interpreter waits at its end."""
    own = _thread.get_ident()
    return any(not one._daemonic for ident, one in list(threading._active.items()) if ident != own)


def _change_util(util: Any) -> None:
    """A child of `multiprocessing` calls it when its function has returned."""
    real = util._exit_function

    def _exit_function(*args: Any, **kwargs: Any) -> Any:
        begin_exit()
        return real(*args, **kwargs)

    util._exit_function = disguise(_exit_function, real)
    sys.modules["atexit"].unregister(real)
    sys.modules["atexit"].register(util._exit_function)


def _exiting(real: Any) -> Any:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        code = args[0] if args else kwargs.get("status")
        if type(code) is int and not forks.ended:
            processes.end_process(code & 0xFF)
        return real(*args, **kwargs)

    return call


def _becoming(real: Any) -> Any:
    """Told before, if the file can be executed: after it nobody is left to tell."""

    def call(self: Any, path: Any, *args: Any, **kwargs: Any) -> Any:
        if not forks.ended and _can_run(path):
            threads.end_thread()
            said = text(f"exec {os.fsdecode(path)}")
            recorder.pen.record(word(Kind.PROCESS_END, 2, said), site(_getframe().f_back))
        if len(args) > 1:  # the environment, for execve
            args = (args[0], with_ours(args[1], path))
        return real(path, *args, **kwargs)

    return call


def _can_run(path: Any) -> bool:
    try:
        return os.path.isfile(path) and os.access(path, os.X_OK)
    except (TypeError, ValueError):
        return False
