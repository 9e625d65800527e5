"""The playhead's arithmetic: no timer, no Qt; the tests say how much time has passed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.viewmodels.playhead import SPEEDS, Playhead, speed_words

RUN = Playhead(t=100, start=100, end=1_000_100)


def test_it_advances_by_the_viewers_time_times_the_speed() -> None:
    playing = RUN.with_speed(1 / 10).toggled()
    assert playing.advance(5_000).t == 600


def test_it_stands_still_while_it_does_not_play() -> None:
    assert RUN.advance(10_000) is RUN


def test_it_stops_playing_at_the_end_of_the_run() -> None:
    ended = RUN.with_speed(10).toggled().advance(10**9)
    assert (ended.t, ended.playing) == (RUN.end, False)


def test_play_at_the_end_begins_anew() -> None:
    again = RUN.moved(RUN.end).toggled()
    assert (again.t, again.playing) == (RUN.start, True)


def test_a_run_without_length_cannot_be_played() -> None:
    assert not Playhead(5, 5, 5).toggled().playing


@given(st.lists(st.integers(0, 30_000_000), max_size=30), st.sampled_from(SPEEDS))
def test_many_short_frames_come_as_far_as_one_long_frame(frames: list[int], speed: float) -> None:
    start = Playhead(0, 0, 10**15).with_speed(speed).toggled()
    stepped = start
    for frame in frames:
        stepped = stepped.advance(frame)
    assert abs(stepped.t - start.advance(sum(frames)).t) <= 1


@given(st.integers(), st.integers(0, 10**9), st.integers(0, 10**9))
def test_it_never_leaves_the_run(t: int, start: int, length: int) -> None:
    moved = Playhead(start, start, start + length).moved(t)
    assert start <= moved.t <= start + length


@given(st.lists(st.integers(0, 1000), unique=True, min_size=1).map(sorted), st.integers(0, 1000))
def test_a_step_goes_to_the_nearest_event_on_that_side(times: list[int], t: int) -> None:
    head = Playhead(t, 0, 1000)
    after, before = [each for each in times if each > t], [each for each in times if each < t]
    assert head.step(np.array(times), 1).t == (min(after) if after else t)
    assert head.step(np.array(times), -1).t == (max(before) if before else t)


def test_a_step_stops_playing() -> None:
    assert not RUN.toggled().step(np.array([200]), 1).playing


def test_faster_and_slower_stay_within_the_speeds() -> None:
    head = RUN
    for _ in range(20):
        head = head.paced(1)
    assert head.speed == SPEEDS[-1]
    for _ in range(20):
        head = head.paced(-1)
    assert head.speed == SPEEDS[0]


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_goes_nowhere_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        RUN.with_speed(speed)


def test_a_shorter_run_pulls_the_playhead_in() -> None:
    assert RUN.moved(900_000).within(100, 500).t == 500


def test_speeds_are_written_as_shares() -> None:
    assert [speed_words(each) for each in (1 / 1000, 1 / 3, 1.0, 10.0)] == ["1/1000", "1/3", "1", "10"]


@given(st.integers(0, 900), st.integers(1, 100), st.lists(st.integers(0, 10_000_000), max_size=20))
def test_a_loop_is_never_left_while_it_plays(start: int, length: int, frames: list[int]) -> None:
    head = Playhead(start, 0, 1000, speed=1.0).looped(start, start + length).toggled()
    for frame in frames:
        head = head.advance(frame)
        assert head.playing
        assert start <= head.t < start + length


def test_a_loop_begins_at_its_start_when_it_is_played_from_outside() -> None:
    assert Playhead(900, 0, 1000).looped(100, 200).toggled().t == 100
    assert Playhead(150, 0, 1000).looped(100, 200).toggled().t == 150


def test_a_loop_lies_within_the_run_and_an_empty_one_is_none() -> None:
    assert Playhead(0, 0, 1000).looped(1500, 800).loop == (800, 1000)
    assert Playhead(0, 0, 1000).looped(2000, 3000).loop is None
