"""What a scene shows of a run: read back as words and compared with what was drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.drawn import trace_from
from visualiser.events import Kind, StartMethod, Stream, Wait
from visualiser.scene import (
    Boxes,
    LaneKind,
    Lines,
    Part,
    Scene,
    Selection,
    Shape,
    StateRects,
    Text,
    ViewWindow,
    build,
    hit,
    layers_of,
    text_width,
)
from visualiser.scene import Strip as DenseStrip
from visualiser.scene.arrows import CHILD_STARTED, THREAD_JOINED, THREAD_STARTED
from visualiser.scene.output import STDERR
from visualiser.trace import STATE_LETTERS, EventBatch, Loss, TraceStore


def view(store: TraceStore, width: int = 700, **more: object) -> Scene:
    """The whole run."""
    return build(store, ViewWindow(store.start_ns, store.end_ns, width, label_width=120), **more)  # type: ignore[arg-type]


def card(store: TraceStore, width: int = 1000) -> Scene:
    """The whole run as an export shows it."""
    return build(store, ViewWindow(store.start_ns, store.end_ns, width), for_export=True)


def texts(scene: Scene, part: Part | None = None) -> list[str]:
    """All words in a part, in the order of painting."""
    return [item.text for item in scene.items if isinstance(item, Text) and part in (None, item.part)]


def dump(scene: Scene, columns: int) -> str:
    """The drawing back from the picture: per thread the letter in the middle of each of so many columns."""
    lanes = [lane for lane in scene.lanes if lane.kind == LaneKind.THREAD]
    return " / ".join(f"{lane.name} {_letters(scene, lane.bar, columns)}" for lane in lanes)


def _letters(scene: Scene, bar: tuple[float, float], columns: int) -> str:
    found = ["."] * columns
    xs = scene.body.x0 + (np.arange(columns) + 0.5) * (scene.body.x1 - scene.body.x0) / columns
    for item in scene.items:
        if isinstance(item, StateRects) and item.part is Part.BODY:
            for x0, x1, y1, state in zip(item.x0, item.x1, item.y1, item.state, strict=True):
                if y1 == bar[1]:
                    for place in np.flatnonzero((xs >= x0) & (xs < x1)):
                        found[place] = STATE_LETTERS[state]
        if isinstance(item, DenseStrip) and item.y1 == bar[1]:
            for column, shares in zip(item.columns, item.shares, strict=True):
                for place in np.flatnonzero(np.floor(xs) == column):
                    found[place] = STATE_LETTERS[int(shares.argmax())]
    return "".join(found)


@pytest.mark.parametrize(
    "drawing",
    [
        "main RRggR. / w1 ..RRLL",
        "main LLLLLLLLLLLLLLLL / a .RRRRGGGGRRRR... / b .GGGGRRRRGGGGRR.",
        "main NNNNCCCCIIIISSSSPPPP????",
    ],
)
def test_a_scene_shows_the_states_that_were_drawn(drawing: str) -> None:
    expected = drawing.upper().replace("MAIN", "main").replace("W1", "w1").replace("/ A", "/ a").replace("/ B", "/ b")
    assert dump(view(trace_from(drawing)), len(drawing.split("/")[0].split()[1])) == expected


def test_lanes_follow_containment_with_space_between_processes_only() -> None:
    run = RunBuilder()
    first = run.process("first", 100, start=0)
    main, worker = first.thread("main"), first.thread("worker")
    child = run.process("child", 200, parent_pid=100, start=2).thread("child-main")
    grandchild = run.process("grandchild", 300, parent_pid=200, start=3).thread("grandchild-main")
    for thread, t in ((main, 0), (worker, 1), (child, 2), (grandchild, 3)):
        thread.begin(t).end(9)
    scene = view(run.store(end=10))
    names = [lane.name for lane in scene.lanes]
    assert names == ["first", "main", "worker", "child", "child-main", "grandchild", "grandchild-main"]
    gaps = [below.y0 - above.y1 for above, below in zip(scene.lanes, scene.lanes[1:], strict=False)]
    assert gaps[:2] == [0, 0]
    assert all(gap >= 8 for gap in (gaps[2], gaps[4]))
    bands = [item.boxes for item in scene.items if isinstance(item, Boxes) and item.fill == "band"]
    indents = sorted({box[0] for group in bands for box in group.tolist() if box[0] < scene.body.x0})
    assert len(indents) == 3


def test_the_height_says_how_much_a_thread_gets() -> None:
    scene = view(trace_from("main RGLISPCN?"))
    [rects] = [item for item in scene.items if isinstance(item, StateRects)]
    height = {STATE_LETTERS[s]: y1 - y0 for s, y0, y1 in zip(rects.state, rects.y0, rects.y1, strict=True)}
    full = height["R"]
    assert height["N"] == full
    assert {height[letter] for letter in "GLC?"} == {full / 2}
    assert {height[letter] for letter in "ISP"} <= {2.0, 4.0}


def test_the_legend_names_the_states_of_this_run_and_no_others() -> None:
    scene = card(trace_from("main RRGG / b GGRR"))
    assert [(entry.letter, entry.words) for entry in scene.legend] == [
        ("R", "running"),
        ("G", "waits for the GIL"),
        ("?", "not observed"),
    ][:2]
    assert "S sleeps" not in texts(scene, Part.HEADER)


def test_what_was_not_measured_is_said_in_words_and_not_drawn() -> None:
    scene = card(trace_from("main ??SS"))
    assert any("Not measured on this run: CPU and switches, GIL holder" in text for text in texts(scene, Part.FOOTER))
    assert {lane.kind for lane in scene.lanes} == {LaneKind.PROCESS, LaneKind.THREAD}


def test_a_card_says_what_ran_when_on_what_and_under_which_conditions() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).end(9)
    scene = card(
        run.store(
            end=10,
            title="Two threads",
            variant="threads",
            python="3.13.0",
            parameters={"WORKERS": 2, "SWITCH_MS": 5.0, "ODD": True},
            extra={"labels": {"SWITCH_MS": ["Switch interval", "ms"], "ODD": 7}},
            started_wall_ns=1_763_850_000 * 10**9,
            machine={"system": "Linux", "release": "6.1", "machine": "x86_64", "cpus": 2},
        )
    )
    assert texts(scene, Part.HEADER)[:2] == [
        "Two threads",
        "threads · workers 2 · switch interval 5 ms · odd yes · Python 3.13.0 · 2 CPUs · 10 ms · 0 lost",
    ]
    assert "November 2025" in texts(scene, Part.FOOTER)[0]
    assert "Linux 6.1 x86_64" in texts(scene, Part.FOOTER)[0]
    assert texts(scene, Part.AXIS)[:2] == ["0 ms", "1 ms"]


def test_the_playhead_shows_its_time_and_what_every_thread_does_there() -> None:
    store = trace_from("main SSSSSSSSSS / w .....SSS..")
    scene = view(store, playhead=store.start_ns + 3_250_000)
    assert texts(scene, Part.OVERLAY) == ["3.25 ms"]
    details = {lane.name: lane.detail for lane in scene.lanes}
    assert details["main"] == "sleeps · 3.25 ms"
    assert details["w"] == "not started yet"
    pill = next(item for item in scene.items if isinstance(item, Boxes) and item.part is Part.OVERLAY).boxes[0]
    for item in scene.items:
        if isinstance(item, Text) and item.part is Part.AXIS:
            assert item.box.x1 <= pill[0] or item.box.x0 >= pill[2]
    assert details["main"] != {lane.name: lane.detail for lane in view(store, playhead=store.end_ns).lanes}["main"]


def test_a_playhead_outside_of_the_window_is_not_drawn() -> None:
    store = trace_from("main SSSSSSSSSS")
    window = ViewWindow(store.start_ns, store.start_ns + 2 * STEP, 600)
    assert texts(build(store, window, playhead=store.end_ns), Part.OVERLAY) == []


def test_a_lock_held_is_a_bracket_with_its_name() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).hold(2, 6, process.thing("accounts")).end(10)
    scene = view(run.store(end=10))
    assert "Lock accounts" in texts(scene, Part.BODY)
    [target] = [target for target in scene.targets if target.what == "hold"]
    unit = (scene.body.x1 - scene.body.x0) / 10
    assert (target.box.x0, target.box.x1) == pytest.approx((120 + 2 * unit, 120 + 6 * unit))


def test_own_spans_tasks_and_marks_are_labelled() -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    thread.span("load", 1, 9).span("parse", 2, 5).mark(3, "half").end(10)
    scene = view(run.store(end=10))
    assert {"load 8 ms", "parse 3 ms", "half"} <= set(texts(scene, Part.BODY))
    boxes = {target.index: target.box for target in scene.targets if target.what == "span"}
    assert boxes[0].y1 <= boxes[1].y0  # the inner one has a row of its own


def test_output_flags_carry_what_was_printed_in_the_colour_of_the_thread() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread("a").begin(0).output(2, "hello").end(10)
    process.thread("b").begin(0).output(6, "oops", stream=Stream.STDERR).end(10)
    scene = view(run.store(end=10))
    assert {"hello", "oops"} <= set(texts(scene, Part.BODY))
    fills = {item.fill: item.edge for item in scene.items if isinstance(item, Boxes) and item.part is Part.BODY}
    assert fills["thread/0"] is None
    assert fills["thread/1"] == "text"  # written to stderr


def test_words_printed_by_one_call_share_a_flag() -> None:
    run = RunBuilder()
    process = run.process()
    a, b = process.thread("a").begin(0), process.thread("b").begin(0)
    for place, text in enumerate(("done", " ", "11", "\n")):
        a.output(2 + place / 1000, text)
    b.output(5, "lines ran").output(5.002, " on\n").end(10)
    a.output(5.001, "together\n").end(10)
    scene = view(run.store(end=10), 1600)
    flags = [target for target in scene.targets if target.what == "output"]
    assert len(flags) == 3
    assert {"done 11", "lines ran", "together +1"} <= set(texts(scene, Part.BODY))  # "on" has no room, and is counted


def test_the_end_of_a_line_has_a_pole_but_no_flag_of_its_own() -> None:
    run = RunBuilder()
    run.process().thread("a").begin(0).output(2, "hello").output(2.01, "\n").output(5, " \n").end(10)
    scene = view(run.store(end=10))
    assert [text for text in texts(scene, Part.BODY) if "hello" in text] == ["hello"]
    assert len([target for target in scene.targets if target.what == "output"]) == 1
    poles = np.concatenate([item.lines for item in scene.items if isinstance(item, Lines) and item.ink == "thread/0"])
    assert scene.x_of(ORIGIN + 5 * STEP) == pytest.approx(poles[:, 0].max(), abs=1)


def test_a_joins_arrow_leads_from_the_end_of_a_thread_to_who_waited_for_it() -> None:
    run = RunBuilder()
    process = run.process()
    main, worker = process.thread("main").begin(0), process.thread("worker").begin(2).end(5)
    main.add(6, Kind.THREAD_JOINED, 0, 0, 0, worker.tid).end(10)
    scene = view(run.store(end=10))
    [head] = [item for item in scene.items if isinstance(item, Shape)]
    bar = next(lane.bar for lane in scene.lanes if lane.name == "main")
    assert head.points[1] == pytest.approx([scene.x_of(ORIGIN + 6 * STEP), (bar[0] + bar[1]) / 2])
    stem = np.concatenate([item.lines for item in scene.items if isinstance(item, Lines) and item.dashed])
    assert stem[:, 0].min() == pytest.approx(scene.x_of(ORIGIN + 5 * STEP))


def test_a_crowd_of_joins_is_left_out() -> None:
    run = RunBuilder()
    process = run.process()
    main = process.thread("main").begin(0)
    for number in range(30):
        worker = process.thread(f"w{number}").begin(1).end(5)
        main.add(6 + number / 10, Kind.THREAD_JOINED, 0, 0, 0, worker.tid)
    main.end(10)
    assert not [item for item in view(run.store(end=10)).items if isinstance(item, Shape)]


def test_crowded_output_is_counted_and_nothing_of_it_disappears() -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    for number in range(500):
        thread.output(1 + number * 8 / 500, f"line {number}\n")
    thread.end(10)
    scene = view(run.store(end=10))
    flags = [target for target in scene.targets if target.what == "output"]
    told = 0
    for text in texts(scene, Part.BODY):
        if " +" in text:
            told += int(text.rpartition("+")[2])
        elif text.endswith("\u00d7"):
            told += int(text[:-1]) - 1
    assert told + len(flags) == 500
    poles = [item for item in scene.items if isinstance(item, Lines) and item.ink == "thread/0"]
    columns = {int(x) for item in poles for x in item.lines[:, 0].tolist()}
    unit = (scene.body.x1 - scene.body.x0) / 10
    expected = {int(120 + (1 + number * 8 / 500) * unit) for number in range(500)}
    assert expected <= columns


def test_no_mark_is_left_out_however_many_there_are() -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0).mark(0.004, "early")
    for number in range(3000):
        thread.mark(5 + number / 1000, "m")
    scene = view(run.store(end=10000))
    flagged = [target for target in scene.targets if target.what == "mark"]
    assert len(flagged) >= 1
    poles = [item for item in scene.items if isinstance(item, Lines) and item.ink == "thread/0"]
    assert sum(len(item.lines) for item in poles) >= 1


def test_a_killed_thread_has_a_cap_that_says_so_at_every_zoom() -> None:
    run = RunBuilder()
    process = run.process("child", 200)
    process.thread().begin(0).wait(Wait.LOCK, 1, None)
    store = run.store(end=10, signal=9)
    for t1 in (10, 1000, 10_000_000):
        scene = build(store, ViewWindow(ORIGIN, ORIGIN + t1 * STEP, 700))
        assert any("SIGKILL" in text for text in texts(scene, Part.BODY))


def test_lost_events_are_a_zone_with_their_number() -> None:
    run = RunBuilder()
    run.process("main", 100).thread().begin(0).end(10)
    store = TraceStore(run.store(end=10).info)
    store.extend(run.batch())
    store.extend(EventBatch(losses=(Loss(0, 1, 12345, ORIGIN + 6 * STEP),)))
    scene = view(store)
    assert "12\u202f345 events lost" in texts(scene, Part.BODY)
    [zone] = [item for item in scene.items if isinstance(item, Boxes) and item.hatch == "lost"]
    assert zone.boxes[0, 0] == pytest.approx(scene.x_of(ORIGIN + 6 * STEP))
    assert "12\u202f345 lost" in scene.subtitle
    far = build(store, ViewWindow(ORIGIN, ORIGIN + 10**9 * STEP, 700))
    [zone] = [item for item in far.items if isinstance(item, Boxes) and item.hatch == "lost"]
    assert zone.boxes[0, 2] - zone.boxes[0, 0] >= 3


def test_a_child_process_is_pointed_at_by_its_parents_arrow() -> None:
    run = RunBuilder()
    main = run.process("parent", 100).thread().begin(0)
    main.started_process(2, 200, "child", StartMethod.SPAWN)
    run.process("child", 200, parent_pid=100, start=4).thread().begin(4).end(8)
    main.end(10)
    scene = view(run.store(end=10))
    [head] = [item for item in scene.items if isinstance(item, Shape) and item.fill == "arrow"]
    assert head.points[:, 0].max() == pytest.approx(scene.x_of(ORIGIN + 4 * STEP))
    child = next(lane for lane in scene.lanes if lane.name == "child")
    assert child.y0 < head.points[1, 1] < child.y1
    assert "spawn" in child.detail


def test_memory_is_told_where_it_was_looked_at_and_holds_between_looks() -> None:
    run = RunBuilder()
    run.process("main", 100).thread().begin(0).end(10)
    watcher = run.process("observer", 50, role="observer").thread()
    without = view(run.store(end=10))
    for t in range(0, 10, 2):
        watcher.add(t, Kind.MEMORY, 0, 100, 0, 1000 * (t + 1))
    store = run.store(end=10)
    scene = view(store)
    assert not [item for item in without.items if isinstance(item, Shape)]
    [curve] = [item for item in scene.items if isinstance(item, Shape) and item.ink == "band"]
    assert curve.points[0, 1] > curve.points[-1, 1]  # it grew
    moves = np.diff(curve.points, axis=0)
    assert (np.minimum(abs(moves[:, 0]), abs(moves[:, 1])) < 1e-9).all()  # along, or up: never between
    assert curve.points[:, 0].max() == pytest.approx(scene.x_of(ORIGIN + 8 * STEP))  # nothing after the last look
    assert "memory (sampled)" in scene.sources
    assert "memory, looked at 500 times a second" in [entry.words for entry in scene.legend]
    part = build(store, ViewWindow(ORIGIN + 3 * STEP, ORIGIN + 5 * STEP, 700, label_width=120))
    [curve] = [item for item in part.items if isinstance(item, Shape) and item.ink == "band"]
    assert (curve.points[0, 0], curve.points[-1, 0]) == (part.body.x0, part.body.x1)
    assert part.x_of(ORIGIN + 4 * STEP) == pytest.approx(float(curve.points[1, 0]))


def test_what_ended_a_process_and_all_its_threads_is_said_once() -> None:
    run = RunBuilder()
    process = run.process("child", 200)
    for name in "abc":
        process.thread(name).begin(0).wait(Wait.LOCK, 1, None)
    scene = view(run.store(end=10, signal=9))
    assert texts(scene, Part.BODY).count("killed (SIGKILL)") == 1
    assert len([target for target in scene.targets if target.what == "end"]) == 3


def test_no_room_is_kept_for_rows_that_have_nothing_in_view() -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    thread.span("load", 1, 4).mark(2, "here").end(1000)
    store = run.store(end=1000)
    shown, later = (build(store, ViewWindow(ORIGIN + a * STEP, ORIGIN + b * STEP, 700)) for a, b in ((0, 9), (9, 20)))
    heights = [scene.lanes[1].y1 - scene.lanes[1].y0 for scene in (shown, later)]
    assert heights[0] >= heights[1] + 20
    [notch] = [target for target in view(store).targets if target.what == "span"]  # too short for a row, yet there
    assert notch.box.x1 - notch.box.x0 < 10


def test_names_have_as_much_room_as_they_need_within_bounds() -> None:
    run = RunBuilder()
    run.process("p").thread("Thread-1 (_handle_workers)").begin(0).end(9)
    long = run.store(end=10)
    window = ViewWindow(long.start_ns, long.end_ns, 1000)
    assert build(long, window).body.x0 == 220
    assert build(long, ViewWindow(window.t0, window.t1, 700)).body.x0 == 210
    short = trace_from("main RR")
    assert build(short, ViewWindow(short.start_ns, short.end_ns, 700)).body.x0 < 180


def test_a_flag_at_the_right_edge_has_all_the_room_left_of_its_pole() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread("a").begin(0).output(9.99, "burner-a counted to ten million, all alone\n").end(10)
    scene = view(run.store(end=10))
    assert "burner-a counted to ten million, all alone" in texts(scene, Part.BODY)
    part = build(run.store(end=10), ViewWindow(ORIGIN, ORIGIN + 5 * STEP, 700))
    assert "nothing was printed in this part of the run" in texts(part, Part.BODY)


def test_folding_a_process_away_says_how_many_threads_that_were() -> None:
    store = trace_from("main RR / a RR / b RR")
    window = ViewWindow(store.start_ns, store.end_ns, 700, collapsed=frozenset({0}))
    [lane] = build(store, window).lanes
    assert "3 threads folded" in lane.detail
    hidden = build(store, ViewWindow(store.start_ns, store.end_ns, 700, hidden=frozenset({1})))
    assert [lane.name for lane in hidden.lanes] == ["MainProcess", "main", "b"]


def test_scrolled_lanes_move_and_the_content_keeps_its_height() -> None:
    store = trace_from(" / ".join(f"t{number} RG" for number in range(12)))
    window = ViewWindow(store.start_ns, store.end_ns, 700, 200)
    still, moved = build(store, window), build(store, ViewWindow(window.t0, window.t1, 700, 200, top=60))
    assert [a.y0 - b.y0 for a, b in zip(still.lanes, moved.lanes, strict=True)] == [60] * 13
    assert still.content_height == moved.content_height > 200
    assert still.height == 200


def test_an_export_that_is_too_low_says_what_is_missing() -> None:
    store = trace_from(" / ".join(f"t{number} RG" for number in range(12)))
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 700, 300), for_export=True)
    shown = len(scene.lanes)
    assert any(f"{13 - shown} more lanes did not fit" in text for text in texts(scene, Part.FOOTER))
    assert all(lane.y1 <= scene.body.y1 for lane in scene.lanes)


def test_a_selected_span_and_range_are_picked_out() -> None:
    store = trace_from("main RRGGRR")
    chosen = Selection(store.start_ns + STEP, store.start_ns + 3 * STEP, 0, 1)
    scene = view(store, selection=chosen)
    [range_box] = [item for item in scene.items if isinstance(item, Boxes) and item.fill == "selection"]
    assert range_box.boxes[0, 0] == pytest.approx(scene.x_of(ORIGIN + STEP))
    [frame] = [item for item in scene.items if isinstance(item, Boxes) and item.edge == "accent"]
    assert frame.boxes[0, (0, 2)] == pytest.approx([scene.x_of(ORIGIN + 2 * STEP), scene.x_of(ORIGIN + 4 * STEP)])


def test_pointing_at_a_lane_finds_its_state_and_moment() -> None:
    store = trace_from("main RRGGRR / w ..SSSS")
    scene = view(store)
    lane = scene.lanes[1]
    found = hit(scene, scene.x_of(ORIGIN + 3 * STEP), (lane.bar[0] + lane.bar[1]) / 2)
    assert found is not None
    assert (found.what, found.thread, found.index) == ("state", 0, 1)
    assert abs((found.t or 0) - (ORIGIN + 3 * STEP)) < 10_000
    early = hit(scene, scene.x_of(ORIGIN + STEP), scene.lanes[2].bar[1] - 2)
    assert early is not None
    assert (early.thread, early.index) == (1, None)


def test_pointing_beside_the_lanes_finds_names_axis_and_nothing() -> None:
    scene = view(trace_from("main RRGGRR"))
    places = [(5, scene.lanes[0].y0 + 3), (5, scene.lanes[1].y0 + 3), (300, 2), (300, scene.height - 1)]
    found = [hit(scene, *place) for place in places]
    assert [one.what if one else None for one in found] == ["process", "label", "axis", "nothing"]
    assert hit(scene, -1, 5) is None


def test_pointing_at_small_things_finds_them_first() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).mark(2, "here").output(5, "hello").hold(6, 8, process.thing("x")).end(10)
    scene = view(run.store(end=10))
    for target in scene.targets:
        x, y = (target.box.x0 + target.box.x1) / 2, (target.box.y0 + target.box.y1) / 2
        found = hit(scene, x, y)
        assert found is not None
        assert (found.what, found.index) == (target.what, target.index)
    assert {target.what for target in scene.targets} == {"mark", "output", "hold"}


def test_a_larger_picture_for_an_audience_has_no_small_words() -> None:
    store = trace_from("main RRGGRR")
    window = ViewWindow(store.start_ns, store.end_ns, 1600, presenter=True)
    scene = build(store, window, for_export=True)
    assert min(item.size for item in scene.items if isinstance(item, Text)) >= 18


def test_numbers_of_kinds_are_those_that_are_written_down() -> None:
    expected = (Kind.CHILD_STARTED, Kind.THREAD_STARTED, Kind.THREAD_JOINED)
    assert expected == (CHILD_STARTED, THREAD_STARTED, THREAD_JOINED)
    assert STDERR == Stream.STDERR


def test_words_stay_within_their_bars() -> None:
    scene = view(trace_from("main RRRRGGGGRRRRSSSSSS"))
    for item in scene.items:
        if isinstance(item, Text) and item.part is Part.BODY:
            assert item.width == pytest.approx(text_width(item.text, item.size, item.bold))


def test_an_empty_run_is_still_a_picture() -> None:
    scene = card(RunBuilder().store(end=0))
    assert "drawn" in texts(scene, Part.HEADER)
    assert scene.lanes == ()


def test_stacking_starts_with_what_gets_the_cpu() -> None:
    store = trace_from("main " + "GR" * 500, step=1000)
    scene = view(store, 300)
    [strip] = [item for item in scene.items if isinstance(item, DenseStrip)]
    assert layers_of(strip)[0] == (1, 4)
