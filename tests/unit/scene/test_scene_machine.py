"""The lanes of what was measured beside the threads: GIL, CPUs, how many ran at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP
from tests.support.drawn import trace_from
from tests.unit.scene.measured_runs import Measured, measured
from visualiser.scene import Boxes, Lane, LaneKind, Lines, Part, Scene, StateRects, Text, ViewWindow, build, hit, tell
from visualiser.scene import Strip as DenseStrip
from visualiser.trace import TraceStore


def view(store: TraceStore, width: int = 700, **more: object) -> Scene:
    """The whole run."""
    return build(store, ViewWindow(store.start_ns, store.end_ns, width, label_width=120), **more)  # type: ignore[arg-type]


def lane_of(scene: Scene, kind: LaneKind, place: int = 0) -> Lane:
    return [lane for lane in scene.lanes if lane.kind == kind][place]


def bars(scene: Scene, lane: Lane) -> list[tuple[str, float, float]]:
    """Ink, begin and end (ms) of every bar of a lane, in order of time."""
    unit = (scene.body.x1 - scene.body.x0) / ((scene.window.t1 - scene.window.t0) / STEP)
    found = []
    for item in scene.items:
        if isinstance(item, Boxes) and item.part is Part.BODY and item.fill and item.fill.startswith("thread/"):
            found += [(item.fill, *box[[0, 2]]) for box in item.boxes if (box[1], box[3]) == lane.bar]
        if isinstance(item, StateRects):
            rows = zip(item.state, item.x0, item.x1, item.y0, item.y1, strict=True)
            found += [("?", x0, x1) for state, x0, x1, y0, y1 in rows if (y0, y1) == lane.bar and state == 0]
    return sorted(
        ((ink, round((x0 - 120) / unit, 3), round((x1 - 120) / unit, 3)) for ink, x0, x1 in found),
        key=lambda one: one[1],
    )


def words_in(scene: Scene, lane: Lane) -> list[str]:
    return [
        item.text
        for item in scene.items
        if isinstance(item, Text) and item.part is Part.BODY and lane.y0 < item.y < lane.y1
    ]


def relay() -> Measured:
    """Two threads take turns."""
    return measured(
        "main LLLLLLLL / burner-a RRGGRRGG / burner-b GGRRGGRR",
        gil="11221122",
        cpus=("11....22", "..2211.."),
    )


def test_a_gil_lane_shows_the_holder_over_time_in_the_colour_of_the_thread() -> None:
    scene = view(relay())
    lane = lane_of(scene, LaneKind.GIL)
    assert bars(scene, lane) == [("thread/1", 0, 2), ("thread/2", 2, 4), ("thread/1", 4, 6), ("thread/2", 6, 8)]
    assert words_in(scene, lane)[:4] == ["burner-a", "burner-b", "burner-a", "burner-b"]
    assert lane.detail.startswith("3 hand-overs")
    order = [one.kind for one in scene.lanes]
    assert order[:3] == [LaneKind.PROCESS, LaneKind.GIL, LaneKind.THREAD]


def test_names_are_cut_to_what_tells_a_thread_from_the_others() -> None:
    store = measured("main LLLL / burner-a RGRG / burner-b GRGR", gil="12" * 2)
    names = words_in(view(store, 300), lane_of(view(store, 300), LaneKind.GIL))
    assert names[:4] == ["a", "b", "a", "b"]


def test_handovers_are_ticks_where_they_happened() -> None:
    scene = view(relay())
    lane = lane_of(scene, LaneKind.GIL)
    ticks = [item.lines for item in scene.items if isinstance(item, Lines) and item.ink == "hold"]
    xs = sorted(float(x) for lines in ticks for x in lines[:, 0])
    assert xs == pytest.approx([scene.x_of(ORIGIN + ms * STEP) for ms in (2, 4, 6)], abs=1)
    assert all((lines[:, 1] < lane.bar[0]).all() for lines in ticks)


def test_an_unknown_holder_is_hatched_and_a_free_gil_is_empty() -> None:
    scene = view(measured("a RRGGRRGG / b GGRRGGRR", gil="00??..11"))
    assert bars(scene, lane_of(scene, LaneKind.GIL)) == [("thread/0", 0, 2), ("?", 2, 4), ("thread/1", 6, 8)]


def test_the_switch_interval_is_drawn_to_scale_or_said() -> None:
    store = relay()
    scene = view(store)
    assert "switch interval 5 ms" not in words_in(scene, lane_of(scene, LaneKind.GIL))  # 5 of 8 ms is too long
    assert lane_of(scene, LaneKind.GIL).detail == "3 hand-overs · interval 5 ms"
    scene = build(store, ViewWindow(store.start_ns, store.start_ns + 40 * STEP, 700, label_width=120))
    assert "switch interval 5 ms" in words_in(scene, lane_of(scene, LaneKind.GIL))
    lengths = [
        float(line[2] - line[0])
        for item in scene.items
        if isinstance(item, Lines) and item.ink == "muted"
        for line in item.lines
    ]
    assert max(lengths) == pytest.approx(5 * (scene.body.x1 - scene.body.x0) / 40)


def test_a_build_without_a_gil_says_so_in_words() -> None:
    scene = view(measured("a RRRR / b RRRR", gil="", enabled=False))
    assert words_in(scene, lane_of(scene, LaneKind.GIL)) == ["no GIL in this build"]


def test_cpu_lanes_show_who_ran_on_each_after_all_processes() -> None:
    scene = view(relay())
    kinds = [lane.kind for lane in scene.lanes]
    assert kinds[-4:] == [LaneKind.CPUS, LaneKind.CPU, LaneKind.CPU, LaneKind.PARALLEL]
    assert bars(scene, lane_of(scene, LaneKind.CPU, 0)) == [("thread/1", 0, 2), ("thread/2", 6, 8)]
    assert bars(scene, lane_of(scene, LaneKind.CPU, 1)) == [("thread/2", 2, 4), ("thread/1", 4, 6)]
    assert [lane.name for lane in scene.lanes[-4:]] == ["CPUs", "CPU 0", "CPU 1", "In parallel"]


def test_a_migration_is_a_change_of_colour_under_the_thread() -> None:
    scene = view(relay())
    lane = next(lane for lane in scene.lanes if lane.name == "burner-a")
    strips = {
        item.fill: item.boxes
        for item in scene.items
        if isinstance(item, Boxes) and item.part is Part.BODY and item.fill and item.fill.startswith("cpu/")
    }
    xs = {
        ink: [round(float(box[0])) for box in boxes if lane.bar[1] < box[1] < lane.y1] for ink, boxes in strips.items()
    }
    assert xs == {"cpu/0": [120], "cpu/1": [round(scene.x_of(ORIGIN + 4 * STEP))]}
    entry = next(entry for entry in scene.legend if entry.mark == "cpus")
    assert (entry.words, entry.inks) == ("strip: CPU 0, CPU 1", ("cpu/0", "cpu/1"))


def area_of(scene: Scene) -> list[list[float]]:
    """The boxes under the curve of how many ran at once: x0, x1 and how many."""
    bar = lane_of(scene, LaneKind.PARALLEL).bar
    boxes = [item.boxes for item in scene.items if isinstance(item, Boxes) and item.fill == "state_tint/1"]
    return [[x0, x1, (y1 - y0) / (bar[1] - bar[0]) * 2] for x0, y0, x1, y1 in np.concatenate(boxes).tolist()]


def test_how_many_ran_at_once_is_a_curve_of_steps_with_its_mean() -> None:
    scene = view(measured("a RRRRRRRR / b LLRRLLLL", cpus=("0000....", "..11....")))
    assert lane_of(scene, LaneKind.PARALLEL).detail == "mean 0.75 of 2"
    area = area_of(scene)
    assert [round(n, 3) for _, _, n in area] == [1, 2]
    ends = [scene.x_of(ORIGIN + ms * STEP) for ms in (2, 4)]
    assert [x1 for _, x1, _ in area] == pytest.approx(ends, abs=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["0.", "01", "..", ".1", "1."]), min_size=2, max_size=200), st.integers(220, 700))
def test_the_area_under_the_curve_is_the_time_on_cpus(steps: list[str], width: int) -> None:
    lanes = tuple("".join(step[cpu] for step in steps) for cpu in (0, 1))
    store = measured(f"a {'R' * len(steps)} / b {'R' * len(steps)}", cpus=lanes)
    on_cpu = sum(len(lane) - lane.count(".") for lane in lanes)
    if not on_cpu:
        assert all(lane.kind != LaneKind.PARALLEL for lane in view(store, width).lanes)
        return
    scene = view(store, width)
    pixel = len(steps) / (scene.body.x1 - scene.body.x0)
    drawn = sum((x1 - x0) * n for x0, x1, n in area_of(scene)) * pixel
    assert drawn == pytest.approx(on_cpu, abs=4 * pixel)  # the first and the last column are drawn whole


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="01?.", min_size=20, max_size=150), st.integers(220, 500))
def test_dense_holders_have_exactly_their_share_of_every_column(drawing: str, width: int) -> None:
    store = measured(f"a {'R' * len(drawing)} / b {'R' * len(drawing)}", gil=drawing)
    scene = view(store, width)
    if not any(lane.kind == LaneKind.GIL for lane in scene.lanes):
        return
    lane = lane_of(scene, LaneKind.GIL)
    per_column = len(drawing) / (scene.body.x1 - scene.body.x0)
    for strip in (item for item in scene.items if isinstance(item, DenseStrip) and (item.y0, item.y1) == lane.bar):
        for column, shares in zip(strip.columns.tolist(), strip.shares, strict=True):
            begin = (column - 120) * per_column
            for digit, ink in (("0", "thread/0"), ("1", "thread/1"), ("?", "state/0")):
                mine = [k for k, one in enumerate(drawing) if one == digit]
                share = sum(max(0.0, min(begin + per_column, k + 1) - max(begin, k)) for k in mine) / per_column
                assert shares[strip.inks.index(ink)] == pytest.approx(share, abs=1e-4)


def test_what_was_not_measured_has_no_lane() -> None:
    scene = view(trace_from("a RRRR / b RRRR"))
    assert {lane.kind for lane in scene.lanes} == {LaneKind.PROCESS, LaneKind.THREAD}
    assert all(entry.mark != "cpus" for entry in scene.legend)


def test_pointing_at_a_gil_or_a_cpu_finds_who_had_it() -> None:
    scene = view(measured("a RRGGRRGG / b GGRRGGRR", gil="00??..11", cpus=("00......", "......11")))

    def found(kind: LaneKind, ms: float, place: int = 0) -> tuple[object, ...]:
        lane = lane_of(scene, kind, place)
        one = hit(scene, scene.x_of(ORIGIN + round(ms * STEP)), (lane.bar[0] + lane.bar[1]) / 2)
        assert one is not None
        return one.what, one.thread, one.index, one.number

    assert found(LaneKind.GIL, 1) == ("gil", 0, 0, 0)
    assert found(LaneKind.GIL, 3) == ("gil", None, 1, 0)
    assert found(LaneKind.GIL, 5) == ("gil", None, None, 0)
    assert found(LaneKind.CPU, 1) == ("cpu", 0, 0, 0)
    assert found(LaneKind.CPU, 7, 1) == ("cpu", 1, 0, 1)
    assert found(LaneKind.PARALLEL, 1)[0] == "parallel"


def test_the_name_of_a_gil_is_not_its_processs() -> None:
    scene = view(relay())
    found = hit(scene, 30, lane_of(scene, LaneKind.GIL).y0 + 8)
    assert found is not None
    assert (found.what, found.process, found.number) == ("label", None, 0)  # so a click does not fold the process


def test_a_place_on_a_gil_or_a_cpu_is_put_into_words() -> None:
    store = measured("a RRGGRRGG / b GGRRGGRR", gil="00??..11", cpus=("00......", "......11"))
    scene = view(store)

    def told(kind: LaneKind, ms: float) -> dict[str, str]:
        lane = lane_of(scene, kind)
        found = hit(scene, scene.x_of(ORIGIN + round(ms * STEP)), (lane.bar[0] + lane.bar[1]) / 2)
        assert found is not None
        words = tell(store, found)
        assert words is not None
        return dict(words[1])

    assert told(LaneKind.GIL, 1)["Held by"] == "a"
    assert told(LaneKind.GIL, 7)["Since"] == "6.00 ms (for 2 ms)"
    assert told(LaneKind.GIL, 3)["Held by"] == "not known"
    assert told(LaneKind.GIL, 5)["Held by"] == "nobody"
    assert told(LaneKind.GIL, 5)["Switch interval"] == "5 ms"
    assert told(LaneKind.CPU, 1) == {"Runs": "a", "Since": "0 ms (for 2 ms)"}
    assert told(LaneKind.CPU, 3)["Runs"] == "no thread of this program"
    assert told(LaneKind.PARALLEL, 1)["Running"] == "1 thread on 2 CPUs"


def test_folding_a_process_folds_its_gil_away() -> None:
    store = relay()
    window = ViewWindow(store.start_ns, store.end_ns, 700)
    scene = build(store, replace(window, collapsed=frozenset({0})))
    assert LaneKind.GIL not in {lane.kind for lane in scene.lanes}
