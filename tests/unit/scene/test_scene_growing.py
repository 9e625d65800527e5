"""A run drawn while it grows is drawn as one that was there from the beginning."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Wait
from visualiser.scene import Scene, ViewWindow, ahead, build
from visualiser.trace import Chunk, EventBatch, RunInfo, TraceStore

LENGTH = 700
"""Of the run, ms."""


@st.composite
def busy_runs(draw: st.DrawFn) -> RunBuilder:
    """Two threads that wait, hold locks across each other and have spans inside each other, many of them short."""
    run = RunBuilder()
    process = run.process("main")
    for name in ("MainThread", "worker"):
        thread, locks = process.thread(name).begin(0), [process.thing(one) for one in "ab"]
        steps = draw(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0.004, 0.05, 1.5])), max_size=60))
        at = 0.0
        for what, length in steps * 6:
            end = at + length
            if what == 0:
                thread.wait(Wait.SLEEP, at, end)
            elif what == 1:
                thread.hold(at, end, locks[0])
            elif what == 2:
                thread.hold(at, at + 2 * length / 3, locks[0]).hold(at + length / 3, end, locks[1])
            elif what == 3:
                thread.span("outer", at, end).span("inner", at + length / 4, at + length / 2)
            else:
                thread.mark(at, "here")
            at = end + length / 5
        if draw(st.booleans()):
            thread.hold(at, None, locks[1])
    return run


def drawn(store: TraceStore, t0: float, t1: float) -> Scene:
    return build(store, ViewWindow(ORIGIN + round(t0 * STEP), ORIGIN + round(t1 * STEP), 500), playhead=ORIGIN)


def plain(scene: Scene) -> list[object]:
    """All that is painted, to be compared."""
    return [
        [value.tolist() if isinstance(value, np.ndarray) else value
         for value in (getattr(item, one.name) for one in fields(item))]
        for item in scene.items
    ]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(busy_runs(), st.floats(0, 200), st.floats(0.01, 500))
def test_what_was_worked_out_ahead_is_drawn_as_what_was_not(run: RunBuilder, t0: float, length: float) -> None:
    stores = [TraceStore(RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN)) for _ in range(2)]
    for store in stores:
        store.extend(run.batch())
    for _ in ahead(stores[0]):
        pass
    assert plain(drawn(stores[0], t0, t0 + length)) == plain(drawn(stores[1], t0, t0 + length))


def test_work_ahead_ends_when_the_run_has_grown_meanwhile() -> None:
    run = RunBuilder()
    process = run.process("main")
    process.thread("a").begin(0).wait(Wait.SLEEP, 1, 2)
    process.thread("b").begin(0).wait(Wait.SLEEP, 1, 2)
    store = TraceStore(RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN))
    store.extend(run.batch())
    turns = ahead(store)
    next(turns)
    more = RunBuilder()
    more.process("main").thread("c").begin(3)
    store.extend(EventBatch(chunks=more.batch().chunks))
    assert list(turns) == []


@settings(max_examples=30, deadline=None)
@given(busy_runs(), st.lists(st.floats(0, LENGTH), max_size=4).map(sorted), st.floats(0, 200), st.floats(0.01, 500))
def test_growing_makes_no_difference(run: RunBuilder, stops: list[float], t0: float, length: float) -> None:
    info = RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN)
    end = RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN, end_ns=ORIGIN + LENGTH * STEP)
    batch = run.batch()
    grown, whole = TraceStore(info), TraceStore(info)
    grown.extend(EventBatch(headers=batch.headers, definitions=batch.definitions))
    edges = [0, *(ORIGIN + round(stop * STEP) for stop in stops), 1 << 62]
    for first, last in pairwise(edges):
        parts = []
        for chunk in batch.chunks:
            times = chunk.records["t"].astype(np.int64)
            some = chunk.records[(times >= first) & (times < last)]
            if len(some):
                parts.append(Chunk(chunk.process, chunk.serial, chunk.tid, chunk.ident, some))
        grown.extend(EventBatch(chunks=tuple(parts)))
        if grown.threads:
            drawn(grown, t0, t0 + length)
    whole.extend(batch)
    for store in (grown, whole):
        store.finish(end)
    assert plain(drawn(grown, t0, t0 + length)) == plain(drawn(whole, t0, t0 + length))
    assert plain(drawn(grown, 0, LENGTH)) == plain(drawn(whole, 0, LENGTH))
