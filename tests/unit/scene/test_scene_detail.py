"""Levels of detail: what is a rectangle, what is a strip, and that neither loses nor invents any time."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.drawn import trace_from
from visualiser.scene import Scene, StateRects, Strip, ViewWindow, build, layers_of, outlines, whole_pixels
from visualiser.trace import TraceStore

STEP = 1_000_000
LETTERS = "RNCGLISP?"


def scene_of(store: TraceStore, width: int = 400, t0: float = 0, t1: float | None = None) -> Scene:
    """A view of the whole run, or of some steps of it, with 100 pixels for names."""
    end = store.end_ns if t1 is None else store.start_ns + round(t1 * STEP)
    window = ViewWindow(store.start_ns + round(t0 * STEP), end, width, label_width=100)
    return build(store, window)


def strips_of(scene: Scene) -> list[Strip]:
    return [item for item in scene.items if isinstance(item, Strip)]


def rects_of(scene: Scene) -> list[tuple[int, float, float]]:
    """State, x0 and x1 of every rectangle, in order of x."""
    found = [item for item in scene.items if isinstance(item, StateRects)]
    return sorted(
        (int(s), float(a), float(b)) for one in found for s, a, b in zip(one.state, one.x0, one.x1, strict=True)
    )


def naive_shares(store: TraceStore, scene: Scene, strip: Strip, thread: int) -> NDArray[np.float64]:
    """The shares of a strip's columns, span by span and column by column."""
    spans = store.states(thread)
    ns = (scene.window.t1 - scene.window.t0) / (scene.body.x1 - scene.body.x0)
    found = np.zeros_like(strip.shares)
    for row, column in enumerate(strip.columns.tolist()):
        begin = scene.window.t0 + round((column - round(scene.body.x0)) * ns)
        end = scene.window.t0 + round((column + 1 - round(scene.body.x0)) * ns)
        for start, stop, state in zip(spans.start.tolist(), spans.end.tolist(), spans.state.tolist(), strict=True):
            found[row, state] += max(0, min(end, stop) - max(begin, start)) / max(end - begin, 1)
    return found


drawings = st.text(alphabet=LETTERS, min_size=1, max_size=150).map(lambda letters: f"main {letters}")


@settings(max_examples=40, deadline=None)
@given(drawings, st.integers(220, 900), st.floats(0, 20), st.floats(0.2, 200))
def test_strips_hold_exactly_the_time_that_each_state_took(
    drawing: str, width: int, first: float, length: float
) -> None:
    store = trace_from(drawing)
    scene = scene_of(store, width, first, first + length)
    for strip in strips_of(scene):
        naive = naive_shares(store, scene, strip, 0)
        np.testing.assert_allclose(strip.shares, naive, atol=1e-6)
        assert (strip.shares.sum(axis=1) <= 1 + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(drawings, st.integers(220, 900))
def test_rectangles_and_strips_cover_the_life_of_a_thread_without_gap_or_overlap(drawing: str, width: int) -> None:
    store = trace_from(drawing)
    scene = scene_of(store, width)
    stretches = [(a, b) for _, a, b in rects_of(scene)]
    stretches += [(float(c), c + 1.0) for strip in strips_of(scene) for c in strip.columns.tolist()]
    stretches.sort()
    assert stretches[0][0] == scene.body.x0
    np.testing.assert_allclose([b for _, b in stretches[:-1]], [a for a, _ in stretches[1:]], atol=1e-6)
    assert abs(stretches[-1][1] - scene.body.x1) < 1e-6


def test_wide_spans_are_rectangles_of_their_length() -> None:
    scene = scene_of(trace_from("main RRRGGL"), 700)
    unit = (scene.body.x1 - scene.body.x0) / 6
    expected = [(1, 0, 3), (4, 3, 5), (5, 5, 6)]
    found = [(s, round((a - 100) / unit, 6), round((b - 100) / unit, 6)) for s, a, b in rects_of(scene)]
    assert found == expected
    assert not strips_of(scene)


def test_a_single_short_span_between_long_ones_keeps_its_share() -> None:
    store = trace_from("main " + "S" * 500 + "R" + "S" * 499)
    [strip] = strips_of(scene_of(store, 400))
    ns_per_column = 1000 / 292
    assert abs(strip.shares[:, 1].sum() * ns_per_column - 1) < 1e-3


def test_what_occurs_in_a_column_gets_at_least_a_pixel() -> None:
    store = trace_from("main " + ("S" * 99 + "R") * 100, step=1000)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 300, label_width=100))
    [strip] = strips_of(scene)
    order, tops = layers_of(strip)
    lower = np.column_stack((np.full(len(tops), strip.y1), tops[:, :-1]))
    running = (lower - tops)[:, order.index(1)]
    assert (running[strip.shares[:, 1] > 0] >= 0.99).all()


def test_a_strip_that_runs_half_of_the_time_is_half_as_high() -> None:
    store = trace_from("main " + "RS" * 4000, step=1000)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 300, label_width=100))
    [strip] = strips_of(scene)
    _, tops = layers_of(strip)
    half = (strip.y0 + strip.y1) / 2
    np.testing.assert_allclose(tops[:, 0], half, atol=0.5)


def test_the_outlines_of_a_strip_have_the_area_of_its_columns() -> None:
    store = trace_from("main " + "RGLS?" * 900, step=1000)
    [strip] = strips_of(build(store, ViewWindow(store.start_ns, store.end_ns, 300, label_width=100)))
    order, tops = layers_of(strip)
    lower = np.column_stack((np.full(len(tops), strip.y1), tops[:, :-1]))
    areas = dict(zip(order, (lower - tops).sum(axis=0), strict=True))
    for state, polygons in outlines(strip):
        drawn = sum(abs(shoelace(points)) for points in polygons)
        assert abs(drawn - areas[state]) < 1e-6 * max(drawn, 1)


def shoelace(points: NDArray[np.float64]) -> float:
    """The area of a polygon."""
    x, y = points[:, 0], points[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


@given(st.integers(0, 10**15), st.integers(1, 10**13), st.integers(200, 4000), st.integers(-4000, 4000))
def test_windows_that_move_by_pixels_have_their_columns_on_one_grid(t0: int, length: int, width: int, dx: int) -> None:
    start = 1_000_000_007
    first, last = whole_pixels(start + t0, start + t0 + length, width, start)
    column, rest = divmod(last - first, width)
    if length < 1000 * width:
        assert (first, last) == (start + t0, start + t0 + length)
        return
    assert rest == (first - start) % column == 0
    assert abs(first - start - t0) <= column
    assert length <= last - first <= 1.001 * length + width
    moved = round(start + t0 + dx * length / width)
    again, end = whole_pixels(moved, moved + length, width, start)
    assert end - again == last - first
    assert (again - first) % column == 0


def test_there_are_never_more_columns_than_pixels() -> None:
    letters = "RGLS" * 250
    store = trace_from("main " + letters, step=1000)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 300, label_width=100))
    assert sum(len(strip.columns) for strip in strips_of(scene)) + len(rects_of(scene)) <= 200
