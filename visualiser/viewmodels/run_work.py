"""One run after the other: started from the choice, shown while it grows, kept when it is over."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from visualiser.trace import RunInfo, TraceStore
from visualiser.viewmodels.jobs import Jobs
from visualiser.viewmodels.notices import Notice, notice_of
from visualiser.viewmodels.run_setup import BadArguments, RunRequest, RunSetup
from visualiser.viewmodels.run_state import RunState, run_state
from visualiser.viewmodels.shelf import Kept, Shelf
from visualiser.viewmodels.status import outcome


class SessionLike(Protocol):
    """What is needed of `run.Session`, which this room does not know."""

    store: TraceStore | None
    info: RunInfo | None
    progress: str
    state_changed: Any
    trace_grew: Any
    progress_changed: Any
    message: Any
    finished: Any

    @property
    def state(self) -> Enum: ...

    @property
    def is_active(self) -> bool: ...

    def start(self, target: Any) -> None: ...

    def stop(self) -> None: ...

    def hold_back(self, hold: bool) -> None: ...

    def close(self) -> None: ...


class RunWork(QObject):
    """Facts: `run_changed(Kept or None)`: another run is shown; `grew()`; `state_changed()`; `doing_changed(str)`;
    `told(sentence)` in passing; `warned(sentence, bad)` to stay in sight, empty to take it away; `ended(Notice)`: it is
    over, and this is worth saying about it."""

    run_changed = Signal(object)
    grew = Signal()
    state_changed = Signal()
    doing_changed = Signal(str)
    told = Signal(str)
    warned = Signal(str, bool)
    ended = Signal(object)

    def __init__(self, make_session: Callable[[], SessionLike], setup: RunSetup, jobs: Jobs,
                 resolve: Callable[[RunRequest], Any], parent: QObject | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.run: Kept | None = None
        self.shelf = Shelf()
        self._make_session, self._setup, self._jobs, self._resolve = make_session, setup, jobs, resolve
        self._session: SessionLike | None = None
        self._said = ""
        self._asked = False
        jobs.doing_changed.connect(self._say_doing)

    @property
    def is_active(self) -> bool:
        """Whether a program runs, or is about to."""
        return self._asked or (self._session is not None and self._session.is_active)

    @property
    def state(self) -> RunState:
        """What can be done now."""
        can = run_state("starting" if self._asked else self._session_state)
        able = can.can_run and self._setup.chosen
        return RunState(able, can.can_stop and not self._asked, self.run is not None and not self.is_active, can.doing)

    def start(self) -> None:
        """Run what is chosen. What is wrong with it is warned of."""
        if self.is_active or not self._setup.chosen:
            return
        self.warned.emit("", False)
        try:
            request = self._setup.request()
        except BadArguments as error:
            self.warned.emit(str(error), True)
            return
        self._asked = True
        self.state_changed.emit()
        self._jobs.start("run", "Looking for the program", lambda _: self._resolve(request), self._begin, self._refuse)

    def stop(self) -> None:
        """End what runs; a second time: at once."""
        if self._session is not None:
            self._session.stop()

    def close(self) -> None:
        """End what runs, within some seconds."""
        if self._session is not None:
            self._session.close()

    def hold_back(self, hold: bool) -> None:
        """Let a run that grows stay as it is while it is being drawn."""
        if self._session is not None:
            self._session.hold_back(hold)

    def show(self, run: Kept | None) -> None:
        """Show another run, or none."""
        self.run = run
        self.run_changed.emit(run)
        self.state_changed.emit()

    def show_latest(self) -> None:
        """Show the latest run of what is chosen, if there has been one."""
        self.show(self.shelf.get(self._setup.key))

    def _begin(self, target: Any) -> None:
        self._asked = False
        if self.run is not None:
            self.run.keep_sources()
        self.show(None)
        self._the_session().start(target)

    def _refuse(self, error: Exception) -> None:
        self._asked = False
        self.state_changed.emit()
        if not isinstance(error, ValueError):
            raise error
        self.warned.emit(str(error), True)

    def _the_session(self) -> SessionLike:
        """The session, made when it is needed first: the window stands sooner without."""
        if self._session is None:
            session = self._session = self._make_session()
            session.state_changed.connect(self._on_state_changed)
            session.trace_grew.connect(self._on_trace_grew)
            session.progress_changed.connect(self._say_doing)
            session.message.connect(self._on_message)
            session.finished.connect(self._on_finished)
        return self._session

    @property
    def _session_state(self) -> str:
        return str(self._session.state.value) if self._session is not None else "idle"

    def _on_state_changed(self) -> None:
        self.state_changed.emit()
        self._say_doing()

    def _on_trace_grew(self) -> None:
        store = self._the_session().store
        if self.run is None and store is not None:
            self.show(Kept(store))
        self.grew.emit()

    def _on_message(self, text: str) -> None:
        self._said = text
        self.told.emit(text)

    def _on_finished(self) -> None:
        session = self._the_session()
        info = session.info
        if self._session_state == "failed":
            self.warned.emit(self._said, True)
        elif info is not None:
            self.ended.emit(notice_of(session.store, info) if session.store is not None else Notice(*outcome(info)))
        if self.run is not None and self.run.store is session.store:
            self.run.keep_sources()
            self.shelf.put(self._setup.key, self.run)
        self.grew.emit()
        self.state_changed.emit()

    def _say_doing(self) -> None:
        progress = self._session.progress if self._session is not None else ""
        self.doing_changed.emit(progress or self.state.doing or self._jobs.doing)
