"""Puts the probe together in this process: opens the diary, then wraps what the program will use."""

from __future__ import annotations

import atexit
import os

from ..events import Kind, pair, word
from . import hooks, recorder, threads
from .recorder import describe, open_diary, text

__all__ = ["start"]


def start() -> None:
    """Watch this process from now on. Raises OSError, with nothing changed, when the diary cannot be made."""
    open_diary(describe("program", "main"))
    recorder.pen.record(word(Kind.PROCESS_BEGIN, 0, text("")), pair(0, os.getppid()))
    atexit.register(_end)
    hooks.install()
    hooks.after_import("threading", threads.change_threading)


def _end() -> None:
    """Runs last of all exit functions. The exit code is not known here: whoever started the program learns it."""
    threads.end_thread()
    recorder.pen.record(word(Kind.PROCESS_END, 1), 0)
