"""A scripted user is told stories of real runs: answers a question, steps through and back again, presents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.support.desks import DeskUser, open_desk
from visualiser.app import Desk
from visualiser.scenarios import find
from visualiser.scene import Selection
from visualiser.viewmodels import LaneKey, Playhead, StoryPage, Viewport

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # menus, without a window manager

LEFT = Qt.MouseButton.LeftButton
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example-scenario"
LONG = 60_000


class Pupil(DeskUser):
    """Is told a story."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        super().__init__(desk, qtbot)
        self.story = desk.window.panel.story

    @property
    def page(self) -> StoryPage:
        return self.story.page

    @property
    def where(self) -> tuple[Playhead, Viewport, Selection, LaneKey | None, int]:
        """All that a step moves."""
        line = self.line
        return self.desk.player.playhead, line.viewport, line.selection, line.current, self.page.position

    def choose(self, scenario: str, variant: str | None = None, **values: object) -> None:
        self.desk.setup.choose_scenario(find(scenario), variant)
        for name, value in values.items():
            self.desk.setup.set_value(name, value)

    def run(self) -> None:
        self.desk.work.start()
        self.qtbot.waitUntil(lambda: not self.desk.work.is_active, timeout=LONG)
        self.see()

    def press(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, LEFT)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.timeline.canvas, key, keys)


@pytest.fixture
def pupil(qtbot: QtBot, tmp_path: Path) -> Iterator[Pupil]:
    with open_desk(qtbot, tmp_path, (1280, 720)) as desk:
        qtbot.waitUntil(lambda: desk.window.sidebar.list.count() > 0)
        yield Pupil(desk, qtbot)


# --- stepping


