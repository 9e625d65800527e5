"""What a store answers when an observer watched: states, lives, CPUs, GILs, totals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder, check_stats
from tests.support.seen import gils, interval, looks, lost, switches, totals, watch
from visualiser.events.blocks import Held, Seen
from visualiser.trace import (
    Block,
    EventBatch,
    Kind,
    Loss,
    ProcessHeader,
    RunInfo,
    Source,
    Spans,
    State,
    TraceStore,
    Wait,
    source_word,
    state_at,
    stats,
)
from visualiser.trace.pace import Throttle

EXACT = {"switches": "exact", "gil": "sampled", "reasons": "sampled", "calls": "recorded", "why": {}}


def two_threads() -> RunBuilder:
    """A process 100 with the threads 100 and 101; what the probe recorded of them."""
    run = RunBuilder()
    process = run.process(gil=True)
    lock = process.thing("accounts", line=3)
    process.thread("MainThread").begin(1).wait(Wait.LOCK, 2.5, 6.5, lock, line=18).end(9)
    process.thread("worker").begin(1).wait(Wait.SLEEP, 4, 5).end(9)
    return run


SEEN = (
    switches("RRR...RRRR", 100, 100, cpu=0),
    switches("rr..RRRR.R", 100, 101, cpu=1),
    looks(100, (4, 100, Seen.LOCK), (3, 101, Seen.GIL)),
    gils(100, (0.5, 100, Held.HELD, 7), (2.9, 100, Held.HELD, 7), (4.5, 101, Held.HELD, 8), (9.5, 101, Held.FREE, 8)),
    interval(100, 5000),
    watch((1, 0, 10_000), (3, STEP // 10, 20_000)),
)


def observed(
    *blocks: Block, run: RunBuilder | None = None, end: float = 11, sources: dict[str, Any] = EXACT
) -> TraceStore:
    """A finished run."""
    info = RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + round(end * STEP), sources=sources)
    store = TraceStore(info)
    store.extend((run or two_threads()).batch())
    store.extend(EventBatch(blocks=blocks))
    store.finish(info)
    return store


def told(spans: Spans) -> list[tuple[float, float, str, str]]:
    """(start, end, state, source), in steps after the origin."""
    columns = (spans.start, spans.end, spans.state, spans.source)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [((a - ORIGIN) / STEP, (b - ORIGIN) / STEP, State(s).name, Source(c).name) for a, b, s, c in rows]


def test_edges_looks_and_recorded_calls_become_one_track_without_a_gap() -> None:
    store = observed(*SEEN)
    track = store.states(0)
    assert (track.start[1:] == track.end[:-1]).all()
    words = [(a, b, state) for a, b, state, source in told(track) if source == "EXACT" and state in ("LOCK", "READY")]
    assert words == [(-0.1, 0, "READY"), (3, 6, "LOCK")]
    assert "GIL" in [state for _, _, state, _ in told(store.states(1))]


def test_the_recorded_call_names_the_lock_and_the_line_of_a_measured_wait() -> None:
    store = observed(*SEEN)
    moment = state_at(store, 0, ORIGIN + 4 * STEP)
    assert moment is not None
    assert moment.object is not None
    assert moment.site is not None
    assert (moment.state, moment.source, moment.object.name) == (State.LOCK, Source.EXACT, "accounts")
    assert (moment.site.line, moment.words.split(":")[0]) == (18, "waits for a Lock")
    row = store.states(0).rows(slice(moment.row, moment.row + 1))
    assert (row.kind.tolist(), row.result.tolist()) == ([Kind.WAIT_BEGIN], [1])


@pytest.mark.parametrize(("asked", "over"), [(1950, 4.5), (0, 4.75)])
def test_without_switches_a_sleep_is_over_when_its_time_is(asked: int, over: float) -> None:
    """It begins at 2.5 and is seen to wait for the GIL at 7: for 1.95 ms, or for a time that is not told."""
    run = RunBuilder()
    run.process(gil=True).thread("MainThread").begin(1).wait(Wait.SLEEP, 2.5, 8, most=asked).end(9)
    seen = looks(100, (1.5, 100, Seen.RUNNABLE), (7, 100, Seen.GIL), (8.5, 100, Seen.RUNNABLE))
    spans = told(observed(seen, run=run, sources={**EXACT, "switches": "none"}).states(0))
    ((begin, end),) = [(a, b) for a, b, state, _ in spans if state == "SLEEP"]
    assert (begin, end) == pytest.approx((2.5, over), abs=0.001)


def test_a_thread_lives_from_its_birth_to_its_end_as_the_kernel_saw_them() -> None:
    store = observed(*SEEN)
    assert [(one.start_ns, one.end_ns) for one in store.threads] == [(ORIGIN - STEP // 10, ORIGIN + 10 * STEP)] * 2
    assert store.processes[0].end_ns == ORIGIN + 10 * STEP


def test_who_was_on_which_cpu_is_told_by_thread_by_cpu_and_in_all() -> None:
    store = observed(*SEEN)
    assert store.cpus == (0, 1)
    assert ((store.cpu_spans(1).start - ORIGIN) / STEP).tolist() == [4, 9]
    assert store.cpu_spans(1).thread.tolist() == [1, 1]
    own = store.thread_cpus(0)
    assert (own.cpu.tolist(), ((own.end - own.start) / STEP).tolist()) == ([0, 0], [3, 4])
    steps = store.parallelism()
    assert [((t - ORIGIN) / STEP, n) for t, n in zip(steps.t.tolist(), steps.n.tolist(), strict=True)] == [
        (0, 1),
        (3, 0),
        (4, 1),
        (6, 2),
        (8, 1),
        (9, 2),
        (10, 0),
    ]


def test_the_lane_of_a_gil_tells_its_holders_and_the_interpreters_own_count() -> None:
    (lane,) = observed(*SEEN).gil_lanes(0)
    assert (lane.label, lane.enabled, lane.handovers, lane.switch_interval_ns) == ("GIL", True, 1, 5_000_000)
    assert lane.thread.tolist() == [0, 1]
    assert ((lane.handovers_t - ORIGIN) / STEP).tolist() == [4]


def test_an_interpreter_without_a_gil_has_an_empty_lane_that_says_so() -> None:
    store = observed(*SEEN[:2], gils(100, (0.5, 0, Held.NONE, 0), (5, 0, Held.NONE, 0)))
    (lane,) = store.gil_lanes(0)
    assert (lane.enabled, len(lane), lane.handovers) == (False, 0, None)
    assert {State.RUNNING} == set(store.states(0).state[store.states(0).source == Source.EXACT]) & {
        State.RUNNING,
        State.NATIVE,
    }
    assert stats(store)["processes"][0]["gil"] == {"enabled": True, "handovers": None}


def test_totals_follow_from_what_was_seen() -> None:
    facts = stats(observed(*SEEN))
    check_stats(facts)
    one, two = facts["processes"][0]["threads"]
    assert (one["on_cpu_ns"], one["cpus"], two["on_cpu_ns"], two["cpus"]) == (7 * STEP, [0], 5 * STEP, [1])
    assert one["states_ns"]["lock"] == 3 * STEP
    assert one["gil_held_ns"] + two["gil_held_ns"] <= 10 * STEP
    assert facts["processes"][0]["gil"] == {"enabled": True, "handovers": 1}
    assert facts["parallelism"] == {"mean": pytest.approx(12 / 11), "max": 2}
    assert facts["observer"] == {"cpu_share": pytest.approx(0.05), "lateness_ns_p95": 19_500}


def test_what_was_not_watched_is_null_and_never_nothing() -> None:
    facts = stats(two_threads().store(end=11))
    check_stats(facts)
    (process,) = facts["processes"]
    assert process["gil"]["handovers"] is None
    assert facts["parallelism"] == {"mean": None, "max": None}
    assert facts["observer"] is None
    for thread in process["threads"]:
        assert (thread["on_cpu_ns"], thread["gil_held_ns"], thread["states_ns"]["running"]) == (None, None, None)


def test_with_totals_alone_the_time_on_a_cpu_is_known_and_no_state() -> None:
    store = observed(totals(100, (1, 100, 5), (8, 100, 4 * STEP), (8, 101, STEP)))
    assert [store.on_cpu_ns(index) for index in (0, 1)] == [4 * STEP, STEP]
    assert told(store.states(0)) == told(store.recorded_states(0))
    assert stats(store)["parallelism"] == {"mean": pytest.approx(5 / 11), "max": None}


def test_looks_alone_place_states_between_them() -> None:
    rows = [(t / 2, 101, Seen.SLEEP if 4 <= t / 2 < 6 else Seen.RUNNABLE) for t in range(2, 18)]
    store = observed(looks(100, *rows), gils(100, (0.5, 101, Held.HELD, 1), (9, 101, Held.HELD, 1)))
    assert store.states(1).start[0] == store.threads[1].start_ns
    assert store.states(1).end[-1] == store.threads[1].end_ns
    assert Source.EXACT not in store.states(1).source
    assert {(a, b) for a, b, state, _ in told(store.states(1)) if state == "SLEEP"} >= {(4, 5)}
    assert store.cpus == ()


def test_a_number_that_is_given_again_belongs_to_two_threads() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread("MainThread").begin(0.5).end(19)
    process.thread("first", tid=101).begin(1).end(4)
    process.thread("second", tid=101).begin(11).wait(Wait.SLEEP, 12, 14).end(15)
    again = switches("RR..RR", 100, 101, begin=10), looks(100, (13, 101, Seen.SLEEP))
    store = observed(switches("R" * 20, 100, 100), switches("RRRRR", 100, 101, cpu=1), *again, run=run, end=21)
    assert [(one.name, (one.start_ns - ORIGIN) / STEP) for one in store.threads[1:]] == [
        ("first", -0.1),
        ("second", 9.9),
    ]
    assert [store.on_cpu_ns(index) for index in (1, 2)] == [5 * STEP, 4 * STEP]
    assert [words[:3] for words in told(store.states(2)) if words[2] == "SLEEP"] == [(12, 14, "SLEEP")]


def test_two_records_of_one_process_number_keep_their_own_calls() -> None:
    run = RunBuilder()
    for name, count in (("one", 1), ("two", 4)):
        process = run.process(pid=100)
        thing = process.thing(name)
        process.thread("MainThread").begin(0).end(9)
        thread = process.thread("worker").begin(0)
        for at in range(8 - 2 * count, 8, 2):
            thread.wait(Wait.LOCK, at + 0.9, at + 2.1, thing)
        thread.end(9.5)
    store = observed(switches("R" * 9, 100, 100), switches("R.R.R.R.R", 100, 101, cpu=1), run=run)
    for thread_index in (0, 2, 1, 3):
        store.states(thread_index)
    for thread_index, name in ((1, "one"), (3, "two")):
        states = store.states(thread_index)
        named = states.object[states.kind == Kind.WAIT_BEGIN]
        assert {store.object(int(thing)).name for thing in named} == {name}


def test_threads_of_strangers_are_left_out() -> None:
    store = observed(*SEEN, switches("RRRR", 4711, 4711, cpu=0, begin=20))
    assert set(store.cpu_spans(0).thread.tolist()) == {0}
    assert store.end_ns == ORIGIN + 11 * STEP


def test_while_records_were_lost_nothing_is_claimed() -> None:
    stranger = switches("R", 4711, 4711, begin=5.5)  # ends at 6.5
    lossy = Block(stranger.process, stranger.format, 0, stranger.payload + lost(7.5, 3).payload)
    store = observed(*SEEN, lossy)
    assert (6.5, 7.5, "UNKNOWN", "NONE") in told(store.states(0))
    assert ((store.thread_cpus(0).start - ORIGIN) / STEP).tolist() == [0]


def test_damaged_blocks_are_named_and_cost_nothing_else() -> None:
    store = observed(*SEEN, Block(99, 77, 0, b"what?"))
    assert [one.text for one in store.problems] == ["The observer saw something that this version does not know."]
    assert store.on_cpu_ns(0) == 7 * STEP


@given(st.lists(st.integers(0, 11), max_size=4))
def test_a_run_that_grows_ends_up_as_the_whole_of_it(cuts: list[int]) -> None:
    whole = observed(*SEEN)
    info = RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + 11 * STEP, sources=EXACT)
    store = TraceStore(info)
    store.extend(two_threads().batch())
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), len(SEEN)], strict=True):
        store.extend(EventBatch(blocks=SEEN[first:last]))
        for thread in (0, 1):
            states = store.states(thread)
            assert (states.start[1:] == states.end[:-1]).all()
            assert states.start[0] == store.threads[thread].start_ns
        store.gil_lanes(0), store.parallelism()
    store.finish(info)
    assert stats(store) == stats(whole)
    assert [told(store.states(index)) for index in (0, 1)] == [told(whole.states(index)) for index in (0, 1)]


def test_a_copy_answers_like_the_store_it_was_made_of() -> None:
    store = observed(*SEEN)
    assert stats(store.copier()()) == stats(store)


def test_joining_is_not_done_more_often_than_its_share_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("visualiser.trace.answers.time.monotonic", lambda: now)
    throttle = Throttle()
    assert throttle.due("first")
    throttle.note(99.9)  # it took a tenth of a second
    now = 101.9
    assert not throttle.due("second")
    now = 102.1
    assert not throttle.due("second"), "one picture would be given two different answers"
    assert throttle.due("third")


def test_what_was_seen_last_does_not_go_on_when_the_observer_could_not_write() -> None:
    """Its diary is full at 4.5: the thread that ran then is not said to run for ever."""
    run = two_threads()
    store = TraceStore(RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + 11 * STEP, sources=EXACT))
    store.extend(run.batch())
    observer = ProcessHeader(99, 99, 1, ORIGIN, {"role": "observer"})
    full = ORIGIN + round(4.5 * STEP)
    store.extend(EventBatch(headers=(observer,), losses=(Loss(99, 1, 7, full),), blocks=SEEN))
    store.finish(store.info)
    for thread in (0, 1):
        states = store.states(thread)
        late = states.start >= full
        assert late.any()
        assert not np.isin(states.source[late], (Source.EXACT, Source.SAMPLED)).any()
    assert all(lane.end.max() <= full for lane in store.gil_lanes(0))
    assert all(store.cpu_spans(cpu).end.max() <= full for cpu in store.cpus)
    facts = stats(store)
    assert facts["parallelism"] == {"mean": None, "max": None}, "the part that was seen says nothing of the whole"
    assert [one["on_cpu_ns"] for one in facts["processes"][0]["threads"]] == [None, None]


def test_where_the_record_and_a_look_disagree_both_are_told() -> None:
    run = RunBuilder()
    run.process().thread("MainThread").begin(0).wait(Wait.SLEEP, 2.5, 6.5).end(9)
    store = observed(switches("RRR...RRRR", 100, 100), looks(100, (4, 100, Seen.CHILD)), run=run)
    moment = state_at(store, 0, ORIGIN + 5 * STEP)
    assert moment is not None
    assert (moment.state, moment.words) == (State.CHILD, "waits for another process (sources disagree)")
    assert moment.contradiction == "the recorded call sleeps"
    track = store.states(0)
    assert [source_word(track, row) for row in np.flatnonzero(track.state == State.CHILD).tolist()] == [
        "exact, contradicted"
    ]
    agreed = state_at(store, 0, ORIGIN + 1 * STEP)
    assert agreed is not None
    assert (agreed.contradiction, source_word(track, agreed.row)) == ("", "exact")


def test_what_is_put_together_piece_by_piece_is_the_same_in_the_end() -> None:
    at_once = observed(*SEEN)
    store = TraceStore(RunInfo(origin_ns=ORIGIN, sources=EXACT))
    store.extend(two_threads().batch())
    store.extend(EventBatch(blocks=SEEN))
    before = told(store.states(0))
    store.finish(at_once.info, gently=True)
    pieces = 1
    while not store.complete(1):
        assert len(told(store.states(0))) >= len(before)  # it answers all the time
        pieces += 1
    assert pieces > 4
    for thread in (0, 1):
        assert told(store.states(thread)) == told(at_once.states(thread))
        assert store.on_cpu_ns(thread) == at_once.on_cpu_ns(thread)
    assert store.gil_lanes(0)[0].thread.tolist() == at_once.gil_lanes(0)[0].thread.tolist()
    assert store.parallelism().n.tolist() == at_once.parallelism().n.tolist()
    assert store.complete()
