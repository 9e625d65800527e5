"""From edges, looks and recorded waits to the states of one thread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.drawn_edges import ASK, MS, edges, gil_looks, looks
from visualiser.events.blocks import Held, Seen
from visualiser.trace.columns import no_spans
from visualiser.trace.joined_track import Track, clipped, cpu_spans, cut_lost, parallelism, pieces
from visualiser.trace.joiner import Facts, join
from visualiser.trace.joining import Waits, name_absences, no_waits, split_by_gil
from visualiser.trace.observed import EdgeKind, Edges, GilLooks, Looks, Losses
from visualiser.trace.thread_track import ThreadTrack, spans_from
from visualiser.trace.values import Evidence, Source, State

NO_LOSSES = Losses.join([])
NO_LOOKS = Looks.join([])


def words(track: Track) -> list[tuple[str, float]]:
    """A track as (state, milliseconds), without the microsecond from birth to the first letter."""
    spans = zip(track.state[1:], (track.end - track.start)[1:] / MS, strict=True)
    return [(State(state).name, float(length)) for state, length in spans]


def waits(*rows: tuple[float, float, State]) -> Waits:
    """Recorded waits: (begin, end in ms from the first letter on, state)."""
    start, end, state = zip(*rows, strict=True)
    columns = [MS + np.round(np.array(one) * MS).astype("i8") for one in (start, end)]
    return Waits(columns[0], columns[1], np.array(state, "u1"))


def named(text: str, seen: Looks = NO_LOOKS, calls: Waits | None = None) -> Track:
    """A drawn thread's absences, named."""
    return name_absences(pieces(edges(text)), seen, calls or no_waits())


def whole(track: Track, begin: int, end: int) -> None:
    """Fail unless the track is gapless from `begin` to `end`."""
    assert track.start[0] == begin
    assert track.end[-1] == end
    assert (track.end > track.start).all()
    assert (track.start[1:] == track.end[:-1]).all()


def test_one_look_names_the_whole_absence() -> None:
    track = named("R....R", looks((3.5, Seen.IO)))
    assert words(track)[1] == ("IO", 4.0)
    assert track.source[2] == Source.EXACT
    assert track.seen[2] == 0


def test_an_absence_that_nobody_looked_at_is_unknown() -> None:
    assert words(named("R....R.R", looks((3.5, Seen.IO))))[3] == ("UNKNOWN", 1.0)


def test_a_look_that_may_belong_to_two_absences_names_neither() -> None:
    across = looks((1.9, Seen.IO), late=2 * MS)
    assert {state for state, _ in words(named("R.R.R", across))} == {"UNKNOWN"}


def test_a_look_that_touches_one_absence_only_counts_though_it_began_before() -> None:
    assert words(named("R...R", looks((0.9, Seen.LOCK), late=MS)))[1] == ("LOCK", 3.0)


def test_preempted_is_ready_and_so_is_a_thread_before_its_first_cpu() -> None:
    track = named("RrrR")
    assert track.state[0] == State.READY
    assert words(track)[1] == ("READY", 2.0)


def test_a_recorded_wait_says_it_better_than_a_system_call_that_may_be_it() -> None:
    track = named("R....R", looks((3, Seen.IO)), waits((0.5, 5.5, State.SLEEP)))
    assert words(track)[1] == ("SLEEP", 4.0)
    assert track.wait[2] == 0
    assert not track.evidence[2] & Evidence.CONTRADICTED


def test_a_recorded_wait_that_cannot_look_so_is_marked_and_the_look_is_kept() -> None:
    track = named("R....R", looks((3, Seen.CHILD)), waits((0.5, 5.5, State.SLEEP)))
    assert words(track)[1] == ("CHILD", 4.0)
    assert track.evidence[2] & Evidence.CONTRADICTED


def test_a_recorded_wait_names_its_first_absence_without_a_look_and_no_later_one() -> None:
    track = named("R..R...R", NO_LOOKS, waits((0.5, 7.5, State.LOCK)))
    assert [state for state, _ in words(track)] == ["UNKNOWN", "LOCK", "UNKNOWN", "UNKNOWN", "UNKNOWN"]


