"""Boxes of processes and threads, and the marks of where a line ran."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.stepped import embrace, lost_update, two_worlds
from visualiser.scene import ViewWindow, build
from visualiser.viewmodels import Boxes, LaneKind
from visualiser.viewmodels.values import boxes_at
from visualiser.views import ValuesView, VisitMarks, appearance


@pytest.fixture
def view(qtbot: QtBot) -> ValuesView:
    made = ValuesView()
    qtbot.addWidget(made)
    made.set_look(appearance("light"))
    made.resize(400, 500)
    made.show()
    return made


def at(run: RunBuilder, step: float) -> Boxes:
    return boxes_at(run.store(end=20), ORIGIN + round(step * STEP))


def colours(view: ValuesView) -> set[str]:
    image = view.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_everything_in_the_boxes_is_said_in_words_too(view: ValuesView) -> None:
    view.set_boxes(at(embrace(), 10))
    said = view.accessibleDescription()
    assert "held by philosopher-2" in said
    assert "holds Lock left" in said


def test_two_processes_are_two_boxes_each_with_its_own_value(view: ValuesView) -> None:
    view.set_boxes(at(two_worlds(), 5.5))
    said = view.accessibleDescription().split("\n")
    assert [line for line in said if "basket" in line] == ["shop.py (100): basket = 1", "shopper (200): basket = 2"]


def test_what_has_just_changed_lights_up_in_the_colour_of_its_thread(view: ValuesView) -> None:
    tint = appearance("light").theme.colour("thread_tint/1").name()
    view.set_boxes(at(lost_update(), 6.5))
    plain = tint in colours(view)
    view.set_boxes(at(lost_update(), 8))
    assert not plain
    assert tint in colours(view)


def test_what_does_not_fit_can_be_scrolled_to(view: ValuesView) -> None:
    run = RunBuilder()
    process = run.process("many.py")
    for number in range(20):
        process.thread(f"worker-{number}").begin(0)
    view.set_boxes(at(run, 5))
    assert view.verticalScrollBar().maximum() > 0
    assert view.sheet.width() == view.viewport().width()


def test_it_says_what_to_do_where_there_are_no_values(view: ValuesView) -> None:
    empty = view.grab().toImage()
    view.set_hint("Right-click a name")
    assert view.grab().toImage() != empty


def test_visits_are_marked_in_the_lanes_of_their_threads_once_per_pixel(qtbot: QtBot) -> None:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(900, 500)
    marks = VisitMarks(canvas)
    store = lost_update().store(end=20)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 900, 500))
    marks.set_scene(scene)
    marks.set_visits(np.repeat(ORIGIN + np.array([4, 5]) * STEP, 1000), np.repeat(np.array([1, 2], np.int32), 1000))
    lanes = [lane for lane in scene.lanes if lane.kind == LaneKind.THREAD and lane.thread in (1, 2)]
    assert [round(x) for x, _, _ in marks.places()] == [round(scene.x_of(ORIGIN + step * STEP)) for step in (4, 5)]
    assert all(lane.y0 <= top <= lane.y1 for (_, top, _), lane in zip(marks.places(), lanes, strict=True))


def test_the_marks_let_the_mouse_through_and_go_with_the_canvas(qtbot: QtBot) -> None:
    canvas = QWidget()
    qtbot.addWidget(canvas)
    marks = VisitMarks(canvas)
    canvas.resize(640, 480)
    canvas.show()
    qtbot.waitUntil(lambda: marks.size() == canvas.size())
    assert marks.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
