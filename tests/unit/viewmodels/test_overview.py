"""The strip of the whole run: every thread in a row of its own, and nothing but states."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP
from tests.support.drawn import trace_from
from visualiser.paint import paint, theme
from visualiser.scene import Scene, StateRects, Strip
from visualiser.trace import SpanFilter, State, TraceStore
from visualiser.viewmodels import Overview


def strip_of(store: TraceStore | None, width: int = 400) -> Overview:
    made = Overview()
    made.resize(width, 20)
    made.set_store(store)
    return made


def scene_of(store: TraceStore) -> Scene:
    scene = strip_of(store).scene
    assert scene is not None
    return scene


def test_each_thread_has_its_row_over_the_whole_width(qtbot: QtBot) -> None:
    scene = scene_of(trace_from("main LLLLSSSSSS / w1 SSSSSLLLLL"))
    assert (scene.window.t0, scene.window.t1) == (ORIGIN, ORIGIN + 10 * STEP)
    assert (scene.body.x0, scene.body.x1) == (0, 400)
    rects = [item for item in scene.items if isinstance(item, StateRects)]
    y0, y1 = (np.concatenate([getattr(item, name) for item in rects]) for name in ("y0", "y1"))
    assert y0.min() >= 0
    assert y1.max() <= 20
    for top, bottom in ((0, 10), (10, 20)):
        assert ((y0 >= top) & (y1 <= bottom)).sum() == 2


def test_every_thread_is_painted(qtbot: QtBot) -> None:
    scene = scene_of(trace_from("main LLLL / w1 LLLL"))
    image = QImage(408, 20, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint(scene, painter, theme("light"))
    painter.end()
    drawn = [any(image.pixel(x, y) != 0xFFFFFFFF for x in range(400)) for y in range(20)]
    assert any(drawn[:10])
    assert any(drawn[10:])


def test_only_what_passes_a_filter_is_there(qtbot: QtBot) -> None:
    made = strip_of(trace_from("main LLLLSSSS"))
    made.set_filter(SpanFilter(states=frozenset({State.SLEEP})))
    assert made.scene is not None
    assert [item.state.tolist() for item in made.scene.items if isinstance(item, StateRects)] == [[State.SLEEP]]


def test_dense_states_are_there_too(qtbot: QtBot) -> None:
    scene = scene_of(trace_from("main " + "LS" * 900))
    assert any(isinstance(item, Strip) for item in scene.items)


def test_many_threads_leave_rows_that_can_be_seen(qtbot: QtBot) -> None:
    scene = scene_of(trace_from(" / ".join(f"w{number} SSSS" for number in range(60))))
    assert len(scene.lanes) == 8


@pytest.mark.parametrize("width", [0, 100])
def test_no_run_or_no_room_is_no_strip(qtbot: QtBot, width: int) -> None:
    assert strip_of(None).scene is None
    assert strip_of(trace_from("main LLLL"), width).scene is None


def test_growing_many_times_builds_it_once(qtbot: QtBot) -> None:
    made = strip_of(trace_from("main LLLL"))
    built: list[object] = []
    made.changed.connect(built.append)
    for _ in range(20):
        made.grow()
    qtbot.waitUntil(lambda: bool(built))
    assert len(built) == 1


def test_the_strip_waits_for_the_picture_that_is_being_made(qtbot: QtBot) -> None:
    made = strip_of(trace_from("main LLLL"))
    built: list[object] = []
    made.changed.connect(built.append)
    made.wait(True)
    made.grow()
    qtbot.waitUntil(lambda: made._late)
    assert not built
    made.wait(False)
    qtbot.waitUntil(lambda: len(built) == 1)
