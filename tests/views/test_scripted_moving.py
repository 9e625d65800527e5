"""A scripted user moves about in the real window: wheel, pinch, drag, keys, menus, on drawn runs and on a live one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP
from tests.support.desks import ALT, CTRL, LEFT, NO_KEYS, SHIFT, DeskUser, open_desk
from tests.support.drawn import trace_from
from visualiser import viewmodels
from visualiser.app import Desk
from visualiser.run import resolve_target
from visualiser.scene import LaneKind, Scene

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # menus, without a window manager

RUN = "main PPPPPPPPPP / w1 RRRSSSSSSS / w2 SSSSSLLLLL / w3 RRRRRRRRSS // child .RRRRRRRR. / c1 .SSSSSSSS."
LONG = 30_000


class User(DeskUser):
    """Moves about. Moments are steps of a drawn run; after each act the picture is looked at."""

    @property
    def seen(self) -> tuple[float, float]:
        """From which step to which the lanes show."""
        t0, t1 = self.line.visible_range()
        return (t0 - ORIGIN) / STEP, (t1 - ORIGIN) / STEP

    def names(self, kind: LaneKind = LaneKind.THREAD) -> list[str]:
        return [lane.name for lane in self.see().lanes if lane.kind == kind]

    def wheel(self, where: QPoint, notches: float, keys: Qt.KeyboardModifier = NO_KEYS,
              widget: QWidget | None = None) -> None:  # fmt: skip
        target = widget or self.canvas
        event = QWheelEvent(QPointF(where), QPointF(target.mapToGlobal(where)), QPoint(),
                            QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, keys,
                            Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(target, event)
        self.see()

    def pinch(self, where: QPoint, value: float) -> None:
        event = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
                                    QPointF(where), QPointF(where), QPointF(self.canvas.mapToGlobal(where)), value,
                                    QPointF())  # fmt: skip
        QApplication.sendEvent(self.canvas, event)
        self.see()

    def drag(self, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO_KEYS,
             widget: QWidget | None = None) -> None:  # fmt: skip
        target = widget or self.canvas
        QTest.mousePress(target, LEFT, keys, start)
        QTest.mouseMove(target, start + (end - start) / 2)
        QTest.mouseMove(target, end)
        QTest.mouseRelease(target, LEFT, keys, end)
        self.see()

    def shrink(self) -> None:
        """Make the window so small that the lanes do not fit."""
        self.desk.window.resize(900, 480)
        bar = self.desk.window.timeline.scroll_bar
        self.qtbot.waitUntil(lambda: self.see() is not None and bar.maximum() > 100)

    def double_click(self, where: QPoint) -> None:
        QTest.mouseClick(self.canvas, LEFT, NO_KEYS, where)
        QTest.mouseDClick(self.canvas, LEFT, NO_KEYS, where)
        self.see()

    def menu_of(self, name: str) -> QMenu:
        """Right click on a lane's name."""
        where = self.at(name)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, self.canvas.mapToGlobal(where))
        QApplication.sendEvent(self.canvas, event)
        menu = next(each for each in self.canvas.findChildren(QMenu) if each.accessibleName() == "Lane")
        assert menu.isVisible()
        return menu

    def choose(self, menu: QMenu, text: str) -> None:
        """An entry of a menu, by what it says."""
        action = next(each for each in menu.actions() if text in each.text().replace("&", ""))
        menu.close()
        action.trigger()
        self.desk.window.activateWindow()  # without a window manager nobody gives it back what the menu took
        self.qtbot.waitUntil(lambda: not self.canvas.findChildren(QMenu))
        self.see()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(qtbot, tmp_path, (1366, 768)) as made:
        yield made


@pytest.fixture
def user(desk: Desk, qtbot: QtBot) -> User:
    made = User(desk, qtbot)
    made.open(trace_from(RUN))
    return made


@pytest.mark.parametrize("keys", [NO_KEYS, CTRL])
def test_the_wheel_zooms_about_the_cursor_with_and_without_ctrl(user: User, keys: Qt.KeyboardModifier) -> None:
    where = user.at("w1", 4)
    user.wheel(where, 3, keys)
    assert user.seen[1] - user.seen[0] < 6
    assert user.x(4) == pytest.approx(where.x(), abs=1)
    user.wheel(where, -20, keys)
    assert user.seen == pytest.approx((0, 10))


