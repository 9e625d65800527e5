"""The guard that every test passes through sees what it is there to see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests import guards

SLEEPER = [sys.executable, "-c", "print('up', flush=True); import signal; signal.pause()"]


class Watch:
    """What came since this was made; looks once, without patience."""

    def __init__(self) -> None:
        self.pids = guards.pids_now()
        self.before = guards.present(self.pids)

    def left(self) -> str:
        return "\n".join(guards.left_behind(self.before, self.pids, patience_s=0))


def test_a_child_process_is_named_by_its_command() -> None:
    watch = Watch()
    with subprocess.Popen(SLEEPER, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        assert f"process: {child.pid} " in watch.left()
        child.kill()
    assert watch.left() == ""


def test_an_orphan_is_seen_although_its_parent_is_dead() -> None:
    watch = Watch()
    code = f"""import subprocess
quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
print(subprocess.Popen({SLEEPER!r}, **quiet).pid)"""
    orphan = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    try:
        assert f"process: {orphan} " in watch.left()
    finally:
        os.kill(orphan, signal.SIGKILL)


def test_an_open_file_is_named(tmp_path: Path) -> None:
    watch = Watch()
    with (tmp_path / "diary").open("wb"):
        assert f"open file: {tmp_path / 'diary'}" in watch.left()
    assert watch.left() == ""


def test_a_thread_is_named() -> None:
    watch, stop = Watch(), threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten", daemon=True)
    thread.start()
    assert "thread: 'forgotten'" in watch.left()
    stop.set()
    thread.join()


def test_a_widget_without_a_parent_is_named_and_its_children_are_not(qtbot: QtBot) -> None:
    watch = Watch()
    window = QWidget()
    window.setObjectName("forgotten")
    QLabel("inside", window)
    assert watch.left() == "widget: QWidget 'forgotten'"
    window.deleteLater()
    del window


def test_a_ticking_timer_and_a_running_qthread_are_named(qtbot: QtBot) -> None:
    watch = Watch()
    timer, thread = QTimer(interval=1000), QThread()
    thread.setObjectName("forgotten")
    timer.start()
    thread.start()
    try:
        assert "QTimer: every 1000 ms, owned by nobody" in watch.left()
        assert "QThread: QThread 'forgotten' runs" in watch.left()
    finally:
        timer.stop()
        thread.quit()
        assert thread.wait(5000)
    assert watch.left() == ""


def test_patience_waits_for_what_is_about_to_end() -> None:
    watch = Watch()
    ending = subprocess.Popen([sys.executable, "-c", "pass"])
    reaper = threading.Thread(target=ending.wait)
    reaper.start()
    assert guards.left_behind(watch.before, watch.pids) == []
    reaper.join()
