"""Who lived when, who started whom, and how each ended."""

from __future__ import annotations

from tests.support import ORIGIN, STEP, RunBuilder
from visualiser.events import StartMethod
from visualiser.trace import Kind, TraceStore


def at(steps: float) -> int:
    return ORIGIN + round(steps * STEP)


def family(run: RunBuilder, *, child_pid: int = 200, parent_of_child: int = 100) -> None:
    """A main process that starts a child."""
    main = run.process("MainProcess", pid=100).thread("MainThread").begin(0)
    main.started_process(2.1, child_pid, "worker", StartMethod.FORKSERVER)
    run.process("", pid=child_pid, parent_pid=parent_of_child, start=2).thread("MainThread").begin(2.2)


def observed(run: RunBuilder, *exits: tuple[float, int, int], memory: tuple[tuple[float, int, int], ...] = ()) -> None:
    """The observer's diary: (t, pid, wait status), (t, pid, KiB)."""
    observer = run.process("observer", pid=50, role="observer").thread("observer")
    for t, pid, status in exits:
        observer.add(t, Kind.EXITED, 0, pid, 0, status)
    for t, pid, size in memory:
        observer.add(t, Kind.MEMORY, 0, pid, 0, size)


def test_the_parent_is_who_recorded_the_start_not_the_forkserver() -> None:
    run = RunBuilder()
    run.process("forkserver", pid=150, parent_pid=100).thread().begin(0)
    family(run, parent_of_child=150)
    store = run.store(end=9)
    child = next(process for process in store.processes if process.pid == 200)
    assert store.processes[child.parent if child.parent is not None else -1].pid == 100
    assert (child.name, child.method) == ("worker", "forkserver")


def test_without_a_recorded_start_the_parent_is_the_one_the_child_names() -> None:
    run = RunBuilder()
    run.process(pid=100).thread().begin(0)
    run.process(pid=200, parent_pid=100, start=1, method="fork").thread().begin(1)
    child = run.store(end=3).processes[1]
    assert (child.parent, child.method) == (0, "fork")


def test_the_observer_is_no_process_of_the_program() -> None:
    run = RunBuilder()
    run.process(pid=100, parent_pid=50).thread().begin(0)
    observed(run, memory=((1, 100, 2048),))
    store = run.store(end=3)
    assert [process.pid for process in store.processes] == [100]
    assert len(store.threads) == 1
    assert store.processes[0].parent is None


def test_a_process_that_is_not_said_to_have_ended_has_no_end() -> None:
    run = RunBuilder()
    run.process().thread().begin(0)
    process = run.store(end=5).processes[0]
    assert (process.end_ns, process.exit_code, process.signal, process.ended_how) == (None, None, None, "")


def test_a_process_that_ends_itself_tells_when_and_with_which_code() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).add(4, Kind.PROCESS_END, 0, 0, 0, 3)
    process = run.store(end=5).processes[0]
    assert (process.end_ns, process.exit_code, process.ended_how) == (at(4), 3, "exit code 3")


def test_an_exit_code_the_process_does_not_know_is_learned_from_who_waited_for_it() -> None:
    run = RunBuilder()
    run.process(pid=100).thread().begin(0).add(4, Kind.PROCESS_END, 1)
    assert run.store(end=5).processes[0].exit_code is None
    observed(run, (4.5, 100, 7 << 8))
    process = run.store(end=5).processes[0]
    assert (process.end_ns, process.exit_code, process.ended_how) == (at(4), 7, "exit code 7")


def test_a_killed_process_ends_when_somebody_saw_it_and_its_threads_with_it() -> None:
    run = RunBuilder()
    family(run)
    run.processes[0].threads[0].saw_process_end(6, 200, -9)
    observed(run, (5, 200, 9))
    store = run.store(end=9)
    child = store.processes[1]
    assert (child.end_ns, child.exit_code, child.signal, child.ended_how) == (at(5), None, 9, "killed (SIGKILL)")
    thread = store.threads[child.threads[0]]
    assert (thread.end_ns, thread.ended_by) == (at(5), "killed (SIGKILL)")
    assert store.states(thread.index).end[-1] == at(5)


