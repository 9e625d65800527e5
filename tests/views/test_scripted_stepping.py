"""A scripted user steps through runs in the real window: lines, loops, values, deadlocks, forward and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.desks import NO_KEYS, SHIFT, open_desk
from tests.support.stepped import FILE, PAUSE, SOURCE, embrace, lost_update, two_worlds
from visualiser import viewmodels
from visualiser.app import Desk
from visualiser.scenarios import find
from visualiser.viewmodels import Boxes, ValuesModel
from visualiser.views import ValuesView, VisitMarks


@dataclass(frozen=True)
class Seen:
    """What the window shows of a moment."""

    t: int
    time: str
    code: str
    boxes: Boxes
    spoken: str
    output: int


class User:
    """Somebody in front of the window who uses the keyboard."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.canvas = desk, desk.window.timeline.canvas
        self.pane, self.transport = desk.window.panel.code, desk.window.transport
        self.values = desk.findChildren(ValuesModel)[0]
        self.view = desk.window.findChildren(ValuesView)[0]
        self.marks = desk.window.findChildren(VisitMarks)[0]
        desk.window.panel.tabs.setCurrentWidget(self.view)

    def open(self, run: RunBuilder, end: float = 12) -> None:
        store = run.store(end=end)
        store.attachments = {f"program/{Path(FILE).name}": SOURCE.encode()}
        self.desk.work.show(viewmodels.Kept(store, saved=True))
        self.desk.code.refresh_work()
        self.see()
        self.canvas.setFocus()

    def see(self) -> Seen:
        """What is shown, as of now."""
        desk = self.desk
        desk.timeline.rebuild()
        desk.code.refresh()
        self.values.refresh()
        row = desk.window.output.table.currentIndex().row()
        return Seen(desk.player.playhead.t, self.transport.time.text(), self.pane.editor.accessibleDescription(),
                    self.values.boxes, self.view.accessibleDescription(), row)  # fmt: skip

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> Seen:
        QTest.keyClick(self.canvas, key, keys)
        return self.see()

    def go(self, step: float) -> Seen:
        self.desk.player.seek(ORIGIN + round(step * STEP))
        return self.see()

    @property
    def step(self) -> float:
        return (self.desk.player.playhead.t - ORIGIN) / STEP


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(qtbot, tmp_path, (1366, 768)) as made:
        yield made


@pytest.fixture
def user(desk: Desk) -> User:
    return User(desk)


def worth(boxes: Boxes) -> list[tuple[str, str, str]]:
    """Every value that can be seen: whose, name, text."""
    shared = [(box.name, one.name, one.text) for box in boxes.processes for one in box.shared]
    return shared + [(each.name, one.name, one.text)
                     for box in boxes.processes for each in box.threads for one in each.locals]  # fmt: skip


@pytest.mark.parametrize("run", [lost_update, two_worlds, embrace])
@pytest.mark.parametrize(("forward", "back"), [(Qt.Key.Key_L, SHIFT), (Qt.Key.Key_Period, NO_KEYS)])
def test_stepping_back_shows_exactly_what_was_there_on_the_way(
    user: User, run: Callable[[], RunBuilder], forward: Qt.Key, back: Qt.KeyboardModifier
) -> None:
    user.open(run())
    way = [user.go(0), user.key(forward)]
    while way[-1].t != way[-2].t:
        way.append(user.key(forward))
    way.pop()
    assert len(way) >= 3
    key = forward if back == SHIFT else Qt.Key.Key_Comma
    returned = [user.see()] + [user.key(key, back) for _ in way[2:]]
    assert returned == way[:0:-1]
    assert user.go(0) == way[0]


def test_the_lost_update_is_seen_being_lost_line_by_line(user: User) -> None:
    user.open(lost_update())
    user.go(4)
    both_read = user.key(Qt.Key.Key_L)
    assert ("adder-a", "seen", "0") in worth(both_read.boxes)
    assert ("adder-b", "seen", "0") in worth(both_read.boxes)
    assert both_read.code == "At the playhead: line 1: MainThread; line 13: adder-a, adder-b"
    user.key(Qt.Key.Key_L)
    both_write = user.key(Qt.Key.Key_L)
    assert "line 14: adder-a, adder-b" in both_write.code
    assert ("bank.py", "counter", "0") in worth(both_write.boxes)
    assert ("bank.py", "counter", "1") in worth(user.go(9.2).boxes)
    assert user.go(11.5).output == 0


def test_one_global_has_two_values_at_one_playhead(user: User) -> None:
    user.open(two_worlds())
    assert worth(user.go(5.5).boxes) == [("shop.py", "basket", "1"), ("shopper", "basket", "2")]


def test_in_the_deadlock_both_wait_and_it_is_seen_who_holds_what(user: User) -> None:
    user.open(embrace())
    said = user.go(10).spoken
    assert said.count("waits for a Lock") == 2
    assert "held by philosopher-1" in said
    assert "held by philosopher-2" in said
    assert said.count("holds Lock") == 2


def test_steps_are_those_of_the_selected_lane_until_it_is_let_go(user: User) -> None:
    user.open(lost_update())
    user.desk.timeline.select(2)
    user.go(0)
    steps = [user.key(Qt.Key.Key_L).t for _ in range(3)]
    assert [(t - ORIGIN) / STEP for t in steps] == [3, 5, 7]
    user.key(Qt.Key.Key_Escape)
    user.go(0)
    user.key(Qt.Key.Key_L)
    assert user.step == 1


