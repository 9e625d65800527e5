"""One run after the other, against a session that only says what a real one would."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from tests.support.drawn import trace_from
from visualiser.scenarios import find
from visualiser.trace import RunInfo, TraceStore
from visualiser.viewmodels import Jobs, Kept, Notice, RunRequest, RunSetup, RunWork


class State(Enum):
    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class FakeSession(QObject):
    """Says what the test makes it say."""

    state_changed = Signal(object)
    trace_grew = Signal(int)
    progress_changed = Signal(str)
    message = Signal(str)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state = State.IDLE
        self.store: TraceStore | None = None
        self.info: RunInfo | None = None
        self.progress = ""
        self.started: list[Any] = []
        self.stops = 0
        self.held = False

    @property
    def is_active(self) -> bool:
        return self.state is State.RUNNING

    def start(self, target: Any) -> None:
        self.started.append(target)
        self.become(State.RUNNING)

    def stop(self) -> None:
        self.stops += 1

    def hold_back(self, hold: bool) -> None:
        self.held = hold

    def close(self) -> None:
        self.stop()

    def become(self, state: State) -> None:
        self.state = state
        self.state_changed.emit(state)

    def grow(self, store: TraceStore) -> None:
        self.store = store
        self.trace_grew.emit(store.revision)

    def end(self, info: RunInfo) -> None:
        self.info = info
        self.become(State.DONE)
        self.finished.emit()


class Bench:
    def __init__(self, resolve: Any = lambda request: request) -> None:
        self.session, self.setup, self.jobs = FakeSession(), RunSetup(), Jobs()
        self.work = RunWork(lambda: self.session, self.setup, self.jobs, resolve)
        self.warnings: list[tuple[str, bool]] = []
        self.shown: list[Kept | None] = []
        self.notices: list[Notice] = []
        self.work.ended.connect(self.notices.append)
        self.work.warned.connect(lambda text, bad: self.warnings.append((text, bad)))
        self.work.run_changed.connect(self.shown.append)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench()
    made.setup.choose_scenario(find("lost-update"))
    yield made
    assert made.jobs.close()


def test_run_follows_the_choice_and_the_sessions_state_alone(bench: Bench, qtbot: QtBot) -> None:
    assert bench.work.state.can_run
    bench.work.start()
    assert not bench.work.state.can_run
    qtbot.waitUntil(lambda: bool(bench.session.started))
    assert bench.session.started == [RunRequest("lost-update", variant="careless")]
    assert (bench.work.state.can_run, bench.work.state.can_stop, bench.work.state.has_run) == (False, True, False)
    bench.session.grow(trace_from("main SSSS"))
    bench.session.end(RunInfo())
    assert (bench.work.state.can_run, bench.work.state.can_stop, bench.work.state.has_run) == (True, False, True)


def test_nothing_chosen_cannot_be_run(qtbot: QtBot) -> None:
    bench = Bench()
    assert not bench.work.state.can_run
    bench.work.start()
    assert not bench.jobs.busy


def test_stop_reaches_a_session_that_is_there_and_is_harmless_before(bench: Bench, qtbot: QtBot) -> None:
    bench.work.stop()
    assert bench.session.stops == 0
    bench.work.start()
    qtbot.waitUntil(lambda: bool(bench.session.started))
    bench.work.stop()
    assert bench.session.stops == 1


def test_a_second_run_is_not_begun_while_the_first_goes_on(bench: Bench, qtbot: QtBot) -> None:
    bench.work.start()
    bench.work.start()
    qtbot.waitUntil(lambda: bool(bench.session.started))
    bench.work.start()
    assert len(bench.session.started) == 1


def test_what_cannot_be_run_is_said_and_can_be_tried_again(qtbot: QtBot) -> None:
    def refuse(_: object) -> None:
        raise ValueError("There is no file x.py.")

    bench = Bench(refuse)
    bench.setup.choose_program(Path("/x.py"))
    bench.work.start()
    qtbot.waitUntil(lambda: ("There is no file x.py.", True) in bench.warnings)
    assert bench.work.state.can_run
    assert bench.jobs.close()


def test_a_program_that_ends_badly_is_kept_and_said(bench: Bench, qtbot: QtBot) -> None:
    bench.work.start()
    qtbot.waitUntil(lambda: bool(bench.session.started))
    bench.session.grow(trace_from("main SSSS"))
    bench.session.end(RunInfo(exit_code=3))
    assert bench.notices == [Notice("The program ended with exit code 3. Its output may say why.", True)]
    assert bench.work.run is not None


def test_a_failed_start_says_the_sessions_own_sentence(bench: Bench, qtbot: QtBot) -> None:
    bench.work.start()
    qtbot.waitUntil(lambda: bool(bench.session.started))
    bench.session.message.emit("Python could not be started.")
    bench.session.become(State.FAILED)
    bench.session.finished.emit()
    assert bench.warnings[-1] == ("Python could not be started.", True)
    assert not bench.work.state.has_run


def test_going_back_to_a_scenario_shows_its_run_again(bench: Bench, qtbot: QtBot) -> None:
    bench.work.start()
    qtbot.waitUntil(lambda: bool(bench.session.started))
    bench.session.grow(trace_from("main SSSS"))
    bench.session.end(RunInfo())
    run = bench.work.run
    bench.setup.choose_scenario(find("lock-it"))
    bench.work.show_latest()
    assert bench.work.run is None
    bench.setup.choose_scenario(find("lost-update"))
    bench.work.show_latest()
    assert bench.work.run is run


def test_only_a_long_unsaved_run_of_the_users_own_program_is_precious(qtbot: QtBot) -> None:
    own = trace_from("main SSSS", step=5_000_000_000)
    assert Kept(own).precious
    assert not Kept(own, saved=True).precious
    assert not Kept(trace_from("main SSSS")).precious
    own.info = RunInfo(scenario="lock-it")
    assert not Kept(own).precious
