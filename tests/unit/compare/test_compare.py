"""The ways that are compared, what each cost, and what that says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import STEP, RunBuilder
from tests.support.drawn import trace_from
from visualiser.compare import (
    amdahl,
    as_json,
    as_text,
    compared,
    efficiency,
    karp_flatt,
    measured_runs,
    run_figures,
    speed_up,
    ways_of,
)
from visualiser.events import Span
from visualiser.run import BadTarget

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
