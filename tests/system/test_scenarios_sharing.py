"""Scenarios about threads that share, and about how they end: their claims, proved by runs under plain Python.

What sleeping and waiting enforce is asserted always: a sleep is never shorter than asked for.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.scenario_runs import Runs, cannot_run, eventually
from visualiser.scenarios import find

pytest.importorskip("resource", reason="the CPU time of a child is counted for POSIX systems only")


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Runs a variant under plain Python. Fails if it does not end well."""
    return Runs(tmp_path)


@pytest.mark.parametrize(
    ("variant", "who"),
    [
        ("join-in-the-loop", r"download-\d"),
        ("called-not-passed", "MainThread"),
        ("run-not-start", "MainThread"),
        ("one-big-lock", r"download-\d"),
        ("result-in-the-loop", r"download_\d"),
    ],
)
def test_downloads_that_look_parallel_take_as_long_as_one_after_the_other(run: Runs, variant: str, who: str) -> None:
    outcome = run("accidentally-serial", variant, {"WAIT": 0.1})
    assert len(re.findall(rf"\b{who} has its file", outcome.output)) == 4
    assert outcome.number(r"downloads: (\d+\.\d+) s") >= 0.4


def test_downloads_that_are_all_started_first_wait_together(run: Runs) -> None:
    outcome = run("accidentally-serial", "right", {"WAIT": 1.0})
    assert outcome.number(r"downloads: (\d+\.\d+) s") < 3.9  # one after the other they would need 4


def _until_it_hangs(process: subprocess.Popen[str], last_words: list[str]) -> str:
    """What was printed up to the last words; then it says no more, and is ended."""
    assert process.stdout
    heard = ""
    try:
        while not all(words in heard for words in last_words):
            line = process.stdout.readline()
            assert line, f"it ended: {heard}"
            heard += line
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        return heard
    finally:
        process.kill()
        process.communicate()


def test_opposite_order_ends_in_a_deadlock(run: Runs) -> None:
    heard = _until_it_hangs(run.started("deadly-embrace", "opposite-order", {"PAUSE": 0.5}), ["Ann wants", "Bob wants"])
    assert "eats" not in heard


@pytest.mark.parametrize("variant", ["same-order", "put-it-down"])
def test_one_order_for_all_or_putting_down_lets_both_eat(run: Runs, variant: str) -> None:
    output = run("deadly-embrace", variant).output
    assert output.index("both have eaten") > max(output.index("Ann eats"), output.index("Bob eats"))


def test_who_waits_too_long_puts_the_tool_down(run: Runs) -> None:
    eventually(lambda: "puts the first tool down" in run("deadly-embrace", "put-it-down", {"PAUSE": 0.2}).output)


def test_dinner_after_dinner_goes_well_or_the_deadlock_is_named(run: Runs) -> None:
    output = run("deadly-embrace", "many-dinners", {"DINNERS": 100}).output
    assert "100 dinners, and all have eaten" in output or "DEADLOCK" in output


def test_one_packer_packs_every_bun_in_its_order_and_cannot_be_quicker_than_packing(run: Runs) -> None:
    outcome = run("producer-consumer", "one-packer")
    assert outcome.numbers(r"packed bun (\d+)") == list(range(1, 9))
    assert outcome.number(r"packer: (\d+\.\d+) s") >= 8 * 0.05


@pytest.mark.parametrize("variant", ["two-packers", "processes"])
def test_every_bun_is_packed_once(run: Runs, variant: str) -> None:
    packed = run("producer-consumer", variant, {"BAKE": 0.001, "PACK": 0.002}).numbers(r"bun (\d+)")
    assert sorted(packed) == list(range(1, 9))


def test_without_closing_time_the_packer_waits_for_ever(run: Runs) -> None:
    words = ["the baker goes home", "packed bun 8"]
    _until_it_hangs(run.started("producer-consumer", "no-closing-time", {}), words)


def test_no_car_is_in_the_tunnel_before_green_or_home_before_all_have_been_in(run: Runs) -> None:
    output = run("traffic-lights", "lights", {"DRIVE": 0.02, "CARS": 6}).output
    green, home = output.index("GREEN"), output.index("is home")
    assert green < output.index("in the tunnel")
    assert output[green:home].count("in the tunnel") == 6
    assert output.count("is home") == 6


def test_a_guessed_sleep_leaves_cars_on_the_road(run: Runs) -> None:
    eventually(lambda: run("traffic-lights", "sleeping-instead").number(r"home: 4, home: (\d)") < 4)


@pytest.mark.parametrize(("variant", "heard"), [("lost-notify", "nothing"), ("looks-first", "the bell")])
def test_a_bell_is_heard_late_only_by_who_looks_first(run: Runs, variant: str, heard: str) -> None:
    assert f"the sleeper heard {heard}" in run("traffic-lights", variant).output


def test_join_says_nothing_of_a_crash(run: Runs) -> None:
    outcome = run("endings", "crash")
    assert "ZeroDivisionError" in outcome.errors
    assert outcome.lines == ["join() returned None, and the main thread goes on"]


def test_a_future_raises_only_when_it_is_asked(run: Runs) -> None:
    lines = run("endings", "future", {"WAIT": 0.02}).lines
    assert [line.split()[-1] for line in lines] == ["yet", "seen", "zero"]


def test_a_polite_thread_tidies_up_before_join_returns(run: Runs) -> None:
    lines = run("endings", "polite", {"WORK": 0.05}).lines
    assert lines[0] == "the worker has tidied up"
    assert lines[1].startswith("it ended")


def test_a_daemon_is_cut_off_before_it_saves_or_tidies_up(run: Runs) -> None:
    outcome = run("endings", "daemon", {"WORK": 20.0})
    assert outcome.lines == ["the main thread ends"]
    assert outcome.wall_s < 20


def test_a_terminated_process_does_not_tidy_up(run: Runs) -> None:
    if reason := cannot_run(find("endings").variant("terminate")):
        pytest.skip(reason)
    outcome = run("endings", "terminate")
    assert outcome.number(r"exit code (-\d+)") == -15
    assert "tidied up" not in outcome.output


def test_polite_tasks_wait_together_in_one_thread_and_rude_ones_do_not(run: Runs) -> None:
    polite = run("asyncio-one-thread", "polite", {"TASKS": 1000, "WAIT": 0.2})
    rude = run("asyncio-one-thread", "rude", {"TASKS": 5, "WAIT": 0.1})
    assert polite.number(r"(\d+) threads?") == rude.number(r"(\d+) threads?") == 1
    assert polite.number(r"tasks: (\d+\.\d+) s") < 100  # of 200 that they wait for
    assert rude.number(r"tasks: (\d+\.\d+) s") >= 0.5


def test_a_helped_task_keeps_a_thread_of_its_own(run: Runs) -> None:
    outcome = run("asyncio-one-thread", "helped", {"WAIT": 0.5})
    assert outcome.number(r"(\d+) threads") > 1
    assert outcome.number(r"tasks: (\d+\.\d+) s") < 2.4  # one after the other they would need 2.5


def test_a_ticker_stands_still_beside_a_rude_call_only(run: Runs) -> None:
    gap = r"gap was (\d+) ms"
    assert run("asyncio-one-thread", "ticker").number(gap) >= 300
    assert run("asyncio-one-thread", "ticker", {"HELPED": True, "WAIT": 1.0}).number(gap) < 900


def test_tasks_that_compute_do_so_on_one_cpu(run: Runs) -> None:
    assert run("asyncio-one-thread", "computing").parallel <= 1.10
