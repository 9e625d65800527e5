"""How far apart the observer's turns are: as far as hardly anything changes unseen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualiser.observe.rate import LEAST_PAUSE, MOST_PAUSE, MOST_WINDOWS, STEP, WINDOW, Rate


def calm() -> Rate:
    """After a long time in which nothing was missed."""
    rate = Rate()
    for _ in range(20 * WINDOW):
        rate.note(0)
    return rate


def test_where_nothing_is_missed_turns_become_rarer_up_to_a_limit() -> None:
    assert Rate().is_least
    assert calm().pause == MOST_PAUSE
    assert not calm().is_least


def test_what_goes_by_unseen_brings_turns_together_at_once() -> None:
    rate = calm()
    rate.note(WINDOW)
    assert rate.pause == LEAST_PAUSE


def test_one_change_that_was_missed_now_and_then_changes_nothing() -> None:
    rate = calm()
    for turn in range(10 * WINDOW):
        rate.note(turn % WINDOW == 3)
    assert rate.pause == MOST_PAUSE


def test_turns_a_little_too_far_apart_come_closer_by_a_step() -> None:
    rate = calm()
    for _ in range(WINDOW // 2):
        rate.note(0)
    while rate.pause == MOST_PAUSE:
        rate.note(1)
    assert rate.pause == MOST_PAUSE / STEP


def until_widest(rate: Rate) -> int:
    """How many calm turns it takes until they are as far apart as can be."""
    turns = 0
    while rate.pause < MOST_PAUSE:
        rate.note(0)
        turns += 1
    return turns


def test_the_more_often_they_were_too_far_apart_the_longer_until_that_is_tried_again() -> None:
    rate = Rate()
    waits = []
    for _ in range(4):
        waits.append(until_widest(rate))
        rate.note(WINDOW)
    assert waits == sorted(set(waits))
    assert until_widest(calm()) == 0


def test_after_a_long_calm_they_are_trusted_again() -> None:
    rate = Rate()
    first = until_widest(rate)
    for _ in range(5):
        rate.note(WINDOW)
    until_widest(rate)
    for _ in range(3 * MOST_WINDOWS * WINDOW):
        rate.note(0)
    rate.note(WINDOW)
    assert until_widest(rate) == 2 * first  # as after the first time


@given(st.lists(st.integers(0, 3), max_size=300))
def test_the_pause_stays_within_its_limits(unseen: list[int]) -> None:
    rate = Rate()
    for one in unseen:
        rate.note(one)
        assert LEAST_PAUSE <= rate.pause <= MOST_PAUSE
