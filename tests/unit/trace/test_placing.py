"""States from looks alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.support.drawn_edges import MS, looks
from visualiser.events.blocks import Seen
from visualiser.trace.joined_track import Track
from visualiser.trace.joining import Waits, no_waits
from visualiser.trace.observed import Looks, Totals
from visualiser.trace.placing import place
from visualiser.trace.values import Evidence, Source, State

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
    track = placed(looks((1, Seen.RUNNABLE), (4, Seen.IO), (9, Seen.RUNNABLE), late=0), waits)
    assert words(track)[1] == ("SLEEP", 4.0)
    assert track.source[1] == Source.RECORDED
    assert track.wait[1] == 0


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


def test_a_thread_that_had_to_wait_for_a_cpu_was_ready_for_as_long_as_its_account_grew() -> None:
    seen = looks(*((at, Seen.RUNNABLE) for at in range(1, 10)), late=0)
    t = seen.t
    waited = np.array([0, 0, 0, 0, 0, 3, 3, 3, 3]) * MS
    totals = Totals(t, t * 0 + 7, t * 0 + 1, t * 0, waited, t * 0)
    track = place(seen, no_waits(), np.array([MS]), np.array([1]), MS, 11 * MS, totals)
    assert words(track) == [("RUNNING", 2.5), ("READY", 3.0), ("RUNNING", 4.5)]


def without_the_gil(waited: dict[int, float]) -> list[tuple[str, float]]:
    """A thread that could run at 3, 4, 5 and 6 ms, and waited for I/O before and after; ms waited for a CPU by then
    as its account told.
    """
    seen = looks(*((at, Seen.RUNNABLE if 3 <= at <= 6 else Seen.IO) for at in range(1, 10)), late=0)
    t = MS + np.array(list(waited)) * MS
    none = np.zeros(len(t), "i8")
    totals = Totals(t, none, none + 1, none, np.array([round(ms * MS) for ms in waited.values()], "i8"), none)
    return words(place(seen, no_waits(), np.array([0]), np.array([0]), MS, MS + 10 * MS, totals))


def test_a_stretch_most_of_which_was_a_wait_for_a_cpu_was_one_wait() -> None:
    assert without_the_gil({3: 0, 4: 0, 5: 0, 6: 0, 7: 3.0})[1] == ("READY", 4.0)


def test_a_stretch_of_which_less_than_half_was_a_wait_for_a_cpu_stays_native_for_the_rest() -> None:
    assert without_the_gil({3: 0, 4: 0, 5: 0, 6: 0, 7: 1.0})[1:3] == [("NATIVE", 3.0), ("READY", 1.0)]


def test_who_waited_for_the_gil_and_has_not_got_it_waits_for_it_still() -> None:
    seen = looks((1, Seen.GIL), (3, Seen.RUNNABLE), (5, Seen.GIL), (7, Seen.RUNNABLE), (9, Seen.RUNNABLE), late=0)
    times, own = MS + np.array([0, 8]) * MS, np.array([0, 1])
    assert words(place(seen, no_waits(), times, own, MS, 11 * MS)) == [("GIL", 8.0), ("RUNNING", 2.0)]


def coming_back(times_given: int) -> list[tuple[str, float]]:
    """A thread that sleeps in a recorded call, and could run at 5 and 7 ms, not having the GIL; how often it was given
    a CPU by then.
    """
    waits = Waits(np.array([MS]), np.array([MS + 8 * MS]), np.array([State.SLEEP], "u1"))
    seen = looks((1, Seen.SLEEP), (3, Seen.SLEEP), (5, Seen.RUNNABLE), (7, Seen.RUNNABLE), late=0)
    none = np.zeros(3, "i8")
    totals = Totals(MS + np.array([1, 5, 7]) * MS + 1, none, none, none, none, np.array([4, 4, 4 + times_given]))
    return words(place(seen, waits, np.array([0]), np.array([0]), MS, MS + 8 * MS, totals))


def test_who_was_on_a_cpu_and_is_not_back_from_its_call_waits_for_the_gil() -> None:
    assert coming_back(times_given=1) == [("SLEEP", 6.0), ("GIL", 2.0)]
    assert coming_back(times_given=0) == [("SLEEP", 8.0)]


def test_a_look_behind_a_recorded_wait_tells_nothing_of_it() -> None:
    waits = Waits(np.array([MS]), np.array([MS + 6 * MS]), np.array([State.SLEEP], "u1"))
    track = placed(looks((1, Seen.SLEEP), (3, Seen.GIL), (7, Seen.IO), late=0), waits, end=8)
    assert words(track) == [("SLEEP", 2.0), ("GIL", 4.0), ("IO", 2.0)]


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
