"""A watched program behaves as under plain Python: every program here runs twice, and nothing may differ."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from visualiser.probe.__main__ import environment

PROBE = Path(__file__).parents[2] / "visualiser" / "probe" / "__main__.py"
# Other interpreters, by hand: INTERLEAVE_TEST_PYTHON=/usr/bin/python3.9 pytest tests/system/test_probe_behaviour.py
PYTHON = os.environ.get("INTERLEAVE_TEST_PYTHON", sys.executable)

PROGRAMS = {
    "exit code 0": "print('done')",
    "exit code 3": "import sys; sys.exit(3)",
    "exit with a sentence": "import sys; sys.exit('no such thing')",
    "exit with None": "raise SystemExit",
    "os._exit": "import os; print('x', flush=True); os._exit(7)",
    "exception": """
        def inner(n):
            return 1 / n
        def outer():
            try:
                inner(0)
            except ZeroDivisionError as error:
                raise ValueError('zero') from error
        outer()
        """,
    "exception from a wrapped call": """
        import threading, time
        try:
            time.sleep(-1)
        except ValueError:
            import traceback
            traceback.print_exc()
        threading.Lock().release()
        """,
    "exception in a thread": """
        import threading
        def work():
            threading.RLock().release()
        thread = threading.Thread(target=work, name='worker')
        thread.start(); thread.join()
        thread.start()
        """,
    "SystemExit in a thread": """
        import sys, threading
        thread = threading.Thread(target=sys.exit, args=(4,))
        thread.start(); thread.join()
        print(thread.is_alive())
        """,
    "KeyboardInterrupt in sleep": """
        import os, signal, threading, time
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        time.sleep(30)
        """,
    "KeyboardInterrupt in acquire": """
        import os, signal, threading
        lock = threading.Lock()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        with lock:
            lock.acquire()
        """,
    "KeyboardInterrupt in join": """
        import os, signal, threading
        event = threading.Event()
        waiting = threading.Thread(target=event.wait, daemon=True)
        waiting.start()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            waiting.join()
        except KeyboardInterrupt:
            import traceback
            for frame in traceback.extract_stack(): print(frame.filename, frame.lineno)
            print('interrupted')
        """,
    "killed by a signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "main module": """
        import sys
        print(__name__, __file__, __doc__, __package__, __spec__, type(__loader__), __builtins__)
        print(sorted(globals()), sys.argv, sys.path, sys.flags, sys.orig_argv if hasattr(sys, 'orig_argv') else '')
        """,
    "environment": "import os; print(sorted(os.environ.items()))",
    "modules loaded": """
        import sys
        print(sorted(name for name in sys.modules if name.partition('.')[0] != '_interleave'))
        """,
    "stack": """
        import inspect, sys, threading, traceback
        def look():
            traceback.print_stack(file=sys.stdout)
            frame, names = sys._getframe(), []
            while frame:
                names.append(frame.f_code.co_name)
                frame = frame.f_back
            print(names)
        look()
        thread = threading.Thread(target=look); thread.start(); thread.join()
        """,
    "recursion depth": """
        import threading
        def deeper(n):
            try:
                return deeper(n + 1)
            except RecursionError:
                return n
        print(deeper(0))
        found = []
        thread = threading.Thread(target=lambda: found.append(deeper(0))); thread.start(); thread.join()
        print(found)
        """,
    "locks where the stack has no room left": """
        import sys, threading
        def deep(lock, again, taken):
            def plain(n):
                lock.acquire()
                lock.release()
                return plain(n + 1)
            def inside(n):
                with lock:
                    if again: return inside(n + 1)
                return inside(n + 1)
            for function in plain, inside:
                try:
                    function(0)
                except RecursionError:
                    thread = threading.Thread(target=lambda: taken.append(lock.acquire(False) and lock.release()))
                    thread.start(); thread.join()
            return taken
        print(deep(threading.Lock(), False, []), deep(threading.RLock(), True, []))
        """,
    "handlers of signals": """
        import _signal, asyncio, functools, os, signal, threading, traceback
        class Handler:
            def method(self, number, frame): print("method", number == signal.SIGUSR1, frame.f_code.co_name)
            def __call__(self, number, frame): print("called")
        def handle(number, frame, word=""):
            print("handled", word, [step.name for step in traceback.extract_stack()])
        handler = Handler()
        for one in (handle, handler.method, handler, functools.partial(handle, word="x"), lambda *_: 1 / 0):
            before = signal.signal(signal.SIGUSR1, one)
            print(getattr(before, "__name__", type(before)), signal.getsignal(signal.SIGUSR1) == one)
            try:
                os.kill(os.getpid(), signal.SIGUSR1)
            except ZeroDivisionError:
                traceback.print_exc()
        for bad in ((), (1, 2, 3), (signal.SIGUSR1, "x"), (0, handle), (signal.SIGKILL, handle)):
            try:
                signal.signal(*bad)
            except Exception as error:
                print(type(error), error)
        async def loop():
            here, event = asyncio.get_running_loop(), asyncio.Event()
            here.add_signal_handler(signal.SIGUSR1, event.set)
            os.kill(os.getpid(), signal.SIGUSR1)
            print(await event.wait(), here.remove_signal_handler(signal.SIGUSR1), signal.getsignal(signal.SIGUSR1))
        asyncio.run(loop())
        """,
    "what functions tell of themselves": """
        import inspect, queue, subprocess, threading, typing
        for one in (threading.Thread, threading.Condition, queue.Queue, subprocess.Popen, threading.RLock):
            for name, function in sorted(inspect.getmembers(one, inspect.isfunction)):
                print(name, inspect.signature(function), typing.get_type_hints(function), function.__annotations__)
        """,
    "the current folder is gone": """
        import os, subprocess, sys, tempfile, threading
        os.chdir(tempfile.mkdtemp()); os.rmdir(os.path.realpath("."))
        thread = threading.Thread(target=print, args=("x",)); thread.start(); thread.join()
        print(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True))
        """,
    "sleep as a class attribute": """
        import inspect, pickle, time
        class Clock:
            from time import sleep
        Clock().sleep(0)
        print(time.sleep, time.sleep.__name__, time.sleep.__module__, time.sleep.__doc__ == Clock.sleep.__doc__)
        pickle.loads(pickle.dumps(time.sleep))(0.001)
        for bad in ((), ('x',), (1, 2), (-1,)):
            try:
                time.sleep(*bad)
            except Exception as error:
                print(type(error), error)
        """,
    "locks": """
        import _thread, pickle, queue, re, sys, threading, weakref
        print(repr(threading.Lock), threading.Lock.__name__, threading.Lock.__module__, callable(threading.Lock))
        print(isinstance(threading.Lock(), _thread.LockType), threading.Lock().__class__)
        print(isinstance(threading.RLock(), type(threading._RLock())), isinstance(threading.RLock(), _thread.RLock))
        print(sys.version_info < (3, 13) or isinstance(queue.Queue().mutex, threading.Lock))
        print(pickle.loads(pickle.dumps(threading.Lock))().locked())
        def derive():
            class Mine(threading.Lock): pass
        for wrong in (lambda: type(threading.Lock())(1), lambda: threading.Lock(1), derive,
                      lambda: setattr(threading.Lock(), '__class__', int), lambda: setattr(threading.Lock(), 'x', 1),
                      lambda: sys.version_info >= (3, 13) or type(threading.Lock())()):
            try:
                print(type(wrong()))
            except Exception as error:
                print(type(error), '' if 'attribute' in str(error) or '__class__' in str(error) else error)
        for make in (threading.Lock, threading.RLock):
            lock = make()
            print(re.sub('0x[0-9a-f]+', '', repr(lock)), type(lock).__name__, bool(weakref.ref(lock)()))
            print(lock.acquire(), lock.acquire(False) in (True, False))
            print(re.sub('0x[0-9a-f]+|owner=[0-9]+', '', repr(lock)))
            lock.release()
            for bad in ((False, 1), (True, -5), (True, 1e30)):
                try:
                    print(lock.acquire(*bad))
                except Exception as error:
                    print(type(error), error)
            try:
                pickle.dumps(lock)
            except Exception as error:
                print(type(error), error)
        class Held:
            make = threading.Lock
        with Held().make() as got:
            print(got)
        again = threading.Lock()
        again.acquire()
        print(again.acquire(timeout=0.01), again.acquire(blocking=False), again.locked())
        condition = threading.Condition(threading.RLock())
        with condition:
            with condition:
                print(condition.wait(0.01), condition._is_owned())
        """,
    "atexit order": """
        import atexit, threading, time
        atexit.register(print, 'first registered')
        atexit.register(print, 'second registered')
        lock = threading.Lock()
        for last in (time.sleep, 0), (lock.acquire,), (lock.release,), (lock.acquire,): atexit.register(*last)
        threading.Thread(target=print, args=('thread',)).start()
        """,
    "daemon thread": """
        import threading
        event = threading.Event()
        threading.Thread(target=event.wait, daemon=True).start()
        print('end')
        """,
    "warnings": "import warnings; warnings.warn('careful'); warnings.warn('deeper', stacklevel=2)",
    "print after stdout is closed": """
        import sys
        sys.stdout.close()
        print('never')
        """,
    "stdout replaced": """
        import contextlib, io, sys
        with contextlib.redirect_stdout(io.StringIO()) as text:
            print('kept')
        print(repr(text.getvalue()), type(sys.stdout), sys.stdout is sys.__stdout__, sys.stdout.write('four'))
        sys.stdout.writelines(['a', 'b'])
        try:
            sys.stdout.write(3)
        except TypeError as error:
            print(error)
        """,
    "text of every kind": r"""
        print('Grüße 日本 🐍')
        print('\udcff')
        """,
    "print": r"""
        import inspect, io, pickle, sys
        class Loud:
            def __str__(self):
                print('inside')
                return 'loud'
        class Broken:
            def __str__(self):
                raise KeyError('broken')
        class Text(str):
            def __str__(self):
                return 'other'
        print(1, 2, 'x', None, True, 3.5, sep='-', end='!\n')
        print(); print('', end=''); print(sep=None, end=None); print('x', Loud(), 1, Text('y'), flush=True)
        for bad in ({'sep': 1}, {'end': b''}, {'of': 1}, {'file': 3}):
            try:
                print('bad', **bad)
            except Exception as error:
                print(type(error), error)
        for bad in (Broken(), '\ud800'):
            try:
                print('before', bad, 'after')
            except Exception as error:
                print(type(error), error)
        class Printer:
            emit = print
        Printer().emit(print, print.__name__, pickle.loads(pickle.dumps(print)))
        print('to', file=sys.stderr)
        real = sys.stdout.write
        sys.stdout.write = lambda text: real(text.upper())
        print('loud', 1)
        del sys.stdout.write
        try:
            print(inspect.signature(print))
        except ValueError as error:
            print(error)
        """,
    "logging": """
        import logging, sys
        logging.basicConfig(stream=sys.stdout, format='%(levelname)s %(funcName)s %(lineno)d %(message)s')
        def work():
            logging.warning('careful')
            try:
                {}['x']
            except KeyError:
                logging.exception('failed')
        work()
        """,
    "standard input": "import sys; print(input(), sys.stdin.read())",
    "syntax error": "def broken(:\n    pass",
    "encoding declared": "# -*- coding: latin-1 -*-\nprint('caf\\xe9')",
    "a module named like one of the library": "import struct, json; print(struct.__file__, json.mine)",
    "a module of its own named visualiser": "import visualiser; print(visualiser.mine)",
    "visualiser that has no probe": """
        import visualiser
        try:
            from visualiser import probe
        except ImportError as error:
            print(error)
        """,
    "asyncio": """
        import asyncio, signal
        async def main():
            await asyncio.sleep(0)
            return signal.getsignal(signal.SIGINT) is signal.default_int_handler
        print(asyncio.run(main()), signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        """,
    "another Python by subprocess": """
        import subprocess, sys
        program = 'import sys, os; print(sys.argv, sorted(os.environ)); sys.exit(5)'
        print(subprocess.run([sys.executable, '-c', program, 'x']).returncode)
        """,
    "process that raises": """
        import multiprocessing
        def fail(): raise ValueError('in the child')
        if __name__ == '__main__':
            process = multiprocessing.get_context('fork').Process(target=fail, name='Kid')
            process.start(); process.join(); print(process.exitcode)
        """,
    "task that raises": """
        import multiprocessing
        def fail(n): raise ValueError('in the task')
        if __name__ == '__main__':
            with multiprocessing.get_context('fork').Pool(1) as pool:
                pool.map(fail, [1])
        """,
    "spawn without a guard": """
        import multiprocessing
        process = multiprocessing.get_context('spawn').Process(target=print)
        process.start(); process.join(); print(process.exitcode)
        """,
}


def run(folder: Path, *command: str, watched: bool, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one program."""
    directory = folder / "run"
    directory.mkdir(exist_ok=True)
    settings = {key: value for key, value in os.environ.items() if not key.startswith("INTERLEAVE_")}
    settings.pop("PYTHONUNBUFFERED", None)
    settings.update({"INTERLEAVE_RUN": str(directory)} if watched else {}, **(env or {}))
    argv = [PYTHON, *([str(PROBE)] if watched else []), *command]
    return finish(argv, folder, settings)


def finish(argv: list[str], folder: Path, env: Mapping[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(argv, cwd=folder, env=env, input=b"one\ntwo\n", capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for one program, with neighbours of treacherous names."""
    (tmp_path / "struct.py").write_text("")
    (tmp_path / "json.py").write_text("mine = 'my own'")
    (tmp_path / "visualiser.py").write_text("mine = 'my own'")
    return tmp_path


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_watched_program_behaves_as_under_plain_python(name: str, folder: Path) -> None:
    encoding = "latin-1" if name == "encoding declared" else "utf-8"
    (folder / "program.py").write_bytes(dedent(PROGRAMS[name]).lstrip("\n").encode(encoding))
    if "library" not in name:  # these neighbours would break the plain program itself
        (folder / "struct.py").unlink()
        (folder / "json.py").unlink()
    plain = run(folder, "program.py", "--one", "two words", watched=False)
    assert run(folder, "program.py", "--one", "two words", watched=True) == plain
    assert list((folder / "run").glob("*.diary"))


@pytest.mark.parametrize(
    "command", [("-m", "package.tool", "-v"), ("-m", "missing"), ("-m", "package"), ("absent.py",)]
)
def test_a_watched_module_behaves_as_under_plain_python(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("print('imported')")
    (tmp_path / "package" / "tool.py").write_text(
        "import sys; print(__name__, __spec__.name, sys.argv, sys.path); 1 / 0"
    )
    plain = run(tmp_path, *command, watched=False)
    assert run(tmp_path, *command, watched=True) == plain


def test_options_of_the_interpreter_reach_the_program(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import sys; assert False; print(sys.flags)")
    directory = tmp_path / "run"
    directory.mkdir()
    argv = [PYTHON, "-O", "-X", "dev", str(PROBE), "program.py"]
    env = {**os.environ, "INTERLEAVE_RUN": str(directory)}
    done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "dev_mode=True" in done.stdout
    assert "optimize=1" in done.stdout


def test_a_sitecustomize_of_the_machine_and_a_pythonpath_keep_their_place(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("print('the machine speaks')")
    (tmp_path / "program.py").write_text(
        "import os, sys; print(sys.path, os.environ['PYTHONPATH'], 'sitecustomize' in sys.modules)"
    )
    env = {"PYTHONPATH": str(tmp_path / "own")}
    plain = run(tmp_path, "program.py", watched=False, env=env)
    assert "the machine speaks" in plain[1]
    watched = environment({**os.environ, **env, "INTERLEAVE_RUN": str(tmp_path)})
    assert finish([PYTHON, "program.py"], tmp_path, watched) == plain
    assert list(tmp_path.glob("*.diary"))


@pytest.mark.parametrize("place", ["absent", "full"])
def test_without_room_for_a_diary_the_program_runs_unrecorded(place: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import threading; threading.Thread(target=print, args=('ran',)).start()")
    env = {"INTERLEAVE_RUN": str(tmp_path / "nowhere")} if place == "absent" else {"INTERLEAVE_LIMIT": "1000"}
    assert run(tmp_path, "program.py", watched=True, env=env) == (0, "ran\n", "")


def test_no_other_thread_prints_into_the_middle_of_a_line(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        dedent("""
            import sys, threading
            sys.setswitchinterval(1e-6)
            def work(name):
                for number in range(100):
                    print(name, number, name)
            threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two", "three")]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            """)
    )
    _, out, _ = run(tmp_path, "program.py", watched=True)
    assert sorted(out.splitlines()) == sorted(
        f"{name} {n} {name}" for name in ("one", "two", "three") for n in range(100)
    )


def test_ctrl_c_never_leaves_a_lock_taken(tmp_path: Path) -> None:
    """The main thread takes and gives back a lock without a pause; after Ctrl+C another thread must get it."""
    if "3.9." in subprocess.run([PYTHON, "-V"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("plain Python 3.9 leaves it taken as well: it may stop between a block's end and __exit__")
    (tmp_path / "program.py").write_text(
        dedent("""
            import os, signal, threading
            lock, ready, count = threading.Lock(), threading.Event(), 0
            def strike():
                ready.wait()
                os.kill(os.getpid(), signal.SIGINT)
            for _ in range(30):
                ready.clear()
                thread = threading.Thread(target=strike); thread.start()
                try:
                    ready.set()
                    while True:
                        with lock:
                            count += 1
                except KeyboardInterrupt:
                    pass
                thread.join()
                if not lock.acquire(timeout=2):
                    print('left taken'); break
                lock.release()
            else:
                print('free')
            """)
    )
    code, out, err = run(tmp_path, "program.py", watched=True)
    assert (code, out, err) == (0, "free\n", "")


def test_a_handler_that_gives_up_after_some_time_never_leaves_a_lock_taken(tmp_path: Path) -> None:
    """As with Ctrl+C; by a handler of the program's own, in the middle of one lock or the other."""
    if subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).returncode:
        pytest.skip("before Python 3.11 handlers are called wherever they strike")
    (tmp_path / "program.py").write_text(
        dedent("""
            import signal, threading
            lock, again, taken, given_up = threading.Lock(), threading.RLock(), 0, 0
            class TooLate(Exception): pass
            def give_up(number, frame): raise TooLate
            def take(lock):
                global taken
                taken += not lock.acquire(False) or bool(lock.release())
            signal.signal(signal.SIGALRM, give_up)
            while given_up < 200:
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.0005)
                    while True:
                        with lock: pass
                        with again: pass
                except TooLate:
                    given_up += 1
                for one in lock, again:
                    thread = threading.Thread(target=take, args=(one,)); thread.start(); thread.join()
            print(taken)
            """)
    )
    assert run(tmp_path, "program.py", watched=True) == (0, "0\n", "")


def test_a_program_killed_by_a_signal_is_seen_to_be_killed(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGINT); input()")
    assert run(tmp_path, "program.py", watched=True)[0] == -signal.SIGINT
