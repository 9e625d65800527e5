"""Ends the program of a run that nobody wants any more, while somebody else waits for its end."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import TracebackType

from visualiser.run import Report

OFTEN = 0.1
"""Seconds between looks at whether it is still wanted."""


class Ending:
    """While its `with` block runs: kills the program as soon as `cancelled`; its observer then ends what it started.

    `hear` takes the reports of the run, which tell the program's pid and when that is nobody's any more.
    """

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled
        self._pid = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="ending", daemon=True)

    def hear(self, report: Report) -> None:
        """Take note of what became of the program."""
        with self._lock:
            if report.what == "started":
                self._pid = report.pid
            elif report.what in ("exited", "ended"):
                self._pid = 0

    def __enter__(self) -> Ending:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(OFTEN):
            if self._cancelled():
                with self._lock, contextlib.suppress(OSError):
                    if self._pid:
                        os.kill(self._pid, signal.SIGKILL)
                        self._pid = 0
