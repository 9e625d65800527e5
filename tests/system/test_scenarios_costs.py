"""Scenarios about costs and about choosing: their claims, proved by runs under plain Python.

What the GIL enforces is asserted always; what needs free cores only when nobody else used the machine during the run.
Ratios are asserted with ample margins: what was measured on two quiet cores stands beside them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.scenario_runs import HAS_GIL, METHODS, TRIES, Runs, cannot_run, eventually, undisturbed, until
from visualiser.scenarios import find, prepare

pytest.importorskip("resource", reason="the CPU time of a child is counted for POSIX systems only")

needs_gil = pytest.mark.skipif(not HAS_GIL, reason="this Python has no GIL to wait for")
X = r"x (\d+\.\d+)"


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Runs a variant under plain Python. Fails if it does not end well."""
    return Runs(tmp_path)


@needs_gil
def test_beside_a_cruncher_every_wake_up_waits_for_the_gil(run: Runs) -> None:
    late = r"typical delay (\d+\.\d+) ms"
    beside = run("convoy-effect", "beside-a-thread", {"SWITCH_MS": 20.0, "TICKS": 30}).number(late)
    assert beside >= 10  # measured 20: the cruncher keeps the GIL for a switch interval
    until(lambda: run("convoy-effect", "alone"), lambda outcome: outcome.number(late) < 2)  # measured 0.1


def test_beside_a_process_nobody_waits_for_the_gil(run: Runs) -> None:
    late = r"typical delay (\d+\.\d+) ms"
    until(lambda: run("convoy-effect", "beside-a-process"), lambda outcome: outcome.number(late) < 2)  # measured 0.1


@needs_gil
@pytest.mark.parametrize("variant", ["pure-python", "small-hashes"])
def test_threads_that_keep_the_gil_get_no_more_than_one_cpu(run: Runs, variant: str) -> None:
    assert run("c-code-and-the-gil", variant).parallel <= 1.10


@pytest.mark.parametrize("variant", ["big-hashes", "squeezing"])
def test_threads_that_let_the_gil_go_compute_at_the_same_time(run: Runs, variant: str) -> None:
    work = {"TIMES": 300} if variant == "big-hashes" else {"TIMES": 12}
    attempt = lambda: run("c-code-and-the-gil", variant, work)  # noqa: E731
    until(attempt, lambda outcome: outcome.number(X) <= 0.8)  # measured 0.54 to 0.56


@needs_gil
def test_inside_one_call_into_c_code_the_heart_stands_still(run: Runs) -> None:
    outcome = run("c-code-and-the-gil", "one-long-call")
    took, still = outcome.number(r"took (\d+\.\d+) ms"), outcome.number(r"stood still (\d+\.\d+) ms")
    assert still >= 0.9 * took - 5  # up to a beat of 5 ms may pass before the heart wants to beat


@pytest.mark.parametrize("method", [each for each in ("fork", "forkserver", "spawn") if each in METHODS])
def test_only_a_forked_child_sees_what_the_main_process_changed(run: Runs, method: str) -> None:
    outcome = run("birth-of-a-process", method, {"CHILDREN": 1})
    changed = "changed by the main process" if method == "fork" else "as written in the file"
    assert f"the child sees the setting {changed}" in outcome.output
    assert outcome.output.count("this line runs in") == (1 if method == "fork" else 2)


@pytest.mark.skipif(not {"fork", "spawn"} <= set(METHODS), reason="this system has not both start methods")
def test_spawn_takes_several_times_as_long_as_fork_and_a_thread_next_to_nothing(run: Runs) -> None:
    took = r"gone in (\d+\.\d+) ms"

    def quickest(variant: str) -> float:
        return min(map(float, re.findall(took, run("birth-of-a-process", variant, {"CHILDREN": 5}).output)))

    eventually(lambda: quickest("thread") < quickest("fork") < quickest("spawn") / 2)  # measured 0.1, 3 and 69 ms


def test_without_the_guard_a_spawned_child_is_stopped_by_an_error(run: Runs) -> None:
    outcome = run("birth-of-a-process", "no-guard")
    assert "RuntimeError" in outcome.errors
    assert "the child's exit code is 1" in outcome.output
    assert "the child is at work" not in outcome.output


def test_a_pool_without_the_guard_gives_birth_again_and_again_and_no_answer(run: Runs) -> None:
    outcome = run("birth-of-a-process", "pool-without-guard", {"PATIENCE": 2.0})
    assert "no answer after 2.0 s" in outcome.output
    assert outcome.errors.count("RuntimeError") > 2


@pytest.mark.skipif("fork" not in METHODS, reason="no fork on this system")
def test_a_forked_child_is_stuck_if_another_thread_held_the_lock(run: Runs) -> None:
    outcome = run("fork-with-threads", "fork", {"HOLD": 1.5})
    assert outcome.lines == ["the child wants the lock", "the child is STUCK"]


@pytest.mark.skipif("fork" not in METHODS, reason="no fork on this system")
def test_python_warns_of_such_a_fork_from_3_12_on(tmp_path: Path) -> None:
    program = prepare(find("fork-with-threads"), "fork", {"HOLD": 1.5}, tmp_path)
    command = [sys.executable, "-W", "always", str(program)]  # as an error it would be swallowed, by default ignored
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert ("multi-threaded, use of fork() may lead to deadlocks" in done.stderr) == (sys.version_info >= (3, 12))


