"""A run as the window sees it: a small state machine, its facts as signals, and the trace that grows meanwhile."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from visualiser.run.target import Target
from visualiser.trace import TraceStore


class SessionState(Enum):
    """Where a run is. Draining: the program has ended, and its last events are being read."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    DRAINING = "draining"
    DONE = "done"
    FAILED = "failed"


class Session(QObject):
    """skeleton"""

    state_changed = Signal(object)  # SessionState
    batch_arrived = Signal(object)  # EventBatch, already in the store
    trace_grew = Signal(int)  # store.revision
    progress_changed = Signal(str)  # words while starting, stopping, draining; "" when there is none
    message = Signal(str)  # one sentence for the user
    finished = Signal()  # DONE or FAILED was reached

    state: SessionState
    store: TraceStore | None

    def start(self, target: Target) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def close(self) -> None: ...
