"""The pane with the source: many files and long ones, marks of threads, times of lines, names to watch."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from visualiser.trace import State
from visualiser.viewmodels import LineTag, LineWork, SourceFile
from visualiser.views import appearance
from visualiser.views.code import CodePane
from visualiser.views.code_margins import place_tags

BANK = SourceFile("bank.py", "/home/ada/bank.py", "counter = 0\nfor turn in range(3):\n    counter += 1\n" * 30)
OTHER = SourceFile("other.py", "/home/ada/other.py", "value = 1\n")


@pytest.fixture
def pane(qtbot: QtBot) -> CodePane:
    made = CodePane()
    qtbot.addWidget(made)
    made.set_look(appearance("light"))
    made.resize(420, 300)
    made.show()
    made.set_files([BANK])
    return made


def colours(pane: CodePane) -> set[str]:
    image = pane.editor.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 2)}


def cursor_on(pane: CodePane, word: str) -> QTextCursor:
    return pane.editor.document().find(word)


def test_several_files_are_tabs_and_one_is_a_name(pane: CodePane) -> None:
    assert pane.tabs.isHidden()
    pane.set_files([BANK, OTHER])
    assert not pane.tabs.isHidden()
    assert [pane.tabs.tabText(number) for number in range(2)] == ["bank.py", "other.py"]
    pane.tabs.setCurrentIndex(1)
    assert pane.editor.toPlainText() == OTHER.text
    assert pane.shown_path == OTHER.path


def test_there_is_no_empty_pane_and_who_hides_a_full_one_is_heeded(qtbot: QtBot) -> None:
    pane = CodePane()
    qtbot.addWidget(pane)
    assert pane.isHidden()
    pane.set_files([BANK])
    assert not pane.isHidden()
    pane.hide()
    pane.set_files([BANK, OTHER])
    assert pane.isHidden()
    pane.set_files([])
    pane.set_files([BANK])
    assert not pane.isHidden()


def test_all_threads_on_one_line_are_told_with_what_they_do(pane: CodePane) -> None:
    names = [LineTag(2, number, f"worker-{number}", number == 0, doing="runs" if number == 0 else "")
             for number in range(6)]  # fmt: skip
    pane.set_tags({BANK.path: tuple(names)})
    said = pane.editor.tags_said(20).split("\n")
    assert said[0] == "worker-0: runs"
    assert said[5] == "worker-5 (last seen)"


def test_the_line_that_was_reached_last_comes_into_sight(pane: CodePane) -> None:
    there = LineTag(1, 0, "a", True, since=10), LineTag(80, 1, "b", True, since=20)
    pane.set_tags({BANK.path: there})
    first = pane.editor.firstVisibleBlock().blockNumber() + 1
    assert first <= 80 < first + 20


def test_the_line_that_a_thread_came_from_is_marked_in_its_colour(pane: CodePane) -> None:
    wanted = appearance("light").theme.colour("thread/3").name()
    pane.set_tags({BANK.path: (LineTag(70, 3, "a", True, before=68),)})
    pane.editor.verticalScrollBar().setValue(0)
    assert wanted not in colours(pane)
    pane.set_tags({BANK.path: (LineTag(70, 3, "a", True, before=2),)})
    pane.editor.verticalScrollBar().setValue(0)
    assert wanted in colours(pane)


def test_a_line_shows_its_time_by_state_and_says_it(pane: CodePane) -> None:
    work = LineWork(((int(State.SLEEP), 3_000_000), (int(State.LOCK), 1_000_000)), 4, 1.0)
    pane.set_work({BANK.path: {2: work}})
    theme = appearance("light").theme
    assert {theme.colour(f"state/{int(state)}").name() for state in (State.SLEEP, State.LOCK)} <= colours(pane)
    assert pane.editor.work_said(20) == "Line 2: run 4 times · sleep 3 ms, lock 1 ms"


def test_a_click_on_a_line_asks_where_it_ran_and_a_drag_does_not(pane: CodePane, qtbot: QtBot) -> None:
    view = pane.editor.viewport()
    with qtbot.waitSignal(pane.line_requested) as asked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(30, 22))
    assert asked.args == [BANK.path, 2]
    with qtbot.assertNotEmitted(pane.line_requested):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(10, 22))
        QTest.mouseMove(view, QPoint(80, 22))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(80, 22))


def test_the_enter_key_asks_for_the_line_of_the_cursor(pane: CodePane, qtbot: QtBot) -> None:
    pane.editor.setTextCursor(cursor_on(pane, "+="))
    with qtbot.waitSignal(pane.line_requested) as asked:
        QTest.keyClick(pane.editor, Qt.Key.Key_Return)
    assert asked.args == [BANK.path, 3]


def test_names_can_be_watched_and_keywords_cannot(pane: CodePane) -> None:
    assert pane.editor.watch_choice(cursor_on(pane, "counter")) == ("", False)
    pane.editor.set_watched(["counter"], can_watch=True)
    assert pane.editor.watch_choice(cursor_on(pane, "counter")) == ("counter", True)
    assert pane.editor.watch_choice(cursor_on(pane, "turn")) == ("turn", False)
    assert pane.editor.watch_choice(cursor_on(pane, "for")) == ("", False)


def test_what_is_watched_is_underlined_in_the_source(pane: CodePane) -> None:
    pane.editor.set_watched(["counter"], can_watch=True)
    formats = pane.editor.document().firstBlock().layout().formats()
    underlined = [(one.start, one.length) for one in formats if one.format.underlineStyle().value]
    assert underlined == [(0, len("counter"))]


def test_the_end_of_a_very_long_file_gets_its_colours_too(pane: CodePane, qtbot: QtBot) -> None:
    text = "value = 'some text'  # and a word\n" * 20_000
    pane.set_files([SourceFile("long.py", "/long.py", text)])
    assert pane.editor.is_reading
    qtbot.waitUntil(lambda: not pane.editor.is_reading, timeout=60_000)
    pane.editor.verticalScrollBar().setValue(19_990)
    assert pane.editor.document().findBlockByNumber(19_995).layout().formats()


def test_what_is_known_of_a_picked_line_is_said_with_buttons_to_its_visits(pane: CodePane, qtbot: QtBot) -> None:
    pane.set_note("3 lines recorded")
    pane.set_picked(BANK.path, 2, "Line 2 ran 3 times")
    assert not pane._after.isHidden()
    with qtbot.waitSignal(pane.visit_requested) as asked:
        pane._after.click()
    assert asked.args == [1]
    pane.set_picked("", 0, "")
    assert pane._after.isHidden()
    assert pane._note.text() == "3 lines recorded"


def test_names_lie_behind_their_line_where_there_is_room_and_never_beyond_the_edge(pane: CodePane) -> None:
    font, box = pane.editor.font(), QRectF(0, 0, 300, 16)
    tags = [LineTag(1, number, f"thread-{number}", True) for number in range(8)]
    (alone,) = place_tags(tags[:1], box, 60, 300, font)
    assert alone.box.left() >= 60
    crowd = place_tags(tags, box, 280, 300, font)
    assert crowd[-1].text == f"+{8 - len(crowd) + 1}"
    assert all(one.box.right() <= other.box.left() for one, other in pairwise(crowd))
    assert 296 <= crowd[-1].box.right() <= 304
    long = [LineTag(1, number, "a thread with a long name", True) for number in range(2)]
    first, more = place_tags(long, box, 150, 300, font)
    assert more.text == "+1"
    assert first.box.left() >= min(166, 300 - first.box.width() - more.box.width() - 4)


def test_a_step_into_another_file_shows_it_and_a_choice_of_the_users_stays_until_the_next(pane: CodePane) -> None:
    pane.set_files([BANK, OTHER])
    here, there = LineTag(2, 0, "a", True, since=10), LineTag(1, 0, "a", True, since=20)
    pane.set_tags({BANK.path: (here,)})
    pane.set_tags({OTHER.path: (there,)})
    assert pane.shown_path == OTHER.path
    pane.tabs.setCurrentIndex(0)
    pane.set_tags({OTHER.path: (there,)})
    assert pane.shown_path == BANK.path
    pane.set_tags({BANK.path: (here,)})
    pane.set_follows(False)
    pane.set_tags({OTHER.path: (there,)})
    assert pane.shown_path == BANK.path
