"""What a recorded run says about its processes: roles, waits, pickles, tasks, ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.test_probe_records import SQUARES, record, spans
from tests.unit.probe.diaries import Process
from visualiser.events import Span, Wait

METHODS = ("fork", "spawn", "forkserver")


def test_the_program_is_called_after_its_file(tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, "pass")
    assert [event.text for event in process.of("PROCESS_BEGIN")] == ["main.py"]


@pytest.mark.parametrize("method", METHODS)
def test_a_pools_worker_has_its_role_in_its_parents_words_too(method: str, tmp_path: Path) -> None:
    processes, _ = record(tmp_path, SQUARES, method)
    told = {event.value: event.text for event in processes[0].of("CHILD_STARTED")}
    assert sorted(name.split(" (")[0] for name in told.values()) == ["Pool worker 1", "Pool worker 2"]
    own = {process.pid: [event.text for event in process.of("PROCESS_NAME")] for process in processes}
    assert all(own[pid] == [name] for pid, name in told.items())


def waits(process: Process, flag: int) -> list[tuple[str, str, int, int]]:
    """Every wait of one kind: the object's type, the line that made it ("" when unknown), the caller's line, result."""
    found, begun = [], {}
    for event in process.of("WAIT_BEGIN", "WAIT_END"):
        if event.kind == "WAIT_BEGIN":
            begun[event.thread] = event
        elif event.flag == flag:
            first = begun.pop(event.thread)
            kind, made, _ = [*event.text.split("\t"), "", "", ""][:3]
            line = process.definitions.get(int(made or 0), (0, ""))[1].split("\t")[0]
            found.append((kind, line, first.line, event.value))
    return found


SHARED = """
    import multiprocessing, sys, time

    def child(lock, event, condition, barrier, value, queue, simple, pipe):
        event.wait()
        with lock: time.sleep(0.01)
        barrier.wait()
        with condition: condition.notify()
        with value.get_lock(): value.value += 1
        queue.put([1, 2])
        simple.put("x" * 1000)
        pipe.send_bytes(b"bytes")
        pipe.recv()

    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[1])
        lock = context.Lock()
        event = context.Event()
        condition = context.Condition()
        barrier = context.Barrier(2)
        value = context.Value("i", 0)
        queue = context.Queue()
        simple = context.SimpleQueue()
        here, there = context.Pipe()
        shared = lock, event, condition, barrier, value, queue, simple, there
        process = context.Process(target=child, args=shared, name="Kid")
        lock.acquire()
        process.start()
        event.set()
        time.sleep(0.1)
        lock.release()
        with condition:
            barrier.wait()
            condition.wait()
        queue.get()
        simple.get()
        here.recv_bytes()
        here.send({"a": 1})
        process.join()
        print(value.value)
    """


@pytest.mark.parametrize("method", METHODS)
def test_what_processes_share_is_known_by_its_line_in_both(method: str, tmp_path: Path) -> None:
    processes, out = record(tmp_path, SHARED, method)
    assert out == "1\n"
    (kid,) = (process for process in processes if "Kid" in [event.text for event in process.of("PROCESS_NAME")])
    program = processes[0]
    assert ("Lock", "16", 5, 1) in waits(kid, Wait.LOCK) or method != "fork"  # may be over before a slow child is there
    assert {wait[:3] for wait in waits(kid, Wait.LOCK)} <= {("Lock", "16", 5)}
    assert [wait[:3] for wait in waits(program, Wait.CONDITION)] == [("Condition", "18", 33)]
    assert {wait[:3] for wait in waits(program, Wait.BARRIER) + waits(kid, Wait.BARRIER)} == {
        ("Barrier", "19", 32),
        ("Barrier", "19", 6),
    }
    assert waits(program, Wait.QUEUE_GET) == [("Queue", "21", 34, 1), ("SimpleQueue", "22", 35, 1)]
    assert waits(program, Wait.CONNECTION_RECV)[-1:] == [("Connection", "23", 36, 1)]
    holds = {(event.text.split("\t")[0], event.line) for event in kid.of("HOLD")}
    assert holds == {("Lock", 5), ("Condition", 7), ("Value", 8)}
    assert len(kid.of("HOLD")) == len(kid.of("RELEASE"))
    assert ("Event", 28) in [(event.text.split("\t")[0], event.line) for event in program.of("NOTIFY")]


@pytest.mark.parametrize("method", METHODS)
def test_pickling_and_unpickling_are_told_with_type_and_size(method: str, tmp_path: Path) -> None:
    processes, _ = record(tmp_path, SHARED, method)
    (kid,) = (process for process in processes if "Kid" in [event.text for event in process.of("PROCESS_NAME")])
    sent = {begin.text: end.value for begin, end in spans(kid, Span.PICKLE)}
    assert set(sent) == {"list", "str"}
    assert 1000 < sent["str"] < 1100
    received = [(end.came, end.value) for _, end in spans(processes[0], Span.UNPICKLE)]
    assert received == [("list", sent["list"]), ("str", sent["str"])]
    handed_over = [begin.text for begin, _ in spans(processes[0], Span.PICKLE)]
    assert handed_over[-1] == "dict"
    assert any("Process" in name for name in handed_over) == (method != "fork")


BLOCK = """
    import multiprocessing, sys
    from multiprocessing import shared_memory

    def child(name):
        block = shared_memory.SharedMemory(name)
        block.buf[0] = 7
        block.close()

    if __name__ == "__main__":
        block = shared_memory.SharedMemory(create=True, size=10_000)
        process = multiprocessing.get_context(sys.argv[1]).Process(target=child, args=(block.name,), name="Kid")
        process.start()
        process.join()
        print(block.buf[0])
        block.close()
        block.unlink()
        try:
            shared_memory.SharedMemory("none of this name")
        except FileNotFoundError:
            print("none")
    """


@pytest.mark.parametrize("method", METHODS)
def test_shared_memory_is_told_of_with_its_name_and_size_by_each_process(method: str, tmp_path: Path) -> None:
    processes, out = record(tmp_path, BLOCK, method)
    assert out == "7\nnone\n"
    (kid,) = (process for process in processes if "Kid" in [event.text for event in process.of("PROCESS_NAME")])
    program = [(begin.text, begin.line, end.came, end.value) for begin, end in spans(processes[0], Span.SHARED_MEMORY)]
    name, size = program[0][2:]
    assert size >= 10_000
    assert program == [
        ("create shared memory", 10, name, size),
        ("unlink shared memory", 16, name, size),
        ("attach shared memory", 18, "", 0),
    ]
    ((begin, end),) = spans(kid, Span.SHARED_MEMORY)
    assert (begin.text, begin.line, end.came, end.value) == ("attach shared memory", 5, name, size)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_starting_an_interpreter_is_told_by_who_starts_it(method: str, tmp_path: Path) -> None:
    """So the time from there to the child's first record is what the interpreter took to begin."""
    processes, _ = record(tmp_path, SQUARES, method)
    begun = {process.pid: process for process in processes}
    launches = [(one.text, end.value, process) for process in processes for one, end in spans(process, Span.LAUNCH)]
    assert launches
    for name, pid, starter in launches:
        assert name.startswith("python")
        is_orphan = max(event.t for event in starter.events) < begun[pid].of("PROCESS_BEGIN")[0].t
        assert begun[pid].parent == starter.pid or is_orphan
    started = {event.value for event in processes[0].of("CHILD_STARTED")}
    assert (started <= {pid for _, pid, _ in launches}) == (method == "spawn")


