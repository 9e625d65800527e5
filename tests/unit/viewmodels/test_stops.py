"""Where the playhead can step to, and where a line of the program ran."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.stepped import FILE, PAUSE, READ, WRITE, lost_update
from visualiser.events import Wait
from visualiser.viewmodels import Stops
from visualiser.viewmodels.line_work import line_work, visits_of


def stops_of(run: RunBuilder) -> Stops:
    stops = Stops()
    stops.store = run.store(end=20)
    return stops


def steps(times: np.ndarray) -> list[float]:
    return [(int(t) - ORIGIN) / STEP for t in times]


def test_lines_are_stepped_through_in_the_order_in_which_all_threads_ran_them() -> None:
    stops = stops_of(lost_update())
    assert steps(stops.times("line")) == [1, 2, 3, 4, 5, 6, 7]
    assert steps(stops.times("line", 1)) == [2, 4, 6]


def test_only_what_a_run_has_can_be_stepped_by() -> None:
    stops = stops_of(lost_update())
    assert stops.known() == ("event", "line", "output")
    stops.cues = np.array([ORIGIN], np.int64)
    assert stops.known()[-1] == "cue"


def test_another_kind_of_moment_is_refused() -> None:
    with pytest.raises(KeyError):
        Stops().times("moon")


def test_a_line_tells_when_it_ran_and_how_often_and_how_long_it_took() -> None:
    store = lost_update().store(end=20)
    t, threads = visits_of(store, FILE, PAUSE)
    assert (steps(t), threads.tolist()) == ([4, 5], [1, 2])
    work = line_work(store)[FILE]
    assert [work[number].visits for number in (READ, PAUSE, WRITE)] == [2, 2, 2]
    assert work[PAUSE].total == 4 * STEP
    assert work[PAUSE].words == "run 2 times · unknown 4 ms"


def test_without_recorded_lines_a_line_tells_of_the_waits_in_it() -> None:
    run = RunBuilder()
    run.process("bank.py").thread().begin(0).wait(Wait.SLEEP, 2, 5, line=7).end(9)
    store = run.store(end=20)
    t, _ = visits_of(store, FILE, 7)
    assert steps(t) == [2]
    assert line_work(store)[FILE][7].words == "inside recorded waits · sleep 3 ms"
