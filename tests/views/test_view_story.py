"""The story panel: its pages, the question's answers, and the way on and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualiser.scenarios import Scenario, catalogue
from visualiser.viewmodels import StoryPage, StoryQuestion
from visualiser.viewmodels.story import NOT_LINES, beginning, ending, step_page
from visualiser.views import appearance, dress
from visualiser.views.story import StoryPanel

LEFT = Qt.MouseButton.LeftButton
QUESTION = StoryQuestion("In which order?", ("In turns, " * 12, "Mixed", "I do not know"))
TITLES = ("The question", "A step", "Take away")
STEP = StoryPage("<h2>A zebra</h2><p>Look at the lanes.</p>", position=2, can_back=True, can_next=True,
                 titles=("The question", "Start", "A zebra", "End", "Take away"))  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot) -> StoryPanel:
    made = StoryPanel()
    qtbot.addWidget(made)
    made.set_look(appearance("light"))
    made.resize(360, 420)
    with qtbot.waitActive(made):
        made.show()
    return made


def test_an_answer_is_asked_for_by_a_click_anywhere_on_it(panel: StoryPanel, qtbot: QtBot) -> None:
    panel.set_page(StoryPage("<h2>Two threads</h2>", QUESTION))
    words = panel.question.answers[1].findChildren(QLabel)
    assert any(label.text() == "Mixed" for label in words)
    with qtbot.waitSignal(panel.answer_requested) as asked:
        QTest.mouseClick(panel.question.answers[1], LEFT)
    assert asked.args == [1]


def test_an_answer_is_chosen_by_key_and_keeps_the_keyboard(panel: StoryPanel, qtbot: QtBot) -> None:
    panel.set_page(StoryPage("<h2>Two threads</h2>", QUESTION))
    qtbot.waitUntil(panel.question.answers[1].isVisible)
    panel.question.answers[1].setFocus()
    with qtbot.waitSignal(panel.answer_requested) as asked:
        QTest.keyClick(panel.question.answers[1], Qt.Key.Key_Space)
    panel.set_page(StoryPage("<h2>Two threads</h2>", replace(QUESTION, chosen=asked.args[0])))
    qtbot.waitUntil(panel.question.answers[1].hasFocus)


def test_an_answer_of_several_lines_is_shown_whole(panel: StoryPanel, qtbot: QtBot) -> None:
    for chosen in (None, 0):
        panel.set_page(StoryPage("<h2>Two threads</h2>", replace(QUESTION, chosen=chosen)))
        long, short = panel.question.answers[:2]
        label = max(long.findChildren(QLabel), key=lambda each: len(each.text()))

        def whole(long: QWidget = long, short: QWidget = short, label: QLabel = label) -> bool:
            return short.height() < long.height() < panel.height() and label.height() >= label.heightForWidth(
                label.width()
            )

        qtbot.waitUntil(whole)


def marks(panel: StoryPanel) -> list[str]:
    return [each.accessibleDescription() for each in panel.question.answers]


def test_what_was_right_and_what_was_answered_is_said_in_words(panel: StoryPanel) -> None:
    judged = replace(QUESTION, open=False, chosen=1, right=0, verdict="In this run it was otherwise.")
    panel.set_page(StoryPage("<h2>Two threads</h2>", judged))
    assert marks(panel) == ["so it was", "your answer", ""]
    assert panel.question.verdict == "In this run it was otherwise."
    assert not any(each.isEnabled() for each in panel.question.answers)
    panel.set_page(StoryPage("<h2>Two threads</h2>", replace(judged, right=1)))
    assert marks(panel) == ["", "your answer, and so it was", ""]


def test_where_one_is_in_the_story_is_shown_and_another_step_can_be_chosen(panel: StoryPanel, qtbot: QtBot) -> None:
    panel.set_page(STEP)
    assert panel.steps.currentText() == "2 of 3: A zebra"
    assert [panel.steps.itemText(number) for number in (0, 4)] == ["The question", "Take away"]
    with qtbot.waitSignal(panel.step_requested) as asked:
        panel.steps.activated.emit(3)
    assert asked.args == [3]
    for button, wish in ((panel.next_button, panel.next_requested), (panel.back_button, panel.back_requested)):
        with qtbot.waitSignal(wish):
            QTest.mouseClick(button, LEFT)


def test_without_steps_there_is_no_way_on(panel: StoryPanel) -> None:
    panel.set_page(STEP)
    assert panel.way.isVisible()
    panel.set_page(StoryPage("<p>Your own program</p>"))
    assert not panel.way.isVisible()
    assert not panel.question.isVisible()
    assert not panel.compare_button.isVisible()


def test_another_step_begins_at_its_top(panel: StoryPanel, qtbot: QtBot) -> None:
    panel.set_page(replace(STEP, html="<p>long</p>" * 80))
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(100)
    panel.set_page(replace(STEP, html="<p>other</p>" * 80, position=3))
    assert bar.value() == 0


def test_comparing_is_only_asked_for(panel: StoryPanel, qtbot: QtBot) -> None:
    panel.set_page(replace(STEP, can_compare=True))
    with qtbot.waitSignal(panel.compare_requested):
        QTest.mouseClick(panel.compare_button, LEFT)


def test_a_link_is_asked_for_and_not_opened(panel: StoryPanel, qtbot: QtBot) -> None:
    panel.set_page(StoryPage('<p><a href="https://docs.python.org/3/">Python</a></p>'))
    with qtbot.waitSignal(panel.link_requested) as asked:
        panel.text.linkActivated.emit("https://docs.python.org/3/")
    assert asked.args == ["https://docs.python.org/3/"]
    assert not panel.text.openExternalLinks()


def test_presented_it_is_as_large_as_all_of_it_can_be_seen(panel: StoryPanel, qtbot: QtBot) -> None:
    def seen(page: StoryPage) -> bool:
        panel.set_page(page)
        return panel.text.heightForWidth(panel.area.viewport().width()) <= panel.area.viewport().height()

    def size() -> int:
        return panel.text.sizeHint().height()

    panel.set_page(STEP)
    before = size()
    panel.set_presented(True)
    assert size() > before
    assert seen(STEP)
    assert seen(replace(STEP, html=STEP.html + "<p>And some more words than there were before it.</p>" * 4))
    panel.set_presented(False)
    panel.set_page(STEP)
    assert size() == before


@pytest.fixture
def projected(qtbot: QtBot) -> Iterator[StoryPanel]:
    """The panel as presenter mode has it, in the type of presenter mode."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    style, font, palette = app.styleSheet(), app.font(), app.palette()
    look = appearance("light", presenter=True)
    dress(app, look)
    made = StoryPanel()
    qtbot.addWidget(made)
    made.set_look(look)
    made.set_presented(True)
    yield made
    app.setStyleSheet(style)
    app.setFont(font)
    app.setPalette(palette)


