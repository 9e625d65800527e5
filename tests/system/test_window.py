"""The window with real programs behind it: watched while they run, stopped, closed, opened again, exported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from visualiser.app import Desk
from visualiser.run import resolve_target
from visualiser.settings import SettingsFile
from visualiser.trace import deadlocks

ROOT = Path(__file__).resolve().parent.parent.parent
LONG = 30_000

ENDLESS = """
import multiprocessing, threading, time

def wait_for_ever():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

if __name__ == "__main__":
    child = multiprocessing.Process(target=wait_for_ever)
    child.start()
    print("child", child.pid, flush=True)
    wait_for_ever()
"""


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    style, font, palette = app.styleSheet(), app.font(), app.palette()
    made = Desk(SettingsFile(tmp_path / "settings.ini"))
    made.window.show()
    yield made
    made.end()
    made.window.deleteLater()
    made.deleteLater()
    app.setStyleSheet(style)
    app.setFont(font)
    app.setPalette(palette)


def program(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text)
    return path


def run(desk: Desk, qtbot: QtBot, target: str) -> None:
    desk.choose_target(resolve_target(target))
    desk.work.start()
    qtbot.waitUntil(lambda: not desk.work.is_active, timeout=LONG)


def lines(desk: Desk) -> list[str]:
    return [desk.output.line(row).text for row in range(desk.output.rowCount())]


def gone(pids: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids)


def test_a_scenario_is_drawn_with_its_output_and_its_story(desk: Desk, qtbot: QtBot) -> None:
    run(desk, qtbot, "two-threads-one-program")
    qtbot.waitUntil(lambda: desk.timeline.scene is not None, timeout=5000)
    scene = desk.timeline.scene
    assert scene is not None
    assert len([lane for lane in scene.lanes if lane.thread is not None]) == 3
    said = "".join(lines(desk))
    assert [each for each in said if each in "12345"] == list("12345")
    assert [each for each in said if each in "CODE"] == list("CODE")
    assert desk.window.panel.story.page.titles[-1] == "Take away"
    assert "3 threads" in desk.window.statusBar().findChild(QLabel, "numbers").text()  # type: ignore[union-attr]


def test_the_timeline_is_drawn_while_the_program_still_runs(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = program(tmp_path, "import time\nprint('here', flush=True)\ntime.sleep(600)\n")
    desk.choose_target(resolve_target(str(path)))
    desk.work.start()
    qtbot.waitUntil(lambda: lines(desk) == ["here"] and desk.timeline.scene is not None, timeout=LONG)
    assert desk.work.is_active
    first = desk.player.playhead.t
    assert not desk.window.run_bar.run_button.isEnabled()
    assert desk.window.run_bar.stop_button.isEnabled()
    desk.window.run_bar.stop_button.click()
    qtbot.waitUntil(lambda: not desk.work.is_active, timeout=LONG)
    assert desk.player.playhead.t > first
    assert "Stopped" in desk.window.banner.text
    assert desk.window.run_bar.run_button.isEnabled()


def test_stepping_moves_timeline_output_and_code_together(desk: Desk, qtbot: QtBot) -> None:
    run(desk, qtbot, "waiting-overlaps")
    desk.window.command_requested.emit("to_start")
    qtbot.waitUntil(lambda: desk.timeline.scene is not None, timeout=5000)
    seen = set()
    for _ in range(30):
        desk.window.command_requested.emit("next_event")
        desk.code.refresh()
        seen.add(desk.window.output.table.currentIndex().row())
        if "time.sleep(WAIT)" in desk.window.panel.code.editor.toPlainText() and "line 10" in (
            desk.window.panel.code.editor.accessibleDescription()
        ):
            break
    else:
        pytest.fail("no thread was ever shown on the line that sleeps")
    assert desk.player.playhead.t > desk.player.playhead.start


def test_a_program_with_a_mistake_is_said_to_have_failed_and_its_words_are_kept(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    run(desk, qtbot, str(program(tmp_path, "def broken(:\n")))
    assert "exit code 1" in desk.window.banner.text


def test_a_program_that_went_away_is_said_in_a_sentence(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    path = program(tmp_path, "pass\n")
    desk.menu.open_path(str(path))
    path.unlink()
    desk.work.start()
    qtbot.waitUntil(lambda: "There is no file" in desk.window.banner.text, timeout=LONG)
    assert desk.window.run_bar.run_button.isEnabled()


def test_a_saved_run_is_opened_again_with_its_story_and_source(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    run(desk, qtbot, "who-sees-the-change")
    before = lines(desk)
    saved, picture = tmp_path / "run.ilv", tmp_path / "run.png"
    assert desk.work.run is not None
    with qtbot.waitSignal(desk.files.saved, timeout=LONG):
        desk.files.save(desk.work.run.store, str(saved))
    with qtbot.waitSignal(desk.files.exported, timeout=LONG):
        desk.files.export_picture(desk.work.run.store, str(picture), theme="dark")
    assert picture.read_bytes().startswith(b"\x89PNG")
    desk.setup.choose_nothing()
    assert desk.timeline.store is None
    with qtbot.waitSignal(desk.files.opened, timeout=LONG):
        desk.menu.open_path(str(saved))
    assert lines(desk) == before
    assert desk.window.panel.code.editor.toPlainText()
    assert "who-sees" not in desk.window.banner.text
    assert desk.preferences.now.recent[0] == str(saved)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 but cut off", b"\x00" * 5000])
def test_a_file_that_is_no_run_is_refused_in_a_sentence(
    desk: Desk, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    bad = tmp_path / "bad.ilv"
    bad.write_bytes(content)
    with qtbot.waitSignal(desk.files.refused, timeout=LONG):
        desk.menu.open_path(str(bad))
    assert desk.window.banner.text
    assert "Traceback" not in desk.window.banner.text


def test_closing_the_window_during_a_deadlock_leaves_no_process(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.choose_target(resolve_target(str(program(tmp_path, ENDLESS))))
    desk.work.start()
    qtbot.waitUntil(lambda: bool(lines(desk)), timeout=LONG)
    pids = [int(lines(desk)[0].split()[1]), *(each.pid for each in psutil.Process().children(recursive=True))]
    assert len(pids) >= 3
    assert desk.window.close()
    assert gone(pids)


START = """
import sys
from pathlib import Path
from visualiser.app import run_app
from visualiser.run import resolve_target
sys.exit(run_app(target=resolve_target(sys.argv[1]), settings=Path(sys.argv[2])))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_app_and_ends_what_it_runs(
    tmp_path: Path, number: signal.Signals, wait_until: Callable[..., None]
) -> None:
    told = tmp_path / "pid"
    script = program(tmp_path, ENDLESS.replace("print(", f"open({str(told)!r}, 'w').write(str(").replace(
        '"child", child.pid, flush=True)', "child.pid))"))  # fmt: skip
    app = subprocess.Popen([sys.executable, "-c", START, str(script), str(tmp_path / "s.ini")], cwd=ROOT)
    wait_until(lambda: told.exists() and told.read_text())
    pids = [each.pid for each in psutil.Process(app.pid).children(recursive=True)]
    app.send_signal(number)
    assert app.wait(LONG / 1000) == 0
    assert len(pids) >= 3
    assert gone(pids)
    assert (tmp_path / "s.ini").exists()


