"""What a watched program's diaries say is what happened: real programs, run and read back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.probe.diaries import Event, Process, read_run
from visualiser.events import Span, StartMethod, Stream, Wait
from visualiser.probe.__main__ import environment

PYTHON = os.environ.get("INTERLEAVE_TEST_PYTHON", sys.executable)

TWO_THREADS = """
    import threading

    def count(name):
        for number in range(1, 6):
            print(name, number)

    first = threading.Thread(target=count, args=("A",), name="first")
    second = threading.Thread(target=count, args=("B",), name="second")
    first.start()
    second.start()
    first.join()
    second.join()
    """

SQUARES = """
    import multiprocessing, sys

    def square(number):
        return number * number

    if __name__ == "__main__":
        multiprocessing.set_start_method(sys.argv[1])
        with multiprocessing.Pool(2) as pool:
            print(pool.map(square, [1, 2, 3, 4, 5]))
            pool.close()
            pool.join()
    """


def record(folder: Path, program: str, *args: str, limit: int | None = None) -> tuple[list[Process], str]:
    """The diaries of one run of `program` as main.py in `folder`, and what it printed."""
    (folder / "main.py").write_text(dedent(program).lstrip("\n"))
    env = environment({**os.environ, "INTERLEAVE_RUN": str(folder)})
    env.pop("PYTHONUNBUFFERED", None)  # print would really write in pieces
    if limit is not None:
        env["INTERLEAVE_LIMIT"] = str(limit)
    done = subprocess.run(
        [PYTHON, "main.py", *args], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return read_run(folder), done.stdout


def spans(process: Process, kind: int) -> list[tuple[Event, Event]]:
    """Pairs of begin and end of one kind of span, checked to nest properly in their thread."""
    open_spans: dict[int, list[Event]] = {}
    found = []
    for event in process.of("SPAN_BEGIN", "SPAN_END"):
        stack = open_spans.setdefault(event.thread, [])
        if event.kind == "SPAN_BEGIN":
            stack.append(event)
        else:
            begun = stack.pop()
            assert (begun.flag, begun.text) == (event.flag, event.text)
            if event.flag == kind:
                found.append((begun, event))
    return found


def test_two_threads_are_named_begun_ended_and_joined(tmp_path: Path) -> None:
    (process,), out = record(tmp_path, TWO_THREADS)
    assert out.count("A") == out.count("B") == 5
    assert process.info["role"] == "program"
    assert process.thread_names() == ["MainThread", "first", "second"]
    assert [event.line for event in process.of("THREAD_STARTED")] == [9, 10]
    tids = [event.value for event in process.of("THREAD_BEGIN")][1:]
    assert [event.value for event in process.of("THREAD_STARTED")] == tids
    assert [event.value for event in process.of("THREAD_JOINED")] == tids
    assert len(process.of("THREAD_END")) == 3
    joins = [event for event in process.of("WAIT_BEGIN", "WAIT_END") if event.flag == Wait.THREAD_JOIN]
    assert [event.kind for event in joins] == ["WAIT_BEGIN", "WAIT_END"] * 2
    assert [event.text.split("\t")[2] for event in joins] == ["first", "first", "second", "second"]


def test_each_line_printed_is_tied_to_its_thread_and_source_line(tmp_path: Path) -> None:
    (process,), out = record(tmp_path, TWO_THREADS)
    printed = process.of("OUTPUT")
    assert sorted(event.text for event in printed) == sorted(out.splitlines(keepends=True))
    for name, thread in (("A", 2), ("B", 3)):
        mine = [event for event in printed if event.thread == thread]
        assert [event.text for event in mine] == [f"{name} {number}\n" for number in range(1, 6)]
        assert {event.line for event in mine} == {5}
        assert {event.flag for event in mine} == {Stream.STDOUT}


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pools_workers_are_processes_with_tasks(method: str, tmp_path: Path) -> None:
    processes, out = record(tmp_path, SQUARES, method)
    assert out == "[1, 4, 9, 16, 25]\n"
    program = processes[0]
    names = {process.pid: [event.text for event in process.of("PROCESS_NAME")] for process in processes}
    workers = [process for process in processes if any("Pool worker" in name for name in names[process.pid])]
    assert len(workers) == 2
    assert {process.info["method"] for process in workers} == {method}
    started = program.of("CHILD_STARTED")
    assert {event.value for event in started} == {process.pid for process in workers}
    wanted = {"fork": StartMethod.FORK, "spawn": StartMethod.SPAWN, "forkserver": StartMethod.FORKSERVER}[method]
    assert {event.flag for event in started} == {wanted}
    assert {event.value: event.a for event in program.of("CHILD_ENDED")} == {process.pid: 0 for process in workers}
    tasks = [begin.text for process in workers for begin, _ in spans(process, Span.TASK)]
    assert sorted(tasks) == [f"square({number})" for number in range(1, 6)]
    assert all(len(spans(process, Span.IMPORT_MAIN)) == (method != "fork") for process in workers)
    assert len(spans(program, Span.POOL_START)) == 1
    assert len(spans(program, Span.PROCESS_START)) == 2
    waits = [event for event in program.of("WAIT_BEGIN", "WAIT_END") if event.thread == 1]
    assert [event.kind for event in waits] == ["WAIT_BEGIN", "WAIT_END"] * (len(waits) // 2)  # none inside another
    assert {Wait.POOL_RESULT, Wait.POOL_JOIN} <= {event.flag for event in waits}
    helpers = {"fork": set(), "spawn": {"resource tracker"}, "forkserver": {"resource tracker", "forkserver"}}[method]
    assert {name for found in names.values() for name in found if "orker-" not in name} == helpers


def test_a_process_says_its_name_and_exit_code(tmp_path: Path) -> None:
    (program, child), _ = record(
        tmp_path,
        """
        import multiprocessing, sys
        process = multiprocessing.get_context("fork").Process(target=sys.exit, args=(3,), name="Kid")
        process.start()
        process.join()
        """,
    )
    assert [event.text for event in child.of("PROCESS_NAME")] == ["Kid"]
    assert [event.value for event in child.of("PROCESS_END")] == [3]
    assert [(event.value, event.a) for event in program.of("CHILD_ENDED")] == [(child.pid, 3)]
    assert [event.flag for event in program.of("WAIT_BEGIN")] == [Wait.PROCESS_JOIN]
    assert program.of("CHILD_STARTED")[0].line == 3


def test_threads_that_run_at_once_lose_nothing_and_mix_up_nothing(tmp_path: Path) -> None:
    """Each name is written down anew, as none comes twice; where there is no GIL, threads really do so at once."""
    (process,), _ = record(
        tmp_path,
        """
        import threading
        from visualiser import probe
        start = threading.Barrier(4)
        def work(name):
            start.wait()
            for number in range(3000):
                probe.mark(f"this is one of thread {name}: {number}")
        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
    )
    marks = process.of("MARK")
    by_thread = {event.thread: [one.text for one in marks if one.thread == event.thread] for event in marks}
    wanted = [[f"this is one of thread {name}: {number}" for number in range(3000)] for name in range(4)]
    assert sorted(by_thread.values()) == wanted
    assert process.lost == 0


