"""The strip below the lanes: where the frame is, and where dragging it leads."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP
from tests.support.drawn import trace_from
from visualiser.viewmodels import Overview, Player, TimelineModel
from visualiser.views import appearance
from visualiser.views.icons import Icons
from visualiser.views.timeline import TimelineView

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Bench:
    """A timeline of a run of 10 steps, 900 pixels wide, that shows steps 2 to 4."""

    def __init__(self, qtbot: QtBot) -> None:
        self.model, self.overview, self.view = TimelineModel(Player()), Overview(), TimelineView(Icons())
        qtbot.addWidget(self.view)
        self.view.attach(self.model)
        self.strip = self.view.overview
        self.strip.resized.connect(self.overview.resize)
        self.overview.changed.connect(self.strip.set_scene)
        self.view.set_look(appearance("light"))
        self.view.resize(900, 500)
        self.view.show()
        store = trace_from("main LLLLLLLLLL / w1 SSSSSLLLLL")
        self.model.set_store(store)
        self.model.viewport = self.model.viewport.showing(ORIGIN + 2 * STEP, ORIGIN + 4 * STEP)
        self.model.rebuild()
        self.overview.set_store(store)

    def at(self, step: float) -> QPoint:
        """The pixel of a step's moment, from what the strip covers."""
        scene = self.model.scene
        assert scene is not None
        x0, x1 = scene.body.x0, scene.body.x1
        return QPoint(round(x0 + step / 10 * (x1 - x0)), self.strip.height() // 2)

    def seen(self) -> tuple[float, float]:
        """The steps that the lanes show."""
        t0, t1 = self.model.visible_range()
        return (t0 - ORIGIN) / STEP, (t1 - ORIGIN) / STEP


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_the_frame_is_around_what_the_lanes_show(bench: Bench) -> None:
    frame = bench.strip.frame()
    assert (frame.left(), frame.right()) == pytest.approx((bench.at(2).x(), bench.at(4).x()), abs=1.5)


def test_a_click_beside_the_frame_goes_there(bench: Bench) -> None:
    QTest.mouseClick(bench.strip, LEFT, NO_KEYS, bench.at(7))
    assert bench.seen() == pytest.approx((6, 8), abs=0.05)


def test_the_frame_is_dragged_by_where_it_was_taken(bench: Bench) -> None:
    QTest.mousePress(bench.strip, LEFT, NO_KEYS, bench.at(2.5))
    assert bench.seen() == pytest.approx((2, 4), abs=0.05)
    QTest.mouseMove(bench.strip, bench.at(5.5))
    QTest.mouseRelease(bench.strip, LEFT, NO_KEYS, bench.at(5.5))
    assert bench.seen() == pytest.approx((5, 7), abs=0.05)


def test_the_strip_is_painted_with_the_states_of_the_run(bench: Bench) -> None:
    image = bench.strip.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(bench.at(6).x(), bench.at(9).x()) for y in range(5, 25)}
    assert len(colours) > 1
