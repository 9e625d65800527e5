"""Processes and threads that wrote nothing themselves, and are known from others."""

from __future__ import annotations

import numpy as np

from tests.support import ORIGIN, STEP, RunBuilder, check_stats
from tests.support.seen import looks, named, switches
from visualiser.events import StartMethod
from visualiser.events.blocks import Seen
from visualiser.trace import RECORD_DTYPE, Block, Chunk, EventBatch, Kind, ProcessHeader, RunInfo, TraceStore, stats

EXACT = {"switches": "exact", "gil": "sampled", "reasons": "sampled", "calls": "recorded", "why": {}}


def parent() -> RunBuilder:
    """A process 100 that lives for 9 steps."""
    run = RunBuilder()
    run.process().thread("MainThread").begin(0).started_process(2, 300, "Process-1", StartMethod.SPAWN).end(9)
    return run


def store_of(run: RunBuilder, *blocks: Block, end: float = 10) -> TraceStore:
    store = TraceStore(RunInfo(origin_ns=ORIGIN, sources=EXACT))
    store.extend(run.batch())
    store.extend(EventBatch(blocks=blocks))
    store.finish(RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + round(end * STEP), sources=EXACT))
    return store


def step(t: int | None) -> float | None:
    return None if t is None else (t - ORIGIN) / STEP


def test_a_child_that_was_killed_before_it_wrote_is_a_process_with_its_end() -> None:
    run = parent()
    run.processes[0].threads[0].saw_process_end(4, 300, -9)
    child = store_of(run).processes[1]
    assert (child.pid, child.parent, child.name, step(child.start_ns), step(child.end_ns)) == (
        300,
        0,
        "Process-1",
        2,
        4,
    )
    assert child.ended_how == "killed (SIGKILL)"
    assert child.note == "no record of its own: killed (SIGKILL) before it began one"


def test_what_nobody_saw_of_a_stranger_is_unknown() -> None:
    store = store_of(parent())
    (thread,) = store.processes[1].threads
    assert [one["states_ns"]["unknown"] for one in stats(store)["processes"][1]["threads"]] == [8 * STEP]
    assert (store.on_cpu_ns(thread), store.records(thread).tolist(), len(store.holds(thread))) == (None, [], 0)
    check_stats(stats(store))


def test_the_kernel_tells_of_a_program_that_is_not_python() -> None:
    blocks = (
        switches("RRRRRRRRR", 100, 100),
        switches("RR..R", 500, 500, cpu=1, begin=3, parent=(100, 100)),
        named(3.5, 500, 500, "gcc"),
    )
    run = RunBuilder()
    run.process().thread("MainThread").begin(0).end(9)
    store = store_of(run, *blocks)
    child = store.processes[1]
    assert (child.name, child.parent, step(child.start_ns), step(child.end_ns)) == ("gcc", 0, 2.9, 8)
    assert child.note.startswith("no record of its own: no Python program")
    (main,) = child.threads
    assert (store.on_cpu_ns(main), store.threads[main].starter) == (3 * STEP, 0)
    assert store.arrows().child_process.tolist() == [1]


def test_a_thread_that_only_the_kernel_saw_has_a_lane() -> None:
    blocks = (
        switches("RRRRRRRRR", 100, 100),
        switches("R..R", 100, 107, cpu=1, begin=2, parent=(100, 100)),
        named(2.5, 100, 107, "QThread"),
    )
    run = RunBuilder()
    run.process().thread("MainThread").begin(0).end(9)
    thread = store_of(run, *blocks).threads[1]
    assert (thread.name, thread.process, thread.starter, thread.ended_by) == ("QThread", 0, 0, "")
    assert (step(thread.start_ns), step(thread.end_ns)) == (1.9, 6)
    assert thread.note == "no record of its own: not started through threading"


def test_a_thread_that_had_no_room_for_a_record_is_not_said_to_be_started_by_somebody_else() -> None:
    run = RunBuilder()
    run.process().thread("MainThread").begin(0).started_thread(2, 107, "worker").end(9)
    blocks = switches("RRRRRRRRR", 100, 100), switches("R..R", 100, 107, cpu=1, begin=2, parent=(100, 100))
    thread = store_of(run, *blocks).threads[1]
    assert (thread.name, thread.starter) == ("worker", 0)
    assert thread.note.startswith("no record of its own: it could write none (the run's limit was reached")


def test_a_thread_that_was_only_looked_at_ends_where_it_was_seen_last() -> None:
    run = RunBuilder()
    run.process().thread("MainThread").begin(0).add(900, Kind.PROCESS_END).end(900)
    thread = store_of(run, looks(100, *((t, 107, Seen.IO) for t in range(10, 60))), end=900).threads[1]
    assert (step(thread.start_ns), step(thread.end_ns)) == (10, 59)


def test_a_thread_that_nobody_announced_ended_where_it_was_seen_last_and_not_at_exit() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread("MainThread").begin(0).add(900, Kind.PROCESS_END).end(900)
    process.thread("Dummy-1", tid=107).begin(10)
    process.thread("daemon", tid=108).begin(10)
    seen = [looks(100, *((t, tid, Seen.IO) for t in range(10, end))) for tid, end in ((107, 60), (108, 899))]
    _, ended, daemon = store_of(run, *seen, end=900).threads
    assert (step(ended.end_ns), ended.ended_by) == (59, "")
    assert (step(daemon.end_ns), daemon.ended_by) == (900, "still alive at exit")


def test_nobody_is_a_stranger_who_may_still_write() -> None:
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(parent().batch())
    assert len(store.processes) == 1


def test_who_writes_after_all_keeps_the_place_of_the_stranger() -> None:
    run = parent()
    run.processes[0].threads[0].mark(5000, "much later")
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    assert store.processes[1].note
    late = RunBuilder()
    late.process()
    child = late.process("late", pid=300, parent_pid=100, start=6000, role="child")
    child.thread("Main").begin(6000).mark(6001, "here")
    batch = late.batch()
    store.extend(EventBatch(batch.headers[1:], batch.chunks, batch.definitions))
    assert [(one.pid, one.name, one.note) for one in store.processes] == [
        (100, "MainProcess", ""),
        (300, "late", ""),
    ]
    (main,) = store.processes[1].threads
    assert (store.threads[main].name, store.threads[main].note, len(store.marks(main))) == ("Main", "", 1)


def test_another_process_with_the_number_of_a_stranger_that_ended_is_not_the_stranger() -> None:
    run = parent()
    run.processes[0].threads[0].saw_process_end(4, 300, 0).mark(5000, "much later")
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    late = RunBuilder()
    late.process()
    child = late.process("late", pid=300, parent_pid=100, start=6000, role="child")
    child.thread("Main").begin(6000)
    batch = late.batch()
    store.extend(EventBatch(batch.headers[1:], batch.chunks, batch.definitions))
    assert [one.pid for one in store.processes] == [100, 300, 300]
    assert [bool(one.note) for one in store.processes] == [False, True, False]


def test_a_program_that_could_write_nothing_is_shown_and_says_so() -> None:
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    exited = np.array([(Kind.EXITED, 0, 4711, 0, 3 << 8, ORIGIN + 7 * STEP)], RECORD_DTYPE)
    header = ProcessHeader(0, 99, 1, ORIGIN, {"role": "observer"})
    store.extend(EventBatch((header,), (Chunk(0, 1, 99, 99, exited),)))
    store.finish(RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + 8 * STEP, exit_code=3))
    (program,) = store.processes
    assert (program.pid, program.ended_how, step(program.start_ns), step(program.end_ns)) == (4711, "exit code 3", 0, 7)
    assert "could write none" in program.note
