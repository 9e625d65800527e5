"""Where lanes stand: pinned ones in sight, a crowd of short threads in one lane, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.drawn import trace_from
from visualiser.scene import LaneKind, Part, Scene, Strip, Text, ViewWindow, at_once, build, crowd_of, hit
from visualiser.trace import TraceStore
from visualiser.viewmodels.facts import facts_of


def window(store: TraceStore, **more: object) -> ViewWindow:
    return replace(ViewWindow(store.start_ns, store.end_ns, 1000, 400), **more)  # type: ignore[arg-type]


def threads(scene: Scene) -> list[int]:
    return [lane.thread for lane in scene.lanes if lane.thread is not None]


def server(requests: int, at_a_time: int = 1) -> TraceStore:
    """A main thread of 1000 steps; `requests` threads of 2 steps, so many at a time, one batch every 2 steps."""
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).end(1000)
    for number in range(requests):
        start = 1 + 2 * (number // at_a_time)
        process.thread(f"request-{number}").begin(start).end(start + 2)
    return run.store(end=1000)


def test_a_crowd_of_short_threads_is_one_lane_that_says_how_many() -> None:
    store = server(300, at_a_time=3)
    scene = build(store, window(store))
    crowd = next(lane for lane in scene.lanes if lane.kind == LaneKind.CROWD)
    assert threads(scene) == [0]
    assert (crowd.name, crowd.detail) == ("▸ 300 more threads", "at most 3 at once")


def test_an_unfolded_crowd_shows_each_of_its_threads_below_its_lane() -> None:
    store = server(300)
    scene = build(store, window(store, unfolded=frozenset((0,))))
    assert len(threads(scene)) == 301
    kinds = [lane.kind for lane in scene.lanes]
    assert kinds.index(LaneKind.CROWD) < kinds.index(LaneKind.THREAD, kinds.index(LaneKind.CROWD))


def test_threads_that_last_have_lanes_of_their_own_beside_the_crowd() -> None:
    run = RunBuilder()
    process = run.process()
    for name in ("main", "a", "b"):
        process.thread(name).begin(0).end(100)
    for number in range(40):
        process.thread(f"short-{number}").begin(number).end(number + 1)
    store = run.store(end=100)
    scene = build(store, window(store))
    assert threads(scene) == [0, 1, 2]
    assert crowd_of(store, scene.window, 0) == tuple(range(3, 43))


def test_a_handful_of_short_threads_is_no_crowd() -> None:
    store = server(20)
    assert len(threads(build(store, window(store)))) == 21


def test_a_pinned_thread_leaves_the_crowd() -> None:
    store = server(100)
    scene = build(store, window(store, pinned=(7,)))
    assert threads(scene) == [7, 0]
    assert 7 not in crowd_of(store, scene.window, 0)


lives = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=30)


@given(lives)
@settings(max_examples=40, deadline=None)
def test_how_many_lived_at_once_is_counted(some: list[tuple[int, int]]) -> None:
    run = RunBuilder()
    process = run.process()
    for number, (start, length) in enumerate(some):
        process.thread(f"t{number}").begin(start).end(start + length)
    store = run.store(end=120)
    found = at_once(store, tuple(range(len(some))))
    for step in range(100):
        alive = sum(start <= step < start + length for start, length in some)
        assert found.at(ORIGIN + step * STEP) == alive
    assert found.most == max(sum(s <= step < s + n for s, n in some) for step in range(100))


def test_pinned_lanes_stay_in_sight_while_the_others_scroll() -> None:
    store = trace_from(" / ".join(f"w{number:02} SSSS" for number in range(20)))
    scene = build(store, window(store, pinned=(15,), top=200.0))
    pinned = next(lane for lane in scene.lanes if lane.thread == 15)
    assert pinned.y0 == pytest.approx(scene.body.y0)
    seen = [lane for lane in scene.lanes if lane.y1 > scene.body.y0 and lane.y0 < scene.body.y1]
    assert len(seen) > 3
    assert all(lane is pinned or lane.y0 >= pinned.y1 for lane in seen)
    at = hit(scene, 10, (pinned.y0 + pinned.y1) / 2)
    assert at is not None
    assert at.thread == 15


def test_pinned_lanes_that_would_fill_the_picture_scroll_like_the_others() -> None:
    store = trace_from(" / ".join(f"w{number:02} SSSS" for number in range(20)))
    scene = build(store, window(store, pinned=tuple(range(18)), top=200.0))
    first = next(lane for lane in scene.lanes if lane.thread == 0)
    assert first.y1 < scene.body.y0


def test_a_pinned_thread_says_where_it_belongs_when_there_are_several_processes() -> None:
    store = trace_from("main PPPP // child .RR.")
    names = [lane.name for lane in build(store, window(store, pinned=(1,))).lanes]
    assert names[0] == "child (Process-1)"


def test_a_pinned_process_comes_first_with_all_its_threads() -> None:
    store = trace_from("main PPPP / w SSSS // child .RR. / c .SS.")
    scene = build(store, window(store, pinned_processes=(1,)))
    assert threads(scene) == [2, 3, 0, 1]
    assert sum(lane.kind == LaneKind.PROCESS for lane in scene.lanes) == 2


def test_hidden_processes_and_kinds_are_left_out_with_what_is_theirs() -> None:
    run = RunBuilder()
    first = run.process()
    first.thread().begin(0).output(2, "hello").started_process(1, 200).end(10)
    run.process("child", parent_pid=100, start=1).thread().begin(1).end(9)
    store = run.store(end=10)
    scene = build(store, window(store, hidden_processes=frozenset((1,)), without=frozenset((LaneKind.OUTPUT,))))
    assert {lane.process for lane in scene.lanes} == {0}
    assert LaneKind.OUTPUT not in {lane.kind for lane in scene.lanes}


def test_the_children_of_a_hidden_process_are_still_shown() -> None:
    store = trace_from("main PPPP // child .RR.")
    assert threads(build(store, window(store, hidden_processes=frozenset((0,))))) == [1]


def test_no_lane_overlaps_another_however_they_are_arranged() -> None:
    store = trace_from("main PPPP / w SSSS / x RRRR // child .RR. / c .SS. // d .R..")
    arrangements: list[dict[str, object]] = [
        {"order": (2, 1)}, {"process_order": (2, 1)}, {"pinned": (4, 1)}, {"pinned_processes": (2,), "pinned": (2,)},
        {"hidden": frozenset((0, 3)), "collapsed": frozenset((1,))}, {"pinned": (0,), "top": 60.0, "height": 200},
    ]  # fmt: skip
    for fields in arrangements:
        lanes = build(store, window(store, **fields)).lanes
        seen = [lane for lane in lanes if lane.y1 > 0]
        assert all(a.y1 <= b.y0 + 1e-6 for a, b in pairwise(seen)), fields


def test_a_scrolled_picture_with_pins_draws_no_state_over_them() -> None:
    store = trace_from(" / ".join(f"w{number:02} RRRR" for number in range(20)))
    scene = build(store, window(store, pinned=(15,), top=150.0))
    pinned = next(lane for lane in scene.lanes if lane.thread == 15)
    tops = [
        item.y0 if isinstance(item, Strip) else float(np.min(item.y0)) for item in scene.items if hasattr(item, "y0")
    ]
    assert min(tops) >= scene.body.y0
    inside = [top for top in tops if top < pinned.y1]
    assert all(top >= pinned.y0 for top in inside)


def test_a_process_says_how_many_of_its_threads_are_folded_and_how_many_hidden() -> None:
    store = trace_from("main PPPP / a SSSS / b SSSS")
    hidden = build(store, window(store, hidden=frozenset((1,)))).lanes[0]
    folded = build(store, window(store, hidden=frozenset((1,)), collapsed=frozenset((0,)))).lanes[0]
    assert hidden.detail.endswith("1 thread hidden")
    assert folded.detail.endswith("2 threads folded · 1 thread hidden")


def test_a_thread_without_a_record_of_its_own_says_so_under_its_name_and_when_pointed_at() -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    main.started_process(1, 4242, "other")
    main.end(50)
    store = run.store(end=50)
    scene = build(store, window(store))
    strange = next(process for process in store.processes if process.note)
    lane = next(lane for lane in scene.lanes if lane.kind == LaneKind.PROCESS and lane.process == strange.index)
    assert lane.detail.endswith("no record of its own")
    found = hit(scene, 5, (lane.y0 + lane.y1) / 2)
    assert dict(facts_of(store, found).rows)["Note"] == strange.note


@pytest.mark.parametrize("presenter", [False, True])
@pytest.mark.parametrize("size", [(400, 300), (700, 500), (1600, 300), (1600, 900)])
def test_however_low_an_export_is_the_line_that_tells_the_sources_is_not_cut_off(
    size: tuple[int, int], presenter: bool
) -> None:
    store = server(40)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, *size, presenter=presenter), for_export=True)
    footer = [item for item in scene.items if isinstance(item, Text) and item.part is Part.FOOTER]
    assert any("Measured" in text.text for text in footer)
    assert all(text.box.y1 <= scene.height for text in footer)
    assert scene.height == size[1] or size[1] < 900
