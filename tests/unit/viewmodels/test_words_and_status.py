"""Numbers and ends in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.builder import STEP, RunBuilder
from tests.support.drawn import trace_from
from tests.support.seen import watch
from visualiser.trace import EventBatch, Loss, RunInfo
from visualiser.viewmodels import count, moment, outcome, recent_files, sources_line, status_of


@pytest.mark.parametrize(
    ("ns", "words"),
    [(0, "0.000 ms"), (137_600_000, "137.600 ms"), (999_999_400, "999.999 ms"), (999_999_700, "1.000\u202f000 s"),
     (12_345_678_000, "12.345\u202f678 s"), (-1_500_000, "-1.500 ms")],
)  # fmt: skip
def test_a_moment_is_told_to_the_microsecond(ns: int, words: str) -> None:
    assert moment(ns) == words


def test_one_thing_and_many_things() -> None:
    assert [count(1, "process", "processes"), count(12_345, "event")] == ["1 process", "12\u202f345 events"]


def test_the_status_counts_processes_threads_and_events() -> None:
    numbers = status_of(trace_from("main LLLL / w1 SSSS // child .SS.")).numbers
    assert numbers.startswith("4 ms · 2 processes · 3 threads · ")
    assert numbers.endswith("none lost")


def test_lost_events_are_counted_with_a_reason_and_what_to_do() -> None:
    store = trace_from("main LLLL")
    store.extend(EventBatch(losses=(Loss(0, 1, 7, store.start_ns + 2_000_000),)))
    status = status_of(store)
    assert "7 events lost" in status.numbers
    assert "from 2 ms on" in status.lost
    assert "run it again" in status.lost


def test_no_run_has_no_numbers() -> None:
    assert status_of(None).numbers == sources_line(None) == ""


@pytest.mark.parametrize(
    ("info", "words", "bad"),
    [(RunInfo(exit_code=0), "", False), (RunInfo(exit_code=3), "exit code 3", True),
     (RunInfo(signal=9), "SIGKILL", True), (RunInfo(signal=250), "signal 250", True),
     (RunInfo(stopped_by="user", signal=15), "Stopped", False),
     (RunInfo(failure="No Python there."), "No Python there.", True)],
)  # fmt: skip
def test_each_way_to_end_has_its_sentence(info: RunInfo, words: str, bad: bool) -> None:
    text, is_bad = outcome(info)
    assert words in text
    assert is_bad is bad


def test_what_was_not_measured_is_named() -> None:
    store = trace_from("main LLLL")
    store.info = replace(store.info, sources={"calls": "recorded", "switches": "none", "gil": "none"})
    assert sources_line(store) == "Measured: calls recorded · not observed: switches, GIL, other waits"


def test_all_levels_and_the_cost_of_watching_are_named() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).end(20)
    sources = {"calls": "recorded", "switches": "exact", "gil": "sampled", "reasons": "sampled"}
    store = run.store(end=20, sources=sources)
    store.extend(EventBatch(blocks=(watch((0, 0, 0), (10, 2 * STEP, 1000)),)))
    assert sources_line(store) == (
        "Measured: calls recorded; switches exact; GIL, other waits sampled · watching cost 20 % of a CPU"
    )


def test_missing_recent_files_are_known_and_equal_names_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    entries = recent_files([str(tmp_path / "a.py"), str(tmp_path / "gone" / "a.py"), "/b.ilv"])
    assert [entry.exists for entry in entries] == [True, False, False]
    assert len({entry.label for entry in entries}) == 3
