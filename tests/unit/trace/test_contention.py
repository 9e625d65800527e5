"""What threads queued up for: totals that add up, and who had it meanwhile."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder, trace_from
from visualiser.events import Wait
from visualiser.trace.contention import GIL, contention


def test_a_row_says_how_often_how_long_who_where_and_who_had_it() -> None:
    run = RunBuilder()
    process = run.process()
    ann, bob, cid = (process.thread(name).begin(0) for name in ("ann", "bob", "cid"))
    lock = process.thing("till", line=3)
    ann.hold(0, 4, lock)
    bob.wait(Wait.LOCK, 1, 4, lock, line=20).hold(4, 6, lock)
    cid.wait(Wait.LOCK, 3, None, lock, line=30)
    (row,) = contention(run.store(end=10))
    assert (row.waits, row.unfinished) == (2, 1)
    assert row.total_ns == (3 + 7) * STEP
    assert (row.longest_ns, row.longest_thread, row.longest_start) == (7 * STEP, 2, ORIGIN + 3 * STEP)
    assert row.by == ((2, 7 * STEP), (1, 3 * STEP))
    assert row.held == ((0, 3 * STEP), (1, 2 * STEP))


def test_the_time_before_anybody_waited_is_in_nobodys_way() -> None:
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("ann", "bob"))
    lock = process.thing("till")
    for begin in (0, 100, 200):
        ann.hold(begin, begin + 90, lock)
    bob.wait(Wait.LOCK, 289, 290, lock)
    (row,) = contention(run.store(end=300))
    assert row.held == ((0, STEP),)


def test_waits_for_one_thing_in_two_ways_are_two_rows_and_the_worse_is_first() -> None:
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("ann", "bob"))
    queue = process.thing(kind="Queue")
    ann.wait(Wait.QUEUE_GET, 1, 2, queue)
    bob.wait(Wait.QUEUE_PUT, 1, 5, queue)
    ann.wait(Wait.SLEEP, 3, 9).wait(Wait.THREAD_JOIN, 9, 10, process.thing(kind="Thread"))
    assert [(row.flag, row.held) for row in contention(run.store(end=10))] == [
        (Wait.QUEUE_PUT, None),
        (Wait.QUEUE_GET, None),
    ]


def test_the_gil_has_a_row_of_its_own_in_each_process() -> None:
    rows = contention(trace_from("main RGGR / w1 GRRG // child GG"))
    assert [(row.object, row.process, row.waits, row.total_ns) for row in rows] == [
        (GIL, 0, 3, 4 * STEP),
        (GIL, 1, 1, 2 * STEP),
    ]


Stretch = st.tuples(st.integers(0, 50), st.integers(1, 20))


@settings(max_examples=40, deadline=None)
@given(st.lists(Stretch, min_size=1, max_size=6), st.lists(Stretch, max_size=6))
def test_the_time_held_while_others_waited_is_that_of_counting_step_by_step(
    waits: list[tuple[int, int]], holds: list[tuple[int, int]]
) -> None:
    run = RunBuilder()
    process = run.process()
    holder = process.thread("holder").begin(0)
    lock, taken, t = process.thing("till"), set(), 0
    for gap, length in holds:
        holder.hold(t + gap, t + gap + length, lock)
        taken |= set(range(t + gap, t + gap + length))
        t += gap + length
    wanted: set[int] = set()
    for number, (begin, length) in enumerate(waits):
        process.thread(f"w{number}").begin(0).wait(Wait.LOCK, begin, begin + length, lock)
        wanted |= set(range(begin, begin + length))
    (row,) = contention(run.store(end=500))
    both = len(taken & wanted) * STEP
    assert row.held == (((0, both),) if both else ())
    assert row.total_ns == sum(length for _, length in waits) * STEP
