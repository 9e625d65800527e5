"""States from looks alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from tests.support.drawn_edges import MS, looks
from visualiser.events.blocks import Seen
from visualiser.trace.joined_track import Track
from visualiser.trace.joining import Waits, no_waits
from visualiser.trace.observed import Looks, Totals
from visualiser.trace.placing import place
from visualiser.trace.values import Evidence, Source, State

Array = npt.NDArray[Any]
NO_GIL = np.empty(0, "i8")


def placed(seen: Looks, waits: Waits | None = None, end: float = 10) -> Track:
    """A thread's life of `end` ms."""
    return place(seen, waits or no_waits(), NO_GIL, NO_GIL, MS, MS + round(end * MS))


def words(track: Track) -> list[tuple[str, float]]:
    """A track as (state, milliseconds, to a hundredth)."""
    length = np.round((track.end - track.start) / MS, 2)
    return [(State(state).name, float(n)) for state, n in zip(track.state, length, strict=True)]


def test_a_state_changes_midway_between_looks() -> None:
    track = placed(looks((1, Seen.IO), (3, Seen.IO), (7, Seen.LOCK), late=0))
    assert words(track) == [("IO", 5.0), ("LOCK", 5.0)]
    assert set(track.source) == {Source.SAMPLED}


def test_far_from_any_look_nothing_is_known() -> None:
    track = placed(looks((1, Seen.IO), (301, Seen.IO), late=0), end=302)
    assert words(track) == [("IO", 51.0), ("UNKNOWN", 200.0), ("IO", 51.0)]


def test_a_recorded_wait_has_borders_of_its_own() -> None:
    waits = Waits(np.array([MS + 2 * MS]), np.array([MS + 6 * MS]), np.array([State.SLEEP], "u1"))
    track = placed(looks((1, Seen.IO), (4, Seen.IO), (9, Seen.IO), late=0), waits)
    assert words(track) == [("IO", 1.5), ("RUNNING", 0.5), ("SLEEP", 4.0), ("RUNNING", 1.5), ("IO", 2.5)]
    assert track.source[2] == Source.RECORDED
    assert track.wait.tolist() == [-1, -1, 0, -1, -1]
    assert track.evidence[1] == Evidence.CALL | Evidence.ON_CPU


def test_the_gil_ends_a_recorded_wait_before_its_end_was_recorded() -> None:
    waits = Waits(np.array([MS]), np.array([MS + 8 * MS]), np.array([State.SLEEP], "u1"))
    track = placed(looks((2, Seen.SLEEP), (6, Seen.GIL), late=0), waits, end=8)
    assert words(track) == [("SLEEP", 4.0), ("GIL", 4.0)]


def test_a_look_that_cannot_be_in_such_a_wait_is_marked() -> None:
    waits = Waits(np.array([MS]), np.array([MS + 8 * MS]), np.array([State.SLEEP], "u1"))
    assert placed(looks((2, Seen.CHILD), late=0), waits, end=8).evidence[0] & Evidence.CONTRADICTED


def test_who_can_run_runs_if_it_has_the_gil_and_is_native_if_not() -> None:
    seen = looks((1, Seen.RUNNABLE), (3, Seen.RUNNABLE), (5, Seen.RUNNABLE), late=0)
    times = MS + np.array([0, 2, 4]) * MS
    track = place(seen, no_waits(), times, np.array([1, 0, -1]), MS, 7 * MS)
    assert words(track) == [("RUNNING", 2.0), ("NATIVE", 2.0), ("UNKNOWN", 2.0)]


def accounts(*rows: tuple[float, float, float, int]) -> Totals:
    """The kernel's account: (ms from the first letter on; ms on a CPU, ms waited for one, times given one by then)."""
    at, on, waited = (np.round(np.array([row[column] for row in rows]) * MS).astype("i8") for column in range(3))
    times = np.array([row[3] for row in rows])
    return Totals(MS + at, at * 0 + 7, at * 0 + 1, on, waited, times)


HAS, HAS_NOT = np.array([1]), np.array([0])


def told(
    seen: Mapping[int, int], totals: Totals, own: Array = HAS_NOT, waits: Waits | None = None
) -> list[tuple[str, float]]:
    """What is told of 10 ms in which a thread was seen so, having the GIL all the time or never."""
    table = looks(*seen.items(), late=0)
    return words(place(table, waits or no_waits(), np.array([0]), own, MS, 11 * MS, totals))


def able(*at: int) -> dict[int, int]:
    """Looks that saw it able to run."""
    return dict.fromkeys(at, Seen.RUNNABLE)


