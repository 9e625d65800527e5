"""No words of a picture overlap, are cut off or too small to read, whatever was recorded and however wide it is."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.builder import STEP
from tests.unit.scene.random_runs import runs
from visualiser.scene import Part, Scene, Text, ViewWindow, build
from visualiser.trace import TraceStore


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
