"""A run as the window drives it: states, facts and the trace that grows; and a window that closes leaves nobody."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.unit.run.harness import IGNORES_SIGNALS, POOL_DEADLOCK, none_left, until, written
from visualiser.run import Session, SessionState, resolve_target
from visualiser.run.session import IllegalTransition
from visualiser.trace import EventBatch

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

S = SessionState
FOREVER = "import signal; signal.pause()"


class Told:
    """What a session said, in order."""

    def __init__(self, session: Session) -> None:
        self.states: list[SessionState] = []
        self.messages: list[str] = []
        self.batches: list[EventBatch] = []
        session.state_changed.connect(self.states.append)
        session.message.connect(self.messages.append)
        session.batch_arrived.connect(self.batches.append)


@pytest.fixture
def session(qtbot: QtBot) -> Any:
    """A session that is closed at the end."""
    session = Session()
    yield session
    session.close()
    session.deleteLater()


def run_to_the_end(qtbot: QtBot, session: Session, folder: Path, source: str, **options: Any) -> Told:
    """Start the program and wait until the session has finished."""
    told = Told(session)
    with qtbot.waitSignal(session.finished, timeout=30_000):
        session.start(resolve_target(str(written(folder, source))), **options)
    return told


def test_a_run_goes_through_its_states_in_order(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    told = run_to_the_end(qtbot, session, tmp_path, "print('hello')")
    assert told.states == [S.STARTING, S.RUNNING, S.DRAINING, S.DONE]
    assert session.store is not None
    assert 0 < session.store.events <= sum(batch.events for batch in told.batches)
    assert told.messages == ["The program ended."]
    assert session.info is not None
    assert session.info.exit_code == 0
    assert session.directory is not None
    assert (session.directory / "stdout").read_bytes() == b"hello\n"


def test_events_arrive_while_the_program_runs(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    source = """
        import threading
        from pathlib import Path
        def work(): pass
        while not Path("go").exists():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
    """
    told = Told(session)
    session.start(resolve_target(str(written(tmp_path, source))))
    qtbot.waitUntil(lambda: session.store is not None and len(session.store.threads) > 3, timeout=30_000)
    assert session.state is S.RUNNING
    with qtbot.waitSignal(session.finished, timeout=30_000):
        (tmp_path / "go").touch()
    assert told.states[-1] is S.DONE


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("raise SystemExit(3)", "The program ended with exit code 3."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "The program was killed by SIGSEGV."),
        ("this is no Python", "The program ended with exit code 1."),
    ],
)
def test_a_program_that_ends_badly_is_said_and_kept(
    qtbot: QtBot, session: Session, tmp_path: Path, source: str, sentence: str
) -> None:
    told = run_to_the_end(qtbot, session, tmp_path, source)
    assert told.states[-1] is S.DONE
    assert told.messages[-1] == sentence
    assert session.store is not None


def test_stop_ends_a_deadlock_in_a_pool(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.start(resolve_target(str(written(tmp_path, POOL_DEADLOCK))))
    qtbot.waitUntil((tmp_path / "ready-1").exists, timeout=30_000)
    directory = session.directory
    assert directory is not None
    with qtbot.waitSignal(session.finished, timeout=30_000):
        session.stop()
    assert session.state is S.DONE
    assert session.info is not None
    assert session.info.stopped_by == "user"
    assert none_left(directory)


def test_stop_right_after_start_is_obeyed(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.start(resolve_target(str(written(tmp_path, FOREVER))))
    with qtbot.waitSignal(session.finished, timeout=30_000):
        session.stop()
    assert not session.is_active


def test_a_second_stop_kills_at_once(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.start(resolve_target(str(written(tmp_path, IGNORES_SIGNALS))))
    qtbot.waitUntil((tmp_path / "ready").exists, timeout=30_000)
    told = Told(session)
    with qtbot.waitSignal(session.finished, timeout=30_000):
        session.stop()
        session.stop()
    assert "1 process killed." in told.messages
    assert not any("told to end" in message for message in told.messages)


def test_closing_the_window_during_a_deadlock_leaves_nobody(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.start(resolve_target(str(written(tmp_path, POOL_DEADLOCK))))
    qtbot.waitUntil((tmp_path / "ready-1").exists, timeout=30_000)
    directory = session.directory
    assert directory is not None
    session.close()
    assert none_left(directory)
    assert not directory.exists()
    assert session.state is S.IDLE


def test_closing_at_once_after_start_leaves_nobody(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    session.start(resolve_target(str(written(tmp_path, FOREVER))))
    directory = session.directory
    assert directory is not None
    session.close()
    until(lambda: none_left(directory), "the tree to end")


def test_a_second_start_during_a_run_is_refused(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    target = resolve_target(str(written(tmp_path, FOREVER)))
    session.start(target)
    with pytest.raises(IllegalTransition):
        session.start(target)


def test_one_session_runs_one_program_after_the_other(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    run_to_the_end(qtbot, session, tmp_path, "print(1)")
    first = session.directory
    run_to_the_end(qtbot, session, tmp_path, "print(2)")
    assert first is not None
    assert not first.exists()
    assert session.directory is not None
    assert (session.directory / "stdout").read_bytes() == b"2\n"


def test_an_interpreter_that_has_gone_fails_in_a_sentence(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.symlink_to(sys.executable)
    target = resolve_target(str(written(tmp_path, "")), python=str(python))
    python.unlink()
    told = Told(session)
    with qtbot.waitSignal(session.finished, timeout=30_000):
        session.start(target)
    assert told.states[-1] is S.FAILED
    assert told.messages == [f"{python} could not be started: No such file or directory."]


def test_lost_events_are_said(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    source = """
        import time
        for _ in range(30_000):
            time.sleep(0)
    """
    told = run_to_the_end(qtbot, session, tmp_path, source, limit=800_000)
    assert session.store is not None
    assert session.lost == session.store.lost > 0
    assert any("No more events can be kept" in message for message in told.messages)


def test_a_killed_app_leaves_nobody(tmp_path: Path) -> None:
    from tests.unit.run.harness import Recorder

    driver = """
