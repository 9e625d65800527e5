"""What happened once is seen at every zoom, wherever it lies among thousands of others."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Wait
from visualiser.scene import Boxes, Lines, Part, Scene, StateRects, Strip, ViewWindow, build, layers_of
from visualiser.scene.model import Item
from visualiser.trace import EventBatch, Loss, State, TraceStore

LENGTH = 150
"""Of the run, ms; its thread sleeps 300 times."""

moments = st.integers(1, LENGTH * 1000 - 50).filter(lambda us: us % 500 > 260)
"""Microseconds after the start, in which it does not sleep."""
views = st.tuples(st.floats(0, 1), st.floats(0.5, 5.2))
"""Where in the window the moment lies, and the logarithm of how many microseconds are seen."""


def run_with(rare: str, at: int) -> TraceStore:
    """A thread that sleeps by half-milliseconds, and once does something else, 2 us long; `at` in us."""
    run = RunBuilder()
    thread = run.process("main").thread().begin(0)
    for turn in range(2 * LENGTH):
        thread.wait(Wait.SLEEP, turn / 2, turn / 2 + 0.25)
    t0, t1 = at / 1000, at / 1000 + 0.002
    if rare == "state":
        thread.wait(Wait.LOCK, t0, t1, thread.process.thing("door"))
    elif rare == "hold":
        thread.hold(t0, t1, thread.process.thing("door"))
    elif rare == "span":
        thread.span("once", t0, t1)
    elif rare == "mark":
        thread.mark(t0, "here")
    elif rare == "output":
        thread.output(t0, "words")
    store = run.store(end=LENGTH)
    if rare == "lost":
        store.extend(EventBatch(losses=(Loss(0, 1, 3, ORIGIN + round(t0 * STEP)),)))
    return store


def is_seen(scene: Scene, rare: str, x: float) -> bool:
    """Whether something of that kind, a pixel large at least, stands within a pixel of x."""
    return any(_shows(item, rare, x) for item in scene.items if item.part is Part.BODY)


def _shows(item: Item, rare: str, x: float) -> bool:
    ink = {"hold": "hold", "span": "thread/0", "mark": "thread/0", "output": "thread/0"}.get(rare)
    if isinstance(item, Strip):
        near = np.abs(item.columns + 0.5 - x) <= 1.5
        return bool(near.any()) and _in_strip(item, near, rare, ink)
    if isinstance(item, StateRects):
        return rare == "state" and bool(((item.state == State.LOCK) & (item.x0 - 1 <= x) & (x <= item.x1 + 1)).any())
    if isinstance(item, Boxes):
        if not (item.hatch == "lost" if rare == "lost" else ink is not None and ink in (item.fill, item.edge)):
            return False
        x0, y0, x1, y1 = item.boxes.T
        return bool(((x1 - x0 >= 1) & (y1 - y0 >= 1) & (x0 - 1 <= x) & (x <= x1 + 1)).any())
    if isinstance(item, Lines) and rare in ("mark", "output"):
        return item.ink == ink and bool((np.abs(item.lines[:, 0] - x) <= 1.5).any())
    return False


def _in_strip(strip: Strip, near: NDArray[np.bool_], rare: str, ink: str | None) -> bool:
    """Whether it is in one of these columns, a pixel high."""
    order, tops = layers_of(strip)
    heights = -np.diff(np.column_stack((np.full(len(tops), strip.y1), tops)), axis=1)
    if strip.inks:
        return ink in strip.inks and bool((heights[near] >= 1 - 1e-9).any())
    if rare != "state" or State.LOCK not in order:
        return False
    return bool((heights[near, order.index(State.LOCK)] >= 1 - 1e-9).any())


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(["state", "hold", "span", "mark", "output", "lost"]), moments, views)
def test_a_rare_thing_is_seen_at_every_zoom(rare: str, at: int, view: tuple[float, float]) -> None:
    store = run_with(rare, at)
    share, size = view
    t, seen = ORIGIN + at * 1000, int(10**size * 1000)
    t0 = t - int(share * (seen - 2000))
    scene = build(store, ViewWindow(t0, t0 + seen, 700))
    assert is_seen(scene, rare, min(scene.x_of(t + 1000 * (rare in ("state", "hold", "span"))), scene.body.x1 - 1))


@settings(max_examples=25, deadline=None)
@given(moments, views)
def test_what_is_not_there_is_not_seen(at: int, view: tuple[float, float]) -> None:
    store = run_with("", at)
    t, seen = ORIGIN + at * 1000, int(10 ** view[1] * 1000)
    t0 = t - int(view[0] * seen)
    scene = build(store, ViewWindow(t0, t0 + seen, 700))
    assert not any(is_seen(scene, rare, scene.x_of(t)) for rare in ("state", "hold", "span", "lost", "output"))
