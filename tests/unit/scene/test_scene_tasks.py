"""Lanes of asyncio's tasks: what stands below a loop's thread, how each state looks, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import RunBuilder, ThreadBuilder
from visualiser.events import Kind, Rest, Span, Wait
from visualiser.export.svg import svg
from visualiser.scene import LIGHT, Box4, Boxes, LaneKind, Lines, Part, Scene, Text, TraceStore, ViewWindow, build, hit
from visualiser.scene.model import Lane
from visualiser.scene.tasks_bar import _hatching
from visualiser.viewmodels.facts import facts_of


def window(store: TraceStore, **more: object) -> ViewWindow:
    return replace(ViewWindow(store.start_ns, store.end_ns, 1000), **more)  # type: ignore[arg-type]


def task(
    thread: ThreadBuilder, number: int, label: str, *steps: tuple[float, float, float, str], ended: int = Rest.RETURNED
) -> None:
    """`steps`: asked for, begun, over, and what is awaited then; the last one ends the task."""
    thread.add(steps[0][0], Kind.TASK_CREATED, 0, thread.process.text(label), thread.process.site(3), number)
    for place, (asked, begun, over, what) in enumerate(steps):
        thread.add(asked, Kind.TASK_READY, 0, 0, 0, number)
        thread.add(begun, Kind.TASK_RUNS, 0, 0, 0, number)
        last = place == len(steps) - 1
        flag, text = (ended, "ValueError" if ended == Rest.FAILED else "") if last else (Rest.AWAITS, what)
        site = 0 if last else thread.process.site(9, "fetch", "/home/ada/net.py")
        thread.add(over, Kind.TASK_RESTS, flag, thread.process.text(text), site, number)


def loop(more: int = 0) -> TraceStore:
    """One task awaits and is ready for long, one keeps the loop for 200 ms, one is cancelled, one fails."""
    run = RunBuilder()
    main = run.process().thread().begin(0)
    task(main, 1, "fetch", (10, 11, 12, "sleep"), (250, 360, 365, ""))
    task(main, 2, "rude", (10, 150, 350, ""))
    task(main, 3, "stuck", (10, 13, 14, "Event.wait"), (366, 367, 368, ""), ended=Rest.CANCELLED)
    task(main, 4, "bad", (10, 15, 16, ""), ended=Rest.FAILED)
    for number in range(5, 5 + more):
        task(main, number, "extra", (20, 21 + number, 21.5 + number, ""))
    main.end(400)
    return run.store(end=400)


def lane_of(scene: Scene, name: str) -> Lane:
    return next(lane for lane in scene.lanes if lane.name == name)


def boxes_in(scene: Scene, lane: Lane, **style: object) -> list[Box4]:
    found = [
        Box4(*box)
        for item in scene.items
        if isinstance(item, Boxes) and all(getattr(item, name) == value for name, value in style.items())
        for box in item.boxes.tolist()
    ]
    return [box for box in found if box.y0 >= lane.bar[0] - 3 and box.y1 <= lane.bar[1] + 3 and box.x0 >= scene.body.x0]


def words(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def test_each_task_has_a_lane_below_the_thread_of_its_loop() -> None:
    store = loop()
    scene = build(store, window(store))
    kinds = [lane.kind for lane in scene.lanes if lane.kind in (LaneKind.THREAD, LaneKind.TASK)]
    assert kinds == [LaneKind.THREAD, *[LaneKind.TASK] * 4]
    assert [lane.name for lane in scene.lanes if lane.kind == LaneKind.TASK] == ["fetch", "rude", "stuck", "bad"]


def test_a_step_is_solid_and_full_ready_is_hatched_and_half_awaiting_is_thin() -> None:
    store = loop()
    scene = build(store, window(store))
    lane = lane_of(scene, "fetch")
    high = lane.bar[1] - lane.bar[0]
    runs = boxes_in(scene, lane, fill="thread/0")
    ready = boxes_in(scene, lane, fill="thread_tint/0")
    awaits = boxes_in(scene, lane, fill="muted")
    assert max(box.y1 - box.y0 for box in runs) == high
    assert max(box.y1 - box.y0 for box in ready) <= high / 2 + 1
    assert max(box.y1 - box.y0 for box in awaits) <= 4
    (wide,) = [box for box in ready if box.x1 - box.x0 > 50]
    lines = [item.lines for item in scene.items if isinstance(item, Lines) and item.ink == "muted"]
    x0, y0, x1, y1 = np.concatenate(lines).T
    inside = (x0 >= wide.x0) & (x1 <= wide.x1) & (y1 >= wide.y0) & (y0 <= wide.y1)
    assert inside.sum() > 20


def test_a_step_of_a_tenth_of_a_second_is_outlined_and_says_how_long_it_took() -> None:
    store = loop()
    scene = build(store, window(store))
    lane = lane_of(scene, "rude")
    (outline,) = boxes_in(scene, lane, edge="text", line_width=2.0)
    assert outline.x0 == pytest.approx(scene.x_of(store.start_ns + 150_000_000))
    assert outline.x1 == pytest.approx(scene.x_of(store.start_ns + 350_000_000))
    assert "200 ms in one step" in words(scene)
    assert not boxes_in(scene, lane_of(scene, "fetch"), edge="text", line_width=2.0)


def test_how_a_task_was_done_is_written_beside_its_end_unless_it_returned() -> None:
    store = loop()
    said = words(build(store, window(store)))
    assert {"cancelled", "failed (ValueError)"} <= set(said)
    assert "returned" not in said


def test_what_is_awaited_is_written_with_the_line() -> None:
    store = loop()
    assert "sleep · net.py:9" in words(build(store, window(store)))


def test_a_crowd_of_tasks_is_one_lane_until_it_is_unfolded() -> None:
    store = loop(more=50)
    folded = build(store, window(store))
    crowd = next(lane for lane in folded.lanes if lane.kind == LaneKind.TASKS)
    assert (crowd.name, crowd.detail) == ("▸ 54 tasks", "at most 53 at once")
    assert not [lane for lane in folded.lanes if lane.kind == LaneKind.TASK]
    unfolded = build(store, window(store, unfolded_tasks=frozenset((0,))))
    assert sum(lane.kind == LaneKind.TASK for lane in unfolded.lanes) == 54
    assert len({lane.name for lane in unfolded.lanes}) == len(unfolded.lanes)


def test_a_crowd_tells_how_many_ran_were_ready_and_waited_at_a_moment() -> None:
    store = loop(more=50)
    scene = build(store, window(store))
    crowd = next(lane for lane in scene.lanes if lane.kind == LaneKind.TASKS)
    found = hit(scene, scene.x_of(store.start_ns + 300_000_000), (crowd.y0 + crowd.y1) / 2)
    told = dict(facts_of(store, found).rows)
    assert (told["Running"], told["Ready"], told["Awaiting"]) == ("rude", "1 wait for their turn", "1")
    assert told["Longest step"] == "200 ms"


def test_pointing_at_a_task_tells_what_it_awaits_where_and_who_made_it() -> None:
    store = loop()
    scene = build(store, window(store))
    lane = lane_of(scene, "fetch")
    found = hit(scene, scene.x_of(store.start_ns + 100_000_000), lane.bar[1] - 1)
    facts = facts_of(store, found)
    told = dict(facts.rows)
    assert facts.title == "Task fetch"
    assert (told["State"], told["Line"]) == ("awaits sleep", "net.py:9 in fetch")
    assert "by MainThread at bank.py:3" in told["Made"]
    assert "returned" in told["Ended"]


def test_pointing_at_the_step_that_kept_the_loop_tells_how_many_others_it_kept() -> None:
    store = loop()
    scene = build(store, window(store))
    found = hit(scene, scene.x_of(store.start_ns + 200_000_000), lane_of(scene, "rude").bar[1] - 1)
    assert dict(facts_of(store, found).rows)["The loop"] == "stood still: 2 other tasks there could not run"


def test_work_given_to_another_thread_is_joined_to_it_by_a_dashed_arrow() -> None:
    run = RunBuilder()
    process = run.process()
    main = process.thread().begin(0)
    future = process.thing("open", kind="Future")
    task(main, 1, "helped", (1, 2, 20, "to_thread"), (80, 82, 90, ""))
    main.add(10, Kind.SUBMIT, Wait.FUTURE, future, process.site(5))
    main.rows.sort(key=lambda row: row[-1])
    worker = process.thread("asyncio_0").begin(12).span("open", 15, 70, flag=Span.TASK)
    worker.add(70, Kind.NOTIFY, Wait.FUTURE, future, 0, 0).end(95)
    main.end(100)
    store = run.store(end=100)
    scene = build(store, window(store))
    xs = [
        line[0] for item in scene.items if isinstance(item, Lines) and item.dashed for line in item.lines.tolist()
        if line[0] == line[2]
    ]  # fmt: skip
    assert xs == pytest.approx([scene.x_of(store.start_ns + t) for t in (10_000_000, 70_000_000)])
    assert "dashed: handed to another" in [entry.words for entry in scene.legend]


def test_the_legend_names_only_the_marks_of_tasks_that_the_run_has() -> None:
    store = loop()
    marks = {entry.mark for entry in build(store, window(store)).legend}
    assert {"task_runs", "task_ready", "task_awaits", "task_cancelled", "task_failed", "task_long"} <= marks
    run = RunBuilder()
    run.process().thread().begin(0).end(5)
    plain = run.store(end=5)
    assert not [entry for entry in build(plain, window(plain)).legend if entry.mark.startswith(("task", "arrow"))]


def test_tasks_can_be_left_out() -> None:
    store = loop()
    kinds = {lane.kind for lane in build(store, window(store, without=frozenset((LaneKind.TASKS,)))).lanes}
    assert LaneKind.TASK not in kinds


def test_an_export_without_qt_has_the_tasks_too() -> None:
    store = loop()
    text = svg(build(store, window(store), for_export=True), LIGHT, "")
    assert "200 ms in one step" in text
    assert "task ready, waits for its turn" in text


@given(st.floats(0, 50), st.floats(0, 50), st.floats(1, 300), st.floats(1, 40))
def test_hatching_never_leaves_its_box(x: float, y: float, width: float, height: float) -> None:
    lines = _hatching(Box4(x, y, x + width, y + height))
    assert (lines[:, (0, 2)] >= x - 1e-6).all()
    assert (lines[:, (0, 2)] <= x + width + 1e-6).all()
    assert (lines[:, (1, 3)] >= y - 1e-6).all()
    assert (lines[:, (1, 3)] <= y + height + 1e-6).all()
    assert np.allclose(lines[:, 2] - lines[:, 0], lines[:, 1] - lines[:, 3])


def test_lanes_of_tasks_keep_within_the_picture_whatever_its_size() -> None:
    store = loop(more=20)
    for width, presenter in ((240, False), (1400, True), (4000, False)):
        scene = build(store, window(store, width=width, presenter=presenter, unfolded_tasks=frozenset((0,))))
        bodies = [item for item in scene.items if isinstance(item, Boxes) and item.part is Part.BODY]
        assert all((item.boxes[:, 0] <= item.boxes[:, 2]).all() for item in bodies)
        assert all(text.size >= 11 for text in scene.items if isinstance(text, Text))
