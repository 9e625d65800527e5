"""Every scenario's programs, run for real under plain Python: each must show what its story claims.

Nothing is recorded here: what is looked at is the output, and the CPU time that the kernel counted. What the GIL
enforces is asserted always; what needs free cores only when nobody else used the machine during the run.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from visualiser.scenarios import Scenario, Variant, catalogue, find, prepare

resource = pytest.importorskip("resource", reason="the CPU time of a child is counted for POSIX systems only")

VARIANTS = [(scenario, variant) for scenario in catalogue() for variant in scenario.variants]
QUICK = {"PAUSE": 0.01, "WAIT": 0.01}
SHORTENED = {*QUICK, "N", "STEPS", "WORK"}
"""Parameters that are made small where nothing but the ending is looked at: to these values, or to their minimum."""

METHODS = multiprocessing.get_all_start_methods()
HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")
TRIES = 5
"""How often a machine busy with other work is asked again."""


@dataclass(frozen=True)
class Outcome:
    """One run: the main process's id, its output, and what it cost."""

    pid: int
    exit_code: int
    output: str
    errors: str
    wall_s: float
    cpu_s: float
    foreign_load: float

    @property
    def lines(self) -> list[str]:
        """The lines of output."""
        return self.output.splitlines()

    @property
    def parallel(self) -> float:
        """CPU time of the whole tree over wall time."""
        return self.cpu_s / self.wall_s

    def numbers(self, pattern: str) -> list[int]:
        """The numbers that `pattern`'s group finds in the output, in order."""
        return [int(found) for found in re.findall(pattern, self.output)]


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a variant under plain Python: `run("lock-it", "no-lock", {"N": 5})`. Fails if it does not end well."""

    def run_variant(scenario: str, variant: str, values: Mapping[str, object] | None = None) -> Outcome:
        program = prepare(find(scenario), variant, values or {}, tmp_path / scenario)
        outcome = _outcome(program)
        assert (outcome.exit_code, outcome.errors) == (find(scenario).variant(variant).expects.exit_code, "")
        return outcome

    return run_variant


def _outcome(program: Path) -> Outcome:
    # Unbuffered, so that lines stick together wherever a program lets them; warnings show up as errors.
    command = [sys.executable, "-u", "-W", "error", str(program)]
    busy, cpu, began = _machine_busy_s(), _children_cpu_s(), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        output, errors = process.communicate(timeout=60)
    wall, cpu, busy = time.perf_counter() - began, _children_cpu_s() - cpu, _machine_busy_s() - busy
    foreign = max(0.0, busy - cpu) / (wall * (os.cpu_count() or 1))
    return Outcome(process.pid, process.returncode, output, errors, wall, cpu, foreign)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(used.ru_utime + used.ru_stime)


def _machine_busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _undisturbed(attempt: Callable[[], Outcome]) -> Outcome:
    """A run during which others used less than a tenth of the machine; skips the test if none was to be had."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("this machine has one CPU: nothing can run at the same time")
    for _ in range(TRIES):
        outcome = attempt()
        if outcome.foreign_load < 0.1:
            return outcome
    pytest.skip(f"others kept the machine busy: {outcome.foreign_load:.0%} of it in the last of {TRIES} runs")


@pytest.mark.parametrize(("scenario", "variant"), VARIANTS, ids=[f"{s.id}/{v.id}" for s, v in VARIANTS])
def test_every_program_ends_as_its_story_says_and_prints_what_its_steps_point_at(
    run: Run, scenario: Scenario, variant: Variant
) -> None:
    values = {each.name: QUICK.get(each.name, each.minimum) for each in variant.parameters if each.name in SHORTENED}
    outcome = run(scenario.id, variant.id, values)
    cues = [step.cue for step in scenario.steps_for(variant.id) if step.cue is not None]
    for cue in cues:
        if cue.kind == "output" and cue.text is not None:
            assert outcome.output.count(cue.text) >= max(cue.nth, 1)


