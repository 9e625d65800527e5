"""The program's output: its lines and their moments."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.viewmodels import OutputModel
from visualiser.views import appearance
from visualiser.views.output import OutputView

LIGHT = "light"
NO_KEYS = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def output(qtbot: QtBot) -> OutputView:
    run = RunBuilder()
    run.process().thread().begin(0).output(1, "one\n").output(2, "two\n", stream=2).output(3, "three\n")
    model = OutputModel()
    view = OutputView(model)
    qtbot.addWidget(view)
    view.set_look(appearance(LIGHT))
    model.set_store(run.store(end=5))
    view.resize(600, 200)
    view.show()
    return view


def test_the_line_of_the_playhead_is_marked_without_a_wish(output: OutputView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(output.seek_requested):
        output.set_playhead(ORIGIN + round(2.5 * STEP))
    assert output.table.currentIndex().row() == 1


def test_a_click_on_a_line_asks_for_its_moment(output: OutputView, qtbot: QtBot) -> None:
    where = output.table.visualRect(output.table.model().index(2, 0)).center()
    with qtbot.waitSignal(output.seek_requested) as asked:
        QTest.mouseClick(output.table.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, where)
    assert asked.args == [ORIGIN + 3 * STEP]


def test_before_the_first_line_none_is_marked(output: OutputView) -> None:
    output.set_playhead(ORIGIN + 2 * STEP)
    output.set_playhead(ORIGIN)
    assert output.table.currentIndex().row() == -1
