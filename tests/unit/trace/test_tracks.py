"""States, critical sections and own spans, as they follow from what was recorded."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder
from visualiser.trace import EventBatch, Kind, Loss, RunInfo, Source, Span, Spans, State, TraceStore, Wait


def steps(spans: Spans) -> list[tuple[float, float]]:
    """(start, end) of each span, in steps after the origin."""
    pairs = zip(spans.start.tolist(), spans.end.tolist(), strict=True)
    return [((start - ORIGIN) / STEP, (end - ORIGIN) / STEP) for start, end in pairs]


def states(spans: Spans) -> list[tuple[float, float, str]]:
    return [(*times, State(state).name) for times, state in zip(steps(spans), spans.state.tolist(), strict=True)]


WAITS = st.lists(
    st.tuples(
        st.sampled_from([Kind.WAIT_BEGIN, Kind.WAIT_END]), st.integers(1, 8), st.integers(0, 2), st.integers(0, 2)
    ),
    max_size=40,
)
"""(kind, flag, object, steps since the one before): mostly nonsense."""


@given(WAITS, st.integers(0, 3), st.integers(1, 40))
def test_states_are_gapless_and_within_the_threads_life(
    waits: list[tuple[int, int, int, int]], rest: int, batch: int
) -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    t = 0
    for kind, flag, thing, pause in waits:
        t += pause
        thread.add(t, kind, flag, thing)
    thread.end(t + rest)
    store = in_batches(run, batch)
    spans = store.states(0)
    assert spans.start[0] == ORIGIN
    assert spans.end[-1] == ORIGIN + (t + rest) * STEP
    assert (spans.start[1:] == spans.end[:-1]).all()
    assert (spans.end >= spans.start).all()
    assert ((spans.kind != 0) == (spans.source == Source.RECORDED)).all()


@given(WAITS, st.integers(1, 40))
def test_where_a_batch_ends_makes_no_difference(waits: list[tuple[int, int, int, int]], batch: int) -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    t = 0
    translate = {Kind.WAIT_BEGIN: (Kind.HOLD, Kind.SPAN_BEGIN), Kind.WAIT_END: (Kind.RELEASE, Kind.SPAN_END)}
    for kind, flag, thing, pause in waits:
        t += pause
        for one in (kind, *translate[kind]):
            thread.add(t, one, min(flag, 2), thing)
    whole, parts = run.store(), in_batches(run, batch)
    for track in ("states", "holds", "spans"):
        expected, found = getattr(whole, track)(0), getattr(parts, track)(0)
        for column in ("start", "end", "state", "flag", "object", "depth", "result"):
            if (track, column) != ("holds", "depth"):
                assert getattr(found, column).tolist() == getattr(expected, column).tolist(), (track, column)


def in_batches(run: RunBuilder, size: int) -> TraceStore:
    """The run, taken in by `size` records at a time, and looked at each time as a live view would."""
    whole = run.batch()
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(EventBatch(whole.headers, (), whole.definitions))
    for chunk in whole.chunks:
        for first in range(0, len(chunk.records), size):
            part = type(chunk)(chunk.process, chunk.serial, chunk.tid, chunk.ident, chunk.records[first : first + size])
            store.extend(EventBatch(chunks=(part,)))
            for thread in range(len(store.threads)):
                store.states(thread), store.holds(thread), store.spans(thread)
    store.finish(RunInfo(origin_ns=ORIGIN))
    return store


def test_what_is_not_a_recorded_wait_is_unknown() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).wait(Wait.SLEEP, 2, 5).wait(Wait.PROCESS_JOIN, 5, 6).end(8)
    assert states(run.store().states(0)) == [(0, 2, "UNKNOWN"), (2, 5, "SLEEP"), (5, 6, "CHILD"), (6, 8, "UNKNOWN")]


def test_of_nested_waits_the_innermost_is_the_state() -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    thread.wait(Wait.PROCESS_JOIN, 1, 9).wait(Wait.SLEEP, 3, 4).end(10)
    assert states(run.store().states(0)) == [
        (0, 1, "UNKNOWN"),
        (1, 3, "CHILD"),
        (3, 4, "SLEEP"),
        (4, 9, "CHILD"),
        (9, 10, "UNKNOWN"),
    ]


def test_a_wait_that_timed_out_says_so() -> None:
    run = RunBuilder()
    process = run.process()
    thread = process.thread().begin(0)
    thread.wait(Wait.LOCK, 0, 1, process.thing("a"), got=False).wait(Wait.LOCK, 2, 3, process.thing("a")).end(3)
    assert run.store().states(0).result.tolist() == [0, -1, 1]


def test_an_open_wait_lasts_to_the_end_of_the_run() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).wait(Wait.LOCK, 2, None)
    assert states(run.store(end=7).states(0)) == [(0, 2, "UNKNOWN"), (2, 7, "LOCK")]


def test_an_rlock_taken_twice_nests() -> None:
    run = RunBuilder()
    process = run.process()
    lock = process.thing("r", kind="RLock")
    process.thread().begin(0).hold(1, 6, lock, flag=Wait.RLOCK).hold(2, 3, lock, flag=Wait.RLOCK)
    holds = run.store().holds(0)
    assert steps(holds) == [(1, 6), (2, 3)]
    assert holds.depth.tolist() == [0, 1]


def test_locks_released_in_the_order_they_were_taken_are_kept_apart() -> None:
    run = RunBuilder()
    process = run.process()
    a, b = process.thing("a"), process.thing("b")
    process.thread().begin(0).hold(1, 3, a).hold(2, 5, b).hold(4, 6, a)
    store = run.store()
    holds = store.holds(0)
    assert steps(holds) == [(1, 3), (2, 5), (4, 6)]
    assert holds.depth.tolist() == [0, 1, 0]
    assert [store.object(one).name for one in holds.object.tolist()] == ["a", "b", "a"]


def test_a_lock_released_by_another_thread_is_held_until_then() -> None:
    run = RunBuilder()
    process = run.process()
    lock = process.thing("gate")
    process.thread("taker").begin(0).hold(1, None, lock).hold(5, None, lock)
    process.thread("opener").begin(0).release(3, lock).release(8, lock)
    store = run.store(end=9)
    assert steps(store.holds(0)) == [(1, 3), (5, 8)]
    assert store.holds(0).depth.tolist() == [0, 0]
    assert len(store.holds(1)) == 0
    assert store.problems == ()


@given(st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=30), st.integers(1, 12))
def test_every_release_ends_at_most_one_hold(moves: list[tuple[int, bool]], batch: int) -> None:
    run = RunBuilder()
    process = run.process()
    lock = process.thing("a")
    threads = [process.thread(name).begin(0) for name in ("one", "two")]
    for t, (thread, take) in enumerate(moves, 1):
        if take:
            threads[thread].hold(t, None, lock)
        else:
            threads[thread].release(t, lock)
    store = in_batches(run, batch)
    assert store.problems is not None
    ended = [end for thread in (0, 1) for start, end in steps(store.holds(thread)) if end < len(moves)]
    releases = [t for t, (_, take) in enumerate(moves, 1) if not take]
    assert len(ended) == len(set(ended))
    assert set(ended) <= set(releases)


def test_own_spans_nest_and_keep_their_names() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).span("load", 1, 9).span("parse", 2, 4).span("check", 5, None).end(10)
    store = run.store()
    spans = store.spans(0)
    assert [store.text(one) for one in spans.label.tolist()] == ["load", "parse", "check"]
    assert steps(spans) == [(1, 9), (2, 4), (5, 9)]  # "check" ends with what it lies in
    assert spans.depth.tolist() == [0, 1, 1]


def test_a_span_that_ends_with_the_one_around_it_is_called_inconsistent() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).span("load", 1, 9).span("check", 5, None).end(10)
    problem = run.store().problems[0]
    assert problem.text == "Inconsistent: a span ends only with the one around it."
    assert (problem.t, problem.thread) == (ORIGIN + 5 * STEP, 0)


def test_the_end_of_a_wait_that_never_began_is_a_problem_at_its_moment() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).add(3, Kind.WAIT_END, Wait.LOCK).end(4)
    problem = run.store().problems[0]
    assert (problem.text, problem.t, problem.thread) == (
        "Inconsistent: a wait ends that never began.",
        ORIGIN + 3 * STEP,
        0,
    )


def test_a_release_of_what_nobody_holds_is_a_problem_once_the_run_is_over() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).release(2, process.thing("a")).end(3)
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    assert not store.problems
    store.finish(RunInfo(origin_ns=ORIGIN))
    assert [problem.text for problem in store.problems] == ["Inconsistent: a lock is released that nobody holds."]


def test_spans_between_two_moments_are_those_that_touch_them() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).wait(Wait.SLEEP, 2, 4).wait(Wait.SLEEP, 6, 8).end(10)
    spans = run.store().states(0)
    t0, t1 = ORIGIN + 3 * STEP, ORIGIN + 5 * STEP
    assert steps(spans.between(t0, t1)) == [(2, 4), (4, 6)]
    assert steps(spans.between(ORIGIN + 8 * STEP, ORIGIN + 9 * STEP)) == [(8, 10)]
    assert np.array_equal(spans.between(ORIGIN, ORIGIN + 99 * STEP).start, spans.start)


def lossy(run: RunBuilder, first: float) -> TraceStore:
    """The run, with records of its first thread lost from a step on."""
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    store.extend(EventBatch(losses=(Loss(0, 1, 7, ORIGIN + round(first * STEP)),)))
    store.finish(RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + 10 * STEP))
    return store


def test_nothing_is_held_or_waited_for_past_a_loss_that_may_have_swallowed_its_end() -> None:
    run = RunBuilder()
    process = run.process()
    lock = process.thing("accounts")
    thread = process.thread().begin(0).hold(1, None, lock).span("work", 2, None).span("done", 2.5, 3)
    thread.wait(Wait.SLEEP, 4, None)
    process.thread("other").add(10, Kind.PROCESS_END)
    store = lossy(run, 6)
    assert steps(store.holds(0)) == [(1, 6)]
    assert steps(store.spans(0)) == [(2, 6), (2.5, 3)]
    assert states(store.states(0))[-2:] == [(4, 6, "SLEEP"), (6, 10, "UNKNOWN")]
    assert store.threads[1].ended_by == "still alive at exit"


def test_a_thread_of_which_records_were_lost_is_not_said_to_have_lived_on() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0)
    process.thread("other").begin(0).add(10, Kind.PROCESS_END)
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    store.extend(EventBatch(losses=(Loss(0, 2, 7, ORIGIN + 6 * STEP),)))
    assert store.threads[1].ended_by == "end not recorded"


def test_bytes_that_were_pickled_stay_with_their_span() -> None:
    run = RunBuilder()
    process = run.process()
    name = process.text("dict")
    thread = process.thread().begin(0)
    for begin, end in ((0, 1 << 20), (512, 512), (0, 0)):
        thread.add(1, Kind.SPAN_BEGIN, Span.UNPICKLE, name, 0, begin).add(1, Kind.SPAN_END, Span.UNPICKLE, name, 0, end)
    thread.add(2, Kind.SPAN_BEGIN, Span.UNPICKLE, name, 0, 99)
    assert run.store().spans(0).amount.tolist() == [1 << 20, 512, -1, 99]