@pytest.mark.parametrize("variant", ["spawn", "fork-afterwards"])
def test_a_child_gets_the_lock_if_it_is_its_own_or_free(run: Runs, variant: str) -> None:
    if reason := cannot_run(find("fork-with-threads").variant(variant)):
        pytest.skip(reason)
    lines = run("fork-with-threads", variant).lines
    assert lines == ["the child wants the lock", "the child got the lock", "the child is done"]


def test_small_letters_cost_far_more_than_the_loop_and_parcels_less(run: Runs) -> None:
    def ratio(variant: str) -> float:
        return run("small-tasks-big-overhead", variant).number(X)

    assert ratio("letters") > 5  # measured 92 to 124
    eventually(lambda: ratio("parcels") < ratio("letters"))


def test_heavy_jobs_are_worth_their_postage(run: Runs) -> None:
    attempt = lambda: run("small-tasks-big-overhead", "heavy", {"SIZE": 2_000_000})  # noqa: E731
    until(attempt, lambda outcome: outcome.number(X) < 0.85)  # measured 0.51 to 0.58


def test_a_parcel_with_all_the_heavy_jobs_loses_to_small_ones(run: Runs) -> None:
    def pooled(chunksize: int) -> float:
        work = {"CHUNKSIZE": chunksize, "SIZE": 1_500_000}
        return undisturbed(lambda: run("small-tasks-big-overhead", "uneven", work)).number(r"pool (\d+\.\d+) ms")

    assert any(pooled(4) > 1.2 * pooled(1) for _ in range(TRIES))  # measured 2


def test_a_list_goes_to_a_thread_far_more_quickly_than_to_a_process(run: Runs) -> None:
    took = r"back: (\d+\.\d+) ms"

    def cost(whom: str) -> float:
        return run("moving-data", f"to-a-{whom}").number(took)

    eventually(lambda: cost("thread") < cost("process") / 3)  # measured 0.7 against 78 ms and more


def test_a_manager_is_asked_each_time_and_a_shared_block_is_not(run: Runs) -> None:
    eventually(lambda: run("moving-data", "manager").number(X) > 20)  # measured 350 to 3300
    eventually(lambda: run("moving-data", "shared-value").number(X) > 1)  # measured 5 to 7
    assert "answer 3" in run("moving-data", "shared-block").output


def test_threads_that_wait_are_faster_the_more_there_are(run: Runs) -> None:
    def grows() -> bool:
        outcome = run("how-many-workers", "waiting-threads")
        two, twelve = (outcome.number(rf"\b{n} workers: (\d+\.\d+)") for n in (2, 12))
        return two > 1.2 and twelve > 2 * two  # measured 2.0 and 11

    eventually(grows)


@needs_gil
def test_threads_that_compute_take_one_cpu_however_many_there_are(run: Runs) -> None:
    assert run("how-many-workers", "computing-threads").parallel <= 1.10


def test_processes_that_compute_gain_by_a_second_core_and_amdahl_limits_it(run: Runs) -> None:
    work = {"STEPS": 3_000_000, "MOST": 2}
    attempt = lambda: run("how-many-workers", "computing-processes", work)  # noqa: E731
    until(attempt, lambda outcome: outcome.number(r"\b2 workers: (\d+\.\d+)") >= 1.3)  # measured 1.98
    part = lambda: run("how-many-workers", "serial-part", {"STEPS": 3_000_000})  # noqa: E731
    until(part, lambda outcome: outcome.number(r"\b2 workers: (\d+\.\d+)") <= 1.33 * 1.15)  # measured 1.19


def test_the_threads_say_whether_they_run_without_a_gil(run: Runs) -> None:
    outcome = run("without-the-gil", "countdown")
    assert f"GIL {'on' if HAS_GIL else 'off'}" in outcome.output
    if HAS_GIL:
        assert outcome.parallel <= 1.10
    else:
        until(lambda: run("without-the-gil", "countdown"), lambda again: again.number(X) <= 0.75)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the story claims this up to Python 3.13")
def test_a_counter_loses_updates_without_a_gil_only(run: Runs) -> None:
    lost = [run("without-the-gil", "counter").number(r"lost (\d+)") for _ in range(3)]
    assert any(lost) == (not HAS_GIL)


def test_one_list_for_both_threads_holds_all_the_numbers(run: Runs) -> None:
    assert run("without-the-gil", "one-list", {"N": 200_000}).number(r"(\d+) numbers") == 400_000


@pytest.mark.skipif(sys.version_info < (3, 12), reason="interpreters have a GIL each from Python 3.12 on")
def test_two_interpreters_in_one_process_compute_at_the_same_time(run: Runs) -> None:
    attempt = lambda: run("without-the-gil", "subinterpreters")  # noqa: E731
    until(attempt, lambda outcome: outcome.number(X) <= 0.85)  # measured 0.50 to 0.67


@pytest.mark.parametrize("variant", ["threads", "processes", "asyncio-tasks"])
def test_jobs_that_wait_do_so_at_once_in_each_of_the_ways(run: Runs, variant: str) -> None:
    took = r": (\d+\.\d+) s"
    assert run("six-ways-same-work", variant).number(took) < 0.95  # one after the other they would need 1


def test_jobs_one_after_the_other_take_as_long_as_all_their_waits(run: Runs) -> None:
    assert run("six-ways-same-work", "serial").number(r": (\d+\.\d+) s") >= 1


@needs_gil
@pytest.mark.parametrize("variant", ["threads", "asyncio-tasks", "serial"])
def test_jobs_that_count_share_one_cpu_in_one_process(run: Runs, variant: str) -> None:
    assert run("six-ways-same-work", variant, {"JOB": "count"}).parallel <= 1.10