def test_the_story_and_the_output_can_be_stepped_by(user: User) -> None:
    user.open(lost_update())
    user.desk.player.set_cue_times([ORIGIN + 3 * STEP, ORIGIN + 9 * STEP])
    user.go(0)
    user.key(Qt.Key.Key_N)
    user.key(Qt.Key.Key_N)
    assert user.step == 9
    user.key(Qt.Key.Key_N, SHIFT)
    assert user.step == 3
    user.key(Qt.Key.Key_P)
    assert user.step == 11


def test_a_line_that_is_clicked_shows_where_it_ran_and_its_visits_can_be_gone_through(user: User) -> None:
    user.open(lost_update())
    user.pane.line_requested.emit(user.pane.shown_path, PAUSE)
    assert not user.marks.isHidden()
    assert len(user.marks.places()) == 2
    user.go(0)
    user.key(Qt.Key.Key_V)
    user.key(Qt.Key.Key_V)
    assert user.step == 5
    user.key(Qt.Key.Key_V, SHIFT)
    assert user.step == 4
    user.key(Qt.Key.Key_Escape)
    assert user.marks.isHidden()


def test_a_range_is_played_again_and_again(user: User, qtbot: QtBot) -> None:
    user.open(lost_update())
    user.desk.timeline.set_range(ORIGIN + 4 * STEP, ORIGIN + 6 * STEP)
    user.key(Qt.Key.Key_Space, SHIFT)
    assert user.transport.loop_button.isChecked()
    user.go(0)
    user.desk.player.set_speed(1.0)
    user.key(Qt.Key.Key_Space)
    moments: list[int] = []
    user.desk.player.moved.connect(moments.append)
    qtbot.waitUntil(lambda: any(b < a for a, b in pairwise(moments)), timeout=30_000)
    user.key(Qt.Key.Key_Space)
    assert all(ORIGIN + 4 * STEP <= t < ORIGIN + 6 * STEP for t in moments)
    user.desk.timeline.set_range(ORIGIN + 7 * STEP, ORIGIN + 8 * STEP)
    assert user.desk.player.playhead.loop == (ORIGIN + 7 * STEP, ORIGIN + 8 * STEP)


def test_lines_are_asked_for_as_the_scenario_has_it_until_the_user_chooses(user: User) -> None:
    setup, button = user.desk.setup, user.pane.lines_button
    setup.choose_scenario(find("lost-update"), "pause")
    assert button.isChecked()
    assert setup.request().lines is None
    button.click()
    assert not user.desk.window.actions_by_id["lines"].isChecked()
    assert setup.request().lines is False
    setup.choose_scenario(find("lost-update"), "careless")
    assert not button.isChecked()
    assert setup.request().lines is None


def test_a_name_that_is_watched_is_told_at_the_lines_of_the_next_run(user: User, tmp_path: Path) -> None:
    program = tmp_path / "mine.py"
    program.write_text("total = 1\n")
    user.desk.setup.choose_program(program)
    user.pane.watch_requested.emit("total", True)
    request = user.desk.setup.request()
    assert (request.lines, request.watch) == (True, ("total",))
    assert user.pane.lines_button.isChecked()
    user.pane.watch_requested.emit("total", False)
    assert user.desk.setup.request().watch == ()


def test_how_much_lines_stretch_a_run_is_said_when_it_was_measured(user: User) -> None:
    user.open(lost_update())
    assert "Run it without recorded lines" in user.pane._note.text()
    plain = RunBuilder()
    plain.process("bank.py").thread().begin(0).end(4)
    user.open(plain, end=4)
    assert user.pane._note.text() == ""
    user.open(lost_update())
    assert user.pane._note.text().startswith("Stretched 3 times by 7 recorded lines")


def test_the_keys_of_the_player_count_in_the_source_too(user: User) -> None:
    user.open(lost_update())
    user.go(0)
    user.pane.editor.setFocus()
    QTest.keyClick(user.pane.editor, Qt.Key.Key_L)
    assert user.step == 1


def test_an_own_programs_variable_is_picked_recorded_and_stepped_through(
    user: User, tmp_path: Path, qtbot: QtBot
) -> None:
    program = tmp_path / "mine.py"
    program.write_text("total = 0\nfor turn in range(3):\n    total += 1\nprint(total)\n")
    desk = user.desk
    desk.setup.choose_program(program)
    user.pane.watch_requested.emit("total", True)
    desk.work.start()
    qtbot.waitUntil(lambda: desk.store is not None and desk.store.finished and not desk.work.is_active, timeout=60_000)
    desk.window.panel.tabs.setCurrentWidget(user.view)
    user.canvas.setFocus()
    desk.player.seek(desk.player.playhead.start)
    way = [user.key(Qt.Key.Key_L) for _ in range(9)]
    told = [[text for _, name, text in worth(each.boxes) if name == "total"] for each in way]
    assert told == [[], ["0"], ["0"], ["1"], ["1"], ["2"], ["2"], ["3"], ["3"]]
    assert way[2].code == "At the playhead: line 3: MainThread"
    back = [user.see()] + [user.key(Qt.Key.Key_L, SHIFT) for _ in range(8)]
    assert back == way[::-1]