@pytest.fixture
def wait_until(qtbot: QtBot) -> Callable[..., None]:
    return lambda condition: qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)


DEADLOCK = """
import threading
fork, knife = threading.Lock(), threading.Lock()
both = threading.Barrier(2)

def dine(first, second):
    with first:
        both.wait()
        with second:
            pass

for name, mine, others in (("Ann", fork, knife), ("Bob", knife, fork)):
    threading.Thread(target=dine, args=(mine, others), name=name).start()
"""


def test_a_deadlock_is_said_while_the_program_hangs_and_can_be_shown(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.choose_target(resolve_target(str(program(tmp_path, DEADLOCK))))
    desk.work.start()
    banner = desk.window.banner
    qtbot.waitUntil(lambda: banner.text.startswith("Deadlock: "), timeout=LONG)
    assert "Ann waits at program.py:" in banner.text
    desk.window.run_bar.stop_button.click()
    qtbot.waitUntil(lambda: not desk.work.is_active, timeout=LONG)
    assert "Stopped." in banner.text
    assert "Bob waits at program.py:" in banner.text
    desk.window.command_requested.emit("to_end")
    banner.show_button.click()
    store = desk.timeline.store
    assert store is not None
    (found,) = deadlocks(store)
    assert desk.player.playhead.t == found.start_ns
    t0, t1 = desk.timeline.visible_range()
    assert t0 <= found.start_ns <= t1
