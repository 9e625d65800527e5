"""What waits besides locks: programs behave as ever; the diary says who waited for what, where, and who ended it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from tests.system.test_probe_behaviour import PYTHON, run
from tests.system.test_probe_records import record, spans
from tests.unit.probe.diaries import Event, Process, read_run
from visualiser.events import Span, Wait

PROGRAMS = {
    "conditions": r"""
        import copy, inspect, pickle, re, threading, weakref
        def show(value): print(re.sub('0x[0-9a-f]+|owner=[0-9]+', '', repr(value)))
        for make in (threading.Condition, threading.Event, threading.Semaphore, threading.BoundedSemaphore,
                     lambda: threading.Barrier(2)):
            thing = make()
            show(thing); show(sorted(vars(thing))); show(type(thing)); show(bool(weakref.ref(thing)()))
            for attempt in (pickle.dumps, lambda x: x(1), lambda x: type(x)(1, 2, 3, 4)):
                try:
                    attempt(thing)
                except Exception as error:
                    print(type(error), error)
        print(type(threading.Event()) is threading.Event, isinstance(threading.BoundedSemaphore(), threading.Semaphore))
        for function in (threading.Condition, threading.Condition.wait, threading.Condition.notify,
                         threading.Semaphore.acquire, threading.Event.__init__):
            print(function.__name__, inspect.signature(function), getattr(function, '__defaults__', ''))
            print(len(inspect.getdoc(function) or ''))
        class Mine(threading.Condition):
            def wait(self, timeout=None):
                print('mine'); return super().wait(timeout)
            def notify(self, n=1):
                print('notify', n); super().notify(n)
        mine = Mine(threading.Lock())
        with mine:
            print(mine.wait(0.001), mine.wait_for(lambda: True)); mine.notify_all()
        for wrong in (lambda: mine.notify(), lambda: mine.wait(), lambda: threading.Semaphore(-1),
                      lambda: threading.BoundedSemaphore(1).release(), lambda: threading.Condition().notify(),
                      lambda: threading.Condition().wait(1)):
            try:
                wrong()
            except Exception as error:
                print(type(error), error)
        once = threading.Condition()
        with once:
            once.acquire(); print(once.wait(0.001)); once.release(); show(once)
        show(once)
        try:
            class Derived(threading.Lock): pass
        except TypeError as error:
            print(error)
        barrier = threading.Barrier(1, print)
        print(barrier.wait()); barrier.abort(); barrier.wait()
        """,
    "an exception from a condition in a thread": """
        import threading
        thread = threading.Thread(target=threading.Condition().wait); thread.start(); thread.join()
        threading.Semaphore(-1)
        """,
    "KeyboardInterrupt in an Event's wait": """
        import os, signal, threading
        event = threading.Event()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        event.wait()
        """,
    "KeyboardInterrupt in a Queue's get": """
        import os, queue, signal, threading
        jobs = queue.Queue()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            jobs.get()
        except KeyboardInterrupt:
            jobs.put(1); print(jobs.get())
        simple = queue.SimpleQueue()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        simple.get()
        """,
    "queues": r"""
        import inspect, pickle, queue, re, weakref
        for make in (queue.Queue, queue.LifoQueue, queue.PriorityQueue, queue.SimpleQueue):
            one = make()
            print(re.sub('0x[0-9a-f]+', '', repr(one)), type(one) is make, make.__name__, make.__module__)
            print(bool(weakref.ref(one)()), sorted(vars(one)) if hasattr(one, '__dict__') else '', len(make.__doc__))
            for number in (3, 1, 2): one.put(number)
            one.put_nowait(9)
            print(one.qsize(), one.empty(), [one.get() for _ in range(3)], one.get_nowait())
            for wrong in (lambda: one.get(False), lambda: one.get(timeout=0.001), lambda: one.get(True, -1),
                          lambda: one.get_nowait(), lambda: make(1, 2), lambda: pickle.dumps(one),
                          lambda: one.get(True, 'x')):
                try:
                    print(wrong())
                except Exception as error:
                    print(type(error), re.sub('0x[0-9a-f]+', '', str(error)))
        class Keyed(queue.Queue):
            def _put(self, item): self.queue.appendleft((item, 1))
        keyed = Keyed(2); keyed.put('a'); keyed.put('b'); print(keyed.get(), keyed.queue)
        class Simple(queue.SimpleQueue):
            def get(self, *args): return ('got', super().get(*args))
        simple = Simple(); simple.put((1, 2, 3)); simple.put(None); simple.word = 1
        print(simple.get(), simple.get(), simple.word)
        full = queue.Queue(1); full.put(1)
        try:
            full.put(2, timeout=0.001)
        except queue.Full as error:
            print(repr(error), error.__context__)
        try:
            queue.SimpleQueue().word = 1
        except AttributeError:
            print('no such attribute')
        simple.get_nowait()
        """,
    "futures": r"""
        import concurrent.futures as futures, inspect, re, threading, traceback
        def work(n):
            if n == 3:
                for frame in traceback.extract_stack(): print(frame.name, frame.lineno)
            return 1 / (n - 2)
        with futures.ThreadPoolExecutor(1, 'worker', print, ('begun',)) as executor:
            future = executor.submit(work, 3)
            print(future.result(), re.sub('0x[0-9a-f]+', '', repr(future)), sorted(vars(future)))
            bad = executor.submit(work, 2)
            print(repr(bad.exception()), len(traceback.extract_tb(bad.exception().__traceback__)))
            print(sorted(f.result() for f in futures.as_completed([executor.submit(work, n) for n in (3, 4)])))
            print(list(executor.map(work, [4, 5])), futures.wait([future]).not_done)
            gate = threading.Event()
            blocked, waiting = executor.submit(gate.wait), executor.submit(work, 6)
            try:
                blocked.result(0.01)
            except futures.TimeoutError as error:
                print(repr(error))
            print(waiting.cancel(), waiting.cancelled(), executor._work_queue.qsize()); gate.set()
        print(inspect.signature(futures.ThreadPoolExecutor), inspect.signature(executor.submit))
        own = futures.Future(); own.set_result(5); print(own.result())
        try:
            own.set_result(6)
        except futures.InvalidStateError as error:
            print(re.sub('0x[0-9a-f]+', '', str(error)))
        executor.submit(work, 1)
        """,
    "a task's exception": """
        import concurrent.futures as futures
        def fail(n): raise LookupError(n)
        with futures.ThreadPoolExecutor(2) as executor:
            failed = executor.submit(fail, 1)
            futures.wait([failed])  # or the traceback depends on who is faster
            failed.result()
        """,
    "a pool of processes": """
        import concurrent.futures as futures, multiprocessing
        def half(n): return n / 2
        if __name__ == '__main__':
            with futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('fork')) as executor:
                print(list(executor.map(half, range(5), chunksize=2)), executor.submit(half, 8).result())
                executor.submit(half, 'x').result()
        """,
    "sockets": r"""
        import inspect, os, pickle, re, select, selectors, socket, threading
        a, b = socket.socketpair()
        print(type(a) is socket.socket, isinstance(a, socket.SocketType), socket.socket.__mro__)
        print(re.sub('fd=[0-9]+', '', repr(a)))
        print(a.send(b'x'), b.recv(1), a.sendall(b'yz'), b.recvfrom(1), b.recv_into(bytearray(5)))
        b.settimeout(0.01)
        for wrong in (lambda: b.recv(1), lambda: b.recv(), lambda: b.recv('x'), lambda: b.recv(-1),
                      lambda: pickle.dumps(b), lambda: b.accept(), lambda: a.connect('x'),
                      lambda: socket.getaddrinfo('x' * 70, 1)):
            try:
                print(wrong())
            except Exception as error:
                print(type(error), error)
        b.setblocking(False)
        try:
            b.recv(1)
        except BlockingIOError as error:
            print(error)
        server = socket.create_server(('127.0.0.1', 0))
        class Mine(socket.socket):
            def recv(self, size): return super().recv(size).upper()
        def talk():
            with Mine() as client:
                client.connect(server.getsockname()); client.sendall(b'hello\n'); print(client.recv(10))
        thread = threading.Thread(target=talk); thread.start()
        got, _ = server.accept()
        print(got.makefile('rb').readline()); got.send(b'bye'); thread.join()
        print(select.select([a], [a], [], 0)[1] == [a], select.select([], [], [], 0.001))
        for name in ('SelectSelector', 'PollSelector', 'DefaultSelector'):
            with getattr(selectors, name)() as selector:
                selector.register(a, selectors.EVENT_WRITE)
                print(name, len(selector.select()), selector.select.__doc__ and 1)
        for method in (socket.socket.recv, socket.socket.connect, socket.socket.accept, socket.getaddrinfo):
            print(method.__name__, method.__qualname__, method.__doc__ and len(method.__doc__))
        a.close()
        a.recv(1)
        """,
    "reading": r"""
        import copy, inspect, os, pickle, select, sys
        class Reader:
            from os import read
        r, w = os.pipe(); os.write(w, b'abc')
        print(Reader().read(r, 1), os.read(r, 1), pickle.loads(pickle.dumps(os.read))(r, 1))
        print(copy.copy(os.read) is os.read)
        import posix
        print(os.read is posix.read, os.read, os.read.__name__, os.read.__module__, inspect.signature(os.read))
        for function in (os.read, os.waitpid, os.wait, os.system, input, select.select):
            print(function, function.__qualname__, function.__module__, function.__self__, len(function.__doc__))
        for wrong in (lambda: os.read(), lambda: os.read(-1, 1), lambda: os.read('x', 1), lambda: os.waitpid(-1, 0),
                      lambda: os.waitpid(), lambda: input(1, 2), lambda: select.select(1, 2), lambda: os.wait()):
            try:
                print(wrong())
            except Exception as error:
                print(type(error), error)
        print(input('? '), sys.stdin.readline(), repr(sys.stdin.read()), sys.stdin)
        input()
        """,
    "subprocesses": r"""
        import os, subprocess, sys
        print(subprocess.run(['sh', '-c', 'echo x; exit 3'], capture_output=True))
        print(subprocess.check_output('echo shell', shell=True), os.system('exit 4'), os.popen('echo popen').read())
        child = subprocess.Popen(['sleep', '10'])
        try:
            child.wait(0.01)
        except subprocess.TimeoutExpired as error:
            print(error)
        child.kill(); print(child.wait(), child.wait(1), child.communicate(timeout=5), child.poll())
        pid = os.fork()
        if not pid: os._exit(5)
        print(os.waitpid(pid, 0)[1], sorted(vars(child)))
        subprocess.run(['no such program'])
        """,
    "asyncio with threads": """
        import asyncio, socket
        async def serve(reader, writer):
            writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()
        async def main():
            server = await asyncio.start_server(serve, '127.0.0.1', 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b'hello\\n')
            print(await reader.readline(), await asyncio.get_running_loop().run_in_executor(None, len, 'four'))
            writer.close(); server.close()
            process = await asyncio.create_subprocess_exec('echo', 'x', stdout=-1)
            print(await process.communicate())
            raise ValueError('end')
        asyncio.run(main())
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_waits_behaves_as_under_plain_python(name: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(dedent(PROGRAMS[name]).lstrip("\n"))
    plain = run(tmp_path, "program.py", watched=False)
    assert run(tmp_path, "program.py", watched=True) == plain
    assert list((tmp_path / "run").glob("*.diary"))


def story(process: Process, flag: int) -> list[tuple[int, str, int]]:
    """Thread, kind and line of all that happened with one kind of object; checked to be one object."""
    kinds = ("WAIT_BEGIN", "WAIT_END", "NOTIFY", "PUT", "GET", "SUBMIT", "HOLD", "RELEASE")
    told = [event for event in process.of(*kinds) if event.flag == flag]
    assert len({event.a for event in told}) == 1
    return [(event.thread, event.kind, event.line) for event in told]


def made(process: Process, event: Event) -> tuple[str, int]:
    """Type of the event's object, and the line it was made in."""
    kind, place, _ = event.text.split("\t")
    return kind, int(process.definitions[int(place)][1].split("\t")[0]) if place != "0" else 0


def waits(process: Process, flag: int) -> list[tuple[Event, Event]]:
    """Begin and end of each wait of one kind, by thread."""
    found, begun = [], {}
    for event in process.of("WAIT_BEGIN", "WAIT_END"):
        if event.flag == flag:
            if event.kind == "WAIT_BEGIN":
                begun[event.thread] = event
            else:
                found.append((begun.pop(event.thread), event))
    assert not begun
    return found


EVENT = """
    import threading, time
    event, ready = threading.{kind}, threading.Event()
    def want():
        ready.set()
        event.{wait}()
    thread = threading.Thread(target=want)
    {first}
    thread.start()
    ready.wait()
    time.sleep(0.1)
    event.{answer}()
    thread.join()
    """


def test_a_wait_for_an_event_ends_by_who_set_it(tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, EVENT.format(kind="Event()", wait="wait", first="pass", answer="set"))
    ((begin, end),) = [pair for pair in waits(process, Wait.EVENT) if pair[0].thread == 2]
    assert (begin.line, made(process, begin), begin.value, end.value) == (5, ("Event", 2), 0, 1)
    (notified,) = [event for event in process.of("NOTIFY") if event.a == begin.a]
    assert (notified.thread, notified.line, notified.value) == (1, 11, 1)
    assert begin.t < notified.t < end.t
    assert end.t - begin.t >= 20_000_000


def test_a_semaphore_tells_who_took_and_who_gave(tmp_path: Path) -> None:
    program = EVENT.format(kind="BoundedSemaphore(1)", wait="acquire", first="event.acquire()", answer="release")
    (process,), _ = record(tmp_path, program)
    assert story(process, Wait.SEMAPHORE) == [
        (1, "GET", 7),
        (2, "WAIT_BEGIN", 5),
        (1, "PUT", 11),
        (2, "WAIT_END", 0),
        (2, "GET", 5),
    ]
    assert made(process, process.of("GET")[0]) == ("BoundedSemaphore", 2)


def test_a_barrier_is_opened_by_the_last_who_comes(tmp_path: Path) -> None:
    program = EVENT.format(kind="Barrier(2)", wait="wait", first="pass", answer="wait")
    (process,), _ = record(tmp_path, program)
    assert story(process, Wait.BARRIER) == [(2, "WAIT_BEGIN", 5), (1, "NOTIFY", 11), (2, "WAIT_END", 0)]
    assert process.of("NOTIFY")[-1].value == 1


def test_the_notified_waits_again_for_the_lock_of_its_condition(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import threading, time
        condition, items = threading.Condition(), []
        def want():
            with condition:
                items.append(0)
                while len(items) < 2:
                    condition.wait()
        thread = threading.Thread(target=want)
        thread.start()
        while not items: time.sleep(0.01)
        with condition:
            items.append(1)
            condition.notify_all()
            time.sleep(0.1)
        thread.join()
        """,
    )
    told = [event for event in process.events if event.flag in (Wait.CONDITION, Wait.RLOCK) and event.a]
    told = [event for event in told if event.kind in ("WAIT_BEGIN", "WAIT_END", "HOLD", "RELEASE", "NOTIFY")]
    assert {made(process, event) for event in told} == {("Condition", 2)}
    assert len({event.a for event in told}) == 1
    (begin, end), (again, got) = waits(process, Wait.CONDITION)[0], waits(process, Wait.RLOCK)[-1]
    (notified,) = process.of("NOTIFY")
    assert (begin.line, notified.line, notified.value, notified.thread) == (7, 13, 1, 1)
    assert begin.t < notified.t < again.t < got.t < end.t
    assert got.t - again.t >= 20_000_000
    holder = 0
    for event in told:  # never two at once
        if event.kind == "HOLD":
            assert not holder
            holder = event.thread
        elif event.kind == "RELEASE":
            assert holder == event.thread
            holder = 0


QUEUE = """
    import queue, threading, time
    jobs = queue.{kind}
    def eat():
        for _ in range(3): jobs.get()
    thread = threading.Thread(target=eat)
    thread.start()
    time.sleep(0.1)
    for n in range(3): jobs.put(n)
    thread.join()
    """


@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue"])
def test_each_get_names_the_put_that_answered_it(kind: str, tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, QUEUE.format(kind=kind + "()"))
    begin, end = waits(process, Wait.QUEUE_GET)[0]
    assert (begin.thread, begin.line, made(process, begin)) == (2, 4, (kind, 2))
    assert end.t - begin.t >= 20_000_000
    puts, gets = process.of("PUT"), process.of("GET")
    assert [(event.thread, event.line, event.value) for event in puts] == [(1, 8, n) for n in (1, 2, 3)]
    assert [(event.thread, event.line, event.value) for event in gets] == [(2, 4, n) for n in (1, 2, 3)]
    assert {event.a for event in puts + gets} == {begin.a}
    assert begin.t < puts[0].t < end.t < gets[0].t
    assert all(put.t < get.t for put, get in zip(puts, gets, strict=True))


def test_a_full_queue_is_waited_for_until_somebody_takes(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import queue, threading, time
        jobs = queue.Queue(1)
        jobs.put(1)
        def eat():
            time.sleep(0.03)
            for _ in range(2):
                jobs.get()
                time.sleep(0.03)
                jobs.task_done()
        thread = threading.Thread(target=eat)
        thread.start()
        jobs.put(2)
        jobs.join()
        thread.join()
        """,
    )
    ((begin, end),) = waits(process, Wait.QUEUE_PUT)
    assert (begin.thread, begin.line) == (1, 12)
    assert begin.t < process.of("GET")[0].t < end.t
    ((begin, end),) = waits(process, Wait.QUEUE_JOIN)
    assert (begin.thread, begin.line, end.value) == (1, 13, 1)
    done = [event for event in process.of("NOTIFY") if event.flag == Wait.QUEUE_JOIN]
    assert [(event.thread, event.line) for event in done] == [(2, 9)]


def test_items_without_a_known_order_have_no_number(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import queue
        last = queue.LifoQueue()
        for n in range(2): last.put(n)
        for n in range(2): last.get()
        small = queue.PriorityQueue()
        small.put(1); small.get()
        emptied = queue.Queue()
        emptied.put(1); emptied.queue.clear(); emptied.put(2); emptied.get()
        """,
    )
    assert [event.value for event in process.of("PUT", "GET")] == [1, 2, 2, 1, 0, 0, 1, 0, 0]


def test_what_the_library_makes_for_itself_is_not_told_of(tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, "import threading\nt = threading.Thread(target=int)\nt.start()\nt.join()\n")
    told = process.of("NOTIFY", "PUT", "GET", "HOLD", "RELEASE")
    assert told == []
    assert {event.flag for event in process.of("WAIT_BEGIN")} <= {Wait.THREAD_JOIN}


def test_a_task_is_submitted_run_and_waited_for(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import concurrent.futures, threading, time
        gate = threading.Event()
        def work(number):
            gate.wait()
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            first = executor.submit(work, 1)
            second = executor.submit(work, 2)
            threading.Timer(0.05, gate.set).start()
            first.result()
            concurrent.futures.wait([second])
            time.sleep(0.1)  # so that the worker looks for a task before it is told to end
        """,
    )
    submitted = process.of("SUBMIT")
    assert [(event.thread, event.line, event.text.split("\t")[2]) for event in submitted] == [
        (1, 6, "work(1)"),
        (1, 7, "work(2)"),
    ]
    tasks = spans(process, Span.TASK)
    assert [(begin.thread, begin.text, begin.line) for begin, _ in tasks] == [(2, "work(1)", 6), (2, "work(2)", 7)]
    (begin, end), *_ = waits(process, Wait.FUTURE)
    assert (begin.thread, begin.line, begin.a) == (1, 9, submitted[0].a)
    answer = next(event for event in process.of("NOTIFY") if event.a == begin.a)
    assert (answer.thread, answer.value) == (2, 1)
    assert tasks[0][1].t <= answer.t < end.t
    assert [wait.thread for wait, _ in waits(process, Wait.POOL_TASK)][-1:] == [2]
    assert all(begin.line == 10 for begin, _ in waits(process, Wait.FUTURES))


def test_waiting_for_the_world_outside_is_told_with_its_line(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import os, select, selectors, socket, subprocess, threading, time
        r, w = os.pipe()
        a, b = socket.socketpair()
        def answer():
            time.sleep(0.03); os.write(w, b"x")
            time.sleep(0.03); os.write(w, b"x")
            time.sleep(0.03); b.send(b"x")
            time.sleep(0.03); b.send(b"x")
        threading.Thread(target=answer).start()
        os.read(r, 1)
        select.select([r], [], [])
        with selectors.DefaultSelector() as selector:
            selector.register(a, selectors.EVENT_READ)
            selector.select()
        a.recv(1)
        a.recv(1)
        subprocess.run(["sleep", "0.03"])
        """,
    )
    mine = [pair for flag in (Wait.READ, Wait.SELECT, Wait.SOCKET_RECV) for pair in waits(process, flag)]
    assert [(begin.thread, begin.line) for begin, _ in mine] == [(1, 10), (1, 11), (1, 14), (1, 15), (1, 16)]
    assert all(end.t - begin.t >= 20_000_000 for begin, end in mine[:3] + mine[4:])
    assert made(process, mine[3][0]) == ("socket", 3)
    sent = [begin for begin, _ in waits(process, Wait.SOCKET_SEND)]
    assert [(event.thread, event.line) for event in sent] == [(2, 7), (2, 8)]
    begin, end = waits(process, Wait.SUBPROCESS)[-1]
    assert (begin.line, begin.text.split("\t")[2]) == (17, "sleep")
    assert end.t - begin.t >= 20_000_000


OWN_TESTS = {
    "test_thread": [],
    "test_threading_local": [],
    "test_threading": ["*.LockTests.*", "*.CRLockTests.*", "*.ThreadingExceptionTests.*"],
    "test_queue": ["*.CQueueTest.*", "*.CSimpleQueueTest.test_[!r]*"],  # not test_reentrancy: README says why
}
"""Modules of Python's own tests, with patterns of those that take seconds, not minutes."""


@pytest.mark.parametrize("name", OWN_TESTS)
def test_pythons_own_tests_pass_when_watched(name: str, tmp_path: Path) -> None:
    """They count as a program, not as the library: their locks and queues are told of."""
    if subprocess.run([PYTHON, "-c", f"import test.{name}"], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("this Python comes without its tests")
    chosen = [word for pattern in OWN_TESTS[name] for word in ("-k", pattern)]
    command = "-m", "unittest", "-v", *chosen, f"test.{name}"
    code, _, err = run(tmp_path, *command, watched=True)
    assert "... ok\n" in err
    if code:  # plain Python may fail as well: then in the same tests
        plain = run(tmp_path, *command, watched=False)[2]
        assert _failed(err) == _failed(plain) != []
    (first, *_) = read_run(tmp_path / "run")
    lines = {event.place for event in first.events}
    assert any(f"{name}.py" in line or "lock_tests.py" in line for line in lines)


def _failed(output: str) -> list[str]:
    return sorted(line for line in output.splitlines() if line.startswith(("FAIL:", "ERROR:")))