def test_the_parents_word_is_enough_to_know_of_a_death() -> None:
    run = RunBuilder()
    family(run)
    run.processes[0].threads[0].saw_process_end(6, 200, -15)
    child = run.store(end=9).processes[1]
    assert (child.end_ns, child.signal, child.ended_how) == (at(6), 15, "killed (SIGTERM)")


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    run = RunBuilder()
    family(run)
    run.processes[0].threads[0].saw_process_end(6, 200, -99)
    assert run.store(end=9).processes[1].ended_how == "killed (signal 99)"


def test_how_the_program_ended_is_learned_from_the_run_when_nobody_else_told() -> None:
    run = RunBuilder()
    run.process().thread().begin(0)
    store = run.store(end=5)
    store.finish(type(store.info)(origin_ns=ORIGIN, end_ns=at(5), signal=9))
    assert store.processes[0].ended_how == "killed (SIGKILL)"


def test_a_pid_used_twice_belongs_to_each_in_its_time() -> None:
    run = RunBuilder()
    main = run.process(pid=100).thread().begin(0)
    for start, end, code in ((1, 3, 1), (5, 7, 2)):
        main.started_process(start + 0.1, 200, f"worker-{code}")
        run.process("", pid=200, parent_pid=100, start=start).thread().begin(start)
        main.saw_process_end(end, 200, code)
    observed(run, memory=((2, 200, 10), (6, 200, 20), (6.5, 200, 30)))
    first, second = run.store(end=9).processes[1:]
    assert (first.name, first.end_ns, first.exit_code) == ("worker-1", at(3), 1)
    assert (second.name, second.end_ns, second.exit_code) == ("worker-2", at(7), 2)
    assert first.memory.rss.tolist() == [10 << 10]
    assert (second.memory.rss.tolist(), second.memory.t.tolist()) == ([20 << 10, 30 << 10], [at(6), at(6.5)])


def test_a_thread_still_alive_when_its_process_ended_says_so() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).end(4).add(4, Kind.PROCESS_END)
    process.thread("background").begin(1)
    main, background = run.store(end=5).threads
    assert (main.end_ns, main.ended_by) == (at(4), "")
    assert (background.end_ns, background.ended_by) == (at(4), "still alive at exit")


def test_a_thread_ended_by_an_exception_names_it() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0)
    process.thread("fragile").begin(1).end(2, "ZeroDivisionError")
    assert run.store(end=5).threads[1].ended_by == "exception ZeroDivisionError"


def test_names_come_from_the_thread_itself_or_from_who_started_or_renamed_it() -> None:
    run = RunBuilder()
    process = run.process()
    main = process.thread().begin(0)
    silent = process.thread("", tid=501).begin(2)
    renamed = process.thread("old", tid=502).begin(2)
    main.started_thread(1.9, silent.tid, "told by main")
    main.add(3, Kind.THREAD_NAME, 0, process.text("new"), 0, renamed.tid)
    assert [thread.name for thread in run.store(end=5).threads] == ["MainThread", "told by main", "new"]


def test_arrows_lead_from_starters_to_the_started_and_from_the_joined_to_the_joiner() -> None:
    run = RunBuilder()
    family(run)
    main = run.processes[0].threads[0]
    run.processes[0].thread("helper", tid=101).begin(1).end(4)
    main.started_thread(0.9, 101, "helper").add(4.2, Kind.THREAD_JOINED, 0, 0, 0, 101)
    store = run.store(end=9)
    arrows = store.arrows()
    assert arrows.kind.tolist() == [Kind.THREAD_STARTED, Kind.CHILD_STARTED, Kind.THREAD_JOINED]
    assert arrows.t.tolist() == [at(0.9), at(2.1), at(4.2)]
    assert arrows.child_t.tolist() == [at(1), at(2), at(4)]
    assert arrows.child_process.tolist() == [0, 1, 0]
    assert [store.threads[one].name for one in arrows.child_thread.tolist()] == ["helper", "MainThread", "helper"]
    assert store.threads[1].starter == 0


def test_a_thread_that_went_on_after_its_process_said_to_end_is_not_cut() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).add(4, Kind.PROCESS_END).mark(5, "from a finaliser")
    store: TraceStore = run.store(end=9)
    assert store.processes[0].end_ns == at(5)
    assert store.threads[0].end_ns == at(5)
