"""The timeline's state against drawn runs: what part is shown, where a click leads, what the hover text says."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.drawn import trace_from
from tests.support.seen import gils, switches
from visualiser.events import Wait
from visualiser.events.blocks import Held
from visualiser.scene import LaneKind
from visualiser.trace import EventBatch, RunInfo, TraceStore
from visualiser.viewmodels import NOTHING, Facts, Follow, Player, Scene, TimelineModel


class Shown:
    """A timeline model of 800 by 400 pixels, and what it has announced."""

    def __init__(self, store: TraceStore | None) -> None:
        self.player = Player()
        self.model = TimelineModel(self.player)
        self.hovered: list[Facts] = []
        self.selected: list[Facts] = []
        self.follows: list[Follow] = []
        self.model.hover_changed.connect(self.hovered.append)
        self.model.selection_changed.connect(self.selected.append)
        self.model.follow_changed.connect(self.follows.append)
        self.model.resize(800, 400)
        self.model.set_store(store)
        self.model.rebuild()

    @property
    def scene(self) -> Scene:
        self.model.rebuild()
        assert self.model.scene is not None
        return self.model.scene

    def point(self, thread: int, step: float) -> tuple[float, float]:
        """The pixel at which a thread's lane shows a step's moment."""
        lane = next(lane for lane in self.scene.lanes if lane.thread == thread)
        return self.scene.x_of(ORIGIN + step * STEP), (lane.bar[0] + lane.bar[1]) / 2


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(trace_from("main LLLLLLLLLL / w1 SSSSSLLLLL"))


def test_a_new_run_is_shown_whole(shown: Shown) -> None:
    assert (shown.scene.window.t0, shown.scene.window.t1) == (ORIGIN, ORIGIN + 10 * STEP)


def test_zoom_keeps_the_moment_under_the_cursor(shown: Shown) -> None:
    x, _ = shown.point(1, 4)
    shown.model.zoom(3, x)
    assert shown.scene.t_of(x) == pytest.approx(ORIGIN + 4 * STEP, abs=STEP / 50)


def test_dragging_moves_the_picture_with_the_hand(shown: Shown) -> None:
    shown.model.zoom(2, shown.point(1, 5)[0])
    before = shown.point(1, 5)[0]
    shown.model.pan_pixels(40)
    assert shown.point(1, 5)[0] == pytest.approx(before + 40, abs=1)


def test_a_click_on_a_lane_places_the_playhead_and_selects_the_span(shown: Shown) -> None:
    shown.model.press(*shown.point(1, 7))
    assert shown.player.playhead.t == pytest.approx(ORIGIN + 7 * STEP, abs=STEP / 20)
    assert shown.selected[-1].title == "w1"


def test_the_hover_text_says_state_since_and_how_long(shown: Shown) -> None:
    shown.model.hover(*shown.point(1, 2))
    facts = dict(shown.hovered[-1].rows)
    assert shown.hovered[-1].title == "w1"
    assert facts["State"] == "sleeps"
    assert facts["Since"] == "0.000 ms (for 5 ms)"


def test_the_hover_text_names_the_lock_and_the_line(qtbot: QtBot) -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).wait(Wait.LOCK, 2, 8, process.thing("accounts", line=3), line=17).end(10)
    shown = Shown(run.store(end=10))
    shown.model.hover(*shown.point(0, 5))
    assert "accounts" in shown.hovered[-1].line
    assert "bank.py:17 in work" in shown.hovered[-1].line


def test_what_was_not_observed_is_said_to_be_so(qtbot: QtBot) -> None:
    shown = Shown(trace_from("main ????"))
    shown.model.hover(*shown.point(0, 2))
    assert "not observed" in dict(shown.hovered[-1].rows)["State"]


def test_nothing_is_said_when_the_mouse_leaves(shown: Shown) -> None:
    shown.model.hover(*shown.point(1, 2))
    shown.model.leave()
    assert shown.hovered[-1] == NOTHING


def test_steps_go_along_the_selected_thread(shown: Shown) -> None:
    shown.player.seek(ORIGIN)
    shown.model.press(*shown.point(1, 2))
    shown.model.step(1)
    assert shown.player.playhead.t == ORIGIN + 5 * STEP


def test_a_growing_run_is_followed_until_the_user_moves_away_and_again_when_asked(qtbot: QtBot) -> None:
    run = RunBuilder()
    run.process().thread().begin(0).wait(Wait.SLEEP, 1, 100)
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    shown = Shown(store)
    shown.model.zoom(4, shown.scene.x_of(ORIGIN + 20 * STEP))
    assert shown.follows == [Follow.NOT]
    before = shown.model.visible_range()
    run.processes[0].threads[0].rows.clear()
    run.processes[0].threads[0].wait(Wait.SLEEP, 150, 200)
    batch = run.batch()
    store.extend(type(batch)(chunks=batch.chunks))
    shown.model.grow()
    assert shown.model.visible_range() == before
    shown.model.follow()
    assert shown.model.visible_range()[1] == store.end_ns


def test_a_click_on_a_processs_name_folds_it_and_another_unfolds_it(qtbot: QtBot) -> None:
    shown = Shown(trace_from("main PPPP / w1 SSSS // child .SS."))
    lanes = len(shown.scene.lanes)
    name = next(lane for lane in shown.scene.lanes if lane.thread is None and lane.process == 0)
    shown.model.press(20, (name.y0 + name.y1) / 2)
    assert len(shown.scene.lanes) < lanes
    shown.model.press(20, (name.y0 + name.y1) / 2)
    assert len(shown.scene.lanes) == lanes


def test_no_run_has_no_scene(qtbot: QtBot) -> None:
    shown = Shown(None)
    assert shown.model.scene is None
    shown.model.press(10, 10)
    shown.model.step(1)


def test_scrolling_past_the_lanes_comes_back_to_the_last(qtbot: QtBot) -> None:
    drawing = " / ".join(f"w{number} SSSS" for number in range(30))
    shown = Shown(trace_from(drawing))
    shown.model.scroll_to(1e6)
    assert shown.scene is not None
    assert shown.scene.lanes[-1].y1 <= shown.scene.body.y1 + shown.scene.window.height  # type: ignore[operator]
    assert 0 < shown.scene.window.top < shown.scene.content_height


def test_many_changes_in_one_frame_are_built_once(shown: Shown, qtbot: QtBot) -> None:
    built: list[object] = []
    shown.model.scene_changed.connect(built.append)
    for _ in range(50):
        shown.model.zoom(1.01, 400)
    qtbot.waitUntil(lambda: len(built) == 1)
    assert len(built) == 1


def observed() -> TraceStore:
    """Two threads that hand a GIL to each other at steps 4 and 8, on CPU 0 and CPU 1."""
    run = RunBuilder()
    process = run.process(pid=100)
    main, other = process.thread("main").begin(0), process.thread("w1").begin(0)
    main.end(12)
    other.end(12)
    mine, others = main.tid, other.tid
    store = run.store(end=12, sources={"switches": "exact", "gil": "sampled"})
    held = gils(100, *((t, mine if t < 4 or t >= 8 else others, Held.HELD, 0) for t in range(12)))
    lives = (switches("RRRR....RRRR", 100, mine, 0), switches("....RRRR....", 100, others, 1))
    store.extend(EventBatch(blocks=(held, *lives)))
    return store


def place(shown: Shown, kind: LaneKind, step: float, number: int | None = None) -> tuple[float, float]:
    """The pixel at which a lane beside the threads' shows a step's moment."""
    lane = next(lane for lane in shown.scene.lanes if lane.kind == kind and number in (None, lane.number))
    return shown.scene.x_of(ORIGIN + step * STEP), (lane.bar[0] + lane.bar[1]) / 2


def test_the_hover_text_says_who_held_the_gil_and_how_that_is_known(qtbot: QtBot) -> None:
    shown = Shown(observed())
    shown.model.hover(*place(shown, LaneKind.GIL, 6))
    facts = dict(shown.hovered[-1].rows)
    assert facts["Held by"] == "w1"
    assert "for" in facts["Since"]
    assert facts["How known"] in ("sampled", "exact")


def test_the_hover_text_says_who_was_on_a_cpu_and_how_many_ran(qtbot: QtBot) -> None:
    shown = Shown(observed())
    shown.model.resize(800, 900)
    shown.model.hover(*place(shown, LaneKind.CPU, 6, number=1))
    assert shown.hovered[-1].title == "CPU 1"
    assert dict(shown.hovered[-1].rows)["Runs"] == "w1"
    assert dict(shown.hovered[-1].rows)["How known"] == "exact"
    shown.model.hover(*place(shown, LaneKind.PARALLEL, 6))
    assert dict(shown.hovered[-1].rows)["Running"].startswith("1 thread on")


def test_the_hover_text_of_a_thread_says_on_which_cpu_it_is(qtbot: QtBot) -> None:
    shown = Shown(observed())
    shown.model.hover(*shown.point(1, 6))
    assert dict(shown.hovered[-1].rows)["CPU"].startswith("CPU 1, since")
    shown.model.hover(*shown.point(0, 6))
    assert "CPU" not in dict(shown.hovered[-1].rows)


def test_steps_go_from_hand_over_to_hand_over(qtbot: QtBot) -> None:
    shown = Shown(observed())
    times = shown.model.handover_times()
    assert len(times) == 2
    shown.player.seek(ORIGIN)
    shown.model.step_handover(1)
    assert shown.player.playhead.t == times[0]
    shown.model.step_handover(1)
    shown.model.step_handover(-1)
    assert shown.player.playhead.t == times[0]


def test_a_run_whose_gil_was_not_watched_has_no_hand_overs(shown: Shown) -> None:
    assert not len(shown.model.handover_times())


def test_a_place_is_shown_with_the_playhead_at_its_end(shown: Shown) -> None:
    shown.model.show_range(ORIGIN + 4 * STEP, ORIGIN + 5 * STEP)
    t0, t1 = shown.model.visible_range()
    assert t0 < ORIGIN + 4 * STEP < ORIGIN + 5 * STEP < t1
    assert shown.player.playhead.t == ORIGIN + 5 * STEP


def growing() -> tuple[RunBuilder, TraceStore]:
    """A run of 100 steps that can grow."""
    run = RunBuilder()
    run.process().thread().begin(0).wait(Wait.SLEEP, 1, 100)
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    return run, store


def grow(run: RunBuilder, store: TraceStore, start: float, end: float) -> None:
    run.processes[0].threads[0].rows.clear()
    run.processes[0].threads[0].wait(Wait.SLEEP, start, end)
    store.extend(EventBatch(chunks=run.batch().chunks))


def test_a_frozen_picture_stays_while_the_run_grows_and_catches_up(qtbot: QtBot) -> None:
    run, store = growing()
    shown = Shown(store)
    before = shown.model.visible_range()
    shown.model.set_frozen(True)
    grow(run, store, 150, 200)
    shown.model.grow()
    assert shown.model.visible_range() == before
    assert shown.player.playhead.end == ORIGIN + 100 * STEP
    shown.model.set_frozen(False)
    assert shown.model.visible_range()[1] == store.end_ns == shown.player.playhead.end


def test_in_a_frozen_picture_the_user_still_moves_about(qtbot: QtBot) -> None:
    run, store = growing()
    shown = Shown(store)
    shown.model.set_frozen(True)
    grow(run, store, 150, 200)
    shown.model.zoom(4, shown.scene.x_of(ORIGIN + 20 * STEP))
    shown.model.fit()
    assert shown.model.visible_range() == (ORIGIN, ORIGIN + 100 * STEP)


def test_following_again_thaws_a_frozen_picture(qtbot: QtBot) -> None:
    run, store = growing()
    shown = Shown(store)
    shown.model.zoom(4, shown.scene.x_of(ORIGIN + 20 * STEP))
    shown.model.set_frozen(True)
    grow(run, store, 150, 200)
    shown.model.follow()
    assert not shown.model.frozen
    assert shown.model.visible_range()[1] == store.end_ns


def test_undone_to_a_place_that_followed_it_follows_again(qtbot: QtBot) -> None:
    run, store = growing()
    shown = Shown(store)
    shown.model.zoom(4, shown.scene.x_of(ORIGIN + 20 * STEP))
    grow(run, store, 150, 200)
    shown.model.grow()
    shown.model.undo()
    assert shown.model.viewport.follow is Follow.WHOLE
    assert shown.model.visible_range() == (ORIGIN, store.end_ns)


def test_a_run_that_grows_leaves_nothing_to_undo(qtbot: QtBot) -> None:
    run, store = growing()
    shown = Shown(store)
    told: list[tuple[bool, bool]] = []
    shown.model.history_changed.connect(lambda *can: told.append(can))
    grow(run, store, 150, 200)
    shown.model.grow()
    shown.model.undo()
    assert told == []
    assert shown.model.visible_range() == (ORIGIN, store.end_ns)


def test_a_range_is_kept_within_the_run_and_told_once_it_is_drawn(shown: Shown) -> None:
    told: list[object] = []
    shown.model.range_selected.connect(lambda *t: told.append(t))
    x = shown.scene.x_of
    shown.model.draw_range(x(ORIGIN + 4 * STEP), x(ORIGIN + 2 * STEP))
    assert told == []
    shown.model.end_range()
    assert told.pop() == pytest.approx((ORIGIN + 2 * STEP, ORIGIN + 4 * STEP), abs=STEP / 50)
    shown.model.set_range(ORIGIN - STEP, ORIGIN + 99 * STEP)
    assert told.pop() == (ORIGIN, ORIGIN + 10 * STEP)
    shown.model.set_range(None, None)
    assert told.pop() == (None, None)


def test_the_picked_out_span_survives_a_range_and_the_range_a_click(shown: Shown) -> None:
    shown.model.press(*shown.point(1, 7))
    shown.model.set_range(ORIGIN + STEP, ORIGIN + 2 * STEP)
    assert shown.model.selection.thread == 1
    shown.model.press(*shown.point(0, 3))
    assert (shown.model.selection.t0, shown.model.selection.thread) == (ORIGIN + STEP, 0)


def test_without_a_range_the_zoom_goes_to_the_span_and_else_to_the_threads_life(qtbot: QtBot) -> None:
    shown = Shown(trace_from("main PPPPPPPPPP / w1 ...SSLL..."))
    shown.model.press(*shown.point(1, 4))
    shown.model.zoom_to_selection()
    t0, t1 = shown.model.visible_range()
    assert ((t0 - ORIGIN) / STEP, (t1 - ORIGIN) / STEP) == pytest.approx((2.9, 5.1))
    shown.model.fit()
    shown.model.select(1)
    shown.model.zoom_to_selection()
    t0, t1 = shown.model.visible_range()
    assert ((t0 - ORIGIN) / STEP, (t1 - ORIGIN) / STEP) == pytest.approx((2.8, 7.2))


def test_a_double_click_on_a_gil_zooms_to_how_long_it_was_held(qtbot: QtBot) -> None:
    shown = Shown(observed())
    times = shown.model.handover_times()
    shown.model.open(*place(shown, LaneKind.GIL, 6))
    t0, t1 = shown.model.visible_range()
    assert t0 < times[0] < times[1] < t1
    assert t1 - t0 == pytest.approx(1.1 * (times[1] - times[0]), rel=0.01)


def test_the_hover_text_of_a_crowd_says_how_many_lived(qtbot: QtBot) -> None:
    shorts = " / ".join(f"s{number} {'.' * number}RR{'.' * (98 - number)}" for number in range(60))
    shown = Shown(trace_from(f"main {'P' * 100} / {shorts}"))
    shown.model.hover(*place(shown, LaneKind.CROWD, 30.5))
    facts = dict(shown.hovered[-1].rows)
    assert shown.hovered[-1].title == "60 more threads"
    assert facts["Alive"] == "2 at this moment"
    assert facts["At once"] == "2 at most"
    assert facts["Longest"] == "2 ms"