def test_interpreters_of_one_process_are_one_process(tmp_path: Path) -> None:
    """They run in threads of it; a diary of each would be a process that there is not."""
    processes, out = record(
        tmp_path,
        """
        import threading
        try:
            import _interpreters as module
        except ImportError:
            import _xxsubinterpreters as module
        def work():
            made = module.create()
            module.run_string(made, "print('inside', flush=True)")
            module.destroy(made)
        thread = threading.Thread(target=work, name="within")
        thread.start()
        thread.join()
        work()
        """,
    )
    assert out == "inside\n" * 2
    (process,) = processes
    assert process.thread_names() == ["MainThread", "within"]


def test_a_killed_worker_leaves_what_it_recorded(tmp_path: Path) -> None:
    processes, _ = record(
        tmp_path,
        """
        import multiprocessing, os, signal

        def die(pipe):
            print("last words", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        process = multiprocessing.get_context("fork").Process(target=die, args=(1,))
        process.start()
        process.join()
        """,
    )
    program, child = processes
    assert [event.text for event in child.of("OUTPUT")] == ["last words\n"]
    assert child.of("PROCESS_END") == []
    assert [event.a for event in program.of("CHILD_ENDED")] == [-signal.SIGKILL & 0xFFFFFFFF]


LOCKED = """
    import threading, time
    lock = threading.{kind}()
    inside = threading.Event()

    def hold():
        with lock:
            inside.set()
            time.sleep(0.05)

    def want():
        inside.wait()
        lock.acquire()
        lock.release()

    threads = [threading.Thread(target=work) for work in (hold, want)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    """


