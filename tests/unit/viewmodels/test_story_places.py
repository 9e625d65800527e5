"""Where steps of a story are in a run: whose they are, and how much around them is seen."""

from __future__ import annotations

from tests.support import ORIGIN, STEP, RunBuilder
from visualiser.events import Wait
from visualiser.scenarios import Cue
from visualiser.scenarios import Facts as RunFacts
from visualiser.scenarios import facts_of as run_facts
from visualiser.trace import deadlocks
from visualiser.viewmodels import StoryPlace
from visualiser.viewmodels.story_places import place_of


def at(step: float) -> int:
    return ORIGIN + round(step * STEP)


def bakery() -> RunFacts:
    """A short wait for a lock in a run of 1000 steps, and lines of output."""
    run = RunBuilder()
    process = run.process("bakery", python="3.11.7")
    till = process.thing("till", line=3)
    process.thread("main").begin(0).wait(Wait.THREAD_JOIN, 10, 900).output(950, "done\n").end(1000)
    process.thread("baker").begin(10).hold(100, 120, till).output(300, "one\n").output(301, "\n").end(800)
    process.thread("waiter").begin(10).wait(Wait.LOCK, 110, 120, till).output(310, "two\n").end(700)
    return run_facts(run.store(end=1000))


def found(cue: Cue, facts: RunFacts) -> StoryPlace:
    place = place_of(cue, facts)
    assert place is not None
    return place


def test_a_wait_is_shown_with_what_is_around_it_and_belongs_to_its_thread() -> None:
    place = found(Cue("wait_begin", state="lock", thread="waiter"), bakery())
    assert (place.t, place.t0, place.t1, place.thread) == (at(110), at(70), at(160), 2)
    assert not place.whole
    assert not place.before


def test_at_the_end_of_a_wait_the_wait_is_meant() -> None:
    place = found(Cue("wait_end", state="lock", thread="waiter"), bakery())
    assert place.t == at(120)
    assert place.before


def test_what_takes_most_of_the_run_is_shown_with_all_of_it() -> None:
    place = found(Cue("wait_begin", state="lock", thread="main"), bakery())
    assert place.whole
    assert (place.t, place.t0, place.t1) == (at(10), at(0), at(1000))


def test_a_line_of_output_is_shown_with_its_neighbours_and_empty_ones_do_not_count() -> None:
    place = found(Cue("output", text="two"), bakery())
    assert place.thread == 2
    assert place.t0 <= at(300)
    assert place.t1 >= at(950)


def test_a_cue_that_the_run_does_not_hold_has_no_place_and_no_cue_is_the_whole_run() -> None:
    facts = bakery()
    assert place_of(Cue("output", text="never"), facts) is None
    assert found(Cue("end"), facts).t == at(1000)
    place = place_of(None, facts)
    assert place is not None
    assert place.whole


def stuck(sleeps: bool) -> RunFacts:
    """Two threads that take two locks in opposite orders at step 60; then nothing, until the end at step 10000."""
    run = RunBuilder()
    process = run.process("dinner", python="3.11.7")
    fork, knife = process.thing("fork", line=3), process.thing("knife", line=4)
    process.thread("main").begin(0).wait(Wait.THREAD_JOIN, 40, None)
    process.thread("Ann").begin(20).hold(30, None, fork).wait(Wait.LOCK, 50, None, knife)
    process.thread("Bob").begin(20).hold(31, None, knife).wait(Wait.LOCK, 60, None, fork)
    if sleeps:
        process.thread("Cy").begin(20).wait(Wait.SLEEP, 21, 9000).end(9001)
    store = run.store(end=10_000)
    return run_facts(store, [one.start_ns for one in deadlocks(store)])


def test_before_an_endless_silence_only_what_happens_is_shown() -> None:
    for cue in (Cue("wait_begin", state="lock", thread="Ann"), Cue("deadlock"), Cue("hold_begin", thread="Bob")):
        place = found(cue, stuck(sleeps=False))
        assert place.t1 <= at(200)
    assert found(Cue("deadlock"), stuck(sleeps=False)).thread == 2


def test_a_long_sleep_is_no_silence() -> None:
    assert found(Cue("wait_begin", state="sleep"), stuck(sleeps=True)).t1 == at(10_000)