def test_a_pinch_zooms_about_the_cursor(user: User) -> None:
    where = user.at("w1", 7)
    user.pinch(where, 0.8)
    assert user.seen[1] - user.seen[0] == pytest.approx(10 / 1.8, rel=0.01)
    assert user.x(7) == pytest.approx(where.x(), abs=1)


def test_shift_and_the_wheel_move_in_time_and_over_the_names_the_wheel_scrolls(user: User) -> None:
    user.wheel(user.at("w1", 5), 4)
    before = user.seen
    user.wheel(user.at("w1", 5), -1, SHIFT)
    assert user.seen[0] > before[0]
    user.shrink()
    user.wheel(user.at("main"), -1)
    assert user.see().window.top > 0


def test_a_drag_moves_the_picture_and_one_in_the_axis_the_playhead(user: User) -> None:
    user.wheel(user.at("w1", 5), 4)
    t0, playhead = user.seen[0], user.desk.player.playhead.t
    user.drag(QPoint(user.x(5), 90), QPoint(user.x(5) - 80, 90))
    assert user.seen[0] > t0
    assert user.desk.player.playhead.t == playhead
    user.drag(QPoint(user.x(5), 8), QPoint(user.x(6), 8))
    assert user.desk.player.playhead.t == pytest.approx(ORIGIN + 6 * STEP, abs=STEP / 20)


@pytest.mark.parametrize(
    ("closer", "later", "earlier", "further"),
    [(Qt.Key.Key_W, Qt.Key.Key_D, Qt.Key.Key_A, Qt.Key.Key_S),
     (Qt.Key.Key_Plus, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Minus)],
)  # fmt: skip
def test_letters_and_arrows_zoom_and_move_and_home_shows_all(
    user: User, closer: Qt.Key, later: Qt.Key, earlier: Qt.Key, further: Qt.Key
) -> None:
    user.key(closer)
    user.key(closer)
    span = user.seen[1] - user.seen[0]
    assert span < 5
    user.key(earlier)
    there = user.seen
    user.key(later)
    assert user.seen[0] > there[0]
    user.key(further)
    assert user.seen[1] - user.seen[0] > span
    user.key(Qt.Key.Key_Home)
    assert user.seen == pytest.approx((0, 10))


def test_up_and_down_scroll_the_lanes(user: User) -> None:
    user.shrink()
    user.key(Qt.Key.Key_Down)
    low = user.see().window.top
    user.key(Qt.Key.Key_PageDown)
    assert 0 < low < user.see().window.top
    user.key(Qt.Key.Key_Up)
    user.key(Qt.Key.Key_PageUp)
    assert user.see().window.top == 0


def test_shift_and_drag_picks_out_a_range_and_z_zooms_to_it(user: User) -> None:
    with user.qtbot.waitSignal(user.line.range_selected) as told:
        user.drag(user.at("w1", 2), user.at("w1", 6), SHIFT)
    assert [(t - ORIGIN) / STEP for t in told.args] == pytest.approx([2, 6], abs=0.05)
    assert user.seen == pytest.approx((0, 10))
    user.key(Qt.Key.Key_Z)
    assert user.seen == pytest.approx((1.8, 6.2), abs=0.1)
    user.key(Qt.Key.Key_Escape)
    assert user.line.selection.t0 is None


def test_with_the_range_tool_a_plain_drag_picks_out_a_range(user: User) -> None:
    user.key(Qt.Key.Key_R)
    user.drag(user.at("w1", 8), user.at("w1", 5))
    assert user.line.selection.t0 == pytest.approx(ORIGIN + 5 * STEP, abs=STEP / 20)
    user.key(Qt.Key.Key_R)
    user.drag(user.at("w1", 1), user.at("w1", 2))
    assert user.line.selection.t0 == pytest.approx(ORIGIN + 5 * STEP, abs=STEP / 20)


def test_a_range_is_picked_out_by_keys_alone(user: User) -> None:
    user.desk.player.seek(ORIGIN + 3 * STEP)
    user.key(Qt.Key.Key_I)
    user.desk.player.seek(ORIGIN + 7 * STEP)
    user.key(Qt.Key.Key_O)
    assert (user.line.selection.t0, user.line.selection.t1) == (ORIGIN + 3 * STEP, ORIGIN + 7 * STEP)


def test_a_double_click_zooms_to_the_span_and_on_the_axis_to_the_run(user: User) -> None:
    user.double_click(user.at("w1", 1))
    assert user.seen == pytest.approx((0, 3.15), abs=0.05)
    user.double_click(QPoint(user.x(1), 8))
    assert user.seen == pytest.approx((0, 10))