@pytest.mark.parametrize(("kind", "flag"), [("Lock", Wait.LOCK), ("RLock", Wait.RLOCK)])
def test_two_threads_wanting_one_lock_wait_hold_and_release_in_order(kind: str, flag: int, tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, LOCKED.format(kind=kind))
    told = [event for event in process.events if event.flag == flag and event.kind[:4] in ("WAIT", "HOLD", "RELE")]
    story = [(event.thread, event.kind, event.line) for event in told]
    assert story == [
        (2, "HOLD", 6),
        (3, "WAIT_BEGIN", 12),
        (2, "RELEASE", story[2][2]),
        (3, "WAIT_END", 0),
        (3, "HOLD", 12),
        (3, "RELEASE", 13),
    ]
    assert len({event.a for event in told}) == 1
    made_as, made_at, _ = told[0].text.split("\t")
    assert made_as == kind
    assert process.definitions[int(made_at)][1].split("\t")[0] == "2"


def test_a_lock_waited_for_in_vain_says_so(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import threading
        lock = threading.Lock()
        lock.acquire()
        assert not lock.acquire(timeout=0.01)
        assert not lock.acquire(blocking=False)
        """,
    )
    begin, end = (event for event in process.events if event.kind.startswith("WAIT"))
    assert (begin.value, end.value) == (10_000, 0)
    assert len(process.of("HOLD")) == 1


def test_a_sleep_lasts_from_its_begin_to_its_end(tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, "import time\ntime.sleep(0.02)\n")
    begin, end = (event for event in process.events if event.kind.startswith("WAIT"))
    assert (begin.flag, begin.value, begin.line) == (Wait.SLEEP, 20_000, 2)
    assert end.t - begin.t >= 20_000_000


def test_an_exception_that_ends_a_thread_is_named(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import sys, threading
        threading.excepthook = lambda args: None
        def fail(): raise LookupError("x")
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        """,
    )
    ends = {event.thread: (event.flag, event.text) for event in process.of("THREAD_END")}
    assert ends == {1: (0, ""), 2: (1, "LookupError")}


def test_threads_nobody_announced_and_renamed_threads_are_seen(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import _thread, threading
        done = threading.Lock()
        done.acquire()
        def raw():
            print("raw")
            done.release()
        _thread.start_new_thread(raw, ())
        done.acquire()
        threading.current_thread().name = "captain"
        """,
    )
    assert process.thread_names() == ["MainThread", ""]
    assert [(event.text, event.value, event.thread) for event in process.of("THREAD_NAME")] == [("captain", 0, 1)]


def needs_qt() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells what a thread is called")
    if subprocess.run([PYTHON, "-c", "import PySide6.QtCore"], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("this Python has no Qt")


def test_a_thread_of_qt_is_one_thread_however_often_it_comes_to_python(tmp_path: Path) -> None:
    needs_qt()
    (process,), _ = record(
        tmp_path,
        """
        import threading
        from PySide6.QtCore import QCoreApplication, QMetaObject, QObject, Qt, QThread, Signal, Slot
        class Worker(QObject):
            asked = Signal(int)
            @Slot(int)
            def work(self, number):
                print(number)
                if number == 4:
                    threading.current_thread()
                    # queued: it waits for exec, should that come later
                    QMetaObject.invokeMethod(app, "quit", Qt.ConnectionType.QueuedConnection)
        app = QCoreApplication([])
        thread, worker = QThread(objectName="renderer"), Worker()
        worker.moveToThread(thread)
        worker.asked.connect(worker.work)
        thread.start()
        for number in range(5): worker.asked.emit(number)
        app.exec()
        thread.quit()
        thread.wait()
        """,
    )
    assert process.thread_names() == ["MainThread", "renderer"]
    assert [event.thread for event in process.of("OUTPUT")] == [2] * 5


def test_a_thread_that_qt_starts_has_the_name_that_qt_gave_it(tmp_path: Path) -> None:
    needs_qt()
    (process,), _ = record(
        tmp_path,
        """
        import threading
        from PySide6.QtCore import QThread
        class Loader(QThread):
            def run(self):
                print("loads")
        class Player(QThread):
            def run(self):
                threading.current_thread()
        threads = Loader(objectName="page loader"), Player()
        for thread in threads:
            thread.start()
            thread.wait()
        """,
    )
    assert process.thread_names() == ["MainThread", "page loader", "Player"]


def test_a_programs_own_marks_and_spans_are_recorded_without_an_installation(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        from visualiser import probe
        work = probe.span("load")
        try:
            with work:
                probe.mark("here")
                with work, probe.span("inner"):
                    raise ValueError
        except ValueError:
            pass
        """,
    )
    assert [(begin.text, begin.line) for begin, _ in spans(process, Span.USER)] == [
        ("inner", 6),
        ("load", 6),
        ("load", 4),
    ]
    assert [(event.text, event.line) for event in process.of("MARK")] == [("here", 5)]