def test_forward_through_a_whole_story_and_back_ends_where_it_began(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    pupil.run()
    pupil.desk.player.seek(pupil.desk.player.playhead.start + 70_000_000)
    pupil.line.zoom_to(pupil.desk.player.playhead.start + 40_000_000, pupil.desk.player.playhead.start + 90_000_000)
    pupil.line.select(1, 2)
    began = pupil.where
    forward = [began]
    while pupil.page.can_next:
        pupil.press(pupil.story.next_button)
        forward.append(pupil.where)
    assert len(forward) == len(find("two-threads-one-program").steps_for("threads")) + 2
    back = [pupil.where]
    while pupil.page.can_back:
        pupil.press(pupil.story.back_button)
        back.append(pupil.where)
    assert back[::-1] == forward
    assert back[-1] == began


def test_the_welcome_leads_to_the_first_story(pupil: Pupil) -> None:
    first = find("two-threads-one-program")
    assert first.title in pupil.story.said()
    pupil.story.text.linkActivated.emit("#scenario/two-threads-one-program")
    assert pupil.desk.setup.scenario == first


def test_the_question_of_a_scenario_is_seen_whatever_was_looked_at_before(pupil: Pupil) -> None:
    tabs = pupil.window.panel.tabs
    pupil.choose("two-threads-one-program")
    tabs.setCurrentWidget(pupil.window.panel.details)
    pupil.desk.setup.set_value("COUNT", 3)
    assert tabs.currentWidget() is pupil.window.panel.details
    pupil.choose("gil-relay-race")
    assert tabs.currentWidget() is pupil.story


def test_in_a_narrow_window_every_tab_and_the_way_on_can_be_read(pupil: Pupil) -> None:
    pupil.window.resize(1024, 700)
    pupil.window.share_width()
    QApplication.processEvents()
    tabs = pupil.window.panel.tabs
    assert tabs.count() == 6
    assert tabs.tabBar().sizeHint().width() <= tabs.width()


def test_the_picture_calls_parameters_what_the_bar_calls_them_and_has_their_units(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program", COUNT=2, PAUSE=0.01)
    pupil.run()
    assert pupil.see().subtitle.startswith("numbers 2 · word CODE · pause 0.01 s · ")


def test_a_step_moves_playhead_zoom_and_selection_to_its_moment_in_this_run(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    pupil.run()
    titles = [step.title for step in find("two-threads-one-program").steps_for("threads")]
    number = titles.index("numbers goes to sleep") + 1
    pupil.story.step_requested.emit(number)
    store, chosen = pupil.desk.store, pupil.line.selection
    assert store is not None
    assert chosen.thread is not None
    assert chosen.index is not None
    assert store.threads[chosen.thread].name == "numbers"
    t = pupil.desk.player.playhead.t
    assert int(store.states(chosen.thread).start[chosen.index]) == t
    t0, t1 = pupil.line.visible_range()
    assert t0 <= t <= t1
    assert "numbers" in pupil.story.said()


def test_the_player_knows_the_moments_of_the_story_and_the_story_follows_the_player(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    pupil.run()
    cues = pupil.desk.player.cue_times
    assert len(cues) >= 5
    pupil.desk.player.seek(int(cues[2]))
    assert pupil.page.position > 0
    told = pupil.page.position
    pupil.desk.player.seek(int(cues[2]) + 1)
    assert pupil.page.position == told


def test_stepping_by_key_shows_the_story_whatever_was_shown(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    pupil.run()
    panel = pupil.window.panel
    panel.tabs.setCurrentWidget(panel.range)
    pupil.key(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert panel.tabs.currentWidget() is panel.story
    assert pupil.page.position == 1
    pupil.key(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert pupil.page.position == 0


# --- the question


def test_a_question_is_answered_before_the_run_and_judged_after_it(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    asked = find("two-threads-one-program").prediction_for("threads")
    assert asked is not None
    question = pupil.story.question
    assert [each.accessibleName() for each in question.answers] == [
        *(each.text for each in asked.answers),
        "I do not know",
    ]
    pupil.press(question.answers[0])
    assert pupil.page.question is not None
    assert pupil.page.question.chosen == 0
    pupil.press(question.answers[2])
    assert pupil.page.question.chosen == 2
    pupil.run()
    output = pupil.desk.output
    printed = "".join(output.line(row).text for row in range(output.rowCount()) if len(output.line(row).text) < 3)
    happened = {"12345CODE": 0, "1C2O3D4E5": 1}.get(printed.replace("\n", ""), 2)
    assert pupil.page.question.right == happened
    assert question.verdict.startswith("You were right." if happened == 2 else "In this run it was otherwise.")
    assert "The run took" in question.verdict
    pupil.press(question.answers[0])
    assert pupil.page.question.chosen == 2


def test_who_does_not_know_is_told(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    pupil.press(pupil.story.question.answers[-1])
    pupil.run()
    assert pupil.story.question.verdict.startswith("This is what happened in this run.")


def test_an_answer_belongs_to_its_variant(pupil: Pupil) -> None:
    pupil.choose("lock-it")
    pupil.press(pupil.story.question.answers[0])
    other = next(each.id for each in find("lock-it").variants if each.id != "lock-every-step")
    pupil.desk.setup.choose_variant(other)
    assert pupil.page.question is not None
    assert pupil.page.question.chosen is None
    pupil.desk.setup.choose_variant("lock-every-step")
    assert pupil.page.question is not None
    assert pupil.page.question.chosen == 0


def test_a_claim_that_does_not_hold_here_is_not_told(pupil: Pupil) -> None:
    pupil.choose("without-the-gil")
    said = pupil.story.said()
    if "free-threaded" not in said:
        pytest.skip("this Python has no GIL: the claim holds")
    pupil.run()
    assert "cannot be shown here" in pupil.story.said()
    assert pupil.page.titles == ("The question", "Take away")


# --- a scenario of one's own


def test_an_own_scenario_is_listed_run_told_and_remembered(pupil: Pupil, qtbot: QtBot, tmp_path: Path) -> None:
    listed = pupil.window.sidebar.list
    before = listed.count()
    part = next(each for each in pupil.desk.children() if hasattr(each, "open_scenarios"))
    part.open_scenarios(str(EXAMPLE))
    assert [listed.item(row).text() for row in range(before, listed.count())] == ["YOUR OWN", "Two cooks, one stove"]
    assert pupil.desk.setup.title == "Two cooks, one stove"
    pupil.run()
    titles = pupil.page.titles
    assert titles[1:-1] == ("Preparing", "At the stove", "Occupied", "All is served")
    pupil.story.step_requested.emit(3)
    assert "That cost" in pupil.story.said()
    assert pupil.line.selection.thread is not None
    assert pupil.desk.preferences.now.scenario_folders == (str(EXAMPLE),)


def test_what_is_wrong_with_an_own_scenario_is_said_in_words(pupil: Pupil, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "story.json").write_text((EXAMPLE / "story.json").read_text().replace('"cook-a"', '"chef-a"'))
    for program in EXAMPLE.glob("*.py"):
        (folder / program.name).write_text(program.read_text())
    part = next(each for each in pupil.desk.children() if hasattr(each, "open_scenarios"))
    part.open_scenarios(str(folder))
    assert "chef-a" in pupil.window.banner.text
    part.open_scenarios(str(tmp_path / "nowhere"))
    assert "is not a folder" in pupil.window.banner.text
    (folder / "story.json").write_text("{")
    part.open_scenarios(str(folder))
    assert "story.json" in pupil.window.banner.text


# --- presenter mode


def shown(pupil: Pupil, *parts: QWidget) -> list[bool]:
    return [each.isVisible() for each in parts]


def test_presenter_mode_shows_only_story_and_timeline_and_steps_with_the_keys_of_a_remote(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program")
    pupil.run()
    window, panel = pupil.window, pupil.window.panel
    others = (window.run_bar, window.sidebar, window.output, window.transport, window.menuBar(), panel.code)
    before, sizes = shown(pupil, *others), window.panel.width()
    small = window.font().pixelSize()
    window.actions_by_id["presenter"].trigger()
    assert not any(shown(pupil, *others))
    assert all(shown(pupil, window.timeline, panel.story))
    pupil.qtbot.waitUntil(lambda: window.font().pixelSize() > small)
    for position in (1, 2, 3):
        pupil.key(Qt.Key.Key_PageDown)
        assert pupil.page.position == position
    pupil.key(Qt.Key.Key_PageUp)
    assert pupil.page.position == 2
    pupil.key(Qt.Key.Key_F5)
    assert pupil.page.position == 0
    assert not pupil.desk.work.is_active
    pupil.key(Qt.Key.Key_Escape)
    assert shown(pupil, *others) == before
    assert not window.actions_by_id["presenter"].isChecked()
    assert window.font().pixelSize() == small
    assert window.panel.width() == sizes
    pupil.key(Qt.Key.Key_PageDown)
    assert pupil.page.position == 0


def test_a_remote_starts_what_was_not_run_yet(pupil: Pupil) -> None:
    pupil.choose("two-threads-one-program", None, PAUSE=0.01)
    pupil.window.actions_by_id["presenter"].trigger()
    pupil.key(Qt.Key.Key_F5)
    pupil.qtbot.waitUntil(lambda: bool(pupil.page.titles) and not pupil.desk.work.is_active, timeout=LONG)
    pupil.key(Qt.Key.Key_PageDown)
    assert pupil.page.position == 1


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_is_clipped_on_a_projector(pupil: Pupil, size: tuple[int, int]) -> None:
    pupil.choose("gil-relay-race")
    pupil.window.resize(*size)
    pupil.window.actions_by_id["presenter"].trigger()
    clipped = []
    for scenario in ("gil-relay-race", "lost-update", "deadly-embrace"):
        pupil.choose(scenario)
        pupil.press(pupil.story.question.answers[0])
        QApplication.processEvents()
        bar = pupil.story.area.verticalScrollBar()
        clipped += [scenario] if bar.maximum() > 0 else []
        labels = [each for each in pupil.story.findChildren(QLabel) if each.isVisible()]
        clipped += [each.text() for each in labels if each.height() < each.heightForWidth(each.width()) > 0]
    assert not clipped
    buttons = [each for each in pupil.story.findChildren(QPushButton) if each.isVisible()]
    inside = pupil.window.rect()
    assert all(inside.contains(each.mapTo(pupil.window, QPoint(0, 0))) for each in buttons)
    assert isinstance(pupil.window.grab().toImage(), QImage)
    assert replace(pupil.desk.preferences.now).presenter
