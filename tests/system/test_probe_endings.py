"""How a process ends, and which children join the run: as recorded, and as the program sees it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.pythons import interpreter
from tests.system.test_probe_behaviour import PROBE, PYTHON, finish, run
from tests.system.test_probe_records import record, spans
from tests.unit.probe.diaries import read_run
from visualiser.events import Span, Wait

PROGRAMS = {
    "children with an environment of their own": """
        import os, subprocess, sys
        look = "import os; print(sorted(os.environ), os.environ.get('PYTHONPATH'))"
        for env in (dict(os.environ), os.environ, {"A": "1"}, {"PYTHONPATH": "here"}, {b"A": b"1"}):
            subprocess.run([sys.executable, "-c", look], env=env)
        subprocess.run([sys.executable + " -c 'print(1)'"], shell=True, env={"A": "1"})
        print(subprocess.run(["printenv"], env={"A": "1"}, capture_output=True).stdout)
        os.environ["PYTHONPATH"] = "elsewhere"
        subprocess.run([sys.executable, "-c", look])
        del os.environ["PYTHONPATH"]
        subprocess.run([sys.executable, "-c", look])
        print(os.putenv, os.unsetenv, os.posix_spawn, os.execv, os._exit)
        for bad in ({"A": 1}, {"A=": "1"}, 3):
            try:
                subprocess.run([sys.executable, "-c", "pass"], env=bad)
            except Exception as error:
                print(type(error), error)
        os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", look], os.environ), 0)
        """,
    "exec": """
        import os, sys
        for missing in ("/no/such/file", "/dev"):
            try:
                os.execv(missing, ["x"])
            except OSError as error:
                print(error)
        sys.stdout.flush()
        os.execlp(sys.executable, sys.executable, "-c", "import os, sys; print(sys.argv, sorted(os.environ))", "x")
        """,
    "os._exit": "import os; os._exit(256 + 7)",
    "os._exit wrongly": "import os; os._exit('x')",
    "exec in a fork": """
        import os, sys
        child = os.fork()
        if not child:
            os.execve(sys.executable, [sys.executable, "-c", "import sys; sys.exit(5)"], {})
        print(os.waitpid(child, 0)[1])
        """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_ends_and_starts_others_as_under_plain_python(name: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(dedent(PROGRAMS[name]).lstrip("\n"))
    plain = run(tmp_path, "program.py", watched=False)
    assert run(tmp_path, "program.py", watched=True) == plain


@pytest.mark.parametrize("env", ["dict(os.environ)", "os.environ", "{}", "None"])
def test_a_python_joins_the_run_whatever_its_environment(env: str, tmp_path: Path) -> None:
    program = f"""
        import os, subprocess, sys
        subprocess.run([sys.executable, "-c", "pass"], env={env}, check=True)
        subprocess.run(["sh", "-c", sys.executable + " -c pass"], env={env}, check=True)
        """
    processes, _ = record(tmp_path, program)
    assert [process.info["role"] for process in processes] == ["program", "child", "child"]


def test_a_pythonpath_set_by_the_program_does_not_lose_its_children(tmp_path: Path) -> None:
    program = """
        import os, subprocess, sys
        for path in ("elsewhere", ""):
            os.environ["PYTHONPATH"] = path
            subprocess.run([sys.executable, "-c", "pass"], check=True)
        del os.environ["PYTHONPATH"]
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        """
    processes, _ = record(tmp_path, program)
    assert len(processes) == 4


LATE = """
import threading, time
class Late:
    def __init__(self): self.lock = threading.Lock()
    def __del__(self):
        with self.lock: print("late")
def turn():
    while True: pass