def test_on_the_way_back_from_a_recorded_wait_the_gil_is_the_gil() -> None:
    track = named("R..|..R", looks((2, Seen.LOCK), (4, Seen.GIL)), waits((0.5, 6, State.LOCK)))
    assert [state for state, _ in words(track)] == ["UNKNOWN", "LOCK", "UNKNOWN", "GIL", "UNKNOWN"]


def test_asking_for_the_gil_again_and_again_is_one_wait() -> None:
    track = split_by_gil(named("R..|..|..R", looks((2, Seen.GIL))), np.empty(0, "i8"), np.empty(0, "i8"))
    assert words(track)[1] == ("GIL", 6 + 2 * ASK / MS)
    assert track.cpu[2] == -1


def test_a_real_stretch_on_a_cpu_ends_the_wait_for_the_gil() -> None:
    assert [state for state, _ in words(named("R..R..R", looks((2, Seen.GIL))))][3] == "UNKNOWN"


def test_two_looks_that_differ_in_one_absence_are_marked() -> None:
    track = named("R....R", looks((2, Seen.IO), (4, Seen.SLEEP)))
    assert track.evidence[2] & Evidence.CONTRADICTED


def test_a_thread_that_could_run_says_nothing_about_what_it_waited_for() -> None:
    assert words(named("R....R", looks((4, Seen.RUNNABLE))))[1] == ("UNKNOWN", 4.0)


def test_on_a_cpu_the_holder_of_the_gil_runs_and_the_others_are_native() -> None:
    times = MS + np.array([0, 2, 3], "i8") * MS
    track = split_by_gil(named("RRRR"), times, np.array([1, 0, -1]))
    assert words(track) == [("RUNNING", 2.0), ("NATIVE", 1.0), ("UNKNOWN", 1.0)]
    assert (track.cpu[1:] == 0).all()
    assert (track.evidence[1:] & Evidence.ON_CPU > 0).all()


def test_time_in_which_records_were_lost_is_unknown() -> None:
    losses = Losses(*(np.array([value], "i8") for value in (2 * MS, 4 * MS, 0, 9)))
    track = cut_lost(named("R....R", looks((4.5, Seen.IO))), losses)
    assert words(track) == [("UNKNOWN", 1.0), ("UNKNOWN", 2.0), ("IO", 2.0), ("UNKNOWN", 1.0)]
    assert track.evidence[2] == Evidence.LOST
    assert track.source[2] == Source.NONE


def test_edges_that_do_not_alternate_leave_a_marked_gap() -> None:
    whole_edges = edges("R.R.R")
    without_an_edge = whole_edges.rows(np.arange(len(whole_edges)) != 3)
    track = pieces(without_an_edge)
    broken = track.evidence & Evidence.CONTRADICTED > 0
    assert broken.sum() == 1
    assert track.source[broken] == Source.NONE


def test_a_thread_that_still_lives_has_an_open_piece_until_now() -> None:
    living = edges("R..").rows(slice(0, 3))
    track = pieces(living, 9 * MS)
    assert track.end[-1] == 9 * MS
    assert len(pieces(living)) == 2


def test_an_exec_on_a_cpu_is_no_edge() -> None:
    one = edges("RR").rows(slice(0, 2))
    exec_ = Edges(*(np.array([value], "i8") for value in (MS + 500, 7, 1, 0, EdgeKind.EXEC)))
    start, end, cpu = cpu_spans(Edges.join([one, exec_]), 5 * MS)
    assert (start.tolist(), end.tolist(), cpu.tolist()) == ([MS], [5 * MS], [0])


SPAN = st.tuples(st.integers(0, 50), st.integers(1, 20))


