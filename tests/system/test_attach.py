"""Attaching to processes that run already: what is seen of them, what is said to be missing, and that they go on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pythons import find_interpreter, interpreter
from tests.support.refuse_perf import __file__ as REFUSE_PERF
from visualiser.files import load
from visualiser.trace import State, TraceStore

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="attaching is had on Linux only")

PROGRAM = """\
import sys, threading, time
gate, done = threading.Event(), threading.Event()
def compute():
    n = 0
    while not done.is_set():
        for _ in range(10_000):
            n += 1
def rest():
    while not done.is_set():
        time.sleep(0.02)
def wait():
    gate.wait()
for work in (compute, rest, wait):
    threading.Thread(target=work, name=work.__name__).start()
def ask():
    sys.stdin.readline()
    done.set()
    gate.set()
threading.Thread(target=ask, name="ask").start()
print("ready", flush=True)
lock = threading.Lock()
while not done.is_set():
    with lock:
        time.sleep(0.01)
print("whole", flush=True)
"""


@contextlib.contextmanager
def going(folder: Path, python: str = sys.executable, text: str = PROGRAM) -> Iterator[subprocess.Popen[str]]:
    """A program that is under way; told to end, it says that it is whole and ends with 0."""
    path = folder / "program.py"
    path.write_text(text)
    pipe = subprocess.PIPE
    with subprocess.Popen([python, str(path)], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
            yield program
            out, errors = program.communicate("go\n", timeout=60)
            assert (out, errors, program.returncode) == ("whole\n", "", 0)
        finally:
            program.kill()


def attach(pid: int, output: Path, *more: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, str(ROOT / "main.py"), "attach", str(pid), "-o", str(output), *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


def watched(pid: int, folder: Path, *more: str, before: tuple[str, ...] = ()) -> tuple[TraceStore, str]:
    output = folder / "run.ilv"
    done = attach(pid, output, "--seconds", "0.6", *more, before=before)
    assert done.returncode == 0, done.stderr
    return load(output), done.stderr


def time_in(store: TraceStore, name: str, *states: State) -> float:
    """The share of its life that a thread was in these states."""
    thread = next(one for one in store.threads if one.name == name)
    spans = store.states(thread.index)
    length = spans.end - spans.start
    mine = sum(length[spans.state == state].sum() for state in states)
    return float(mine / length.sum())


def old_python() -> str:
    found = next((one for one in ("3.11", "3.12", "3.13", "3.10") if find_interpreter(one)), None)
    return interpreter(found or "3.11", "attaching without the probe")


def test_threads_of_a_running_process_are_seen_from_outside(tmp_path: Path) -> None:
    with going(tmp_path, old_python()) as program:
        store, said = watched(program.pid, tmp_path)
    assert len(store.threads) == 5
    assert [process.pid for process in store.processes] == [program.pid]
    if store.sources["switches"] == "exact":
        assert [thread for thread in store.threads if (store.states(thread.index).state == State.SLEEP).any()]
        lived = store.end_ns - store.start_ns
        for thread in store.threads:
            spans = store.thread_cpus(thread.index)
            assert (spans.end - spans.start).sum() <= lived
    assert "takes Python 3.14 or newer" in said
    assert "goes on" in said


def test_what_is_missing_is_said_in_sentences_and_in_json(tmp_path: Path) -> None:
    with going(tmp_path, old_python()) as program:
        done = attach(program.pid, tmp_path / "run.ilv", "--seconds", "0.3", "--json")
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["process_ended"] is False
    assert any("Its calls are not recorded" in one for one in told["missing"])
    assert any("locks" in one or "lock" in one for one in told["missing"])
    assert load(tmp_path / "run.ilv").info.extra["attached"]["pid"] == program.pid


def test_calls_are_recorded_from_then_on_where_python_can_be_asked(tmp_path: Path) -> None:
    with going(tmp_path, interpreter("3.14", "the probe in a running process")) as program:
        store, said = watched(program.pid, tmp_path, "--seconds", "3")
    assert store.sources["calls"] == "recorded"
    assert "Its calls are not recorded" not in said
    assert {"MainThread", "compute", "rest", "wait", "ask"} == {thread.name for thread in store.threads}
    if store.sources["switches"] == "exact":
        assert time_in(store, "rest", State.SLEEP) > 0.3
    main = next(thread for thread in store.threads if thread.name == "MainThread")
    sites = {store.site(site).line for site in store.states(main.index).site.tolist() if site}
    assert 24 in sites


def test_a_process_can_be_attached_to_again(tmp_path: Path) -> None:
    with going(tmp_path, interpreter("3.14", "the probe in a running process")) as program:
        for _ in range(2):
            store, said = watched(program.pid, tmp_path, "--seconds", "3")
            assert store.sources["calls"] == "recorded", said
            assert store.events > 20


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_process_goes_on_when_its_watcher_is_told_to_end_or_killed(tmp_path: Path, number: int) -> None:
    python = find_interpreter("3.14") or old_python()
    output = tmp_path / "run.ilv"
    with going(tmp_path, python) as program:
        command = [sys.executable, str(ROOT / "main.py"), "attach", str(program.pid), "-o", str(output)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as watcher:
            assert watcher.stderr is not None
            assert "Watching" in watcher.stderr.readline()
            watcher.send_signal(number)
            watcher.stderr.read()
        assert program.poll() is None
    assert output.exists() == (number != signal.SIGKILL)
    assert watcher.returncode == (-9 if number == signal.SIGKILL else 0)


def test_a_process_that_ends_meanwhile_ends_the_watching(tmp_path: Path) -> None:
    text = "import sys\nprint('ready', flush=True)\nsys.stdin.readline()\nprint('whole')\n"
    with going(tmp_path, old_python(), text) as program:
        command = [sys.executable, str(ROOT / "main.py"), "attach", str(program.pid), "-o", str(tmp_path / "run.ilv")]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as watcher:
            assert watcher.stderr is not None
            assert "Watching" in watcher.stderr.readline()
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
            assert "has ended" in watcher.stderr.read()
    assert watcher.returncode == 0


def test_where_switches_are_refused_looks_are_taken_and_the_reason_is_said(tmp_path: Path) -> None:
    refuse = (sys.executable, REFUSE_PERF, "1")
    with going(tmp_path, old_python()) as program:
        store, said = watched(program.pid, tmp_path, before=refuse)
    assert store.sources["switches"] == "sampled"
    assert "witch" in " ".join(said.splitlines()[-4:])


def test_a_process_of_somebody_else_is_refused_with_a_sentence_and_what_to_do(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        done = attach(1, tmp_path / "run.ilv")
    else:
        other = ("setpriv", "--reuid=65534", "--clear-groups")
        if subprocess.run([*other, sys.executable, "-c", ""], capture_output=True, check=False).returncode:
            pytest.skip("nobody else can be had here to be refused")
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o777)
            done = attach(os.getpid(), Path(folder) / "run.ilv", before=other)
    assert done.returncode == 2
    assert "sudo" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("pid", ["0", "-1", "999999999", "99999999999999999999"])
def test_a_number_that_is_no_process_is_refused_with_a_sentence(tmp_path: Path, pid: str) -> None:
    command = [sys.executable, str(ROOT / "main.py"), "attach", pid, "-o", str(tmp_path / "run.ilv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run.ilv").exists()


def test_a_program_that_forks_and_starts_threads_after_we_let_go_is_not_disturbed(tmp_path: Path) -> None:
    text = """\
