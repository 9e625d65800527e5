"""Who woke whom: what the records tell, and where they tell nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder
from tests.support.builder import ThreadBuilder
from tests.support.seen import gils, looks, switches
from visualiser.events import Kind, Wait
from visualiser.events.blocks import Held, Seen
from visualiser.trace import EventBatch, Loss, RunInfo, State, TraceStore
from visualiser.trace.causes import Cause, causes_of, row_at, wait_before, whole_wait
from visualiser.trace.effects import effects_of
from visualiser.trace.woken import last_of


def notify(thread: ThreadBuilder, t: float, kind: int, flag: int, thing: int, value: int = 0, line: int = 0) -> None:
    thread.add(t, kind, flag, thing, thread.process.site(line), value)


def during(store: TraceStore, name: str, t: float) -> tuple[Cause, ...]:
    """The causes of what the thread of this name does at step `t`."""
    thread = next(one.index for one in store.threads if one.name == name)
    row = row_at(store, thread, ORIGIN + round(t * STEP))
    assert row is not None
    return causes_of(store, thread, row)


def told(store: TraceStore, name: str, t: float) -> list[tuple[str, str, float]]:
    """(who, what, when in steps) of each cause."""
    return [(store.threads[one.thread].name, one.how, (one.t - ORIGIN) / STEP) for one in during(store, name, t)]


def three() -> tuple[RunBuilder, ThreadBuilder, ThreadBuilder, ThreadBuilder]:
    run = RunBuilder()
    process = run.process(python="3.11.7")
    ann, bob, cid = (process.thread(name).begin(0) for name in ("ann", "bob", "cid"))
    return run, ann, bob, cid


def test_a_lock_was_given_back_by_who_had_it_last_not_by_who_had_it_when_the_wait_began() -> None:
    run, ann, bob, cid = three()
    lock = ann.process.thing("till", line=3)
    ann.hold(1, 4, lock, line=10)
    cid.hold(5, 7, lock, line=30)
    bob.wait(Wait.LOCK, 2, 8, lock, line=20).hold(8, 9, lock)
    store = run.store(end=10)
    assert told(store, "bob", 3) == [("ann", "held it", 1), ("cid", "released it", 7)]
    assert [one.woke for one in during(store, "bob", 3)] == [False, True]


def test_a_lock_that_nobody_is_seen_to_give_back_has_no_cause() -> None:
    run, ann, bob, cid = three()
    lock = ann.process.thing("till")
    ann.hold(0.5, 1, lock)
    cid.hold(1.5, None, lock)  # its release is not in the records
    bob.wait(Wait.LOCK, 2, 8, lock)
    assert [who for who, how, _ in told(run.store(end=10), "bob", 3) if how == "released it"] == []


def test_a_lock_that_two_processes_may_share_has_no_cause() -> None:
    run, ann, bob, _ = three()
    lock = ann.process.thing(line=3)
    ann.hold(1, 4, lock)
    bob.wait(Wait.LOCK, 2, 8, lock)
    child = run.process("child", parent_pid=100)
    child.thread("kid").begin(1).hold(5, 6, child.thing(line=3))
    assert [how for _, how, _ in told(run.store(end=10), "bob", 3)] == ["held it"]


def test_a_wait_that_timed_out_or_is_not_over_was_ended_by_nobody() -> None:
    run, ann, bob, cid = three()
    lock = ann.process.thing("till")
    ann.hold(1, 3.5, lock)
    bob.wait(Wait.LOCK, 2, 4, lock, got=False)
    cid.wait(Wait.LOCK, 5, None, lock)
    store = run.store(end=10)
    assert not [one for name, t in (("bob", 3), ("cid", 6)) for one in during(store, name, t) if one.woke]


def test_a_get_was_answered_by_the_put_of_the_item_it_got() -> None:
    run, ann, bob, cid = three()
    queue = ann.process.thing(kind="Queue", line=4)
    for thread, t, number in ((ann, 3, 1), (cid, 3.5, 2), (ann, 5, 3)):
        notify(thread, t, Kind.PUT, Wait.QUEUE_GET, queue, number, line=7)
    bob.wait(Wait.QUEUE_GET, 1, 6, queue)
    notify(bob, 6.1, Kind.GET, Wait.QUEUE_PUT, queue, 2)
    store = run.store(end=10)
    assert told(store, "bob", 2) == [("cid", "put an item", 3.5)]
    assert store.site(during(store, "bob", 2)[0].site).line == 7


def test_who_waits_first_for_a_condition_is_woken_first() -> None:
    run, ann, bob, cid = three()
    bell = ann.process.thing(kind="Condition")
    bob.wait(Wait.CONDITION, 1, 6, bell)
    cid.wait(Wait.CONDITION, 2, 5, bell)  # woken later, back earlier
    notify(ann, 3, Kind.NOTIFY, Wait.CONDITION, bell, 1)
    notify(ann, 4, Kind.NOTIFY, Wait.CONDITION, bell, 1)
    notify(ann, 4.5, Kind.NOTIFY, Wait.CONDITION, bell, 0)
    store = run.store(end=10)
    assert told(store, "bob", 2) == [("ann", "notified it", 3)]
    assert told(store, "cid", 3) == [("ann", "notified it", 4)]


def test_notifications_that_do_not_fit_the_waits_tell_nothing_where_several_would_do() -> None:
    run, ann, bob, cid = three()
    bell = ann.process.thing(kind="Condition")
    bob.wait(Wait.CONDITION, 1, 6, bell)
    cid.wait(Wait.CONDITION, 3.5, 5, bell)
    notify(ann, 3, Kind.NOTIFY, Wait.CONDITION, bell, 2)  # it woke two, and one of them is not in the records
    notify(ann, 4, Kind.NOTIFY, Wait.CONDITION, bell, 1)
    store = run.store(end=10)
    assert told(store, "bob", 2) == []
    assert told(store, "cid", 4) == [("ann", "notified it", 4)]


def test_the_wait_for_the_lock_inside_that_for_the_condition_has_a_cause_of_its_own() -> None:
    run, ann, bob, _ = three()
    bell = ann.process.thing(kind="Condition")
    bob.add(1, Kind.WAIT_BEGIN, Wait.CONDITION, bell)
    bob.wait(Wait.RLOCK, 4, 6, bell)
    bob.add(6.1, Kind.WAIT_END, Wait.CONDITION, bell, 0, 1)
    ann.hold(2, 5, bell, flag=Wait.RLOCK)
    notify(ann, 3, Kind.NOTIFY, Wait.CONDITION, bell, 1)
    store = run.store(end=10)
    assert told(store, "bob", 2) == [("ann", "notified it", 3)]
    assert told(store, "bob", 5) == [("ann", "held it", 2), ("ann", "released it", 5)]


@pytest.mark.parametrize(("python", "known"), [("3.11.7", True), ("3.12.1", False)])
def test_units_given_back_together_are_told_apart_only_where_each_is_told(python: str, known: bool) -> None:
    run = RunBuilder()
    process = run.process(python=python)
    ann, bob, cid = (process.thread(name).begin(0) for name in ("ann", "bob", "cid"))
    gate = process.thing(kind="Semaphore")
    bob.wait(Wait.SEMAPHORE, 1, 6, gate)
    cid.wait(Wait.SEMAPHORE, 2, 7, gate)
    for t in (3, 4):
        notify(ann, t, Kind.PUT, Wait.SEMAPHORE, gate)
    found = told(run.store(end=10), "cid", 3)
    assert found == ([("ann", "gave one back", 4)] if known else [])


def test_a_join_was_ended_by_the_end_of_the_thread() -> None:
    run, ann, bob, _ = three()
    bob.end(5)
    ann.wait(Wait.THREAD_JOIN, 2, 6, ann.process.thing("bob", kind="Thread"))
    ann.add(6.05, Kind.THREAD_JOINED, 0, ann.process.text("bob"), 0, bob.tid)
    assert told(run.store(end=10), "ann", 3) == [("bob", "ended", 5)]


def test_a_thread_was_started_by_who_recorded_that_with_its_line() -> None:
    run = RunBuilder()
    process = run.process()
    main = process.thread().begin(0)
    main.add(1, Kind.THREAD_STARTED, 0, process.text("kid"), process.site(12), 107)
    process.thread("kid", 107).begin(1.1).wait(Wait.SLEEP, 2, 3)
    store = run.store(end=5)
    assert told(store, "kid", 1.5) == [("MainThread", "started it", 1)]
    assert store.site(during(store, "kid", 1.5)[0].site).line == 12


def test_what_lies_behind_lost_records_is_told_of_nobody() -> None:
    run, ann, bob, _ = three()
    lock = ann.process.thing("till")
    ann.hold(1, 4, lock)
    bob.wait(Wait.LOCK, 2, 8, lock)
    store = run.store(end=10)
    assert [one.woke for one in during(store, "bob", 3)] == [False, True]
    store.extend(EventBatch(losses=(Loss(0, ann.serial, 5, ORIGIN + 3 * STEP),)))
    assert [one.woke for one in during(store, "bob", 3)] == [False]


def test_causes_follow_a_run_that_grows() -> None:
    run, ann, bob, _ = three()
    lock = ann.process.thing("till")
    ann.hold(1, 4, lock)
    bob.wait(Wait.LOCK, 2, None, lock)
    store = TraceStore()
    store.extend(run.batch())
    assert [one.how for one in during(store, "bob", 3)] == ["held it"]
    bob.rows = []
    bob.add(8, Kind.WAIT_END, Wait.LOCK, lock, 0, 1)
    store.extend(EventBatch(chunks=(bob.chunk(),)))
    assert [one.how for one in during(store, "bob", 3)] == ["held it", "released it"]


def test_what_a_thread_did_after_a_wait_leads_back_to_that_wait() -> None:
    run, ann, _, _ = three()
    ann.wait(Wait.SLEEP, 1, 2).wait(Wait.SLEEP, 4, 5)
    store = run.store(end=6)
    at = row_at(store, 0, ORIGIN + 3 * STEP)
    assert at is not None
    assert wait_before(store, 0, at) == at - 1
    assert wait_before(store, 0, 0) is None


def test_the_gil_was_given_up_by_who_held_it_before() -> None:
    run = RunBuilder()
    process = run.process(gil=True)
    for name in ("ann", "bob"):
        process.thread(name).begin(0)
    info = RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + 12 * STEP, sources={"switches": "exact", "gil": "sampled",
                   "reasons": "sampled", "calls": "recorded", "why": {}})  # fmt: skip
    store = TraceStore(info)
    store.extend(run.batch())
    seen = [(t, 100 if t < 6 else 101, Held.HELD, 1 if t < 6 else 2) for t in np.arange(0.5, 11, 0.5).tolist()]
    blocks = switches("RRRRRR......", 100, 100), switches("R.....RRRRRR", 100, 101, cpu=1), gils(100, *seen)
    store.extend(EventBatch(blocks=(*blocks, looks(100, (3, 101, Seen.GIL)))))
    store.finish(info)
    states = store.states(1)
    assert State.GIL in states.state.tolist()
    row = states.state.tolist().index(State.GIL)
    found = causes_of(store, 1, row)
    assert [(one.thread, one.how, one.woke) for one in found] == [
        (0, "held the GIL", False),
        (0, "gave the GIL up", True),
    ]
    assert found[1].t <= states.end[row]


def test_one_deed_may_have_ended_several_waits() -> None:
    run, ann, bob, cid = three()
    bell = ann.process.thing(kind="Event")
    bob.wait(Wait.EVENT, 1, 6.5, bell)
    cid.wait(Wait.EVENT, 2, 6.2, bell)
    notify(ann, 6, Kind.NOTIFY, Wait.EVENT, bell, 2)
    store = run.store(end=10)
    found = effects_of(store, 0, ORIGIN, ORIGIN + 9 * STEP)
    assert sorted((one.thread, (one.start - ORIGIN) // STEP) for one in found) == [(1, 1), (2, 2)]
    assert {one.t for one in found} == {ORIGIN + 6 * STEP}
    assert effects_of(store, 0, ORIGIN, ORIGIN + 5 * STEP) == ()


def test_a_wait_with_turns_on_a_cpu_in_it_is_one_wait_in_pieces() -> None:
    run, ann, bob, _ = three()
    lock = ann.process.thing("till")
    ann.hold(0, 5.9, lock)
    bob.wait(Wait.LOCK, 1, 6, lock, line=7)
    store = run.store(end=9)
    seen = store.states(1).rows(np.array([0, 1, 1, 2]))
    seen.end[1] = seen.start[2] = ORIGIN + 3 * STEP  # somebody looked on, and saw it come and go
    store.replace_states(1, seen)
    assert [whole_wait(store, 1, row) for row in range(4)] == [
        None,
        (ORIGIN + STEP, ORIGIN + 6 * STEP),
        (ORIGIN + STEP, ORIGIN + 6 * STEP),
        None,
    ]
    assert [causes_of(store, 1, row)[-1].how for row in (1, 2)] == ["released it", "released it"]
    assert whole_wait(store, 2, 0) is None


@given(st.lists(st.integers(0, 3), max_size=2000), st.integers(0, 3), st.integers(0, 2000))
def test_the_last_row_with_a_value_is_found_wherever_it_is(values: list[int], value: int, before: int) -> None:
    before = min(before, len(values))
    there = [row for row, one in enumerate(values[:before]) if one == value]
    assert last_of(np.array(values, np.int32), value, before) == (there[-1] if there else None)
