"""The first scenarios' programs, run for real under plain Python: each must show what its story claims.

Nothing is recorded here: what is looked at is the output, and the CPU time that the kernel counted. What the GIL
enforces is asserted always; what needs free cores only when nobody else used the machine during the run.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.support.scenario_runs import HAS_GIL, METHODS, Outcome, Runs, attempts, cannot_run, eventually, until
from visualiser.scenarios import Scenario, Variant, catalogue

pytest.importorskip("resource", reason="the CPU time of a child is counted for POSIX systems only")

VARIANTS = [(scenario, variant) for scenario in catalogue() for variant in scenario.variants if variant.expects.ends]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Runs a variant under plain Python: `run("lock-it", "no-lock", {"N": 5})`. Fails if it does not end well."""
    return Runs(tmp_path)


@pytest.mark.parametrize(("scenario", "variant"), VARIANTS, ids=[f"{s.id}/{v.id}" for s, v in VARIANTS])
def test_every_program_ends_as_its_story_says_and_prints_what_its_steps_point_at(
    run: Runs, scenario: Scenario, variant: Variant
) -> None:
    if reason := cannot_run(variant):
        pytest.skip(reason)
    cues = [step.cue for step in scenario.steps_for(variant.id) if step.cue is not None]
    texts = [(cue.text, max(cue.nth, 1)) for cue in cues if cue.kind == "output" and cue.text is not None]
    for values in attempts(variant):
        output = run(scenario.id, variant.id, values).output
        missing = [text for text, times in texts if output.count(text) < times]
        if not missing:
            break
    assert missing == []


@pytest.mark.parametrize("variant", ["threads", "no-pause", "with-lock"])
def test_each_of_two_threads_keeps_its_own_order(run: Runs, variant: str) -> None:
    outcome = run("two-threads-one-program", variant)
    merged = outcome.output.replace("both done", "")
    assert re.findall(r"\d", merged) == list("12345")
    assert re.findall(r"[A-Z]", merged) == list("CODE")
    assert outcome.lines[-1] == "both done"


def test_two_threads_that_pause_are_both_under_way_before_either_is_done(run: Runs) -> None:
    output = run("two-threads-one-program", "threads").output
    assert output.index("C") < output.index("5")
    assert output.index("1") < output.index("E")


def test_the_order_between_two_threads_is_not_always_the_same(run: Runs) -> None:
    orders: set[str] = set()
    for _ in range(30):
        output = run("two-threads-one-program", "threads", {"PAUSE": 0.01}).output
        orders.add("".join(output.split()))
        if len(orders) > 1:
            return
    pytest.fail(f"30 runs, one order: {orders}")


def test_a_lock_keeps_every_line_in_one_piece(run: Runs) -> None:
    lines = run("two-threads-one-program", "with-lock", {"PAUSE": 0.0, "COUNT": 50, "WORD": "CODE" * 10}).lines
    assert sorted(lines) == sorted([*map(str, range(1, 51)), *"CODE" * 10, "both done"])


def test_without_threads_all_numbers_come_before_all_letters(run: Runs) -> None:
    assert run("two-threads-one-program", "serial", {"PAUSE": 0.01}).lines == [*"12345", *"CODE", "both done"]


SQUARES = "[1, 4, 9, 16, 25, 36, 49]"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("variant", ["pool", "executor"])
def test_a_pool_squares_in_other_processes_and_keeps_the_order(run: Runs, variant: str, method: str) -> None:
    values = {"COUNT": 7, "CHUNKSIZE": 3, "METHOD": method, "PAUSE": 0.01}
    outcome = run("pool-map-squares", variant, values)
    assert outcome.lines[-1] == SQUARES
    assert sorted(outcome.numbers(r"square\((\d+)\)")) == list(range(1, 8))
    workers = set(outcome.numbers(r"in process (\d+)"))
    assert 1 <= len(workers) <= 2
    assert outcome.pid not in workers


@pytest.mark.parametrize("variant", ["threads", "serial"])
def test_squares_without_a_pool_of_processes_stay_in_the_one_process(run: Runs, variant: str) -> None:
    outcome = run("pool-map-squares", variant, {"COUNT": 7, "PAUSE": 0.01})
    assert outcome.lines[-1] == SQUARES
    assert outcome.numbers(r"in process (\d+)") == [outcome.pid] * 7


def test_two_workers_of_an_executor_pause_at_the_same_time(run: Runs) -> None:
    outcome = run("pool-map-squares", "threads")
    assert len(set(re.findall(r"thread (\S+?)(?=square|\s)", outcome.output))) == 2


@pytest.mark.skipif(not HAS_GIL, reason="threads of a Python without a GIL do run at the same time")
@pytest.mark.parametrize(
    ("scenario", "variant"),
    [
        ("gil-relay-race", "threads"),
        ("gil-relay-race", "serial"),
        ("two-processes-two-cores", "threads"),
        ("two-processes-two-cores", "serial"),
    ],
)
def test_computing_in_one_process_never_takes_more_than_one_cpu(run: Runs, scenario: str, variant: str) -> None:
    assert run(scenario, variant).parallel <= 1.10


@pytest.mark.parametrize("switch_ms", [1.0, 50.0])
def test_the_burners_finish_at_any_switch_interval(run: Runs, switch_ms: float) -> None:
    outcome = run("gil-relay-race", "threads", {"STEPS": 500_000, "WORKERS": 3, "SWITCH_MS": switch_ms})
    assert sorted(re.findall(r"burner-. counted to 500000", outcome.output)) == [
        f"burner-{letter} counted to 500000" for letter in "abc"
    ]