import os, subprocess, sys, threading, time
def work():
    time.sleep(0.01)
going_on = True
def ask():
    global going_on
    sys.stdin.readline()
    going_on = False
threading.Thread(target=ask).start()
print("ready", flush=True)
while going_on:
    time.sleep(0.005)
threads = [threading.Thread(target=work) for _ in range(3)]
for one in threads: one.start()
for one in threads: one.join()
assert subprocess.check_output([sys.executable, "-c", "import os; print(len(os.environ))"]) \
    == subprocess.check_output([sys.executable, "-c", "import os; print(len(os.environ))"], env=dict(os.environ))
child = os.fork()
if child == 0:
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
print("whole", flush=True)
"""
    with going(tmp_path, interpreter("3.14", "the probe in a running process"), text) as program:
        store, _ = watched(program.pid, tmp_path, "--seconds", "3")
        assert store.sources["calls"] == "recorded"


def test_a_main_thread_that_comes_back_late_finds_nothing_amiss(tmp_path: Path) -> None:
    text = """\
import sys, threading
gate = threading.Event()
def ask():
    sys.stdin.readline()
    gate.set()
threading.Thread(target=ask).start()
print("ready", flush=True)
gate.wait()
for _ in range(10_000):
    pass
print("whole", flush=True)
"""
    with going(tmp_path, interpreter("3.14", "the probe in a running process"), text) as program:
        _, said = watched(program.pid, tmp_path)
        assert "has not" in said


def test_a_process_that_wants_no_probe_is_watched_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_DISABLE_REMOTE_DEBUG", "1")
    with going(tmp_path, interpreter("3.14", "the probe in a running process")) as program:
        store, said = watched(program.pid, tmp_path)
    assert "PYTHON_DISABLE_REMOTE_DEBUG" in said
    assert store.sources["calls"] == "none"
    assert len(store.threads) == 5


def test_processes_that_it_started_before_are_seen_too(tmp_path: Path) -> None:
    text = """\
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "while True: sum(range(10000))"])
print("ready", flush=True)
sys.stdin.readline()
child.kill()
child.wait()
print("whole", flush=True)
"""
    with going(tmp_path, old_python(), text) as program:
        store, _ = watched(program.pid, tmp_path)
    first, second = store.processes
    assert first.pid == program.pid
    if store.sources["switches"] == "exact":
        spans = store.thread_cpus(second.threads[0])
        assert (spans.end - spans.start).sum() > 0