def test_moves_are_undone_and_redone_one_turn_of_the_wheel_as_one(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualiser.viewmodels.view_history.MERGE_MS", LONG)  # however slow this machine is
    for _ in range(5):
        user.wheel(user.at("w1", 4), 1)
    zoomed = user.seen
    user.double_click(user.at("w2", 3))
    spans = user.seen
    user.key(Qt.Key.Key_Left, ALT)
    assert user.seen == pytest.approx(zoomed)
    user.key(Qt.Key.Key_Z, CTRL)
    assert user.seen == pytest.approx((0, 10))
    user.key(Qt.Key.Key_Right, ALT)
    user.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert user.seen == pytest.approx(spans)


def test_the_overview_moves_widens_and_zooms_what_is_seen(user: User) -> None:
    strip = user.desk.window.timeline.overview
    user.line.show_exactly(ORIGIN + 2 * STEP, ORIGIN + 4 * STEP)
    user.see()
    user.qtbot.waitUntil(lambda: strip.frame().width() > 20)
    frame, middle = strip.frame(), strip.height() // 2
    step = frame.width() / 2
    user.drag(QPoint(round(frame.right()), middle), QPoint(round(frame.right() + 3 * step), middle), widget=strip)
    assert user.seen == pytest.approx((2, 7), abs=0.1)
    centre = strip.frame().center()
    user.drag(centre.toPoint(), QPoint(round(centre.x() - step), middle), widget=strip)
    assert user.seen == pytest.approx((1, 6), abs=0.1)
    user.wheel(centre.toPoint(), 2, widget=strip)
    assert user.seen[1] - user.seen[0] < 4


def test_a_process_folds_by_a_click_on_its_name_and_by_keys(user: User) -> None:
    user.click(user.at("Process-1"))
    assert user.names() == ["main", "w1", "w2", "w3"]
    user.key(Qt.Key.Key_Return)
    assert len(user.names()) == 6
    user.key(Qt.Key.Key_Return, SHIFT)
    assert user.names() == []


def test_a_lane_is_hidden_by_its_menu_and_the_button_brings_it_back(user: User) -> None:
    user.choose(user.menu_of("w2"), "Hide")
    assert "w2" not in user.names()
    button = user.desk.window.timeline.hidden_button
    assert button.isVisible()
    assert button.text() == "1 hidden: show"
    QTest.mouseClick(button, LEFT)
    assert "w2" in user.names()
    assert not button.isVisible()


def test_a_process_is_hidden_and_pinned_by_its_menu(user: User) -> None:
    user.choose(user.menu_of("Process-1"), "Pin")
    assert user.names(LaneKind.PROCESS)[0] == "Process-1"
    user.choose(user.menu_of("MainProcess"), "Hide")
    assert user.names() == ["child", "c1"]


def test_a_pinned_lane_stays_in_sight_while_the_others_scroll(user: User) -> None:
    user.open(trace_from(" / ".join(f"w{number:02} SSSS" for number in range(24))))
    for _ in range(12):
        user.key(Qt.Key.Key_Down)
    user.click(user.at("w20"))
    user.key(Qt.Key.Key_T)
    assert user.see().window.top > 0
    assert user.lane("w20").y0 == pytest.approx(user.see().body.y0)


def test_lanes_are_reordered_by_dragging_a_name_and_by_keys(user: User) -> None:
    goal = user.at("w1")
    user.drag(user.at("w3"), QPoint(goal.x(), goal.y() - 5))
    assert user.names()[:4] == ["main", "w3", "w1", "w2"]
    user.key(Qt.Key.Key_Down, ALT)
    assert user.names()[:4] == ["main", "w1", "w3", "w2"]


def test_lanes_are_sorted_by_busy_and_waiting_time_and_back(user: User) -> None:
    user.choose(user.menu_of("main"), "busy time")
    assert user.names()[:2] == ["w3", "w1"]
    user.key(Qt.Key.Key_4)
    assert user.names()[:3] == ["main", "w2", "w1"]
    user.key(Qt.Key.Key_2)
    assert user.names()[-2:] == ["c1", "child"]
    user.key(Qt.Key.Key_1)
    assert user.names() == ["main", "w1", "w2", "w3", "child", "c1"]


def test_lanes_are_walked_picked_out_and_arranged_by_keys_alone(user: User) -> None:
    user.desk.window.sidebar.setFocus()
    QTest.keyClick(user.desk.window, Qt.Key.Key_F6)
    assert user.canvas.hasFocus()
    for _ in range(3):
        user.key(Qt.Key.Key_Down, CTRL)
    assert user.line.current is not None
    assert user.line.selection.thread == user.line.current.thread == 1
    user.key(Qt.Key.Key_X)
    assert "w1" not in user.names()
    user.key(Qt.Key.Key_X, SHIFT)
    assert "w1" in user.names()


def test_the_menu_of_the_current_lane_opens_beside_it_by_key(user: User) -> None:
    user.click(user.at("w2"))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), user.canvas.mapToGlobal(QPoint(0, 0)))
    QApplication.sendEvent(user.canvas, event)
    menu = next(each for each in user.canvas.findChildren(QMenu) if each.accessibleName() == "Lane")
    assert user.canvas.mapFromGlobal(menu.pos()).y() == pytest.approx(user.lane("w2").y0, abs=2)
    user.choose(menu, "Hide")
    assert "w2" not in user.names()