@pytest.mark.parametrize("scenario", ["gil-relay-race", "two-processes-two-cores"])
def test_computing_in_two_processes_takes_more_than_one_cpu(run: Runs, scenario: str) -> None:
    work = {"STEPS": 60_000_000} if scenario == "gil-relay-race" else {"N": 60_000_000}
    until(lambda: run(scenario, "processes", work), lambda outcome: outcome.parallel >= 1.5)


@pytest.mark.parametrize("method", METHODS)
def test_each_worker_process_counts_in_a_process_of_its_own(run: Runs, method: str) -> None:
    outcome = run("two-processes-two-cores", "processes", {"N": 1000, "WORKERS": 3, "METHOD": method})
    pids = outcome.numbers(r"in process (\d+)")
    assert len(pids) == len({*pids, outcome.pid} - {outcome.pid}) == 3


@pytest.mark.parametrize("variant", ["threads", "serial"])
def test_workers_that_are_no_processes_all_count_in_the_one_process(run: Runs, variant: str) -> None:
    outcome = run("two-processes-two-cores", variant, {"N": 1000, "WORKERS": 3})
    assert outcome.numbers(r"in process (\d+)") == [outcome.pid] * 3


@pytest.mark.parametrize("variant", ["threads", "processes"])
def test_requests_that_wait_together_are_all_asked_before_the_first_answer(run: Runs, variant: str) -> None:
    output = run("waiting-overlaps", variant, {"WAIT": 1.0}).output
    before_the_first_answer = output[: output.index("arrived")]
    assert before_the_first_answer.count("asked") == output.count("arrived") == 5


def test_waiting_threads_leave_the_cpu_alone(run: Runs) -> None:
    assert run("waiting-overlaps", "threads", {"WAIT": 1.0}).parallel < 0.5


def test_requests_one_after_the_other_are_answered_before_the_next_is_asked(run: Runs) -> None:
    lines = run("waiting-overlaps", "serial", {"WAIT": 0.01}).lines
    assert lines[:-1] == [f"{name} {word}" for name in "ABCDE" for word in ("asked", "arrived")]


@pytest.mark.parametrize("method", METHODS)
def test_a_threads_change_is_seen_and_a_processs_change_is_not(run: Runs, method: str) -> None:
    outcome = run("who-sees-the-change", "thread-and-process", {"METHOD": method, "PAUSE": 0.01})
    baskets = [ast.literal_eval(found) for found in re.findall(r"\[.*?\]", outcome.output)]
    inherited = ["apple"] if method == "fork" else []
    assert baskets == [[], ["apple"], ["apple"], [*inherited, "pear"], ["apple"]]
    main, thread, process = outcome.numbers(r"pid (\d+)")
    assert main == thread == outcome.pid != process
    ids = re.findall(r"id (0x[0-9a-f]+)", outcome.output)
    assert ids[0] == ids[1]
    if method == "fork":
        assert ids[1] == ids[2]


@pytest.mark.parametrize("method", METHODS)
def test_a_pear_is_in_the_main_basket_only_after_it_was_sent_and_taken(run: Runs, method: str) -> None:
    outcome = run("who-sees-the-change", "sent-back", {"METHOD": method, "PAUSE": 0.01})
    assert re.findall(r"\[.*?\]", outcome.output) == ["['pear']", "[]", "['pear']"]
    assert outcome.numbers(r"pid (\d+)") != [outcome.pid]


def _counted(outcome: Outcome) -> tuple[int, int]:
    """What a counting program expected, and what it got."""
    [expected], [got] = outcome.numbers(r"expected (\d+)"), outcome.numbers(r"got (\d+)")
    return expected, got


@pytest.mark.parametrize(("scenario", "variant"), [("lost-update", "careless"), ("lock-it", "no-lock")])
def test_counting_without_a_lock_loses_updates_within_three_tries(run: Runs, scenario: str, variant: str) -> None:
    for _ in range(3):
        expected, got = _counted(run(scenario, variant))
        assert got <= expected
        if got < expected:
            return
    pytest.fail("three runs, and not one update was lost")


@pytest.mark.skipif(not HAS_GIL, reason="without a GIL this program loses updates")
@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the story claims this up to Python 3.13")
def test_a_plain_loop_of_additions_loses_nothing_under_the_gil(run: Runs) -> None:
    expected, got = _counted(run("lost-update", "quick"))
    assert got == expected == 4_000_000


def test_a_pause_between_reading_and_writing_loses_updates(run: Runs) -> None:
    expected, got = _counted(run("lost-update", "pause"))
    assert 20 <= got < expected == 40


@pytest.mark.parametrize("variant", ["lock-every-step", "lock-once"])
@pytest.mark.parametrize("threads", [2, 4])
def test_counting_with_a_lock_is_exact(run: Runs, variant: str, threads: int) -> None:
    for _ in range(3):
        expected, got = _counted(run("lock-it", variant, {"THREADS": threads}))
        assert got == expected == threads * 20_000


def test_reading_and_writing_inside_a_lock_loses_nothing_even_with_a_pause_in_between(run: Runs) -> None:
    assert _counted(run("lost-update", "pause-with-lock", {"PAUSE": 0.001, "THREADS": 3})) == (60, 60)


def test_two_who_look_before_either_takes_both_get_the_money(run: Runs) -> None:
    eventually(lambda: run("lost-update", "bank", {"PAUSE": 0.2}).lines[-1] == "the balance is -60")
