"""Undo and redo of the view: one step per move, continuous moves as one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualiser.viewmodels import Lanes, Viewport
from visualiser.viewmodels.view_history import MERGE_MS, MOST, Place, ViewHistory


def place(number: int) -> Place:
    return Place(Viewport(t0=float(number), t1=number + 1.0, start=0, end=10**6), Lanes())


def moved(history: ViewHistory, *moves: tuple[str, int]) -> Place:
    """Leaves places 0, 1, 2 ... by these moves (name, ms); the place that is reached."""
    for number, (name, now) in enumerate(moves):
        history.leave(place(number), name, now)
    return place(len(moves))


def test_a_turned_wheel_is_one_step() -> None:
    history = ViewHistory()
    here = moved(history, *(("zoom", 50 * number) for number in range(20)))
    assert history.undo(here) == place(0)
    assert not history.can_undo


def test_a_pause_and_another_kind_of_move_begin_a_step() -> None:
    history = ViewHistory()
    here = moved(history, ("zoom", 0), ("zoom", MERGE_MS + 1), ("pan", MERGE_MS + 2))
    undone = [history.undo(here), history.undo(place(2)), history.undo(place(1))]
    assert undone == [place(2), place(1), place(0)]


def test_moves_without_a_name_never_merge() -> None:
    history = ViewHistory()
    here = moved(history, ("", 0), ("", 1))
    assert history.undo(here) == place(1)


def test_a_new_move_forgets_what_was_undone() -> None:
    history = ViewHistory()
    here = moved(history, ("", 0), ("", 1))
    history.undo(here)
    assert history.can_redo
    history.leave(place(1), "", 2)
    assert not history.can_redo


def test_a_move_right_after_an_undo_is_a_step_of_its_own() -> None:
    history = ViewHistory()
    here = moved(history, ("zoom", 0))
    back = history.undo(here)
    assert back is not None
    history.leave(back, "zoom", 1)
    assert history.can_undo


@given(st.integers(1, 2 * MOST), st.integers(0, 3 * MOST))
def test_redo_takes_back_every_undo(moves: int, steps: int) -> None:
    history = ViewHistory()
    here = last = moved(history, *(("", number) for number in range(moves)))
    undone = 0
    while undone < steps and (back := history.undo(here)) is not None:
        here, undone = back, undone + 1
    assert undone == min(steps, moves, MOST)
    while (forth := history.redo(here)) is not None:
        here = forth
    assert here == last