from PySide6.QtCore import QCoreApplication
from visualiser.run import Session, resolve_target
app = QCoreApplication([])
session = Session()
session.start(resolve_target("program.py"))
app.exec()
"""
    with Recorder(tmp_path, POOL_DEADLOCK, driver) as recorder:
        directory = recorder.ready("ready-0").ready("ready-1").directory
        os.kill(recorder.process.pid, signal.SIGKILL)
        until(lambda: none_left(directory), "the tree to end")


def test_batches_that_nobody_takes_in_stay_in_the_diaries(qtbot: QtBot, tmp_path: Path) -> None:
    from visualiser.run import Collector, RunDirectory
    from visualiser.run.collector import MAX_UNREAD
    from visualiser.run.live import LiveRun, RunOptions

    source = """
        import threading
        from pathlib import Path
        def work(): pass
        turns = 0
        while not Path("go").exists():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
    """
    arrived: list[EventBatch] = []
    with RunDirectory.create() as directory:
        live = LiveRun(resolve_target(str(written(tmp_path, source))), directory, RunOptions(cwd=tmp_path))
        collector = Collector(1, live)
        collector.batch_arrived.connect(lambda number, batch: arrived.append(batch))
        collector.start()
        qtbot.waitUntil(lambda: len(arrived) == MAX_UNREAD, timeout=30_000)
        unread = collector.looks
        qtbot.waitUntil(lambda: collector.looks > unread + 5, timeout=30_000)
        assert len(arrived) == MAX_UNREAD
        with qtbot.waitSignal(collector.finished, timeout=30_000):
            (tmp_path / "go").touch()
        qtbot.waitUntil(lambda: len(arrived) > MAX_UNREAD, timeout=30_000)
