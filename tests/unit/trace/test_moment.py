"""The facts behind a hover text."""

from __future__ import annotations

from tests.support import ORIGIN, STEP, RunBuilder
from visualiser.trace import Source, State, Wait, state_at


def test_a_moment_in_a_wait_tells_since_when_for_what_and_where() -> None:
    run = RunBuilder()
    process = run.process()
    lock = process.thing("accounts", line=3)
    process.thread().begin(0).span("transfer", 1, 9).hold(1, 8, process.thing("log")).wait(
        Wait.LOCK, 2, 6, lock, line=17
    )
    moment = state_at(run.store(), 0, ORIGIN + 4 * STEP)
    assert moment is not None
    assert (moment.state, moment.source) == (State.LOCK, Source.RECORDED)
    assert (moment.start_ns, moment.length_ns) == (ORIGIN + 2 * STEP, 4 * STEP)
    assert moment.object is not None
    assert moment.object.name == "accounts"
    assert moment.site is not None
    assert moment.site.short == "bank.py:17"
    assert moment.words == "waits for a Lock: Lock accounts"
    assert (moment.holds, moment.spans) == (("Lock log",), ("transfer",))
    assert not moment.open


def test_a_wait_that_never_ended_is_open_and_one_that_timed_out_says_so() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).wait(Wait.LOCK, 1, 2, got=False).wait(Wait.LOCK, 3, None)
    store = run.store(end=9)
    first, second = state_at(store, 0, ORIGIN + STEP), state_at(store, 0, ORIGIN + 5 * STEP)
    assert first is not None
    assert first.words == "waits for a Lock, timed out"
    assert second is not None
    assert second.open


def test_outside_its_life_a_thread_has_no_state() -> None:
    run = RunBuilder()
    run.process().thread().begin(2).end(4)
    store = run.store(end=9)
    assert state_at(store, 0, ORIGIN + STEP) is None
    assert state_at(store, 0, ORIGIN + 5 * STEP) is None
    between = state_at(store, 0, ORIGIN + 3 * STEP)
    assert between is not None
    assert (between.words, between.object, between.site) == ("not observed", None, None)
