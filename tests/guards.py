"""What a test may leave behind: nothing. Finds what came since `present()` and is still there, and names it.

Looked at: widgets without a parent, running QThreads and Qt's thread pool, active QTimers, Python threads, processes
(of the whole tree, also those whose parent has died) and open files. Never imports Qt: without it there is nothing of
Qt to find.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil

PATIENCE_S = 5.0
"""How long an ending thing may take to be gone."""

MARK = "INTERLEAVE_TEST_MARK"
"""An environment variable that every process started by this test run inherits; so orphans are known as ours."""

QT_OWN_WIDGETS = {"QTipLabel", "QRollEffect", "QAlphaWidget", "QShapedPixmapWidget"}
"""Qt keeps these hidden for the next time: tool tips, menu effects, drag pictures."""

PYTHON_OWN_PROCESSES = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Started by multiprocessing at first use, for as long as the process that uses them lives."""

SHARED_FILES = ("/dev/", "/proc/", "/sys/", "/usr/", "/etc/")
"""Opened by Qt and fontconfig for their own use, and kept: fonts, themes, devices."""


@dataclass(frozen=True)
class Thing:
    """Something alive in this process or below it; two are the same if kind and identity are."""

    kind: str
    identity: object
    description: str = field(compare=False)


def mark_this_run() -> None:
    """Give the environment of this process, and so of all its children, a mark that no other test run has."""
    os.environ[MARK] = uuid.uuid4().hex


def present(known_pids: frozenset[int] = frozenset()) -> set[Thing]:
    """All that is alive now; processes in `known_pids` are not looked into, which saves reading those of others."""
    return {*widgets(), *qthreads(), *timers(), *python_threads(), *processes(known_pids), *files()}


def left_behind(before: set[Thing], pids_before: frozenset[int], patience_s: float = PATIENCE_S) -> list[str]:
    """What came since `before` and is not gone within the patience, in words. An empty list is what a test wants."""
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    new = present(pids_before) - before
    if new:
        gc.collect()  # a cycle of widgets lives until then, and no user would notice
    while new and time.monotonic() < deadline:
        let_qt_finish()
        new = present(pids_before) - before
        if new:
            pause.wait(0.01)
    return sorted(f"{thing.kind}: {thing.description}" for thing in new)


def end_processes(pids_before: frozenset[int]) -> None:
    """Kill the processes that a test left, so that the next test does not suffer from them too."""
    for thing in processes(pids_before):
        with contextlib.suppress(psutil.Error):
            psutil.Process(int(str(thing.identity))).kill()


def pids_now() -> frozenset[int]:
    """The ids of all processes of the machine; what is not among them later is new."""
    return frozenset(psutil.pids())


def let_qt_finish() -> None:
    """Carry out deleteLater() and queued events, if a Qt application runs."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
        core.QCoreApplication.processEvents()


def widgets() -> Iterator[Thing]:
    """Widgets with no parent: a window that was not closed and deleted."""
    gui = sys.modules.get("PySide6.QtWidgets")
    if gui is None or gui.QApplication.instance() is None:
        return
    for widget in gui.QApplication.topLevelWidgets():
        if widget.metaObject().className() not in QT_OWN_WIDGETS:
            yield Thing(
                "widget", id(widget), f"{type(widget).__name__} {widget.objectName() or widget.windowTitle()!r}"
            )


def qthreads() -> Iterator[Thing]:
    """QThreads that run (one collected while it runs aborts the process), and busy workers of the global pool."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return
    here = threading.get_ident()
    for thread in qt_objects(core.QThread):
        if thread.isRunning() and thread is not core.QThread.currentThread():
            yield Thing("QThread", id(thread), f"{type(thread).__name__} {thread.objectName()!r} runs")
    if core.QThreadPool.globalInstance().activeThreadCount():
        yield Thing("QThreadPool", here, f"{core.QThreadPool.globalInstance().activeThreadCount()} job(s) still run")


def timers() -> Iterator[Thing]:
    """QTimers that tick."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return
    for timer in qt_objects(core.QTimer):
        if timer.isActive():
            owner = type(timer.parent()).__name__ if timer.parent() else "nobody"
            yield Thing("QTimer", id(timer), f"every {timer.interval()} ms, owned by {owner}")


def qt_objects(kind: Any) -> list[Any]:
    """Every living object of a Qt class that Python knows of. The list of the binding is far shorter than gc's."""
    shiboken = sys.modules.get("shiboken6.Shiboken") or sys.modules.get("shiboken6")
    if shiboken is None:
        return []
    return [x for x in shiboken.getAllValidWrappers() if isinstance(x, kind)]


def python_threads() -> Iterator[Thing]:
    """Threads of this process, daemons too."""
    for thread in threading.enumerate():
        yield Thing("thread", thread.ident, repr(thread.name))


def processes(known_pids: frozenset[int]) -> Iterator[Thing]:
    """Living processes of this test run that are not among the known ones: children, their children, and orphans."""
    for pid in pids_now() - known_pids:
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if is_ours(process) and process.status() != psutil.STATUS_ZOMBIE:
                command = " ".join(process.cmdline()) or process.name()
                if not (process.ppid() == os.getpid() and any(name in command for name in PYTHON_OWN_PROCESSES)):
                    yield Thing("process", pid, f"{pid} {command[:200]}")


def is_ours(process: psutil.Process) -> bool:
    """Whether this test run started a process, directly or not."""
    if process.ppid() == os.getpid():  # a plain fork: its environment block is from before the mark
        return True
    return bool(process.environ().get(MARK) == os.environ.get(MARK))


def files() -> Iterator[Thing]:
    """Files that this process holds open."""
    for file in psutil.Process().open_files():
        if not file.path.startswith(SHARED_FILES) and not file.path.endswith((".ttf", ".otf", ".ttc", ".so", ".pyc")):
            yield Thing("open file", (file.fd, file.path), f"{file.path} (descriptor {file.fd})")
