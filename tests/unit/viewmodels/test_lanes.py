"""Arrangements of lanes: order within containment, pins, what is hidden; and the wishes that make them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.support.drawn import trace_from
from visualiser.scene import LaneKind
from visualiser.trace import TraceStore
from visualiser.viewmodels import LaneKey, Lanes, LaneWork, Player, SortBy, TimelineModel

RUN = "main PPPPPPPP / w1 RRSSSSSS / w10 RRRRRRSS / w2 SSSSSSSS // child .RRRRRR. / c1 .SSSSSS."
MAIN, W1, W10, W2, CHILD, C1 = range(6)


def thread(store: TraceStore, index: int) -> LaneKey:
    return LaneKey(LaneKind.THREAD, store.threads[index].process, index)


def process(index: int) -> LaneKey:
    return LaneKey(LaneKind.PROCESS, index)


class Shown:
    """A timeline of a drawn run, the work on its lanes, and what it told."""

    def __init__(self, drawing: str = RUN) -> None:
        self.model = TimelineModel(Player())
        self.work = LaneWork(self.model)
        self.told: list[str] = []
        self.work.told.connect(self.told.append)
        self.model.resize(900, 700)
        self.store = trace_from(drawing)
        self.model.set_store(self.store)
        self.model.rebuild()

    def threads(self) -> list[int]:
        """The threads' lanes from top to bottom."""
        self.model.rebuild()
        assert self.model.scene is not None
        return [lane.thread for lane in self.model.scene.lanes if lane.thread is not None]

    def point(self, key: LaneKey) -> float:
        """The middle of a lane."""
        self.model.rebuild()
        lane = self.model.lane(key)
        assert lane is not None
        return (lane.y0 + lane.y1) / 2


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown()


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (SortBy.START, [MAIN, W1, W10, W2, CHILD, C1]),
        (SortBy.NAME, [MAIN, W1, W2, W10, C1, CHILD]),
        (SortBy.BUSY, [W10, W1, MAIN, W2, CHILD, C1]),
        (SortBy.WAITING, [MAIN, W2, W1, W10, C1, CHILD]),
    ],
)
def test_lanes_are_sorted_within_their_process(shown: Shown, by: SortBy, order: list[int]) -> None:
    shown.work.sort(by)
    assert shown.threads() == order


def test_a_sort_by_what_was_not_measured_is_refused_in_words(qtbot: QtBot) -> None:
    shown = Shown("main ???? / w1 LL??")
    shown.work.sort(SortBy.BUSY)
    assert "Not measured" in shown.told[-1]
    assert shown.model.lanes == Lanes()


def test_a_thread_is_dragged_above_another_of_its_process(shown: Shown) -> None:
    start, goal = shown.point(thread(shown.store, W2)), shown.point(thread(shown.store, W1))
    shown.work.drop(start, goal - 4)
    assert shown.threads()[:4] == [MAIN, W2, W1, W10]
    shown.work.drop(shown.point(thread(shown.store, MAIN)), shown.point(thread(shown.store, W10)) + 4)
    assert shown.threads()[:4] == [W2, W1, W10, MAIN]


def test_a_thread_is_dragged_onto_its_process_to_be_the_first(shown: Shown) -> None:
    shown.work.drop(shown.point(thread(shown.store, W10)), shown.point(process(0)))
    assert shown.threads()[:4] == [W10, MAIN, W1, W2]


def test_a_thread_is_not_dragged_into_another_process(shown: Shown) -> None:
    shown.work.drop(shown.point(thread(shown.store, W1)), shown.point(thread(shown.store, C1)))
    assert shown.threads() == [MAIN, W1, W10, W2, CHILD, C1]
    assert "stays with its process" in shown.told[-1]


def test_processes_are_moved_among_those_of_one_parent(qtbot: QtBot) -> None:
    shown = Shown("main PPPP // a .RR. // b .RR. // c .RR.")
    shown.work.drop(shown.point(process(3)), shown.point(thread(shown.store, 1)))
    assert shown.threads() == [0, 3, 1, 2]
    shown.model.set_current(process(1))
    shown.work.move(1)
    assert shown.threads() == [0, 3, 2, 1]


def test_keys_move_a_lane_and_stop_at_the_end(shown: Shown) -> None:
    shown.model.set_current(thread(shown.store, W1))
    for _ in range(5):
        shown.work.move(1)
    assert shown.threads()[:4] == [MAIN, W10, W2, W1]
    shown.work.move(-1)
    assert shown.threads()[:4] == [MAIN, W10, W1, W2]


def test_hidden_lanes_are_counted_and_come_back_together(shown: Shown) -> None:
    for key in (thread(shown.store, W1), process(1)):
        shown.model.set_current(key)
        shown.work.hide()
    assert shown.threads() == [MAIN, W10, W2]
    assert shown.model.lanes.hidden_count == 2
    shown.work.show_all()
    assert shown.threads() == [MAIN, W1, W10, W2, CHILD, C1]


def test_a_pinned_lane_comes_first_and_leaves_its_process(shown: Shown) -> None:
    shown.model.set_current(thread(shown.store, C1))
    shown.work.pin()
    assert shown.threads() == [C1, MAIN, W1, W10, W2, CHILD]
    shown.work.pin()
    assert shown.threads() == [MAIN, W1, W10, W2, CHILD, C1]


def test_only_threads_and_processes_are_pinned(qtbot: QtBot) -> None:
    shown = Shown()
    shown.model.set_current(LaneKey(LaneKind.OUTPUT))
    shown.work.pin()
    assert "Only threads and processes" in shown.told[-1]


def test_a_wish_without_a_lane_says_what_to_do(shown: Shown) -> None:
    shown.work.hide()
    assert "Click on a lane's name first" in shown.told[-1]


def test_all_processes_fold_and_unfold_together(shown: Shown) -> None:
    shown.work.fold_all()
    assert shown.threads() == []
    shown.work.fold_all()
    assert len(shown.threads()) == 6


def test_an_arrangement_is_undone_and_redone(shown: Shown) -> None:
    shown.work.sort(SortBy.BUSY)
    shown.model.undo()
    assert shown.threads() == [MAIN, W1, W10, W2, CHILD, C1]
    shown.model.redo()
    assert shown.threads()[0] == W10


def test_another_run_is_arranged_anew(shown: Shown) -> None:
    shown.work.sort(SortBy.BUSY)
    shown.model.set_store(trace_from("main RR / w1 RR"))
    assert shown.model.lanes == Lanes()
    shown.model.undo()
    assert shown.model.lanes == Lanes()