@pytest.mark.parametrize("variant", ["threads", "no-pause", "with-lock"])
def test_each_of_two_threads_keeps_its_own_order(run: Run, variant: str) -> None:
    outcome = run("two-threads-one-program", variant)
    merged = outcome.output.replace("both done", "")
    assert re.findall(r"\d", merged) == list("12345")
    assert re.findall(r"[A-Z]", merged) == list("CODE")
    assert outcome.lines[-1] == "both done"


def test_two_threads_that_pause_are_both_under_way_before_either_is_done(run: Run) -> None:
    output = run("two-threads-one-program", "threads").output
    assert output.index("C") < output.index("5")
    assert output.index("1") < output.index("E")


def test_the_order_between_two_threads_is_not_always_the_same(run: Run) -> None:
    orders: set[str] = set()
    for _ in range(30):
        output = run("two-threads-one-program", "threads", {"PAUSE": 0.01}).output
        orders.add("".join(output.split()))
        if len(orders) > 1:
            return
    pytest.fail(f"30 runs, one order: {orders}")


def test_a_lock_keeps_every_line_in_one_piece(run: Run) -> None:
    lines = run("two-threads-one-program", "with-lock", {"PAUSE": 0.0, "COUNT": 50, "WORD": "CODE" * 10}).lines
    assert sorted(lines) == sorted([*map(str, range(1, 51)), *"CODE" * 10, "both done"])


def test_without_threads_all_numbers_come_before_all_letters(run: Run) -> None:
    assert run("two-threads-one-program", "serial", {"PAUSE": 0.01}).lines == [*"12345", *"CODE", "both done"]


SQUARES = "[1, 4, 9, 16, 25, 36, 49]"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("variant", ["pool", "executor"])
def test_a_pool_squares_in_other_processes_and_keeps_the_order(run: Run, variant: str, method: str) -> None:
    values = {"COUNT": 7, "CHUNKSIZE": 3, "METHOD": method, "PAUSE": 0.01}
    outcome = run("pool-map-squares", variant, values)
    assert outcome.lines[-1] == SQUARES
    assert sorted(outcome.numbers(r"square\((\d+)\)")) == list(range(1, 8))
    workers = set(outcome.numbers(r"in process (\d+)"))
    assert 1 <= len(workers) <= 2
    assert outcome.pid not in workers


@pytest.mark.parametrize("variant", ["threads", "serial"])
def test_squares_without_a_pool_of_processes_stay_in_the_one_process(run: Run, variant: str) -> None:
    outcome = run("pool-map-squares", variant, {"COUNT": 7, "PAUSE": 0.01})
    assert outcome.lines[-1] == SQUARES
    assert outcome.numbers(r"in process (\d+)") == [outcome.pid] * 7


def test_two_workers_of_an_executor_pause_at_the_same_time(run: Run) -> None:
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
def test_computing_in_one_process_never_takes_more_than_one_cpu(run: Run, scenario: str, variant: str) -> None:
    assert run(scenario, variant).parallel <= 1.10


@pytest.mark.parametrize("switch_ms", [1.0, 50.0])
def test_the_burners_finish_at_any_switch_interval(run: Run, switch_ms: float) -> None:
    outcome = run("gil-relay-race", "threads", {"STEPS": 500_000, "WORKERS": 3, "SWITCH_MS": switch_ms})
    assert sorted(re.findall(r"burner-. counted to 500000", outcome.output)) == [
        f"burner-{letter} counted to 500000" for letter in "abc"
    ]


@pytest.mark.parametrize("scenario", ["gil-relay-race", "two-processes-two-cores"])
def test_computing_in_two_processes_takes_more_than_one_cpu(run: Run, scenario: str) -> None:
    work = {"STEPS": 60_000_000} if scenario == "gil-relay-race" else {"N": 60_000_000}
    outcome = _undisturbed(lambda: run(scenario, "processes", work))
    assert outcome.parallel >= 1.6


