"""Work that may not hold up the window: loading, exporting, looking for interpreters; done in a thread pool.

Every job has a number. An answer whose number is no longer current (the job was cancelled, a newer one of the same name
took its place, or the window closed) is dropped, not delivered. The work itself is asked to end early by its cancel
flag and never killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

Cancelled = Callable[[], bool]
Work = Callable[[Cancelled], Any]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    """One piece of work. (A dataclass without a docstring makes one with `inspect`, which PySide6 slows to 15 ms.)"""

    number: int
    name: str
    doing: str
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    cancel: Event


class Jobs(QObject):
    """The jobs that run. `doing_changed(str)`: a sentence on what is being done, empty when nothing is."""

    doing_changed = Signal(str)
    _answered = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._numbers = count(1)
        self._running: dict[int, _Job] = {}
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, name: str, doing: str, work: Work, done: Callable[[Any], None],
              failed: Callable[[Exception], None]) -> int:  # fmt: skip
        """Do `work(cancelled)` in a worker, then call `done(answer)` or `failed(error)` in this thread.

        A running job of the same `name` is cancelled: its answer would be late. `doing`: what to tell the user
        meanwhile, empty for work nobody waits for. Returns the job's number.
        """
        self.cancel(name)
        job = _Job(next(self._numbers), name, doing, done, failed, Event())
        self._running[job.number] = job
        self._announce()
        self._pool.start(_Runnable(job, work, self._answered.emit))
        return job.number

    def cancel(self, name: str | None = None) -> None:
        """Forget the jobs of that name (None: all); their answers are dropped."""
        for number, job in list(self._running.items()):
            if name is None or job.name == name:
                job.cancel.set()
                del self._running[number]
        self._announce()

    def close(self, timeout_ms: int = 3000) -> bool:
        """Forget all jobs and wait for their threads. False when one still works after `timeout_ms`."""
        self.cancel()
        self._pool.clear()
        return self._pool.waitForDone(timeout_ms)

    @property
    def doing(self) -> str:
        """What to tell the user; empty when nobody waits for anything."""
        told = [job.doing for job in self._running.values() if job.doing]
        return told[-1] if told else ""

    @property
    def busy(self) -> bool:
        """Whether an answer is still awaited."""
        return bool(self._running)

    def _announce(self) -> None:
        self.doing_changed.emit(self.doing)

    def _deliver(self, number: int, answer: object, error: object) -> None:
        job = self._running.pop(number, None)
        if job is None:
            return
        self._announce()
        if isinstance(error, Exception):
            job.failed(error)
        else:
            job.done(answer)


class _Runnable(QRunnable):
    def __init__(self, job: _Job, work: Work, answer: Callable[[int, object, object], None]) -> None:
        super().__init__()
        self._job, self._work, self._answer = job, work, answer

    def run(self) -> None:
        result: object = None
        problem: Exception | None = None
        try:
            result = self._work(self._job.cancel.is_set)
        except Exception as error:
            _log.info("%s: %s", self._job.name, error, exc_info=not isinstance(error, (OSError, ValueError)))
            problem = error
        try:
            self._answer(self._job.number, result, problem)
        except RuntimeError:
            _log.info("%s: the window closed before the answer came", self._job.name)