def test_a_run_that_is_shown_takes_the_keyboard_from_a_button_but_from_no_text(user: User) -> None:
    user.desk.window.run_bar.run_button.setEnabled(True)
    user.desk.window.run_bar.run_button.setFocus()
    user.desk.work.show(viewmodels.Kept(trace_from(RUN), saved=True))
    assert user.canvas.hasFocus()
    field = user.desk.window.sidebar.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setFocus()
    user.desk.work.show(viewmodels.Kept(trace_from(RUN), saved=True))
    assert field.hasFocus()


def test_a_crowd_is_unfolded_by_a_click_on_its_name(user: User) -> None:
    shorts = " / ".join(f"s{number} {'.' * number}RR{'.' * (98 - number)}" for number in range(60))
    user.open(trace_from(f"main {'P' * 100} / {shorts}"))
    crowd = user.lane("▸ 60 more threads")
    user.click(QPoint(60, round((crowd.y0 + crowd.y1) / 2)))
    assert len(user.names()) == 61
    user.key(Qt.Key.Key_Z, CTRL)
    assert user.names() == ["main"]


def test_the_axis_is_labelled_from_hours_to_nanoseconds(user: User) -> None:
    hour = 3_600_000
    user.open(trace_from("main RRRR", step=hour * STEP))
    assert "1 h" in texts(user.see())
    where = user.at("main", 2 * hour)
    while user.line.viewport.span > 100:
        user.wheel(where, 20)
    assert any(text.startswith("+") and text.endswith(" ns") for text in texts(user.see()))


def texts(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if hasattr(item, "text")]


TICKS = """
import threading, time
def tick():
    while True:
        time.sleep(0.005)
threading.Thread(target=tick, name="ticker").start()
"""


def test_a_frozen_picture_stands_still_while_the_program_is_recorded(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    program = tmp_path / "ticks.py"
    program.write_text(TICKS)
    user = User(desk, qtbot)
    desk.choose_target(resolve_target(str(program)))
    desk.work.start()
    qtbot.waitUntil(lambda: desk.store is not None and desk.store.events > 60, timeout=LONG)
    user.canvas.setFocus()
    user.key(Qt.Key.Key_F, SHIFT)
    assert desk.window.timeline.freeze_button.isChecked()
    before, events = user.see().window.t1, event_count(desk)
    qtbot.waitUntil(lambda: event_count(desk) > events + 60, timeout=LONG)
    assert user.see().window.t1 == before
    QTest.mouseClick(desk.window.timeline.freeze_button, LEFT)
    qtbot.waitUntil(lambda: user.see().window.t1 > before, timeout=LONG)
    stays_where_the_user_looks(user, qtbot)
    desk.work.stop()
    qtbot.waitUntil(lambda: not desk.work.is_active, timeout=LONG)


def stays_where_the_user_looks(user: User, qtbot: QtBot) -> None:
    """Zoomed in, a live picture stays; asked to follow, it goes along with the end."""
    user.key(Qt.Key.Key_W)
    there, events = user.line.visible_range(), event_count(user.desk)
    qtbot.waitUntil(lambda: event_count(user.desk) > events + 40, timeout=LONG)
    assert user.line.visible_range() == there
    button = user.desk.window.timeline.follow_button
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    end = user.line.visible_range()[1]
    qtbot.waitUntil(lambda: user.line.visible_range()[1] > end, timeout=LONG)
    assert user.line.visible_range()[1] - user.line.visible_range()[0] == pytest.approx(there[1] - there[0], rel=0.01)


def event_count(desk: Desk) -> int:
    return desk.store.events if desk.store is not None else 0
