"""asyncio's tasks, from their records to what each did when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import ORIGIN, STEP, RunBuilder, ThreadBuilder
from visualiser.events import Kind, Rest, Span, Wait
from visualiser.trace import TraceStore, async_tasks, handed_over, long_steps, turns
from visualiser.trace.task_states import TaskState


def task(thread: ThreadBuilder, number: int, *events: tuple[float, int], label: str = "fetch", line: int = 7) -> None:
    thread.add(events[0][0], Kind.TASK_CREATED, 0, thread.process.text(label), thread.process.site(line), number)
    for t, kind in events:
        thread.add(t, kind, 0, 0, 0, number)


def rest(thread: ThreadBuilder, t: float, number: int, how: int, what: str = "", line: int = 0) -> None:
    thread.add(t, Kind.TASK_RESTS, how, thread.process.text(what), thread.process.site(line), number)


def loop() -> TraceStore:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    task(main, 1, (1, Kind.TASK_READY), (2, Kind.TASK_RUNS), (9, Kind.TASK_READY), (10, Kind.TASK_RUNS))
    rest(main, 3, 1, Rest.AWAITS, "sleep", 12)
    rest(main, 11, 1, Rest.RETURNED)
    task(main, 2, (1, Kind.TASK_READY), (3, Kind.TASK_RUNS), label="rude")
    rest(main, 203, 2, Rest.FAILED, "ValueError")
    task(main, 3, (3, Kind.TASK_READY), label="late")
    main.end(300)
    return run.store(end=300)


def test_a_task_is_ready_then_runs_then_awaits_something_somewhere() -> None:
    store = loop()
    fetch = async_tasks(store)[0]
    steps = [
        (int(t - ORIGIN) // STEP, TaskState(state).name) for t, state in zip(fetch.start, fetch.state, strict=True)
    ]
    assert steps == [
        (1, "READY"), (2, "RUNNING"), (3, "AWAITING"), (9, "READY"), (10, "RUNNING")]  # fmt: skip
    assert store.text(int(fetch.what[2])) == "sleep"
    assert store.site(int(fetch.site[2])).line == 12
    assert (fetch.label, fetch.ended, fetch.end_ns) == ("fetch", "returned", ORIGIN + 11 * STEP)


def test_how_each_task_ended_is_told_and_that_one_never_did() -> None:
    assert [(one.label, one.ended) for one in async_tasks(loop())] == [
        ("fetch", "returned"), ("rude", "failed (ValueError)"), ("late", "")]  # fmt: skip


def test_the_step_that_blocks_the_loop_is_found_with_those_that_it_kept_waiting() -> None:
    (found,) = long_steps(loop())
    assert (found.task.label, found.end - found.start, found.others) == ("rude", 200 * STEP, 1)


def test_a_task_that_asks_for_its_next_turn_while_it_runs_is_ready_after_that() -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    task(main, 1, (1, Kind.TASK_READY), (2, Kind.TASK_RUNS), (3, Kind.TASK_READY), (6, Kind.TASK_RUNS))
    rest(main, 4, 1, Rest.AWAITS, "its next turn")
    rest(main, 7, 1, Rest.CANCELLED)
    main.end(9)
    (found,) = async_tasks(run.store(end=9))
    assert [found.total(state) // STEP for state in TaskState] == [3, 3, 0]
    assert found.ended == "cancelled"


@given(st.lists(st.sampled_from("ruaw"), min_size=1, max_size=12))
def test_whatever_was_recorded_the_stretches_of_a_task_leave_no_gap(letters: list[str]) -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    main.add(1, Kind.TASK_CREATED, 0, main.process.text("x"), 0, 1)
    for t, letter in enumerate(letters, 2):
        if letter == "w":
            rest(main, t, 1, Rest.AWAITS, "sleep")
        else:
            main.add(t, Kind.TASK_READY if letter == "a" else Kind.TASK_RUNS, 0, 0, 0, 1)
    main.end(30)
    (found,) = async_tasks(run.store(end=30))
    assert (found.start[1:] == found.end[:-1]).all()
    assert len(found) == 0 or int(found.end[-1]) == ORIGIN + 30 * STEP


def test_a_run_without_tasks_has_none() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).end(5)
    assert async_tasks(run.store(end=5)) == ()


def test_whose_step_a_loop_was_in_is_known_at_every_moment() -> None:
    store = loop()
    tasks, mine = async_tasks(store), turns(store, 0)
    labels = [None if (place := mine.at(ORIGIN + t * STEP)) is None else tasks[place].label for t in (1, 2, 5, 250)]
    assert labels == [None, "fetch", "rude", None]
    assert (mine.start[:-1] <= mine.start[1:]).all()
    assert len(turns(store, 99).start) == 0


def helped(answered: bool = True, worker_span: bool = True) -> TraceStore:
    run = RunBuilder()
    process = run.process()
    main = process.thread().begin(0)
    future = process.thing("open", kind="Future")
    task(main, 1, (1, Kind.TASK_READY), (2, Kind.TASK_RUNS), label="helped")
    main.add(5, Kind.SUBMIT, Wait.FUTURE, future, process.site(5))
    rest(main, 6, 1, Rest.AWAITS, "to_thread", 7)
    worker = process.thread("asyncio_0").begin(4)
    if worker_span:
        worker.span("open", 7, 20, flag=Span.TASK)
    if answered:
        worker.add(20, Kind.NOTIFY, Wait.FUTURE, future)
    worker.end(40)
    main.end(50)
    return run.store(end=50)


def test_what_a_loop_gave_to_another_thread_is_told_with_its_task() -> None:
    (one,) = handed_over(helped())
    assert (one.task, one.thread, one.worker) == (0, 0, 1)
    assert [(t - ORIGIN) // STEP for t in (one.t, one.start, one.end)] == [5, 7, 20]


def test_work_of_which_nobody_recorded_who_did_it_is_not_told() -> None:
    assert handed_over(helped(answered=False)) == ()
    assert handed_over(helped(worker_span=False)) == ()


def test_tasks_that_interleave_are_told_each_by_itself() -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    for number in range(1, 401):
        task(main, number, (number, Kind.TASK_READY), (number + 0.25, Kind.TASK_RUNS))
        rest(main, number + 0.5, number, Rest.AWAITS, "sleep", 4)
    main.rows.sort(key=lambda row: row[-1])
    main.end(500)
    found = async_tasks(run.store(end=500))
    assert len(found) == 400
    assert {tuple(one.state.tolist()) for one in found} == {(0, 1, 2)}
    assert all(one.end_ns is None and one.end[-1] == ORIGIN + 500 * STEP for one in found)
