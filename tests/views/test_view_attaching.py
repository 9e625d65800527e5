"""Attaching from the window: whom there is to watch, and what was seen of them, shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from visualiser.desk.attaching import watched
from visualiser.views.attach_dialog import NOBODY, AttachDialog


def test_the_first_process_is_chosen_until_another_one_is(qtbot: QtBot) -> None:
    dialog = AttachDialog([(7, "seven"), (8, "eight")])
    qtbot.addWidget(dialog)
    assert dialog.choice == (7, 5)
    dialog.list.setCurrentRow(1)
    dialog.seconds_spin.setValue(30)
    assert dialog.choice == (8, 30)


def test_without_a_process_there_is_nothing_to_watch_and_it_says_what_to_do(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    dialog = AttachDialog([])
    qtbot.addWidget(dialog)
    assert dialog.choice is None
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    assert NOBODY in {label.text() for label in dialog.findChildren(QLabel)}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="attaching is had on Linux only")
def test_what_was_seen_of_a_process_comes_as_a_run_and_the_process_goes_on(tmp_path: Path) -> None:
    program = "import sys; print('ready', flush=True); sys.stdin.readline(); print('whole')"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        store = watched(process.pid, 1, lambda: False)
        assert process.communicate("go\n")[0] == "whole\n"
    assert store is not None
    assert [one.pid for one in store.processes] == [process.pid]
    with pytest.raises(ValueError, match="There is no process"):
        watched(999_999_999, 1, lambda: False)
