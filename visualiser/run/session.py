"""A run as the window sees it: a small state machine, its facts as signals, and the trace that grows meanwhile."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from visualiser.run.collector import Collector
from visualiser.run.directory import BadRunDirectory, RunDirectory
from visualiser.run.live import DEFAULT_LIMIT, LiveRun, RunOptions
from visualiser.run.status import Report, sentence
from visualiser.run.target import Target
from visualiser.trace import EventBatch, RunInfo, TraceStore, signal_name

CLOSE_PATIENCE = 0.3
"""Seconds per rung of the stop ladder when the window closes: nobody watches any more."""
CLOSE_WAIT = 5.0


class SessionState(Enum):
    """Where a run is. STARTING: no event yet. DRAINING: the program has ended, its last events are being read.

    FAILED: there was nothing to observe. A program that ended badly was observed, so its run is DONE.
    """

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    DRAINING = "draining"
    DONE = "done"
    FAILED = "failed"


LEGAL: dict[SessionState, frozenset[SessionState]] = {
    SessionState.IDLE: frozenset({SessionState.STARTING, SessionState.FAILED}),
    SessionState.STARTING: frozenset(
        {SessionState.RUNNING, SessionState.DRAINING, SessionState.FAILED, SessionState.IDLE}
    ),
    SessionState.RUNNING: frozenset({SessionState.DRAINING, SessionState.FAILED, SessionState.IDLE}),
    SessionState.DRAINING: frozenset({SessionState.DONE, SessionState.FAILED, SessionState.IDLE}),
    SessionState.DONE: frozenset({SessionState.STARTING, SessionState.FAILED, SessionState.IDLE}),
    SessionState.FAILED: frozenset({SessionState.STARTING, SessionState.FAILED, SessionState.IDLE}),
}
"""Which state may follow which; nothing else ever happens. Back to IDLE: the session was closed."""

ACTIVE = frozenset({SessionState.STARTING, SessionState.RUNNING, SessionState.DRAINING})


class IllegalTransition(RuntimeError):
    """A state was to follow one that it cannot follow: a mistake of the caller."""


class Session(QObject):
    """One run after the other. Lives in the window's thread; nothing here blocks but `close`.

    `store` is the trace of the latest run (None before the first), `info` what is known of it, `directory` where its
    files are; they stay until the next start, or `close`. `progress` is in words what is going on, "" when nothing is.
    """

    state_changed = Signal(object)  # SessionState
    batch_arrived = Signal(object)  # EventBatch, already in the store
    trace_grew = Signal(int)  # store.revision
    progress_changed = Signal(str)
    message = Signal(str)  # one sentence for the user
    finished = Signal()  # DONE or FAILED was reached

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = SessionState.IDLE
        self.store: TraceStore | None = None
        self.info: RunInfo | None = None
        self.target: Target | None = None
        self.progress = ""
        self.lost = 0
        self._directory: RunDirectory | None = None
        self._collector: Collector | None = None
        self._number = 0
        self._holding = False
        self._held: list[EventBatch] = []

    @property
    def directory(self) -> Path | None:
        """The directory of the latest run, while it is there."""
        return self._directory.path if self._directory is not None else None

    @property
    def is_active(self) -> bool:
        """Whether a run is going on; `start` must wait until it is not."""
        return self.state in ACTIVE

    def start(self, target: Target, *, cwd: Path | None = None, limit: int = DEFAULT_LIMIT) -> None:
        """Start a run; the directory of the one before is removed. `cwd`: None is the folder of the program's file.

        What goes wrong is a `message`, and the state FAILED. Raises IllegalTransition while a run is going on.
        """
        if self.is_active:
            raise IllegalTransition("A run is going on: stop it before the next is started.")
        leftover, self._directory = self._directory, None
        self._number += 1
        self._held, self._holding = [], False
        self.target, self.store, self.info, self.lost = target, None, None, 0
        try:
            self._directory = RunDirectory.create()
        except BadRunDirectory as error:
            self._directory = leftover  # for the next start, or close, to remove
            self._fail(str(error))
            return
        if cwd is None and target.kind == "file" and target.path is not None:
            cwd = target.path.parent
        live = LiveRun(target, self._directory, RunOptions(cwd=cwd, limit=limit))
        self._go(SessionState.STARTING, f"Starting Python {target.interpreter.version_text}")
        self._collect(Collector(self._number, live, leftover))

    def stop(self) -> None:
        """End the run: ask, terminate, kill. A second time: kill at once. Harmless when none is going on."""
        if self._collector is None or not self.is_active:
            return
        live = self._collector.live
        if live.stopping:
            live.kill("user")
        else:
            live.stop("user")
        self._say_progress("Stopping")

    def kill(self) -> None:
        """Kill all processes of the run at once. Harmless when none is going on."""
        if self._collector is not None and self.is_active:
            self._collector.live.kill("user")
            self._say_progress("Stopping")

    def hold_back(self, hold: bool) -> None:
        """Let the trace stay as it is for a moment, because it is being drawn; what arrives meanwhile comes after."""
        self._holding = hold
        while self._held and not self._holding:
            self._take_in(self._held.pop(0))

    def close(self) -> None:
        """End the run, if one is going on, and remove its files: for when the window closes. Blocks, 8 s at worst."""
        collector, self._collector = self._collector, None
        self._number += 1  # what is still on its way here belongs to nobody
        self._held.clear()
        if collector is not None and collector.isRunning():
            collector.live.stop("user", CLOSE_PATIENCE)
            collector.stop(CLOSE_WAIT)
        if self.state is not SessionState.IDLE:
            self._go(SessionState.IDLE)
        if self._directory is not None:
            self._directory.close()
            self._directory = None

    # --- what the collector says ----------------------------------------------------------------------------------

    def _collect(self, collector: Collector) -> None:
        self._collector = collector
        collector.reported.connect(self._take_report)
        collector.batch_arrived.connect(self._take_batch)
        collector.drained.connect(self._take_problems)
        collector.concluded.connect(self._conclude)
        collector.failed.connect(self._take_failure)
        collector.start()

    @Slot(int, object)
    def _take_report(self, number: int, report: Report) -> None:
        if number != self._number or self._collector is None:
            return
        if report.what == "started":
            self.info = self._collector.live.info
            self.store = TraceStore(self.info)
            self.store.directory = self.directory
            self._go(SessionState.RUNNING)
        elif report.what == "ended" and self.state in (SessionState.STARTING, SessionState.RUNNING):
            self._go(SessionState.DRAINING, "Reading the last events")
        if report.what != "failed" and (text := sentence(report)):  # a failure is the last word, said at the end
            self.message.emit(text)

    @Slot(int, object)
    def _take_batch(self, number: int, batch: EventBatch) -> None:
        if number != self._number or self._collector is None or self.store is None:
            return
        self._held.append(batch)
        self.hold_back(self._holding)

    def _take_in(self, batch: EventBatch) -> None:
        assert self.store is not None
        self.store.extend(batch)
        if self._collector is not None:
            self._collector.acknowledge()
        self._watch_losses(self.store)
        self.batch_arrived.emit(batch)
        self.trace_grew.emit(self.store.revision)

    @Slot(int, object)
    def _take_problems(self, number: int, problems: list[str]) -> None:
        if number == self._number:
            for problem in problems:
                self.message.emit(problem)

    @Slot(int, object)
    def _conclude(self, number: int, info: RunInfo) -> None:
        if number != self._number:
            return
        self.hold_back(False)
        self.info = info
        self._release_collector()
        if self.store is None:
            self._fail(info.failure or "The program was not started.")
            return
        self.store.finish(info, gently=True)
        if self.state is SessionState.RUNNING:
            self._go(SessionState.DRAINING)
        self._put_together(number, info)

    def _put_together(self, number: int, info: RunInfo) -> None:
        """Have the store join what was observed, a piece at each turn of the event loop; then the run is done."""
        if number != self._number or self.store is None:
            return
        if not self.store.complete():
            self._say_progress("Putting together what was observed")
            QTimer.singleShot(0, self, lambda: self._put_together(number, info))
            return
        self.trace_grew.emit(self.store.revision)
        self._go(SessionState.DONE)
        self.message.emit(how_it_ended(info))
        self.finished.emit()

    @Slot(int, str)
    def _take_failure(self, number: int, text: str) -> None:
        if number == self._number:
            self._release_collector()
            self._fail(text)

    # --- in its own words -----------------------------------------------------------------------------------------

    def _watch_losses(self, store: TraceStore) -> None:
        if store.lost and not self.lost:
            self.message.emit("No more events can be kept: the limit of this run is reached, or the disk is full.")
        self.lost = store.lost

    def _fail(self, text: str) -> None:
        self._go(SessionState.FAILED)
        self.message.emit(text)
        self.finished.emit()

    def _go(self, state: SessionState, progress: str = "") -> None:
        if state not in LEGAL[self.state]:
            raise IllegalTransition(f"{state.value} cannot follow {self.state.value}")
        self.state = state
        self.state_changed.emit(state)
        self._say_progress(progress)

    def _say_progress(self, words: str) -> None:
        if words != self.progress:
            self.progress = words
            self.progress_changed.emit(words)

    def _release_collector(self) -> None:
        """The thread has said its last word, and ends within a tick."""
        if self._collector is not None:
            self._collector.wait(3000)
            self._collector = None


def how_it_ended(info: RunInfo) -> str:
    """One sentence for the user on how a run ended."""
    if info.failure:
        return info.failure
    if info.stopped_by == "user":
        return "The run was stopped; what happened until then is kept."
    if info.signal is not None:
        return f"The program was killed by {signal_name(info.signal)}."
    if info.exit_code:
        return f"The program ended with exit code {info.exit_code}."
    return "The program ended."
