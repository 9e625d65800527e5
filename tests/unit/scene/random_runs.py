"""Runs with anything in them, under any names: for what must hold whatever was recorded."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.unit.scene.measured_runs import as_measured, gil_lane, owned
from visualiser.events import Kind, Wait
from visualiser.trace import EventBatch, Loss, TraceStore

names = st.text(min_size=1, max_size=60).filter(str.strip)
moments = st.floats(0, 100)


@st.composite
def runs(draw: st.DrawFn) -> TraceStore:
    """A run with anything in it, under any names."""
    run = RunBuilder()
    losses = []
    for number in range(draw(st.integers(1, 3))):
        parent = 100 * number if number else 1
        start = draw(moments)
        process = run.process(draw(names), 100 * (number + 1), parent_pid=parent, start=start)
        for _ in range(draw(st.integers(1, 4))):
            thread = process.thread(draw(names)).begin(start)
            lock = process.thing(draw(names))
            for _ in range(draw(st.integers(0, 8))):
                a, b = sorted((max(start, draw(moments)), max(start, draw(moments))))
                what = draw(st.integers(0, 4))
                if what == 0:
                    thread.wait(draw(st.sampled_from([Wait.LOCK, Wait.SLEEP, Wait.PROCESS_JOIN])), a, b, lock, line=7)
                elif what == 1:
                    thread.hold(a, b, lock)
                elif what == 2:
                    thread.span(draw(names), a, b)
                elif what == 3:
                    thread.mark(a, draw(names))
                else:
                    thread.output(a, draw(names))
            if draw(st.booleans()):
                thread.end(100, draw(st.sampled_from(["", "ValueError"])))
            if draw(st.integers(0, 4)) == 0:
                losses.append(Loss(process.key, thread.serial, 77, ORIGIN + round(draw(moments) * STEP)))
    run.process("observer", 9, role="observer").thread().add(draw(moments), Kind.MEMORY, 0, 100, 0, 5000)
    store = run.store(
        end=draw(st.floats(100, 130)), title=draw(names), variant=draw(names), signal=draw(st.sampled_from([None, 9]))
    )
    store.extend(EventBatch(losses=tuple(losses)))
    return _measured(draw, store) if draw(st.booleans()) else store


def _measured(draw: st.DrawFn, store: TraceStore) -> TraceStore:
    """The same with anything on its CPUs and in its first process's GIL."""
    lane = st.text(alphabet="0123?."[: min(len(store.threads), 4)] + "?.", max_size=100)
    lanes = (gil_lane(draw(lane), enabled=draw(st.sampled_from([True, False, None]))),)
    cpus = [draw(lane.map(lambda one: one.replace("?", "."))) for _ in range(draw(st.integers(0, 3)))]
    return as_measured(store, lanes, {number: owned(one) for number, one in enumerate(cpus)})
