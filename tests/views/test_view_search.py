"""The search bar: its buttons, and what it says to who does not see it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import SearchState
from visualiser.views.icons import Icons
from visualiser.views.search_bar import SearchBar


def test_buttons_do_what_the_keys_do(qtbot: QtBot) -> None:
    bar = SearchBar(Icons())
    qtbot.addWidget(bar)
    bar.open()
    bar.set_state(SearchState("lock", 2, 0, "waits for a Lock"))
    for button, signal in ((bar.next_button, bar.next_requested), (bar.previous_button, bar.previous_requested),
                           (bar.close_button, bar.closed)):  # fmt: skip
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_it_is_heard_how_many_there_are_and_where_one_stands(qtbot: QtBot) -> None:
    bar = SearchBar(Icons())
    qtbot.addWidget(bar)
    bar.set_state(SearchState("lock", 2, 1, "waits for a Lock"))
    assert bar.edit.accessibleDescription() == "2 of 2 hits waits for a Lock"
    bar.set_state(SearchState("lock"))
    assert bar.count.text() == "Nothing in this run has these words."
    assert not bar.next_button.isEnabled()
    bar.set_state(SearchState(""))
    assert bar.count.text() == ""


def test_what_was_typed_is_there_again_to_be_typed_over(qtbot: QtBot) -> None:
    bar = SearchBar(Icons())
    qtbot.addWidget(bar)
    bar.open()
    QTest.keyClicks(bar.edit, "lock")
    bar.shut()
    bar.open()
    assert bar.edit.selectedText() == "lock"
