"""After a fork: the child begins a diary of its own, whoever forked and how.

The parent's mapped memory is never written to by the child: its pens are dropped before anything is recorded.
"""

from __future__ import annotations

import _thread
import os
import sys

from ..events import Kind, pair, word
from . import recorder

ended = False  # the end of this process has been recorded already
method = "fork"  # what a fork in this process means: in the fork server, the birth of a "forkserver" child


def install() -> None:
    """Be told of forks, before anybody else is."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_begin_child)


def _begin_child() -> None:
    global ended
    ended = False
    old = recorder.diary
    if old is None:
        return
    try:
        recorder.open_diary(recorder.describe("child", method), _thread_name())
        recorder.pen.record(word(Kind.PROCESS_BEGIN), pair(0, os.getppid()))
    except Exception:
        recorder.go_without()
    try:
        old.forget()
    except OSError:
        pass


def _thread_name() -> str:
    """What the forking thread was called; it is the child's main thread now."""
    threading = sys.modules.get("threading")
    thread = getattr(threading, "_active", {}).get(_thread.get_ident())
    return getattr(thread, "_name", "MainThread")