def pages(scenario: Scenario) -> list[StoryPage]:
    """All pages of a scenario's story, with the longest that can stand on them."""
    asked = scenario.prediction_for(scenario.default_variant)
    answers = (*(each.text for each in asked.answers), "I do not know") if asked is not None else ()
    question = StoryQuestion(asked.question, answers, 0) if asked is not None else None
    steps = [
        StoryPage(step_page(step, step.narration or step.text, "at 123.456 ms · worker-1", NOT_LINES), None, 1, TITLES)
        for step in scenario.steps_for(scenario.default_variant)
    ]
    return [StoryPage(beginning(scenario, ()), question), *steps, StoryPage(ending(scenario), None, 2, TITLES)]


@pytest.mark.parametrize(("width", "height"), [(486, 720), (730, 1080)])
def test_no_page_of_any_story_has_to_be_scrolled_on_a_projector(projected: StoryPanel, width: int, height: int) -> None:
    projected.resize(width, height)
    projected.show()
    scrolled = []
    for scenario in catalogue():
        for page in pages(scenario):
            projected.set_page(page)
            QApplication.processEvents()
            if projected.area.verticalScrollBar().maximum() > 0:
                scrolled.append((scenario.id, page.html))
    assert not scrolled


def test_at_an_end_of_the_story_the_keyboard_turns_round(panel: StoryPanel) -> None:
    other = QPushButton("something else", panel)
    other.show()
    panel.set_page(STEP)
    panel.next_button.setFocus()
    panel.set_page(replace(STEP, position=4, can_next=False))
    assert panel.back_button.hasFocus()
    panel.set_page(replace(STEP, position=0, can_back=False))
    assert panel.next_button.hasFocus()


def test_what_is_not_so_is_not_called_what_is_believed() -> None:
    assert "<h3>What many get wrong</h3>" in ending(catalogue()[0])
