"""How far apart the observer's turns are: as far as hardly anything changes unseen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualiser.observe.rate import LEAST_PAUSE, MOST_PAUSE, WINDOW, Rate


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


@given(st.lists(st.integers(0, 3), max_size=300))
def test_the_pause_stays_within_its_limits(unseen: list[int]) -> None:
    rate = Rate()
    for one in unseen:
        rate.note(one)
        assert LEAST_PAUSE <= rate.pause <= MOST_PAUSE
