"""The timeline: wheel, drag and click on a drawn run, following, scrolling, themes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP
from tests.support.drawn import trace_from
from visualiser.viewmodels import Follow, Player, TimelineModel
from visualiser.views import appearance
from visualiser.views.icons import Icons
from visualiser.views.timeline import TimelineView

LIGHT = "light"
NO_KEYS = Qt.KeyboardModifier.NoModifier


class Timeline:
    """A view and its model with a drawn run."""

    def __init__(self, qtbot: QtBot) -> None:
        self.player = Player()
        self.model = TimelineModel(self.player)
        self.view = TimelineView(Icons())
        qtbot.addWidget(self.view)
        self.view.attach(self.model)
        self.view.set_look(appearance(LIGHT))
        self.view.resize(900, 500)
        self.view.show()
        self.model.set_store(trace_from("main LLLLLLLLLL / w1 SSSSSLLLLL"))
        self.model.rebuild()

    @property
    def canvas(self) -> Any:
        return self.view.canvas

    def x_of(self, step: float) -> float:
        assert self.model.scene is not None
        return self.model.scene.x_of(ORIGIN + step * STEP)


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    return Timeline(qtbot)


def wheel(widget: Any, x: float, dy: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
          dx: int = 0) -> None:  # fmt: skip
    where = QPointF(x, 100)
    event = QWheelEvent(where, QPointF(widget.mapToGlobal(where.toPoint())), QPoint(), QPoint(dx, dy),
                        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_the_wheel_zooms_about_the_cursor(timeline: Timeline) -> None:
    x = timeline.x_of(4)
    wheel(timeline.canvas, x, 240)
    timeline.model.rebuild()
    assert timeline.x_of(4) == pytest.approx(x, abs=1)
    assert timeline.model.viewport.span < 10 * STEP


def test_shift_and_a_sideways_wheel_move_in_time(timeline: Timeline) -> None:
    timeline.model.zoom(4, timeline.x_of(5))
    before = timeline.model.viewport.t0
    wheel(timeline.canvas, 400, -120, Qt.KeyboardModifier.ShiftModifier)
    later = timeline.model.viewport.t0
    assert later > before
    wheel(timeline.canvas, 400, 0, dx=120)
    assert timeline.model.viewport.t0 < later


def test_two_fingers_on_a_touchpad_move_the_picture_where_they_go(timeline: Timeline) -> None:
    timeline.model.zoom(4, timeline.x_of(5))
    timeline.model.rebuild()
    before, pad = timeline.model.viewport, touchpad()
    where, by_hand = QPointF(500, 100), Qt.MouseEventSource.MouseEventNotSynthesized
    event = QWheelEvent(where, where, QPoint(-40, 0), QPoint(-80, 0), Qt.MouseButton.NoButton, NO_KEYS,
                        Qt.ScrollPhase.ScrollUpdate, False, by_hand, pad)  # fmt: skip
    QApplication.sendEvent(timeline.canvas, event)
    assert timeline.model.viewport.t0 > before.t0
    assert timeline.model.viewport.span == pytest.approx(before.span)


def touchpad() -> QPointingDevice:
    return QPointingDevice("pad", 7, QInputDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
                           QInputDevice.Capability.PixelScroll, 2, 3)  # fmt: skip


def test_over_the_names_the_wheel_zooms_nothing(timeline: Timeline) -> None:
    before = timeline.model.viewport
    wheel(timeline.canvas, 40, 240)
    assert timeline.model.viewport == before


def test_a_click_in_the_axis_places_the_playhead_and_a_drag_moves_it(timeline: Timeline, qtbot: QtBot) -> None:
    axis = 10
    QTest.mousePress(timeline.canvas, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(round(timeline.x_of(3)), axis))
    assert timeline.player.playhead.t == pytest.approx(ORIGIN + 3 * STEP, abs=STEP / 20)
    QTest.mouseMove(timeline.canvas, QPoint(round(timeline.x_of(6)), axis))
    QTest.mouseRelease(timeline.canvas, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(round(timeline.x_of(6)), axis))
    assert timeline.player.playhead.t == pytest.approx(ORIGIN + 6 * STEP, abs=STEP / 20)


def test_a_drag_in_the_lanes_moves_the_picture_and_is_no_click(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.model.zoom(4, timeline.x_of(5))
    timeline.model.rebuild()
    before, playhead = timeline.model.viewport.t0, timeline.player.playhead.t
    QTest.mousePress(timeline.canvas, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(500, 90))
    QTest.mouseMove(timeline.canvas, QPoint(450, 90))
    QTest.mouseMove(timeline.canvas, QPoint(400, 90))
    QTest.mouseRelease(timeline.canvas, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(400, 90))
    assert timeline.model.viewport.t0 > before
    assert timeline.player.playhead.t == playhead


def test_follow_is_offered_only_while_a_run_grows_and_the_user_has_moved_away(timeline: Timeline) -> None:
    view = timeline.view
    view.set_live(True)
    assert view.follow_button.isHidden()
    view.set_follow(Follow.NOT)
    assert not view.follow_button.isHidden()
    view.set_live(False)
    assert view.follow_button.isHidden()


def test_an_empty_timeline_says_what_to_do(timeline: Timeline) -> None:
    timeline.model.set_store(None)
    timeline.model.rebuild()
    timeline.view.set_empty_text("Press Run.")
    assert timeline.canvas.accessibleDescription() == "Press Run."


def test_the_lanes_are_told_to_who_cannot_see_them(timeline: Timeline) -> None:
    assert "main" in timeline.canvas.accessibleDescription()
    assert "w1" in timeline.canvas.accessibleDescription()


def test_lanes_that_do_not_fit_can_be_scrolled(timeline: Timeline) -> None:
    timeline.model.set_store(trace_from(" / ".join(f"w{number} SSSS" for number in range(40))))
    timeline.model.rebuild()
    assert timeline.view.scroll_bar.maximum() > 0
    timeline.view.scroll_bar.setValue(120)
    timeline.model.rebuild()
    assert timeline.model.scene is not None
    assert timeline.model.scene.window.top == 120


def test_scene_and_theme_reach_the_pixels(timeline: Timeline) -> None:
    light = timeline.canvas.grab().toImage()
    timeline.view.set_look(appearance("dark"))
    dark = timeline.canvas.grab().toImage()
    assert light.pixelColor(5, light.height() - 5).lightness() > 200
    assert dark.pixelColor(5, dark.height() - 5).lightness() < 60