WORKERS = """
    import multiprocessing, sys
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.pool import ThreadPool

    def square(number): return number * number
    def prepare(): pass

    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[1])
        with ProcessPoolExecutor(1, mp_context=context, initializer=prepare) as executor:
            print(list(executor.map(square, [1, 2])), list(executor.map(square, [3, 4], chunksize=2)))
            print(executor.submit(square, 5).result())
        with context.Pool(1, prepare, maxtasksperchild=2) as pool:
            print(pool.map(square, [1, 2, 3, 4], chunksize=2), list(pool.imap(square, [5])))
            print(list(pool.imap_unordered(square, [6])), pool.apply_async(square, (7,)).get())
            pool.close()
            pool.join()
        with ThreadPool(1) as pool:
            print(pool.map(square, [8, 9]))
    """


@pytest.mark.parametrize("method", METHODS)
def test_workers_of_every_pool_are_named_by_role_and_their_tasks_by_function(method: str, tmp_path: Path) -> None:
    processes, _ = record(tmp_path, WORKERS, method)
    names = {process.pid: process.of("PROCESS_NAME")[-1:] for process in processes}

    def tasks(role: str) -> list[list[str]]:
        mine = [process for process in processes if any(event.text.startswith(role) for event in names[process.pid])]
        assert all([begin.text for begin, _ in spans(process, Span.INITIALIZER)] == ["prepare"] for process in mine)
        return [[begin.text for begin, _ in spans(process, Span.TASK)] for process in mine]

    assert tasks("Executor worker 1") == [["square(1)", "square(2)", "square x2", "square(5)"]]
    by_worker = tasks("Pool worker")
    assert by_worker[:2] == [["square x2", "square x2"], ["square(5)", "square(6)"]]  # each ends after two
    assert by_worker[2] == ["square(7)"]
    program = processes[0]
    (thread,) = (event.thread for event in program.of("THREAD_NAME") if event.text == "ThreadPool worker 1")
    begun = [begin for begin, _ in spans(program, Span.TASK)]
    assert [(event.text, event.thread) for event in begun] == [("square(8)", thread), ("square(9)", thread)]
