"""What is concluded from drawn traces, and the arithmetic of stretches beneath it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.drawn import trace_from
from visualiser.events import Span, Wait
from visualiser.trace import stats
from visualiser.trace.verdicts import Sure, verdict_facts, verdicts
from visualiser.trace.verdicts.stretches import Stretches, common, levels, merged

SETS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=12)


def codes(drawing: str, step: int = 10 * STEP) -> list[str]:
    return [one.code for one in verdicts(trace_from(drawing, step=step))]


def stretches(drawn: list[tuple[int, int]]) -> Stretches:
    starts = np.array([start for start, _ in drawn], np.int64)
    return Stretches(starts, starts + np.array([length for _, length in drawn], np.int64))


def moments(drawn: list[tuple[int, int]]) -> list[int]:
    return [sum(start <= t < start + length for start, length in drawn) for t in range(100)]


@given(SETS)
def test_levels_count_what_is_under_way_at_every_moment(drawn: list[tuple[int, int]]) -> None:
    assert levels(stretches(drawn)).at(np.arange(100)).tolist() == moments(drawn)


@given(SETS, st.integers(1, 4), st.one_of(st.none(), st.integers(1, 5)))
def test_where_gives_the_moments_with_so_many_at_once(
    drawn: list[tuple[int, int]], least: int, most: int | None
) -> None:
    found = levels(stretches(drawn)).where(least, most)
    inside = [any(a <= t < b for a, b in zip(*found, strict=True)) for t in range(100)]
    assert inside == [least <= n <= (99 if most is None else most) for n in moments(drawn)]
    assert (found.start[1:] > found.end[:-1]).all()


@given(SETS, SETS)
def test_common_is_what_both_cover(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    both = sum(bool(a and b) for a, b in zip(moments(one), moments(other), strict=True))
    assert common(stretches(one), stretches(other)).total == both
    assert merged(stretches(one)).total == sum(map(bool, moments(one)))


def test_two_threads_that_take_turns_are_bound_by_the_gil() -> None:
    store = trace_from("main RLLLLLLLLLR / a .RRGGRRGGR. / b .GGRRGGRRG.", step=10 * STEP)
    (found,) = verdicts(store)
    assert found.code == "gil-bound"
    assert found.evidence["threads"] == ["a", "b"]
    assert found.evidence["gil_wait_ns"] == 90 * STEP
    assert found.evidence["gil_wait_share"] == 0.5
    assert "a and b" in found.text


def test_threads_that_let_the_gil_go_are_not_bound_by_it() -> None:
    assert codes("main RLLLLLLLLLR / a .RNNNNNNNN. / b .GNNNNNNNN.") == []


def test_one_that_computes_while_nobody_else_wants_to_is_told_of_processes() -> None:
    store = trace_from("main RRRRRRRRRRR / idle .LLLLLLLLL.", step=10 * STEP)
    (found,) = verdicts(store)
    assert (found.code, found.evidence["thread"]) == ("one-core", "main")
    assert "Processes" in found.advice


def test_waits_one_after_another_may_overlap_and_waits_together_do() -> None:
    one, other = (verdicts(trace_from(drawing, step=10 * STEP)) for drawing in (
        "main RSSSSRSSSSRSSSSR", "main RLLLLLLLR / a .SSSSSSS. / b .SSSSSSS. / c .SSSSSSS."))  # fmt: skip
    assert [found.code for found in (*one, *other)] == ["io-bound", "io-bound"]
    assert one[0].evidence["waits_at_once"] == 1
    assert one[0].evidence["estimate"]["way"] == "threads"
    assert other[0].evidence["waits_at_once"] == 3
    assert "estimate" not in other[0].evidence


def test_a_thread_that_wakes_late_again_and_again_stands_in_a_convoy() -> None:
    found = {
        one.code: one for one in verdicts(trace_from(f"burner {'R' * 30} / listener {'SGGR' * 7}..", step=5 * STEP))
    }
    assert found["convoy"].evidence["wakes"] == 7
    assert found["convoy"].evidence["median_ns"] == 10 * STEP
    assert "convoy" not in codes(f"burner {'R' * 30} / listener {'SSSR' * 7}..", step=5 * STEP)


def test_what_was_not_measured_is_not_held_against_a_run() -> None:
    assert codes("main ??????????? / a .?????????.") == ["too-little-seen"]


def test_a_short_run_is_said_to_be_too_short_and_nothing_else() -> None:
    assert codes("main RRGG / b GGRR", step=STEP) == ["too-short"]


def contended(hold: float) -> RunBuilder:
    run = RunBuilder()
    process = run.process("bank")
    lock = process.thing("accounts")
    for number in range(2):
        thread = process.thread(f"clerk {number}").begin(0)
        for turn in range(10):
            t = turn * 20.0
            if number:
                thread.wait(Wait.LOCK, t, t + hold, lock, line=7).hold(t + hold, t + hold + 1, lock)
            else:
                thread.hold(t, t + hold, lock)
        thread.end(200)
    return run


@pytest.mark.parametrize(("hold", "expected"), [(10.0, True), (0.5, False)])
def test_a_lock_is_named_when_waiting_for_it_takes_much_of_the_threads_time(hold: float, expected: bool) -> None:
    found = {one.code: one for one in verdicts(contended(hold).store(end=200))}
    assert ("lock-bound" in found) is expected
    if expected:
        told = found["lock-bound"]
        assert (told.sure, told.cost_ns) == (Sure.CERTAIN, 100 * STEP)
        assert (told.evidence["held_by"], told.evidence["longest_at"]) == ("clerk 0", "bank.py:7")


def test_a_worker_that_goes_on_alone_is_named() -> None:
    assert "straggler" in codes("main RLLLLLLLLLR / a .SS / b .SS / c .SSSSSSSSS")
    assert "straggler" not in codes("main RLLLLLLLLLR / a .SSSSSSSS / b .SSSSSSSS / c .SSSSSSSSS")
    assert "straggler" not in codes("main RLLLLLLLLLR / a .SS / b ...SS / c .....SSSS")


def test_small_tasks_are_told_with_a_chunksize_that_leaves_each_worker_four_chunks() -> None:
    run = RunBuilder()
    run.process("main").thread().begin(0).end(100)
    for number in range(2):
        thread = run.process(f"Pool worker {number}", parent_pid=100).thread().begin(1)
        for task in range(90):
            thread.span("square", 2 + task, 2.1 + task, flag=Span.TASK)
        thread.end(99)
    store = run.store(end=100)
    found = {one.code: one for one in verdicts(store)}["tasks-too-small"]
    assert (found.evidence["tasks"], found.evidence["chunksize"]) == (180, 22)
    assert found.evidence["work_ns"] == pytest.approx(18 * STEP, rel=1e-6)


def test_a_verdict_in_stats_counts_from_the_runs_start() -> None:
    store = trace_from("main RLLLLLLLLLR / a .RRGGRRGGR. / b .GGRRGGRRG.", step=10 * STEP)
    (told,) = stats(store)["verdict"]
    assert told == verdict_facts(store, verdicts(store)[0])
    assert told["span"] == [10 * STEP, 100 * STEP]
    assert store.start_ns == ORIGIN
    assert told["evidence"]["sure"] == "certain"
