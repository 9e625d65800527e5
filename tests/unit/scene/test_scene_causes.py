"""Arrows of causes: from who let go to who went on, and none that cannot be told from the next."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support import ORIGIN, STEP, RunBuilder
from visualiser.events import Kind, Wait
from visualiser.scene import Lines, Scene, Selection, ViewWindow, build
from visualiser.trace import TraceStore


def lock_step(turns: int = 1) -> TraceStore:
    """Bob waits for what Ann holds, again and again."""
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("ann", "bob"))
    lock = process.thing("till")
    for turn in range(turns):
        t = turn * 10
        ann.hold(t + 1, t + 6, lock)
        bob.wait(Wait.LOCK, t + 2, t + 6.5, lock).hold(t + 7, t + 8, lock)
    return run.store(end=turns * 10)


def drawn(store: TraceStore, selection: Selection | None = None, end: float = 10) -> Scene:
    return build(store, ViewWindow(ORIGIN, ORIGIN + round(end * STEP), 1000, 300), selection=selection)


def lines(scene: Scene, ink: str) -> list[list[float]]:
    found = [item.lines for item in scene.items if isinstance(item, Lines) and item.dashed and item.ink == ink]
    return np.concatenate(found).tolist() if found else []


def test_an_arrow_goes_down_where_the_lock_was_given_back_and_on_to_where_the_wait_ended() -> None:
    scene = drawn(lock_step(), Selection(thread=1, index=1))
    down, on = sorted(lines(scene, "accent"), key=lambda line: line[0] != line[2])
    ann, bob = (next(lane for lane in scene.lanes if lane.thread == one) for one in (0, 1))
    assert down[0] == down[2] == pytest.approx(scene.x_of(ORIGIN + 6 * STEP))
    assert down[1] == ann.bar[1]
    assert bob.bar[0] <= down[3] <= bob.bar[1]
    assert on[2] == pytest.approx(scene.x_of(ORIGIN + 6.5 * STEP), abs=2)
    assert not lines(scene, "arrow")


def test_who_let_go_shows_whom_it_let_go() -> None:
    scene = drawn(lock_step(), Selection(thread=0, index=0))
    assert lines(scene, "accent")


def test_of_many_waits_only_the_selected_ones_arrow_is_left() -> None:
    store = lock_step(100)
    assert not lines(drawn(store, end=1000), "arrow")
    assert lines(drawn(store, Selection(thread=1, index=1), end=1000), "accent")
    assert lines(drawn(store, end=50), "arrow")


def test_a_wait_that_is_not_over_or_timed_out_has_no_arrow() -> None:
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("ann", "bob"))
    lock = process.thing("till")
    ann.hold(0, 9, lock)
    bob.wait(Wait.LOCK, 1, 3, lock, got=False).wait(Wait.LOCK, 4, None, lock)
    scene = drawn(run.store(end=10), Selection(thread=1, index=3))
    assert not lines(scene, "arrow")
    assert not lines(scene, "accent")


def test_arrows_follow_a_run_that_grows() -> None:
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("ann", "bob"))
    lock = process.thing("till")
    ann.hold(1, 6, lock)
    bob.wait(Wait.LOCK, 2, None, lock).add(6.5, Kind.WAIT_END, Wait.LOCK, lock, 0, 1)
    store, batch = TraceStore(), run.batch()
    store.extend(type(batch)(headers=batch.headers, definitions=batch.definitions, chunks=batch.chunks[1:]))
    assert not lines(drawn(store, Selection(thread=0, index=1)), "accent")
    store.extend(type(batch)(chunks=batch.chunks[:1]))
    assert lines(drawn(store, Selection(thread=0, index=1)), "accent")
