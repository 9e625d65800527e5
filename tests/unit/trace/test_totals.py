"""Totals of a range: every span counts with the part of it that lies in the range."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, trace_from
from visualiser.trace import STATE_LETTERS, STATE_NAMES, EventBatch, Loss, State
from visualiser.trace.totals import range_totals

Letters = st.text("RGLSI?", min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(Letters, Letters, st.integers(0, 30), st.integers(0, 30))
def test_a_range_holds_what_a_walk_through_it_finds(one: str, two: str, begin: int, end: int) -> None:
    store = trace_from(f"main {one} / w1 {two}", step=2)
    found = range_totals(store, ORIGIN + begin, ORIGIN + end)
    low, high = sorted((begin, end))
    for thread in found.threads:
        letters = (one, two)[thread.thread]
        walked = [letters[t // 2] for t in range(low, high) if t // 2 < len(letters)]
        assert thread.alive_ns == len(walked)
        for state in State:
            assert (thread.states[state] or 0) == walked.count(STATE_LETTERS[state])
    assert {one.thread for one in found.threads} == {
        number for number, letters in enumerate((one, two)) if low < high and low < 2 * len(letters)
    }


def test_what_nothing_in_the_run_could_tell_is_unknown_and_not_zero() -> None:
    found = range_totals(trace_from("main SS??"), ORIGIN, ORIGIN + 4 * STEP)
    (main,) = found.threads
    assert main.states[State.SLEEP] == 2 * STEP
    assert main.states[State.GIL] is None
    assert (found.mean_parallelism, found.max_parallelism, found.handovers) == (None, None, None)
    assert "not measured" in found.text()
    row = next(iter(csv.DictReader(io.StringIO(found.csv()))))
    assert (row["sleep_ns"], row["gil_ns"], row["lock_ns"]) == (str(2 * STEP), "", "0")


def test_text_and_table_name_every_thread_that_lived_in_the_range() -> None:
    found = range_totals(trace_from("main SSSS / w1 ..LL"), ORIGIN, ORIGIN + STEP)
    assert [one.name for one in found.threads] == ["main"]
    both = range_totals(trace_from("main SSSS / w1 ..LL"), ORIGIN + 3 * STEP, ORIGIN + STEP)
    assert both.length_ns == 2 * STEP
    assert both.text().splitlines()[0] == "From 1.000 ms to 3.000 ms: 2 ms"
    assert "w1" in both.text()
    short = range_totals(trace_from("main SSSS / w1 ..LL"), ORIGIN + STEP, ORIGIN + STEP + 384)
    assert short.text().splitlines()[0].replace("\u202f", " ") == "From 1.000 000 ms to 1.000 384 ms: 384 ns"
    table = list(csv.reader(io.StringIO(both.csv())))
    assert len(table[0]) == 6 + len(STATE_NAMES)
    assert [row[4] for row in table[1:]] == ["main", "w1"]


def test_a_name_that_a_spreadsheet_would_run_is_only_a_name() -> None:
    found = range_totals(trace_from("=1+1 SS"), ORIGIN, ORIGIN + STEP)
    assert list(csv.reader(io.StringIO(found.csv())))[1][4] == "'=1+1"


def test_events_may_be_missing_from_when_the_first_was_lost_on() -> None:
    store = trace_from("main SSSSSS")
    store.extend(EventBatch(losses=(Loss(0, 1, 7, ORIGIN + 3 * STEP),)))
    assert range_totals(store, ORIGIN, ORIGIN + 2 * STEP).lost == 0
    assert range_totals(store, ORIGIN + 4 * STEP, ORIGIN + 5 * STEP).lost == 7
