"""The lanes of counters that another tool's file tells: steps, never slopes; and nothing where nothing is told."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP
from tests.support.drawn import trace_from
from visualiser.scene import Boxes, Lane, LaneKind, Lines, Part, Scene, Shape, Text, ViewWindow, build, hit, tell
from visualiser.trace import Counter, TraceStore, keep_counters


def counting(values: list[tuple[float, float]], name: str = "queue") -> TraceStore:
    """A run of 10 steps whose process counted values at moments (in steps)."""
    store = trace_from("main RRRRRRRRRR")
    t, value = (np.array(column) for column in zip(*values, strict=True))
    times = store.start_ns + np.rint(t * STEP).astype(np.int64)
    keep_counters(store, [Counter(0, name, "value", times, value.astype(np.float64))])
    return store


def view(
    store: TraceStore, window: tuple[float, float] = (0, 10), labels: int = 112, **more: Any
) -> tuple[Scene, Lane]:
    t0, t1 = (store.start_ns + round(one * STEP) for one in window)
    scene = build(store, ViewWindow(t0, t1, 1120, label_width=labels), **more)
    return scene, next(lane for lane in scene.lanes if lane.kind == LaneKind.COUNTER)


def line_of(scene: Scene, lane: Lane) -> list[tuple[float, float]]:
    """The drawn line: x in steps of the run, height as a share of the bar."""
    (shape,) = [item for item in scene.items if isinstance(item, Shape) and item.ink == "band"]
    y0, y1 = lane.bar
    unit = STEP
    return [
        (round((scene.t_of(x) - ORIGIN) / unit, 2), round((y1 - y) / (y1 - y0), 3)) for x, y in shape.points.tolist()
    ]


def test_a_counter_goes_in_steps_from_its_first_value_to_its_last() -> None:
    scene, lane = view(counting([(2, 1), (4, 4), (7, 2)]))
    start = scene.window.t0 - ORIGIN
    shift = start / STEP
    found = [(round(x - shift, 1), y) for x, y in line_of(scene, lane)]
    assert found == [(2, 0.25), (4, 0.25), (4, 1.0), (7, 1.0), (7, 0.5), (7, 0.5)]


def test_the_value_that_held_before_the_window_and_after_it_reaches_its_edges() -> None:
    scene, lane = view(counting([(2, 1), (4, 4), (7, 2)]), (5, 6))
    (shape,) = [item for item in scene.items if isinstance(item, Shape) and item.ink == "band"]
    assert shape.points[:, 0].tolist() == [scene.body.x0, scene.body.x1]
    assert set(shape.points[:, 1].tolist()) == {lane.bar[0]}


@pytest.mark.parametrize("window", [(0, 1.5), (8, 10)])
def test_nothing_is_drawn_where_nothing_is_told(window: tuple[float, float]) -> None:
    scene, lane = view(counting([(2, 1), (4, 4), (7, 2)]), window)
    assert not [item for item in scene.items if isinstance(item, Shape) and item.ink == "band"]
    boxes = [box for item in scene.items if isinstance(item, Boxes) and item.part is Part.BODY for box in item.boxes]
    assert not [box for box in boxes if lane.bar[0] - 2 <= box[1] and box[3] <= lane.bar[1] + 2]


def test_values_below_zero_hang_from_the_line_of_zero() -> None:
    scene, lane = view(counting([(1, -3), (5, 1), (9, 0)]))
    heights = dict.fromkeys(y for _, y in line_of(scene, lane))
    assert list(heights) == [0.0, 1.0, 0.75]
    zero = lane.bar[1] - 0.75 * (lane.bar[1] - lane.bar[0])
    lines = [line for item in scene.items if isinstance(item, Lines) and item.ink == "grid" for line in item.lines]
    assert any(line[1] == line[3] == pytest.approx(zero) for line in lines)


def test_a_single_value_is_a_dot() -> None:
    scene, lane = view(counting([(5, 3)]))
    assert not [item for item in scene.items if isinstance(item, Shape) and item.ink == "band"]
    boxes = [item for item in scene.items if isinstance(item, Boxes) and item.fill == "band" and item.part is Part.BODY]
    dots = [box for item in boxes for box in item.boxes.tolist() if box[1] < lane.bar[0] < box[3]]
    assert len(dots) == 1
    assert scene.t_of((dots[0][0] + dots[0][2]) / 2) == pytest.approx(scene.window.t0 + 5 * STEP, abs=STEP / 100)


def test_name_value_at_the_playhead_and_scale_stand_at_the_left() -> None:
    store = counting([(2, 1e6), (4, 4e6)], "memory (bytes)")
    scene, lane = view(store, labels=220, playhead=store.start_ns + 3 * STEP)
    said = [item.text for item in scene.items if isinstance(item, Text) and lane.y0 < item.y < lane.y1]
    assert said == ["memory (bytes)", "1 MB · scale 0 B to 4 MB"]
    scene, lane = view(store, playhead=store.start_ns + 5 * STEP)
    assert lane.detail == "scale 0 B to 4 MB"


def test_the_place_under_the_mouse_tells_what_held() -> None:
    store = counting([(2, 1), (4, 4), (7, 2)])
    scene, lane = view(store)

    def under(step: float) -> Any:
        found = hit(scene, scene.x_of(store.start_ns + step * STEP), (lane.y0 + lane.y1) / 2)
        assert found is not None
        return tell(store, found)

    assert under(5) == ("queue", (("Value", "4"), ("In all", "1 to 4"), ("How known", "told by the file")))
    assert under(1)[1][0] == ("Value", "not told at this moment")
    assert under(8)[1][0] == ("Value", "not told at this moment")


def test_a_folded_process_has_no_lanes_of_counters_and_the_legend_says_what_they_are() -> None:
    store = counting([(2, 1), (4, 4)])
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 800, collapsed=frozenset({0})))
    assert LaneKind.COUNTER not in {lane.kind for lane in scene.lanes}
    assert "counter, as the file tells it" in [one.words for one in scene.legend]
    assert "counter, as the file tells it" not in [one.words for one in view_of_plain().legend]


def view_of_plain() -> Scene:
    store = trace_from("main RRRR")
    return build(store, ViewWindow(store.start_ns, store.end_ns, 800))


@settings(max_examples=20, deadline=None)
@given(st.integers(2500, 9000), st.integers(-60, 40), st.integers(0, 999))
def test_where_values_are_dense_a_column_reaches_from_the_least_to_the_most_of_it(
    count: int, least: int, seed: int
) -> None:
    chance = Random(seed)
    values = [chance.randint(least, least + 50) for _ in range(count)]
    places = np.linspace(0, 10, len(values))
    store = counting(list(zip(places.tolist(), values, strict=True)))
    scene, lane = view(store)
    (line,) = [
        item.boxes for item in scene.items
        if isinstance(item, Boxes) and item.fill == "band" and len(item.boxes) > 900
    ]  # fmt: skip
    low, high = min(min(values), 0), max(max(values), 0)
    times = store.start_ns + np.rint(places * STEP).astype(np.int64)
    number = np.array(values)
    for x in (112, 400, 777, 1100):
        column = line[line[:, 0] == x][0]
        begin, end = (round(scene.window.t0 + (x + one - 112) / (scene.body.x1 - 112) * 10 * STEP) for one in (0, 1))
        first = max(int(np.searchsorted(times, begin, "right")) - 1, 0)
        held = number[first : max(int(np.searchsorted(times, end)), first + 1)]
        reach = lane.bar[1] - (lane.bar[1] - lane.bar[0]) * (np.array([held.max(), held.min()]) - low) / (
            (high - low) or 1
        )
        assert column[[1, 3]] == pytest.approx([reach[0] - 0.5, reach[1] + 0.5])