def test_who_has_the_gil_was_ready_for_as_long_as_its_waits_for_a_cpu_grew() -> None:
    totals = accounts((1, 0, 0, 4), (5, 4, 0, 4), (6, 4, 3, 5))
    seen = able(1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert told(seen, totals, HAS) == [("RUNNING", 2.5), ("READY", 3.0), ("RUNNING", 4.5)]


def test_who_waited_for_a_cpu_was_ready_also_where_nobody_knows_who_has_the_gil() -> None:
    totals = accounts((1, 0, 0, 4), (5, 4, 0, 4), (6, 4, 3, 5))
    assert told(able(1, 2, 3, 4, 5, 6, 7, 8, 9), totals, np.array([-1]))[1] == ("READY", 3.0)


def test_who_was_given_no_cpu_since_it_was_blocked_is_away_even_where_it_could_run() -> None:
    seen = {1: Seen.IO, 3: Seen.IO, **able(5, 7), 9: Seen.GIL}
    totals = accounts((1, 0, 0, 4), (9, 0.1, 4, 5))
    assert told(seen, totals) == [("IO", 8.0), ("GIL", 2.0)]


def test_who_has_not_the_gil_and_is_on_a_cpu_runs_native_code_but_for_its_waits_for_a_cpu() -> None:
    seen = {1: Seen.IO, **able(3, 5, 7), 9: Seen.IO}
    totals = accounts((1, 0, 0, 4), (3, 1, 0, 5), (5, 2, 0, 5), (7, 2.5, 1, 6), (9, 4, 1, 6))
    assert told(seen, totals) == [("IO", 2.0), ("NATIVE", 3.0), ("READY", 1.0), ("NATIVE", 2.0), ("IO", 2.0)]


def handed_over(given_before: int, given_after: int) -> list[tuple[str, float]]:
    """A thread that had the GIL at 1 ms, could run without it at 3, 5 and 7, and waited for it at 9, hardly having been
    on a CPU; how often it was given one from 1 to 3 and from 7 to 9 ms.
    """
    seen = looks((1, Seen.RUNNABLE), (3, Seen.RUNNABLE), (5, Seen.RUNNABLE), (7, Seen.RUNNABLE), (9, Seen.GIL), late=0)
    then = 4 + given_before
    totals = accounts((1, 0, 0, 4), (3, 1, 0, then), (9, 1.1, 5, then + given_after))
    return words(place(seen, no_waits(), MS + np.array([0, 2]) * MS, np.array([1, 0]), MS, 11 * MS, totals))


def test_who_gave_up_the_gil_and_is_given_a_cpu_once_only_to_ask_again_waits_for_it_all_the_time() -> None:
    assert handed_over(given_before=1, given_after=1) == [("RUNNING", 2.0), ("GIL", 8.0)]


def test_who_lost_its_cpu_again_and_again_while_it_gave_up_the_gil_is_ready_until_it_asks() -> None:
    assert handed_over(given_before=3, given_after=1) == [("RUNNING", 2.0), ("READY", 6.0), ("GIL", 2.0)]


def test_who_asked_for_the_gil_again_waits_for_it_from_when_it_gave_it_up() -> None:
    seen = looks((1, Seen.RUNNABLE), (5, Seen.GIL), (9, Seen.GIL), late=0)
    totals = accounts((1, 0, 0, 4), (5, 1, 2, 5))
    track = place(seen, no_waits(), MS + np.array([0, 3]) * MS, np.array([1, 0]), MS, 11 * MS, totals)
    assert words(track) == [("RUNNING", 2.0), ("GIL", 8.0)]  # 2 of the 4 ms between the looks it waited for its CPU


def sleeping(*around: float) -> Waits:
    """Recorded sleeps: begins and ends by turns, in ms."""
    t = MS + np.round(np.array(around) * MS).astype("i8")
    return Waits(t[::2], t[1::2], np.full(len(t) // 2, State.SLEEP, "u1"))


def test_after_a_recorded_wait_a_thread_runs_for_as_long_as_it_was_on_a_cpu() -> None:
    seen = {1: Seen.SLEEP, 3: Seen.SLEEP, 7: Seen.IO, 9: Seen.IO}
    totals = accounts((1, 0, 0, 4), (7, 0.5, 0, 5))
    assert told(seen, totals, waits=sleeping(0, 4)) == [("SLEEP", 4.0), ("RUNNING", 0.5), ("IO", 5.5)]


def test_before_a_recorded_wait_a_thread_runs_for_as_long_as_it_was_on_a_cpu() -> None:
    seen = {1: Seen.GIL, 3: Seen.GIL, 7: Seen.SLEEP, 9: Seen.SLEEP}
    totals = accounts((1, 0, 0, 4), (7, 0.5, 0, 5))
    assert told(seen, totals, waits=sleeping(6, 10)) == [("GIL", 5.5), ("RUNNING", 0.5), ("SLEEP", 4.0)]


def test_who_lost_its_cpu_on_its_way_into_a_call_is_ready_until_it_gets_there() -> None:
    seen = {1: Seen.IO, **able(5), 7: Seen.SLEEP, 9: Seen.SLEEP}
    totals = accounts((1, 0, 0, 4), (5, 0.5, 0, 7), (7, 0.6, 2, 8))
    assert told(seen, totals, waits=sleeping(4, 10))[-2:] == [("READY", 2.0), ("SLEEP", 4.0)]


def test_who_waited_for_the_gil_and_has_not_got_it_waits_for_it_still() -> None:
    seen = looks((1, Seen.GIL), (3, Seen.RUNNABLE), (5, Seen.GIL), (7, Seen.RUNNABLE), (9, Seen.RUNNABLE), late=0)
    times, own = MS + np.array([0, 8]) * MS, np.array([0, 1])
    assert words(place(seen, no_waits(), times, own, MS, 11 * MS)) == [("GIL", 8.0), ("RUNNING", 2.0)]


def coming_back(times_given: int) -> list[tuple[str, float]]:
    """A thread that sleeps in a recorded call, and could run at 5, 7 and 9 ms, not having the GIL; how often it was
    given a CPU before 7 ms.
    """
    totals = accounts((1, 0, 0, 4), (5, 0, 0, 4), (7, 0, 0, 4 + times_given))
    return told({1: Seen.SLEEP, 3: Seen.SLEEP, **able(5, 7, 9)}, totals, waits=sleeping(0, 10))


def test_who_was_on_a_cpu_and_is_not_back_from_its_call_waits_for_the_gil() -> None:
    assert coming_back(times_given=1) == [("SLEEP", 6.0), ("GIL", 4.0)]
    assert coming_back(times_given=0) == [("SLEEP", 10.0)]


def test_a_look_behind_a_recorded_wait_tells_nothing_of_it() -> None:
    waits = Waits(np.array([MS]), np.array([MS + 6 * MS]), np.array([State.SLEEP], "u1"))
    track = placed(looks((1, Seen.SLEEP), (3, Seen.GIL), (7, Seen.IO), late=0), waits, end=8)
    assert words(track) == [("SLEEP", 2.0), ("GIL", 4.0), ("RUNNING", 0.5), ("IO", 1.5)]


def test_a_blocked_thread_is_not_made_ready_by_its_account() -> None:
    seen = looks((1, Seen.IO), (3, Seen.IO), late=0)
    totals = Totals(seen.t, seen.t, seen.t, seen.t, np.array([0, MS]), seen.t)
    assert words(place(seen, no_waits(), NO_GIL, NO_GIL, MS, 5 * MS, totals)) == [("IO", 4.0)]


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 7)), max_size=30),
    st.lists(st.integers(0, 500), max_size=8, unique=True),
)
def test_a_track_is_gapless_whatever_was_seen(seen: list[tuple[int, int]], borders: list[int]) -> None:
    rows = sorted({t / 10: what for t, what in seen}.items())
    ends = np.sort(np.array(borders[: len(borders) // 2 * 2], "i8")) * MS + MS
    waits = Waits(ends[::2], ends[1::2], np.full(len(ends) // 2, State.LOCK, "u1"))
    track = placed(looks(*rows) if rows else Looks.join([]), waits, end=500)
    assert (track.start[0], track.end[-1]) == (MS, 501 * MS)
    assert (track.end > track.start).all()
    assert (track.start[1:] == track.end[:-1]).all()


def short_sleep(waited: float) -> list[tuple[str, float]]:
    """A thread that began to sleep at 4 ms, could run at 5 and waited for the GIL at 7; ms waited for a CPU between."""
    seen = {1: Seen.IO, **able(5), 7: Seen.GIL, 9: Seen.GIL}
    totals = accounts((1, 0, 0, 4), (5, 0.5, 0, 7), (7, 0.6, waited, 8))
    return told(seen, totals, waits=sleeping(4, 10))[-2:]


def test_who_was_woken_up_in_a_call_is_in_it_until_it_has_a_cpu() -> None:
    assert short_sleep(waited=0.8) == [("SLEEP", 2.0), ("GIL", 4.0)]


def test_who_has_waited_for_a_cpu_since_before_it_got_into_its_call_is_ready() -> None:
    assert short_sleep(waited=2) == [("READY", 2.0), ("GIL", 4.0)]


def told_for(ms: float, *seen: tuple[float, int]) -> list[tuple[str, float]]:
    """A thread that calls sleep at 0 ms, for `ms`, and is back at 8; from 0 to 8 ms."""
    alarm = np.array([max(MS + round(ms * MS), 0)])
    waits = Waits(np.array([MS]), np.array([MS + 8 * MS]), np.array([State.SLEEP], "u1"), alarm=alarm)
    return words(placed(looks(*seen, late=0), waits, end=8))


def test_a_sleep_is_over_when_it_was_to_be_and_the_wait_for_the_gil_begins_then() -> None:
    assert told_for(1.95, (1, Seen.SLEEP), (7, Seen.GIL)) == [("SLEEP", 2.0), ("GIL", 6.0)]
    assert told_for(1.95, (7, Seen.GIL)) == [("SLEEP", 2.0), ("GIL", 6.0)]  # no look in the sleep itself


def test_a_look_counts_for_more_than_when_a_sleep_was_to_be_over() -> None:
    assert told_for(1.95, (4, Seen.SLEEP), (7, Seen.GIL)) == [("SLEEP", 4.0), ("GIL", 4.0)]
    assert told_for(7, (1, Seen.SLEEP), (3, Seen.GIL)) == [("SLEEP", 2.0), ("GIL", 6.0)]


def test_a_sleep_of_no_told_length_ends_midway_between_looks() -> None:
    assert told_for(-1000, (2, Seen.SLEEP), (6, Seen.GIL)) == [("SLEEP", 4.0), ("GIL", 4.0)]
