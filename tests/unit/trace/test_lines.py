"""Lines and values: where each thread was, for how long in which state, and what names were worth."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, ProcessBuilder, RunBuilder, ThreadBuilder
from visualiser.events import Kind, Scope, Wait
from visualiser.trace import (
    LEFT,
    EventBatch,
    State,
    TraceStore,
    changes,
    has_lines,
    line_times,
    lines_of,
    visits,
    worth_at,
)

FILE = "/home/ada/bank.py"


def at(t: float) -> int:
    return ORIGIN + round(t * STEP)


def line(thread: ThreadBuilder, t: float, number: int, *, left: bool = False, function: str = "work") -> None:
    thread.add(t, Kind.LINE, LEFT if left else 0, 0, thread.process.site(number, function))


def value(thread: ThreadBuilder, t: float, name: str, text: str, scope: int, function: str = "work") -> None:
    process = thread.process
    thread.add(t, Kind.VALUE, scope, process.text(name), process.site(1, function), process.text(text))


def two_lines() -> TraceStore:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    line(main, 1, 5)
    line(main, 2, 6)
    main.wait(Wait.SLEEP, 3, 7)
    line(main, 8, 5)
    line(main, 9, 5, left=True)
    main.end(10)
    return run.store(end=10)


def test_the_line_of_a_moment_is_the_latest_one_begun() -> None:
    store = two_lines()
    lines = lines_of(store, 0)
    assert [store.site(int(lines.site[lines.at(at(t))])).line for t in (1, 1.5, 2, 7.9, 8)] == [5, 5, 6, 6, 5]
    assert lines.at(at(0.5)) == -1
    assert lines.flag.tolist() == [0, 0, 0, LEFT]


def test_a_lines_time_is_told_by_state() -> None:
    store = two_lines()
    spent = {store.site(site).line: row for site, row in line_times(store, 0).items()}
    assert spent[6][State.SLEEP] == 4 * STEP
    assert spent[6].sum() == 6 * STEP
    assert spent[5].sum() == 3 * STEP


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), min_size=1, max_size=20), st.integers(0, 150))
def test_the_times_of_all_lines_make_up_the_time_since_the_first(steps: list[tuple[int, int]], wait: int) -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    t = 1
    for length, number in steps:
        line(main, t, number)
        t += length
    main.wait(Wait.SLEEP, min(wait, t), t + 1).end(t + 2)
    store = run.store(end=t + 2)
    assert sum(int(row.sum()) for row in line_times(store, 0).values()) == (t + 1) * STEP


def test_where_a_line_ran_is_found_in_all_threads_in_order() -> None:
    run = RunBuilder()
    process = run.process()
    for number in range(2):
        thread = process.thread(f"w{number}").begin(0)
        line(thread, 1 + number, 5)
        line(thread, 5 - number, 5)
        line(thread, 6, 5, left=True)
        thread.end(9)
    t, who = visits(run.store(end=9), FILE, 5)
    assert t.tolist() == [at(1), at(2), at(4), at(5)]
    assert who.tolist() == [0, 1, 1, 0]


def test_two_processes_have_a_value_each_of_the_same_global() -> None:
    run = RunBuilder()
    parent, child = run.process("main"), run.process("child", parent_pid=100)
    for process, text in ((parent, "['apple']"), (child, "['pear']")):
        thread = process.thread().begin(0)
        value(thread, 1, "basket", "[]", Scope.GLOBAL)
        value(thread, 5, "basket", text, Scope.GLOBAL)
        thread.end(9)
    store = run.store(end=9)
    assert [(one.process, one.text) for one in worth_at(store, at(2))] == [(0, "[]"), (1, "[]")]
    assert [(one.process, one.text, one.before) for one in worth_at(store, at(6))] == [
        (0, "['apple']", "[]"), (1, "['pear']", "[]")]  # fmt: skip
    assert worth_at(store, at(0.5)) == ()


def lost_update(process: ProcessBuilder) -> None:
    one, other = (process.thread(name).begin(0) for name in ("one", "other"))
    for t, thread, text in ((1, one, "0"), (4, one, "1"), (5, other, "1")):
        if thread is one or t == 5:
            value(thread, t, "counter", text, Scope.GLOBAL)
    value(one, 2, "read", "0", Scope.LOCAL)
    value(other, 3, "read", "0", Scope.LOCAL)
    line(one, 6, 9, left=True)
    for thread in (one, other):
        thread.end(9)


def test_a_lost_update_is_seen_being_lost() -> None:
    run = RunBuilder()
    lost_update(run.process())
    store = run.store(end=9)
    both = [(one.name, one.thread, one.text) for one in worth_at(store, at(3.5))]
    assert both == [("counter", 0, "0"), ("read", 0, "0"), ("read", 1, "0")]
    assert [one.text for one in changes(store, "counter")] == ["0", "1", "1"]


def test_a_local_is_gone_when_its_function_is_left() -> None:
    run = RunBuilder()
    lost_update(run.process())
    store = run.store(end=9)
    assert [one.thread for one in worth_at(store, at(7)) if one.is_local] == [1]


def test_lines_are_told_as_they_come_in() -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    store = TraceStore()
    store.extend(run.batch())
    assert not has_lines(store)
    for number in range(3):
        main.rows.clear()
        line(main, 1 + number, 5)
        store.extend(EventBatch(chunks=(main.chunk(),), definitions=tuple(main.process.definitions[:9])))
        assert len(lines_of(store, 0)) == number + 1
    assert has_lines(store)


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=8))
def test_numbers_that_a_record_holds_are_told_as_they_were(numbers: list[int]) -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    for t, number in enumerate(numbers, 1):
        main.add(t, Kind.VALUE, Scope.GLOBAL | Scope.NUMBER, main.process.text("n"), main.process.site(1), number)
    main.end(20)
    assert [one.text for one in changes(run.store(end=20), "n")] == [str(number) for number in numbers]