late = Late()
for _ in range(2): threading.Thread(target=turn, daemon=True).start()
"""


@pytest.mark.parametrize("version", ["3.13t", "3.13", "3.9"])
def test_what_is_let_go_of_when_all_modules_have_been_emptied_comes_by_unharmed(version: str, tmp_path: Path) -> None:
    """Where daemon threads keep the main module alive until then: so in a build without a GIL."""
    python = interpreter(version, "the end of its modules")
    (tmp_path / "program.py").write_text(LATE)
    (tmp_path / "run").mkdir()
    env = {**os.environ, "INTERLEAVE_RUN": str(tmp_path / "run")}
    plain = finish([python, "program.py"], tmp_path, os.environ)
    assert finish([python, str(PROBE), "program.py"], tmp_path, env) == plain


def test_a_process_that_becomes_another_says_so_and_the_other_joins_the_run(tmp_path: Path) -> None:
    program = "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'print(1)'])\n"
    (before, after), out = record(tmp_path, program)
    assert out == "1\n"
    assert before.pid == after.pid
    (end,) = before.of("PROCESS_END")
    assert (end.flag, end.text, end.line) == (2, f"exec {PYTHON}", 2)


def test_of_a_python_that_cannot_be_recorded_its_parent_tells_start_end_and_exit_code(tmp_path: Path) -> None:
    program = """
        import subprocess, sys
        alone = subprocess.Popen([sys.executable, "-I", "-c", "raise SystemExit(3)"])
        other = subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1)
        other.stdout.readline()
        alone.wait()
        other.kill()
        other.communicate()
        """
    (parent, other), _ = record(tmp_path, program)
    started = {event.value: (event.flag, event.text, event.line) for event in parent.of("CHILD_STARTED")}
    name = Path(PYTHON).name
    assert list(started.values()) == [(4, name, 2), (4, name, 3)]
    alone, second = started
    assert second == other.pid
    assert [(event.value, event.a) for event in parent.of("CHILD_ENDED")] == [(alone, 3), (second, 2**32 - 9)]
    assert [(begin.text, end.value) for begin, end in spans(parent, Span.LAUNCH)] == [(name, alone), (name, second)]


def test_how_a_forked_child_ended_is_told_by_who_waited_for_it(tmp_path: Path) -> None:
    program = """
        import os, signal
        def fork(end):
            child = os.fork()
            if not child:
                end()
            return child
        os.waitpid(fork(lambda: exit(5)), 0)
        os.wait4(fork(lambda: os.kill(os.getpid(), signal.SIGKILL)), 0)
        last = fork(lambda: os._exit(7))
        while os.waitpid(last, os.WNOHANG) == (0, 0): pass
        """
    (parent, *children), _ = record(tmp_path, program)
    ends = [(event.value, event.a) for event in parent.of("CHILD_ENDED")]
    assert ends == [(child.pid, end) for child, end in zip(children, (5, 2**32 - 9, 7), strict=True)]


def test_an_exit_at_once_is_told_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import os; os._exit(3)")
    directory = tmp_path / "run"
    directory.mkdir()
    env = {**os.environ, "INTERLEAVE_RUN": str(directory)}
    assert subprocess.run([PYTHON, str(PROBE), "program.py"], cwd=tmp_path, env=env, timeout=60).returncode == 3
    (process,) = read_run(directory)
    assert [(event.flag, event.value) for event in process.of("PROCESS_END")] == [(0, 3)]
    assert len(process.of("THREAD_END")) == 1


def test_waiting_for_threads_at_the_end_is_told(tmp_path: Path) -> None:
    (process,), _ = record(
        tmp_path,
        """
        import atexit, threading, time
        atexit.register(time.sleep, 0.01)
        threading.Thread(target=time.sleep, args=(0.05,)).start()
        threading.Thread(target=time.sleep, args=(60,), daemon=True, name="cut off").start()
        """,
    )
    (begin, end) = (event for event in process.of("WAIT_BEGIN", "WAIT_END") if event.flag == Wait.THREADS_AT_EXIT)
    assert end.t - begin.t > 10_000_000
    (span,) = spans(process, Span.AT_EXIT)
    last = [event for event in process.events if event.flag == Wait.SLEEP and event.thread == 1][-1]
    assert span[0].t < begin.t < end.t < last.t < span[1].t
    ended = {event.thread for event in process.of("THREAD_END")}
    assert len(ended) == 2  # the daemon's end is not told: it had none


def test_a_child_started_past_subprocess_joins_the_run(tmp_path: Path) -> None:
    """As loky does it: straight by `_posixsubprocess`, with a copy of `os.environ`."""
    program = """
        import multiprocessing.util, os, subprocess, sys, _posixsubprocess
        real = _posixsubprocess.fork_exec
        def with_environment(*args):
            env = [os.fsencode(f"{name}={value}") for name, value in os.environ.items()]
            return real(*args[:5], env, *args[6:])
        _posixsubprocess.fork_exec = with_environment
        read, write = os.pipe()
        child = multiprocessing.util.spawnv_passfds(
            os.fsencode(sys.executable), [sys.executable, "-c", "import os; print(len(os.environ))"], [read]
        )
        os.waitpid(child, 0)
        """
    processes, _ = record(tmp_path, program)
    assert [process.info["role"] for process in processes] == ["program", "child"]
