"""No words of a picture overlap, are cut off or too small to read, whatever was recorded and however wide it is."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Kind, Wait
from visualiser.scene import Part, Scene, Text, ViewWindow, build
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
    return store


def words_of(scene: Scene) -> list[Text]:
    return [item for item in scene.items if isinstance(item, Text)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs(), st.integers(400, 3000), st.booleans(), st.booleans(), st.floats(0, 90), st.floats(1, 130))
def test_no_words_overlap_or_leave_the_picture(
    store: TraceStore, width: int, for_export: bool, presenter: bool, first: float, length: float
) -> None:
    t0 = store.start_ns + round(first * STEP)
    window = ViewWindow(t0, t0 + round(length * STEP), width, presenter=presenter)
    scene = build(store, window, for_export=for_export, playhead=t0 + round(length * STEP / 3))
    words = words_of(scene)
    for item in words:
        box = item.box
        assert box.x0 >= -0.01, item
        assert box.x1 <= width + 0.01, item
        assert box.y0 >= -0.01, item
        assert box.y1 <= scene.height + 0.01, item
        assert item.size >= 11, item
        if item.part is Part.BODY:
            assert box.x0 >= scene.body.x0 - 0.01, item
            assert box.x1 <= scene.body.x1 + 0.01, item
    for number, one in enumerate(words):
        for other in words[number + 1 :]:
            assert not overlap(one, other), (one, other)


def overlap(one: Text, other: Text) -> bool:
    a, b = one.box, other.box
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
