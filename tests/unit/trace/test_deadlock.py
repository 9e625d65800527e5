"""Deadlocks recognised from the record, and slow programs that are none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Kind, Wait
from visualiser.trace import TraceStore, deadlock_facts, deadlock_text, deadlocks


def dinner(*, timeout: int = 0, bob_gives_up: bool = False, opposite: bool = True) -> TraceStore:
    """Ann takes the fork and wants the knife; Bob takes the knife (or waits for the fork) and wants the other."""
    run = RunBuilder()
    process = run.process("dinner.py")
    main, ann, bob = (process.thread(name) for name in ("MainThread", "Ann", "Bob"))
    fork, knife = process.thing("fork", line=3), process.thing("knife", line=4)
    main.begin(0)
    ann.begin(1).hold(2, None, fork, line=7)
    bob.begin(1)
    if opposite:
        bob.hold(3, None, knife, line=7)
    mine = process.site(9)
    ann.add(5, Kind.WAIT_BEGIN, Wait.LOCK, knife, mine, timeout)
    bob.add(6, Kind.WAIT_BEGIN, Wait.LOCK, fork, mine, timeout)
    if bob_gives_up:
        bob.add(8, Kind.WAIT_END, Wait.LOCK, fork, 0, 0)
    main.add(20, Kind.PROCESS_END)
    return run.store()


def test_two_locks_taken_in_opposite_order_are_a_deadlock_with_both_holders_and_both_lines() -> None:
    store = dinner()
    (found,) = deadlocks(store)
    assert [store.threads[link.thread].name for link in found.links] == ["Ann", "Bob"]
    assert [store.threads[link.holder].name for link in found.links] == ["Bob", "Ann"]
    assert [store.object(link.object).name for link in found.links] == ["knife", "fork"]
    assert [store.site(link.site).line for link in found.links] == [9, 9]
    assert [store.site(link.held_at).line for link in found.links] == [7, 7]
    assert deadlock_text(store, found).endswith(" Neither can go on.")
    assert found.start_ns == ORIGIN + 6 * STEP
    facts = deadlock_facts(store, found)
    assert facts["span"][0] == 6 * STEP
    assert "Ann waits at" in facts["text"]


def circle_beside(kind: str) -> TraceStore:
    """Ann and Bob wait for each other's lock, and a third thread naps when the run is over."""
    run = RunBuilder()
    process = run.process("dinner.py")
    flag = Wait.RLOCK if kind == "RLock" else Wait.LOCK
    main, ann, bob, eve = (process.thread(name).begin(0) for name in ("MainThread", "Ann", "Bob", "Eve"))
    fork, knife = (process.thing(name, kind=kind, line=3) for name in ("fork", "knife"))
    ann.hold(2, None, fork, flag=flag, line=7).wait(flag, 5, None, knife, line=9)
    bob.hold(3, None, knife, flag=flag, line=7).wait(flag, 6, None, fork, line=9)
    eve.wait(Wait.SLEEP, 4, None)
    main.add(20, Kind.PROCESS_END)
    return run.store()


def test_a_circle_that_a_third_thread_could_still_undo_is_told_as_no_more_than_it_is() -> None:
    store = circle_beside("Lock")
    (found,) = deadlocks(store)
    facts = deadlock_facts(store, found)
    assert (found.sure, facts["code"]) == (False, "waited-for-each-other")
    assert facts["text"].startswith("At the end of the run they waited for each other: Ann waited at bank.py:9 for ")
    assert facts["text"].endswith("Only another thread could undo that.")


def test_nobody_but_its_holder_can_undo_an_rlock() -> None:
    store = circle_beside("RLock")
    (found,) = deadlocks(store)
    assert (found.sure, deadlock_facts(store, found)["code"]) == (True, "deadlock")


def test_waiting_for_a_thread_that_is_at_work_is_no_deadlock() -> None:
    assert not deadlocks(dinner(opposite=False))


def test_giving_up_after_a_while_is_no_deadlock() -> None:
    assert not deadlocks(dinner(timeout=1_000_000))
    assert not deadlocks(dinner(bob_gives_up=True))


@given(st.permutations(range(5)), st.integers(0, 5))
def test_a_circle_is_found_exactly_when_it_closes(order: list[int], broken: int) -> None:
    """Five diners: each holds one lock and waits for the next one's, in any order; one of them may not wait."""
    run = RunBuilder()
    process = run.process("dinner.py")
    main = process.thread("MainThread").begin(0)
    locks = [process.thing(f"lock {n}", line=n + 1) for n in range(5)]
    diners = {n: process.thread(f"diner {n}").begin(1) for n in range(5)}
    for place, n in enumerate(order):
        diners[n].hold(2 + place, None, locks[n], line=10)
    for place, n in enumerate(order):
        if n != broken:
            diners[n].add(10 + place, Kind.WAIT_BEGIN, Wait.LOCK, locks[(n + 1) % 5], process.site(12))
    main.add(30, Kind.PROCESS_END)
    found = deadlocks(run.store())
    assert len(found) == (1 if broken == 5 else 0)
    if found:
        assert len(found[0].links) == 5
