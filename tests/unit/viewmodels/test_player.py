"""The playhead in motion: what it announces, and that it stays with the end of a growing run."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import Player


def test_a_playhead_at_the_end_goes_along_with_a_growing_run(qtbot: QtBot) -> None:
    player = Player()
    player.begin(100)
    player.grow(500)
    player.grow(900)
    assert player.playhead.t == 900


def test_a_playhead_that_was_placed_stays_while_the_run_grows(qtbot: QtBot) -> None:
    player = Player()
    player.begin(100)
    player.grow(500)
    player.seek(200)
    player.grow(900)
    assert player.playhead.t == 200


def test_times_beyond_32_bits_arrive_whole(qtbot: QtBot) -> None:
    player = Player()
    heard: list[int] = []
    player.moved.connect(heard.append)
    player.begin(5_000_000_000_000)
    player.grow(6_000_000_000_000)
    assert heard == [5_000_000_000_000, 6_000_000_000_000]


def test_played_it_reaches_the_end_and_stops_its_timer(qtbot: QtBot) -> None:
    player = Player()
    player.begin(0)
    player.grow(1_000_000)
    player.seek(0)
    player.set_speed(10)
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda playing: not playing, timeout=5000):
        player.toggle()
    assert player.playhead.t == 1_000_000


def test_a_slot_that_moves_the_playhead_again_has_the_last_word(qtbot: QtBot) -> None:
    player = Player()
    player.begin(0)
    player.grow(1000)
    player.moved.connect(lambda t: player.seek(700) if t == 300 else None)
    player.seek(300)
    assert player.playhead.t == 700


def test_stepping_goes_by_the_times_it_is_given(qtbot: QtBot) -> None:
    player = Player()
    player.begin(0)
    player.grow(1000)
    player.step(np.array([10, 400]), -1)
    assert player.playhead.t == 400


def test_the_moments_of_a_story_are_told_sorted_and_once(qtbot: QtBot) -> None:
    player = Player()
    with qtbot.waitSignal(player.cues_changed):
        player.set_cue_times([30, 10, 30])
    assert player.cue_times.tolist() == [10, 30]
    with qtbot.assertNotEmitted(player.cues_changed):
        player.set_cue_times([10, 30])


def test_a_new_run_is_played_without_the_loop_of_the_last(qtbot: QtBot) -> None:
    player = Player()
    player.begin(0)
    player.grow(1000)
    player.set_loop((100, 200))
    with qtbot.waitSignal(player.loop_changed) as told:
        player.begin(0)
    assert told.args == [None]