@pytest.mark.parametrize("method", METHODS)
def test_each_worker_process_counts_in_a_process_of_its_own(run: Run, method: str) -> None:
    outcome = run("two-processes-two-cores", "processes", {"N": 1000, "WORKERS": 3, "METHOD": method})
    pids = outcome.numbers(r"in process (\d+)")
    assert len(pids) == len({*pids, outcome.pid} - {outcome.pid}) == 3


@pytest.mark.parametrize("variant", ["threads", "serial"])
def test_workers_that_are_no_processes_all_count_in_the_one_process(run: Run, variant: str) -> None:
    outcome = run("two-processes-two-cores", variant, {"N": 1000, "WORKERS": 3})
    assert outcome.numbers(r"in process (\d+)") == [outcome.pid] * 3


@pytest.mark.parametrize("variant", ["threads", "processes"])
def test_requests_that_wait_together_are_all_asked_before_the_first_answer(run: Run, variant: str) -> None:
    output = run("waiting-overlaps", variant, {"WAIT": 1.0}).output
    before_the_first_answer = output[: output.index("arrived")]
    assert before_the_first_answer.count("asked") == output.count("arrived") == 5


def test_waiting_threads_leave_the_cpu_alone(run: Run) -> None:
    assert run("waiting-overlaps", "threads", {"WAIT": 1.0}).parallel < 0.5


def test_requests_one_after_the_other_are_answered_before_the_next_is_asked(run: Run) -> None:
    lines = run("waiting-overlaps", "serial", {"WAIT": 0.01}).lines
    assert lines[:-1] == [f"{name} {word}" for name in "ABCDE" for word in ("asked", "arrived")]


@pytest.mark.parametrize("method", METHODS)
def test_a_threads_change_is_seen_and_a_processs_change_is_not(run: Run, method: str) -> None:
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
def test_a_pear_is_in_the_main_basket_only_after_it_was_sent_and_taken(run: Run, method: str) -> None:
    outcome = run("who-sees-the-change", "sent-back", {"METHOD": method, "PAUSE": 0.01})
    assert re.findall(r"\[.*?\]", outcome.output) == ["['pear']", "[]", "['pear']"]
    assert outcome.numbers(r"pid (\d+)") != [outcome.pid]


def _counted(outcome: Outcome) -> tuple[int, int]:
    """What a counting program expected, and what it got."""
    [expected], [got] = outcome.numbers(r"expected (\d+)"), outcome.numbers(r"got (\d+)")
    return expected, got


@pytest.mark.parametrize(("scenario", "variant"), [("lost-update", "careless"), ("lock-it", "no-lock")])
def test_counting_without_a_lock_loses_updates_within_three_tries(run: Run, scenario: str, variant: str) -> None:
    for _ in range(3):
        expected, got = _counted(run(scenario, variant))
        assert got <= expected
        if got < expected:
            return
    pytest.fail("three runs, and not one update was lost")


@pytest.mark.skipif(not HAS_GIL, reason="without a GIL this program loses updates")
@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the story claims this up to Python 3.13")
def test_a_plain_loop_of_additions_loses_nothing_under_the_gil(run: Run) -> None:
    expected, got = _counted(run("lost-update", "quick"))
    assert got == expected == 4_000_000


def test_a_pause_between_reading_and_writing_loses_updates(run: Run) -> None:
    expected, got = _counted(run("lost-update", "pause"))
    assert 20 <= got < expected == 40


@pytest.mark.parametrize("variant", ["lock-every-step", "lock-once"])
@pytest.mark.parametrize("threads", [2, 4])
def test_counting_with_a_lock_is_exact(run: Run, variant: str, threads: int) -> None:
    for _ in range(3):
        expected, got = _counted(run("lock-it", variant, {"THREADS": threads}))
        assert got == expected == threads * 20_000