@given(st.lists(SPAN, max_size=20))
def test_parallelism_counts_spans_under_way(spans: list[tuple[int, int]]) -> None:
    start = np.array([a for a, _ in spans], "i8")
    end = np.array([a + n for a, n in spans], "i8")
    times, count = parallelism(start, end)
    for moment in range(75):
        at = int(np.searchsorted(times, moment, "right")) - 1
        now = int(count[at]) if at >= 0 else 0
        assert now == sum(a <= moment < a + n for a, n in spans)


TEXT = st.text("Rr.|", min_size=1, max_size=40).filter(lambda text: "r." not in text and ".r" not in text)
LOOKS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 7)), max_size=20)


@given(TEXT, LOOKS, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 1)), max_size=10))
def test_a_track_is_gapless_and_never_says_cpu_where_there_was_none(
    text: str, seen: list[tuple[int, int]], held: list[tuple[int, int]]
) -> None:
    drawn = edges(text.replace("R|", "R").replace("|R", "R"))
    rows = sorted({t / 10: what for t, what in seen}.items())
    gils = sorted({t / 10: what for t, what in held}.items())
    facts = Facts(
        drawn,
        looks(*rows) if rows else NO_LOOKS,
        gil_looks(*((t, 1, what, i // 2) for i, (t, what) in enumerate(gils))) if gils else GilLooks.join([]),
        NO_LOSSES,
    )
    track = join(facts).threads[1]
    whole(track, int(drawn.t[0]), int(drawn.t[-1]))
    start, end, _ = cpu_spans(drawn)
    on = np.isin(track.state, (State.RUNNING, State.NATIVE))
    for a, b in zip(track.start[on], track.end[on], strict=True):
        assert ((start <= a) & (b <= end)).any()
    off = np.isin(track.state, (State.IO, State.SLEEP, State.LOCK, State.CHILD, State.READY))
    for a, b in zip(track.start[off], track.end[off], strict=True):
        assert not ((start < b) & (a < end)).any()


@given(TEXT, st.integers(0, 45), st.integers(0, 45))
def test_a_clipped_track_holds_what_lies_between(text: str, first: int, last: int) -> None:
    track = pieces(edges(text))
    begin, end = min(first, last) * MS, max(first, last) * MS
    part = clipped(track, begin, end)
    expected = np.maximum(np.minimum(track.end, end) - np.maximum(track.start, begin), 0).sum()
    assert (part.end - part.start).sum() == expected


def test_a_program_without_a_gil_runs_whenever_it_is_on_a_cpu() -> None:
    facts = Facts(edges("R.R"), NO_LOOKS, gil_looks((0, 0, Held.NONE, 0), (2, 0, Held.NONE, 0)), NO_LOSSES)
    assert words(join(facts).threads[1]) == [("RUNNING", 1.0), ("UNKNOWN", 1.0), ("RUNNING", 1.0)]


def test_where_nothing_is_known_of_the_gil_a_thread_on_a_cpu_is_unknown() -> None:
    track = join(Facts(edges("R.R"), NO_LOOKS, GilLooks.join([]), NO_LOSSES)).threads[1]
    assert track.evidence[1] & Evidence.ON_CPU
    assert words(track)[0] == ("UNKNOWN", 1.0)


@pytest.mark.parametrize("text", ["R", ".", "r"])
def test_the_shortest_lives_are_told_too(text: str) -> None:
    drawn = edges(text)
    whole(join(Facts(drawn, NO_LOOKS, GilLooks.join([]), NO_LOSSES)).threads[1], int(drawn.t[0]), int(drawn.t[-1]))


def test_spans_that_were_handed_out_do_not_change_with_the_track() -> None:
    growing = ThreadTrack()
    growing.settle(named("RR..RR"))
    track = growing.track
    spans = spans_from(track, no_spans(), int(track.start[0]), int(track.end[-1]))
    before = spans.state.tolist(), spans.end.tolist()
    for name, value in (("state", State.GIL), ("end", 0)):
        growing._columns[name].put(slice(None), value)
    assert (spans.state.tolist(), spans.end.tolist()) == before
