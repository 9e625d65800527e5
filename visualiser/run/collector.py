"""The event channel into the window's process: a QThread that drives a run and hands its events over in batches."""

from __future__ import annotations

import contextlib
import threading
from typing import ClassVar

from PySide6.QtCore import QObject, QThread, Signal

from visualiser.run.directory import RunDirectory, sweep
from visualiser.run.launch import LaunchError
from visualiser.run.live import LiveRun
from visualiser.run.reading import remaining
from visualiser.run.target import BadTarget
from visualiser.trace import DiaryReader, EventBatch

TICK = 1 / 30
"""Seconds between two looks: no more batches a second than a screen can show."""
MAX_UNREAD = 1
"""Batches on their way to a receiver that has not acknowledged them; while there are as many, none is read. A receiver
that is busy then gets fewer and larger ones: most of what a batch costs it is the same for any size."""


class Collector(QThread):
    """Drives one LiveRun from launch to end in a thread of its own. Start it with `start()`.

    Signals carry the number of the run, so that a late one is known as such. They are delivered in the receiver's
    thread. `acknowledge` each batch: unread ones do not pile up in memory, they stay in the diaries, and a later batch
    is the larger. No batch comes before the report "started"; `concluded` or `failed` is the last signal. `looks`
    counts the ticks so far. `leftover`: an earlier run's directory, to be removed first.
    """

    reported = Signal(int, object)  # run number, Report
    batch_arrived = Signal(int, object)  # run number, EventBatch
    drained = Signal(int, object)  # run number, list of sentences: what the reader could not read
    concluded = Signal(int, object)  # run number, RunInfo
    failed = Signal(int, str)  # run number, one or two sentences: the run was not started

    _running: ClassVar[set[Collector]] = set()  # a QThread that is collected while it runs ends the whole process

    def __init__(
        self, number: int, live: LiveRun, leftover: RunDirectory | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("collector")
        self.number = number
        self.live = live
        self._leftover = leftover
        self.looks = 0
        self._wake = threading.Event()
        self._stopping = False
        self._sent = 0
        self._acknowledged = 0
        self._running.add(self)
        self.finished.connect(self._forget)

    def acknowledge(self) -> None:
        """One batch was taken in. To be called by the one receiver of the batches."""
        self._acknowledged += 1

    def look_now(self) -> None:
        """Do not wait for the rest of the tick."""
        self._wake.set()

    def stop(self, seconds: float) -> bool:
        """Wait that long for the run to end by itself, then leave it to the observer; whether the thread has ended."""
        ended = self.wait(int(seconds * 1000))
        self._stopping = True
        self._wake.set()
        return ended or self.wait(3000)

    def _forget(self) -> None:
        self._running.discard(self)

    def _drive(self) -> None:
        """The thread's work."""
        if self._leftover is not None:
            self._leftover.close()
        sweep()
        try:
            self.live.launch()
        except (LaunchError, BadTarget) as error:
            self.live.conclude()
            self.failed.emit(self.number, str(error))
            return
        reader = DiaryReader(self.live.directory.path)
        with contextlib.closing(reader):
            self._follow(reader)
            for batch in remaining(reader) if self.live.started else ():
                self._send(batch)
        self.drained.emit(self.number, reader.problems)
        self.concluded.emit(self.number, self.live.conclude())

    def _follow(self, reader: DiaryReader) -> None:
        while not (self.live.ended or self._stopping):
            self._wake.wait(TICK)
            self._wake.clear()
            self.looks += 1
            for report in self.live.poll():
                self.reported.emit(self.number, report)
            if self.live.started and self._sent - self._acknowledged < MAX_UNREAD:
                batch = reader.poll()
                if batch is not None:
                    self._send(batch)

    def _send(self, batch: EventBatch) -> None:
        self._sent += 1
        self.batch_arrived.emit(self.number, batch)

    def run(self) -> None:
        try:
            self._drive()
        except Exception as error:  # or the session would wait for ever; whatever it was, the run is ended
            with contextlib.suppress(Exception):
                self.live.conclude()
            self.failed.emit(self.number, f"The run could not be followed: {type(error).__name__}: {error}.")
