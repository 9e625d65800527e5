"""Who held the GIL when, from looks, counts of hand-overs, and edges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.support.drawn_edges import MS, edges, gil_looks, looks
from visualiser.events.blocks import Held, Seen
from visualiser.trace.gil_gaps import FREE, UNSURE
from visualiser.trace.gil_track import ABSENT, GilTrack
from visualiser.trace.joiner import Facts, Joined, join
from visualiser.trace.observed import Edges, GilLooks, Looks, Losses
from visualiser.trace.sightings import SeenOfProcess
from visualiser.trace.values import State
from visualiser.trace.watched_process import Around, WatchedProcess

NO_LOSSES = Losses.join([])


def joined(first: str, second: str, seen: GilLooks, looked: Looks | None = None) -> Joined:
    """Two drawn threads, 1 and 2, of one process."""
    both = Edges.join([edges(first, 1), edges(second, 2, cpu=1)])
    return join(Facts(both, looked or Looks.join([]), seen, NO_LOSSES))


def holders(track: GilTrack) -> list[tuple[float, int]]:
    """(ms from the first letter on, holder)."""
    return [((int(t) - MS) / MS, int(who)) for t, who in zip(track.t, track.holder, strict=True)]


def test_the_same_count_says_that_nobody_else_held_it() -> None:
    outcome = joined("RRRRRR", "..RR..", gil_looks((0, 1, Held.HELD, 5), (6, 1, Held.HELD, 5)))
    assert holders(outcome.gils[0]) == [(0, 1)]
    assert State.NATIVE in outcome.threads[2].state
    assert set(outcome.threads[1].state[1:]) <= {State.RUNNING, State.UNKNOWN}


def test_a_hand_over_is_placed_where_the_new_holder_came_onto_a_cpu() -> None:
    outcome = joined("RRR...", "...RRR", gil_looks((1, 1, Held.HELD, 5), (5, 2, Held.HELD, 6)))
    assert holders(outcome.gils[0]) == [(1, 1), (3, 2)]


def test_as_many_hand_overs_as_threads_that_came_are_all_placed() -> None:
    outcome = joined("RRR..R...RR", "...RR.RRR..", gil_looks((0.5, 1, Held.HELD, 5), (10.5, 1, Held.HELD, 9)))
    assert holders(outcome.gils[0]) == [(0.5, 1), (3, 2), (5, 1), (6, 2), (9, 1)]


def test_who_only_asks_does_not_take_it() -> None:
    seen = looks((2, Seen.GIL), (4, Seen.GIL), tid=2)
    outcome = joined("RRRRRRRR", "R..|..RR", gil_looks((0.5, 2, Held.HELD, 5), (7.5, 2, Held.HELD, 7)), seen)
    assert (1.0, 2) not in holders(outcome.gils[0])
    waits = outcome.threads[2].state == State.GIL
    assert (outcome.threads[2].end - outcome.threads[2].start)[waits].tolist() == [4 * MS + 20_000]


def test_hand_overs_that_nothing_explains_leave_the_holder_unsure() -> None:
    outcome = joined("RRRRRR", "RRRRRR", gil_looks((1, 1, Held.HELD, 5), (5, 2, Held.HELD, 40)))
    assert [who for _, who in holders(outcome.gils[0])] == [1, UNSURE, 2]
    assert State.UNKNOWN in outcome.threads[1].state


def test_one_hand_over_without_an_edge_is_placed_midway() -> None:
    outcome = joined("RRRRRR", "RRRRRR", gil_looks((1, 1, Held.HELD, 5), (5, 2, Held.HELD, 6)))
    assert holders(outcome.gils[0]) == [(1, 1), (3, 2)]


def test_who_blocks_gives_it_up_and_takes_it_again_when_it_comes_back() -> None:
    outcome = joined("RR..RR", "......", gil_looks((1, 1, Held.HELD, 5), (5, 1, Held.HELD, 5)))
    assert holders(outcome.gils[0]) == [(1, 1), (2, FREE), (4, 1)]
    start, end, tid = outcome.gils[0].holds()
    assert ((end - start) // MS).tolist() == [1]
    assert tid.tolist() == [1]


def test_a_look_that_sees_it_held_by_a_blocked_thread_is_believed() -> None:
    seen = gil_looks((1, 1, Held.HELD, 5), (3, 1, Held.HELD, 5), (5, 1, Held.HELD, 5))
    assert holders(joined("RR..RR", "......", seen).gils[0]) == [(1, 1)]


def test_a_thread_that_computes_without_the_gil_is_native_from_midway() -> None:
    outcome = joined("RRRRRR", "......", gil_looks((1, 1, Held.HELD, 5), (3, 1, Held.FREE, 5), (5, 1, Held.FREE, 5)))
    assert holders(outcome.gils[0]) == [(1, 1), (2, FREE)]
    assert outcome.threads[1].state[-1] == State.NATIVE


def test_who_was_on_a_cpu_shortly_without_it_and_blocked_waits_for_it() -> None:
    """A thread that comes back from a sleep and finds the GIL taken, in an absence that no look fell into."""
    seen = gil_looks((0, 2, Held.FREE, 4), (1, 1, Held.HELD, 5), (3.5, 1, Held.HELD, 5), (4.5, 2, Held.HELD, 6))
    outcome = joined("RRRRR.", "..|.RR", seen, looks((0.5, Seen.SLEEP), tid=2))
    spans = zip(outcome.threads[2].state.tolist(), (outcome.threads[2].end - outcome.threads[2].start), strict=True)
    assert [State(state).name for state, _ in spans][1:4] == ["SLEEP", "NATIVE", "GIL"]


def test_joining_piece_by_piece_gives_the_same_as_joining_all_at_once() -> None:
    turns = 400  # two threads that take turns of 5 ms, and ask once in between
    first, second = "RRRRR..|.." * turns, "..|..RRRRR" * turns
    one, two = edges(first, 1), edges(second, 2, cpu=1)
    end = float((one.t[-1] - MS) / MS)
    moments = np.arange(0.7, end, 1.3)
    length = 10 + 0.02
    phase = moments % length
    rows = [
        (float(m), 1 if p < 5 else 2, Held.HELD, 2 * int(m // length) + int(p >= 5))
        for m, p in zip(moments, phase, strict=True)
    ]
    gils = gil_looks(*rows)
    looked = Looks.join(
        [
            looks(
                *((float(m), Seen.GIL) for m, p in zip(moments, phase, strict=True) if (p > 5) == (tid == 1)), tid=tid
            )
            for tid in (1, 2)
        ]
    )
    everything = Facts(Edges.join([one, two]), looked, gils, NO_LOSSES)
    at_once = join(everything)
    seen = SeenOfProcess()
    live = WatchedProcess(seen)
    borders = [0, *range(200 * MS, int(one.t[-1]), 170 * MS), 1 << 62]
    for a, b in pairwise(borders):
        seen.edges.append(everything.edges.rows((everything.edges.t >= a) & (everything.edges.t < b)))
        seen.looks.append(looked.rows((looked.t >= a) & (looked.t < b)))
        seen.gils.append(gils.rows((gils.t >= a) & (gils.t < b)))
        live.update(Around({}, {}, [], int(seen.edges[-1].t[-1])), finished=False)
    for tid in (1, 2):
        for name in ("start", "end", "state"):
            assert getattr(live.tracks[tid], name).tolist() == getattr(at_once.threads[tid], name).tolist()
    assert holders(live.gils[0]) == holders(at_once.gils[0])


ALL_BLOCKED = "RRRRRR....RR", "RRRRRR....R."
UNEXPLAINED = ((1, 1, Held.HELD, 5), (8, 2, Held.FREE, 40), (11, 1, Held.HELD, 60))


def test_while_nobody_is_on_a_cpu_one_look_tells_of_all_that_time() -> None:
    outcome = joined(*ALL_BLOCKED, gil_looks(*UNEXPLAINED))
    assert holders(outcome.gils[0]) == [(1, 1), (1 + 1 / MS, UNSURE), (6, FREE), (10, UNSURE), (11, 1)]


def test_without_a_look_in_it_a_stretch_with_nobody_on_a_cpu_is_not_said_to_be_free() -> None:
    outcome = joined(*ALL_BLOCKED, gil_looks(UNEXPLAINED[0], UNEXPLAINED[2]))
    assert [who for _, who in holders(outcome.gils[0])] == [1, UNSURE, 1]


def test_where_edges_were_lost_nobody_says_that_all_were_blocked() -> None:
    both = Edges.join([edges(ALL_BLOCKED[0], 1), edges(ALL_BLOCKED[1], 2, cpu=1)])
    losses = Losses(*(np.array([value], "i8") for value in (MS + 7 * MS, MS + 8 * MS, 0, 9)))
    outcome = join(Facts(both, Looks.join([]), gil_looks(*UNEXPLAINED), losses))
    assert (6.0, FREE) not in holders(outcome.gils[0])


def test_a_gil_that_was_turned_off_after_the_start_keeps_nobody_from_running() -> None:
    seen = gil_looks((0.5, 1, Held.HELD, 1), (1.5, 0, Held.NONE, 0), (4.5, 0, Held.NONE, 0))
    outcome = joined("RRRRRR", "..RRRR", seen)
    assert not outcome.gils[0].has_gil
    for track in outcome.threads.values():
        assert State.NATIVE not in track.state
        assert (track.end - track.start)[track.state == State.RUNNING].sum() >= 4 * MS


def test_before_a_gil_is_turned_on_both_run_and_after_it_one_does() -> None:
    seen = gil_looks((0.5, 0, Held.NONE, 0), (1.5, 0, Held.NONE, 0), (3.5, 1, Held.HELD, 2), (5.5, 1, Held.HELD, 2))
    outcome = joined("RRRRRR", "RRRRRR", seen)
    assert holders(outcome.gils[0]) == [(0.5, ABSENT), (3.5, 1)]
    other = outcome.threads[2]
    assert [State(state) for state in other.state[-2:]] == [State.RUNNING, State.NATIVE]
    assert (other.end - other.start)[other.state == State.RUNNING].tolist() == [3 * MS]


def test_a_gil_whose_holder_is_never_told_is_held_by_somebody_unknown() -> None:
    seen = gil_looks((1, 0, Held.HELD, 5), (2, 0, Held.HELD, 6), (3, 0, Held.FREE, 6), (4, 0, Held.HELD, 7))
    outcome = joined("RRRRRR", "......", seen)
    assert holders(outcome.gils[0]) == [(1, UNSURE), (3, FREE), (4, UNSURE)]
    assert State.RUNNING not in outcome.threads[1].state