def test_marks_of_an_installed_package_find_the_recorder(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    program = f"import sys; sys.path.insert(0, {root!r})\nfrom visualiser import probe\nprobe.mark(probe.__file__)\n"
    (process,), _ = record(tmp_path, program)
    assert [event.text for event in process.of("MARK")] == [os.path.join(root, "visualiser", "probe", "__init__.py")]


def test_marks_do_nothing_when_not_recorded() -> None:
    program = (
        "import sys; from visualiser import probe\n"
        "with probe.span('x'): probe.mark('y')\n"
        "print([name for name in sys.modules if 'visualiser' in name or 'interleave' in name])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([PYTHON, "-c", program], cwd=root, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "['visualiser', 'visualiser.probe']\n"


def test_a_fork_among_many_threads_gives_the_child_a_diary_of_its_own(tmp_path: Path) -> None:
    processes, _ = record(
        tmp_path,
        """
        import os, threading, warnings
        warnings.simplefilter("ignore")
        lock, stop = threading.Lock(), threading.Event()
        def work():
            while not stop.is_set():
                with lock: pass
        threads = [threading.Thread(target=work, name=f"worker {n}") for n in range(8)]
        for thread in threads: thread.start()
        for _ in range(5):
            with lock:
                child = os.fork()
            if not child:
                own = threading.Lock()
                with own: pass
                print("child", flush=True)
                os._exit(0)
            assert os.waitpid(child, 0) == (child, 0)
        stop.set()
        for thread in threads: thread.join()
        """,
    )
    program, *children = processes
    assert len(children) == 5
    assert all(child.parent == program.pid and child.info["method"] == "fork" for child in children)
    assert all([event.text for event in child.of("OUTPUT")] == ["child\n"] for child in children)
    assert all(child.thread_names() == ["MainThread"] for child in children)
    holds: dict[tuple[int, int], Event | None] = {}
    for event in program.of("HOLD", "RELEASE"):  # in time order: nobody holds what another holds
        held = holds.get((event.flag, event.a))
        assert (held is None) == (event.kind == "HOLD")
        assert held is None or held.thread == event.thread
        holds[event.flag, event.a] = event if event.kind == "HOLD" else None


def test_past_the_limit_events_are_counted_as_lost_and_the_program_goes_on(tmp_path: Path) -> None:
    program = """
        import threading
        lock = threading.Lock()
        for _ in range(20_000):
            with lock: pass
        print("ran to its end")
        """
    (process,), out = record(tmp_path, program, limit=300_000)
    assert out == "ran to its end\n"
    kept = len(process.of("HOLD", "RELEASE"))
    assert kept > 1_000
    assert process.lost >= 40_000 - kept


def test_a_long_text_is_cut_and_its_length_kept(tmp_path: Path) -> None:
    (process,), out = record(tmp_path, "print('x' * 1_000_000)")
    assert len(out) == 1_000_001
    first = process.of("OUTPUT")[0]
    assert (len(first.text), first.value) == (65_536, len(out))


def test_a_python_started_by_subprocess_joins_the_run(tmp_path: Path) -> None:
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1)'], check=True)"
    (parent, child), _ = record(tmp_path, program)
    assert (parent.info["role"], child.info["role"]) == ("program", "child")
    assert child.parent == parent.pid


def test_the_header_says_what_runs(tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, "pass", "an argument")
    version = subprocess.run([PYTHON, "-V"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert process.info["python"] == version
    assert process.info["argv"][-2:] == ["main.py", "an argument"]
    assert process.info["gil"] in (True, False)
