"""The ways that are compared, what each cost, and what that says."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import STEP, RunBuilder
from tests.support.drawn import trace_from
from visualiser.compare import (
    PAIRS,
    Traits,
    amdahl,
    as_json,
    as_text,
    compared,
    efficiency,
    fitted_serial,
    karp_flatt,
    measured_runs,
    run_figures,
    speed_up,
    ways_of,
    ways_of_pair,
)
from visualiser.compare.ending import Ending
from visualiser.compare.measuring import Measured, _thinned
from visualiser.compare.pairs import Pair
from visualiser.events import Span
from visualiser.run import BadTarget, Report

SERIAL = "main RRRRRRRRRRRR"
THREADS = "main RLLLLLLLLLLR / a .RGRGRGRGRG. / b .GRGRGRGRGR."
PROCESSES = "main RPPPPPR // one .RRRRR. // two .RRRRR."


@given(st.floats(0, 1), st.integers(2, 64))
def test_karp_flatt_finds_the_serial_fraction_that_amdahls_law_put_in(serial: float, workers: int) -> None:
    assert karp_flatt(amdahl(serial, workers), workers) == pytest.approx(serial, abs=1e-9)


def test_a_speed_up_is_judged_by_the_workers_it_took() -> None:
    assert speed_up(10, 5) == 2
    assert efficiency(2, 4) == 0.5
    assert (speed_up(10, 0), efficiency(None, 2), karp_flatt(1.0, 1)) == (None, None, None)


def test_ways_are_every_variant_with_every_combination_of_values() -> None:
    ways = ways_of("gil-relay-race", variants=["threads", "serial"], settings=["STEPS=10000,20000", "WORKERS=2"])
    assert [way.label for way in ways] == [
        "Threads, STEPS 10000",
        "Threads, STEPS 20000",
        "Serial, STEPS 10000",
        "Serial, STEPS 20000",
    ]
    assert [way.target.values for way in ways[:2]] == [{"STEPS": 10000, "WORKERS": 2}, {"STEPS": 20000, "WORKERS": 2}]


def test_all_variants_are_compared_when_none_is_named() -> None:
    assert [way.target.variant for way in ways_of("gil-relay-race")] == ["threads", "serial", "processes"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"settings": ["STEPS"]}, "Write NAME=VALUE"),
        ({"settings": ["STEPS=" + ",".join(str(10_000 + n) for n in range(30))]}, "at most 24"),
        ({"variants": ["nothing"]}, "nothing"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadTarget, match=words):
        ways_of("gil-relay-race", **options)


def test_the_base_is_the_way_without_workers_wherever_it_stands() -> None:
    found = compared("drawn", measured_runs([(name, trace_from(drawing, step=10 * STEP)) for name, drawing in (
        ("threads", THREADS), ("serial", SERIAL), ("processes", PROCESSES))]))  # fmt: skip
    threads, serial, processes = found.ways
    assert found.base is serial
    assert (threads.workers, serial.workers, processes.workers) == (2, 1, 2)
    assert threads.speed_up == 1
    assert processes.speed_up == pytest.approx(12 / 7)
    assert processes.efficiency == pytest.approx(6 / 7)
    assert "“processes” was the fastest" in as_text(found)


def test_where_the_time_of_a_run_went_is_told_and_what_nobody_measured_is_null() -> None:
    told = as_json(compared("drawn", measured_runs([("threads", trace_from(THREADS)), ("serial", trace_from(SERIAL))])))
    figures = told["ways"][0]["figures"]
    assert figures["gil_wait_ns"] == 10 * STEP
    assert figures["waiting_ns"] == 0
    assert (figures["peak_bytes"], figures["pickled_bytes"]) == (None, None)
    assert told["base"] == "serial"


def test_nested_starts_count_once() -> None:
    run = RunBuilder()
    main = run.process("main").thread().begin(0)
    main.span("Pool", 1, 9, flag=Span.POOL_START).span("worker", 2, 4, flag=Span.PROCESS_START)
    main.span("worker", 12, 14, flag=Span.PROCESS_START).end(20)
    assert run_figures(run.store(end=20)).starting_ns == 10 * STEP


def test_a_run_that_others_disturbed_is_said_to_say_little() -> None:
    busy = "main CCCCRCCCCRCCCCRCCCCR"
    store = trace_from(busy, step=10 * STEP)
    store.info.machine["cpus"] = 2  # type: ignore[index]  # a plain dict in a drawn run
    found = compared("drawn", measured_runs([("one", store), ("two", trace_from(SERIAL, step=10 * STEP))]))
    assert "machine-busy" in found.ways[0].measured.typical.verdicts
    assert "Others used the CPUs during 1 of the 2 runs" in as_text(found)


@given(st.floats(0, 1), st.lists(st.integers(2, 64), min_size=1, max_size=6, unique=True))
def test_the_fitted_serial_fraction_is_the_one_that_amdahls_law_put_in(serial: float, counts: list[int]) -> None:
    points = [(n, amdahl(serial, n)) for n in counts]
    assert fitted_serial(points) == pytest.approx(serial, abs=1e-6)


def test_no_serial_fraction_is_fitted_to_what_the_law_cannot_explain() -> None:
    assert fitted_serial([(2, 3.0), (4, 9.0)]) is None  # faster than ideal
    assert fitted_serial([(2, 0.5)]) is None  # slower than alone
    assert fitted_serial([(1, 1.0)]) is None


def way(label: str, drawing: str, **traits: Any) -> Measured:
    one = measured_runs([(label, trace_from(drawing, step=10 * STEP))])[0]
    return replace(one, traits=Traits(**traits))


def test_each_way_is_held_against_the_serial_one_with_the_same_values_and_the_same_python() -> None:
    """With more workers this scenario has more work; speed-up is not what another Python brings."""
    long, short = SERIAL * 1 + "R" * 12, SERIAL
    found = compared("drawn", [
        way("serial 1", short, variant="Serial", settings=("WORKERS=1",), python="3.11"),
        way("serial 2", long, variant="Serial", settings=("WORKERS=2",), python="3.11"),
        way("serial 2 free", short, variant="Serial", settings=("WORKERS=2",), python="3.13 without a GIL"),
        way("threads 2", THREADS, variant="Threads", settings=("WORKERS=2",), python="3.11"),
        way("threads 2 free", THREADS, variant="Threads", settings=("WORKERS=2",), python="3.13 without a GIL"),
    ])  # fmt: skip
    assert [one.base.way for one in found.ways] == ["serial 1", "serial 2", "serial 2 free", "serial 2",
                                                    "serial 2 free"]  # fmt: skip
    assert [one.speed_up for one in found.ways[3:]] == [2, 1]


def test_the_base_is_of_the_variant_that_never_has_workers_not_of_one_with_one_worker() -> None:
    found = compared("drawn", [
        way("threads 1", "main RLLLLLLR / a .RRRRRR.", variant="Threads", settings=("WORKERS=1",)),
        way("threads 2", THREADS, variant="Threads", settings=("WORKERS=2",)),
        way("serial", SERIAL, variant="Serial"),
    ])  # fmt: skip
    assert {one.base.way for one in found.ways} == {"serial"}


def test_processes_that_multiprocessing_starts_for_itself_are_no_workers() -> None:
    """As from Python 3.14 on: a forkserver and a resource tracker beside two workers."""
    run = RunBuilder()
    run.process("main", 100).thread().begin(0).end(20)
    for number, name in enumerate(("forkserver", "resource tracker", "burner-a", "burner-b")):
        run.process(name, 101 + number, parent_pid=100, start=2).thread().begin(2).end(18)
    assert run_figures(run.store(end=20)).workers == 2


def test_different_work_is_never_held_against_each_other() -> None:
    found = compared("drawn", [
        way("waiting", "main SSSSSSSSSS", variant="Serial", work="waiting"),
        way("computing", SERIAL, variant="Serial", work="computing"),
        way("computing, threads", THREADS, variant="Threads", work="computing"),
    ])  # fmt: skip
    assert [one.base.way for one in found.ways] == ["waiting", "computing", "computing"]


def test_of_variants_that_do_different_things_none_is_called_faster() -> None:
    works = [each.traits.work for each in ways_of("who-sees-the-change")]
    assert len(set(works)) == len(works) == 2
    assert {each.traits.work for each in ways_of("gil-relay-race")} == {""}
    found = compared("drawn", [
        way("Naps", "main SSSSSSSSSS", variant="Naps", work="Naps"),
        way("Counts", SERIAL, variant="Counts", work="Counts"),
    ])  # fmt: skip
    assert "do different things" in as_text(found)
    assert "fast" not in as_text(found)


def test_one_lucky_run_makes_no_way_the_fastest() -> None:
    serial, processes = way("serial", SERIAL), way("processes", PROCESSES)
    slow, fast = serial.runs[0], processes.runs[0]
    noisy = replace(processes, runs=(fast, replace(slow, workers=2), replace(slow, workers=2)))
    assert "None of them was clearly faster" in as_text(compared("noisy", [serial, noisy]))
    good = replace(processes, runs=(fast, fast, replace(slow, workers=2)))
    assert "“processes” was the fastest" in as_text(compared("good", [serial, good]))


def test_a_variant_that_this_python_is_too_old_for_is_left_out_loudly_unless_it_was_named() -> None:
    needs = "six-ways-same-work"
    told: list[str] = []
    ways = ways_of(needs, on_skip=told.append)
    if sys.version_info < (3, 12):
        assert [one.target.variant for one in ways] == ["serial", "threads", "processes", "asyncio-tasks"]
        assert "“Subinterpreters”: it needs Python 3.12 or newer" in told[0]
        with pytest.raises(BadTarget, match="needs Python"):
            ways_of(needs, variants=["subinterpreters"])
    else:
        assert len(ways) == 5
        assert not told


def test_a_setting_goes_to_the_variants_that_have_such_a_parameter() -> None:
    ways = ways_of("pool-map-squares", variants=["serial", "pool"], settings=["WORKERS=1,2"])
    assert [one.label for one in ways] == ["Serial", "Pool, WORKERS 1", "Pool, WORKERS 2"]
    assert [one.traits.family for one in ways] == ["Serial", "Pool", "Pool"]
    with pytest.raises(BadTarget, match="NOTHING"):
        ways_of("pool-map-squares", settings=["NOTHING=1,2"])


def test_comparing_records_no_lines_whatever_the_lesson_of_the_scenario_is() -> None:
    assert not any(one.target.lines or one.target.watch for one in ways_of("lost-update"))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_every_ready_made_comparison_can_be_run(pair: Pair) -> None:
    ways = ways_of_pair(pair)
    assert len(ways) >= 2
    assert len({one.label for one in ways}) == len(ways)


def test_a_program_that_nobody_wants_any_more_is_killed() -> None:
    endless = [sys.executable, "-c", "input()"]
    with subprocess.Popen(endless, stdin=subprocess.PIPE) as program, Ending(lambda: True) as ending:
        ending.hear(Report("started", pid=program.pid))
        assert program.wait(30) == -signal.SIGKILL


def test_a_program_that_has_ended_is_not_killed_by_its_old_number() -> None:
    asked = threading.Semaphore(0)

    def cancelled() -> bool:
        asked.release()
        return True

    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as program:
        with Ending(cancelled) as ending:
            ending.hear(Report("started", pid=program.pid))
            ending.hear(Report("exited", pid=program.pid, exit_code=0))
            for _ in range(2):
                assert asked.acquire(timeout=30)
        program.communicate(b"\n", 30)
        assert program.returncode == 0


@given(st.integers(1, 12), st.data())
def test_the_trace_that_is_kept_is_the_one_in_the_middle_and_others_are_let_go(
    repeats: int, data: st.DataObject
) -> None:
    walls = data.draw(st.permutations(range(repeats)))
    figures, store = run_figures(trace_from("main R")), trace_from("main R")
    runs: list[Any] = []
    for wall in walls:
        runs = _thinned(
            sorted([*runs, (replace(figures, wall_ns=wall), store)], key=lambda one: one[0].wall_ns), repeats
        )
    assert [one.wall_ns for one, _ in runs] == list(range(repeats))
    assert [rank for rank, (_, kept) in enumerate(runs) if kept is not None] == [(repeats - 1) // 2]


def test_a_small_gain_on_a_disturbed_machine_is_no_gain() -> None:
    serial, faster = way("serial", SERIAL), way("threads", "main RLLLLLLLLLR / a .RRRRRRRRR. / b .RRRRRRRRR.")
    assert "“threads” was the fastest: 1.09 times" in as_text(compared("quiet", [serial, faster]))
    busy = replace(serial, runs=(replace(serial.runs[0], verdicts=("machine-busy",)),))
    assert "None of them was clearly faster" in as_text(compared("busy", [busy, faster]))
    twice = way("processes", PROCESSES)
    assert "“processes” seems to be the fastest: 1.71 times" in as_text(compared("busy", [busy, twice]))


def test_one_disturbed_run_among_many_is_told_and_borne() -> None:
    serial, twice = way("serial", SERIAL), way("processes", PROCESSES)
    busy = replace(serial.runs[0], verdicts=("machine-busy",))
    serial, twice = replace(serial, runs=(busy, *serial.runs * 2)), replace(twice, runs=twice.runs * 3)
    said = as_text(compared("nearly quiet", [serial, twice]))
    assert "“processes” was the fastest: 1.71 times" in said
    assert "Others used the CPUs during 1 of the 6 runs.\n" in said + "\n"
