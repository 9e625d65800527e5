"""The panel on the right: source with the threads on their lines, and facts."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import Facts, LineTag, SourceFile
from visualiser.views import appearance
from visualiser.views.code import CodePane
from visualiser.views.side_panel import SidePanel

LIGHT = "light"


SOURCE = SourceFile("bank.py", "/home/ada/bank.py", 'import threading\n\ndef work():\n    """Two\n    lines."""\n' * 20)


@pytest.fixture
def pane(qtbot: QtBot) -> CodePane:
    made = CodePane()
    qtbot.addWidget(made)
    made.set_look(appearance(LIGHT))
    made.resize(400, 300)
    made.show()
    made.set_files([SOURCE])
    return made


def test_the_source_is_shown_unchanged(pane: CodePane) -> None:
    assert pane.editor.toPlainText() == SOURCE.text


def test_threads_are_named_on_their_lines_in_words_too(pane: CodePane) -> None:
    pane.set_tags({SOURCE.path: (LineTag(3, 0, "worker-1", True), LineTag(4, 1, "worker-2", False))})
    assert pane.editor.accessibleDescription() == "At the playhead: line 3: worker-1; line 4: worker-2 (last seen)"


def test_a_line_out_of_sight_is_brought_into_sight(pane: CodePane) -> None:
    pane.set_tags({SOURCE.path: (LineTag(90, 0, "worker-1", True),)})
    assert pane.editor.verticalScrollBar().value() > 0


def test_the_tag_is_painted_in_the_threads_colour(pane: CodePane) -> None:
    plain = pane.editor.grab().toImage()
    pane.set_tags({SOURCE.path: (LineTag(3, 0, "worker-1", True),)})
    tagged = pane.editor.grab().toImage()
    assert plain != tagged
    wanted = appearance(LIGHT).theme.colour("thread/0")
    colours = {tagged.pixelColor(x, y).name() for x in range(0, tagged.width(), 2) for y in range(0, 100, 2)}
    assert wanted.name() in colours


def test_a_string_over_two_lines_has_one_colour(pane: CodePane) -> None:
    formats = [pane.editor.document().findBlockByNumber(line).layout().formats() for line in (3, 4)]
    assert formats[0][0].format.foreground().color() == formats[1][0].format.foreground().color()


def test_a_program_that_is_no_python_at_all_is_shown_all_the_same(pane: CodePane) -> None:
    text = "\x00\xff def ((( '''\nnever closed \u2028 ⏎"
    pane.set_files([SourceFile("x.py", "/x.py", text)])
    assert "never closed" in pane.editor.toPlainText()


def test_another_file_of_the_run_can_be_chosen(pane: CodePane) -> None:
    pane.set_files([SOURCE, SourceFile("other.py", "/other.py", "x = 1\n")])
    assert pane.editor.toPlainText() == SOURCE.text
    pane.choose("/other.py")
    assert pane.editor.toPlainText() == "x = 1\n"


def test_hovered_facts_give_way_to_the_selected_ones(qtbot: QtBot) -> None:
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.set_look(appearance(LIGHT))
    panel.set_selected(Facts("w1", (("State", "sleeps"),)))
    panel.set_hovered(Facts("w2", (("State", "waits for a <Lock>"),)))
    assert "waits for a <Lock>" in panel.details.text()
    panel.set_hovered(Facts())
    assert "sleeps" in panel.details.text()


def test_names_leave_all_other_lines_the_whole_width(pane: CodePane) -> None:
    before = pane.editor.viewport().width()
    many = tuple(LineTag(3, number, f"a-rather-long-name-{number}", True) for number in range(9))
    pane.set_tags({SOURCE.path: many})
    assert pane.editor.viewport().width() == before
    assert "a-rather-long-name-8" in pane.editor.tags_said(40)
