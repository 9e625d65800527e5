"""Search: whatever has a name is found by it, and hits can be walked through in order of time."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support import ORIGIN, STEP, RunBuilder, trace_from
from visualiser.events import Wait
from visualiser.trace import TraceStore
from visualiser.trace.finding import FoundWhat, find


@pytest.fixture
def store() -> TraceStore:
    run = RunBuilder()
    process = run.process("Bakery", 100)
    main = process.thread("MainThread").begin(0)
    oven = process.thread("oven-1").begin(0.5)
    till = process.thing("till", line=3)
    main.output(1, "Hello from the till\n", line=8).mark(2, "Opening time").span("counting", 3, 4, line=9)
    oven.wait(Wait.LOCK, 2, 5, till, line=20).hold(5, 6, till, line=21).wait(Wait.SLEEP, 7, 8)
    run.process("Shop", 300, parent_pid=100, start=4).thread("MainThread").begin(4)
    return run.store(end=10)


@pytest.mark.parametrize(
    ("words", "what", "said"),
    [
        ("OVEN", FoundWhat.THREAD, "thread oven-1"),
        ("shop", FoundWhat.PROCESS, "process Shop (300)"),
        ("300", FoundWhat.PROCESS, "process Shop (300)"),
        ("opening", FoundWhat.MARK, "mark “Opening time”"),
        ("hello", FoundWhat.OUTPUT, "printed “Hello from the till”"),
        ("sleep", FoundWhat.STATE, "sleeps"),
        ("waits for a lock", FoundWhat.STATE, "waits for a Lock: Lock till, bank.py:20"),
        ("counting", FoundWhat.SPAN, "counting, bank.py:9"),
        ("bank.py:21", FoundWhat.HOLD, "holds Lock till, bank.py:21"),
        ("work", FoundWhat.STATE, "waits for a Lock: Lock till, bank.py:20"),
    ],
)
def test_everything_with_a_name_is_found_by_it(store: TraceStore, words: str, what: FoundWhat, said: str) -> None:
    hits = find(store, words)
    assert said in [hits.at(place).words for place in range(len(hits)) if hits.at(place).what is what]


def test_a_lock_is_found_where_it_is_waited_for_held_and_spoken_of(store: TraceStore) -> None:
    hits = find(store, "till")
    assert [hits.at(place).what for place in range(len(hits))] == [FoundWhat.OUTPUT, FoundWhat.STATE, FoundWhat.HOLD]


def test_hits_are_walked_through_in_order_of_time_from_any_moment(store: TraceStore) -> None:
    hits = find(store, "till")
    assert hits.after(ORIGIN) == 0
    assert hits.after(ORIGIN + 1 * STEP) == 1
    assert hits.before(ORIGIN + 5 * STEP) == 1
    assert hits.before(ORIGIN) is None
    assert hits.after(ORIGIN + 9 * STEP) is None
    assert (np.diff(hits.t0) >= 0).all()


def test_blank_words_and_words_that_are_nowhere_find_nothing(store: TraceStore) -> None:
    assert len(find(store, "  ")) == 0
    assert len(find(store, "no such thing")) == 0
    with pytest.raises(IndexError):
        find(store, "no such thing").at(0)


def test_a_run_without_events_can_be_searched() -> None:
    assert len(find(TraceStore(), "anything")) == 0
    assert len(find(trace_from("main RRGG"), "gil")) == 1
