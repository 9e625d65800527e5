"""Ctrl+C, signals and sudden deaths while a program is recorded: as under plain Python, and nobody is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.run.harness import (
    FORKS_FOR_EVER,
    IGNORES_SIGNALS,
    POOL_DEADLOCK,
    RECORDER,
    ROOT,
    Recorder,
    marked,
    none_left,
    until,
    written,
)
from visualiser.run import record, resolve_target

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

WAITS = """
    import signal
    from pathlib import Path
    Path("ready").touch()
    signal.pause()
"""


def ctrl_c(recorder: Recorder) -> None:
    """What a terminal does: the signal goes to the whole foreground process group."""
    os.killpg(recorder.process.pid, signal.SIGINT)


def test_ctrl_c_interrupts_the_program_as_under_plain_python(tmp_path: Path) -> None:
    with Recorder(tmp_path, WAITS) as recorder:
        recorder.ready()
        directory = recorder.directory
        ctrl_c(recorder)
        facts = recorder.facts()
        assert (facts["signal"], facts["stopped_by"], facts["interrupted"]) == (signal.SIGINT, "interrupt", True)
        assert none_left(directory)


def test_a_program_that_handles_ctrl_c_goes_on(tmp_path: Path) -> None:
    source = """
        import signal
        from pathlib import Path
        Path("ready").touch()
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("not now", flush=True)
    """
    with Recorder(tmp_path, source) as recorder:
        recorder.ready()
        ctrl_c(recorder)
        facts = recorder.facts()
        assert (facts["exit_code"], facts["signal"], facts["stopped_by"]) == (0, None, None)


def test_ctrl_c_during_a_deadlock_in_a_pool_leaves_nobody(tmp_path: Path) -> None:
    with Recorder(tmp_path, POOL_DEADLOCK) as recorder:
        recorder.ready("ready-0").ready("ready-1")
        directory = recorder.directory
        ctrl_c(recorder)
        recorder.facts()
        assert none_left(directory)


COUNTS = """
    import os, signal, sys, time
    from pathlib import Path
    got = []
    signal.signal(signal.SIGINT, lambda *_: got.append(time.monotonic()))
    Path("ready").touch()
    while not got:
        signal.pause()
    end = time.monotonic() + 0.5  # whatever else is sent comes within that
    while time.monotonic() < end:
        signal.sigtimedwait([], end - time.monotonic()) if hasattr(signal, "sigtimedwait") else None
    print(len(got), flush=True)
"""


@pytest.mark.parametrize("to_all", [False, True], ids=["to the recorder alone", "to its group"])
def test_a_program_gets_one_interrupt_whoever_it_was_sent_to(tmp_path: Path, to_all: bool) -> None:
    with Recorder(tmp_path, COUNTS) as recorder:
        recorder.ready()
        if to_all:
            ctrl_c(recorder)
        else:
            recorder.process.send_signal(signal.SIGINT)
        out, _ = recorder.process.communicate(timeout=60)
        assert out.splitlines()[0] == b"1"


def test_a_second_ctrl_c_ends_a_program_that_ignores_the_first(tmp_path: Path) -> None:
    with Recorder(tmp_path, IGNORES_SIGNALS) as recorder:
        directory = recorder.ready().directory
        ctrl_c(recorder)
        assert recorder.process.stderr is not None
        hint = b"Press Ctrl+C again"
        assert hint in recorder.process.stderr.readline() + recorder.process.stderr.readline()
        ctrl_c(recorder)
        facts = recorder.facts()
        assert (facts["signal"], facts["stopped_by"]) == (signal.SIGKILL, "interrupt")
        assert none_left(directory)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_recorder_told_to_end_takes_the_program_along(tmp_path: Path, number: signal.Signals) -> None:
    with Recorder(tmp_path, WAITS) as recorder:
        directory = recorder.ready().directory
        recorder.process.send_signal(number)
        assert recorder.facts()["ended_by"] == number
        assert none_left(directory)


@pytest.mark.parametrize("source", [POOL_DEADLOCK, IGNORES_SIGNALS, FORKS_FOR_EVER])
def test_when_the_recorder_is_killed_its_observer_ends_the_tree(tmp_path: Path, source: str) -> None:
    with Recorder(tmp_path, source) as recorder:
        directory = recorder.ready().directory
        assert marked(directory)
        recorder.process.kill()
        until(lambda: none_left(directory), "the tree to end")
        until(lambda: _told(directory).get("stopped_by") == "app died", "the run to be described")
        assert _told(directory)["end_ns"] > _told(directory)["origin_ns"]


def _told(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "run.json").read_text())
    return found


def test_when_the_observer_is_killed_the_recorder_ends_the_tree(tmp_path: Path) -> None:
    with Recorder(tmp_path, POOL_DEADLOCK) as recorder:
        directory = recorder.ready("ready-0").ready("ready-1").directory
        recorder.observer().kill()
        assert recorder.facts()["failure"] == "The observer was killed, so the run was ended."
        assert none_left(directory)


def test_the_program_has_the_recorders_own_streams(tmp_path: Path) -> None:
    source = """
        import sys
        print(input().upper())
        print("aside", file=sys.stderr)
    """
    with Recorder(tmp_path, source) as recorder:
        out, err = recorder.process.communicate(b"hello\n", timeout=60)
        assert out == b"HELLO\n"
        assert err.startswith(b"aside\n")


def test_the_run_directory_is_gone_when_the_recorder_is(tmp_path: Path) -> None:
    with Recorder(tmp_path, "") as recorder:
        recorder.facts()
        assert not list(recorder.home.glob("interleave-*/run-*"))


TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-P", "-c", sys.argv[1]])
"""


def test_in_a_terminal_the_program_has_it_and_its_ctrl_c(tmp_path: Path) -> None:
    source = """
        import os, signal, sys
        from pathlib import Path
        in_front = os.tcgetpgrp(0) == os.getpgrp()
        Path("seen").write_text(f"{sys.stdin.isatty()} {sys.stdout.isatty()} {in_front}")
        Path("ready").touch()
        signal.pause()
    """
    written(tmp_path, source)
    keyboard, screen = os.openpty()
    said = tmp_path / "said"
    with said.open("wb") as errors:
        command = [sys.executable, "-c", TERMINAL, RECORDER]
        environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
        recorder = subprocess.Popen(command, cwd=tmp_path, env=environment, stdin=screen, stdout=screen, stderr=errors)
    try:
        until((tmp_path / "ready").exists, "the program to start")
        assert (tmp_path / "seen").read_text() == "True True True"
        os.write(keyboard, b"\x03")
        recorder.wait(60)
    finally:
        recorder.kill()
        recorder.wait()
        os.close(keyboard)
        os.close(screen)
    facts = json.loads(said.read_text().splitlines()[-1])
    assert (facts["signal"], facts["stopped_by"]) == (signal.SIGINT, "interrupt")


def test_modules_beside_the_program_do_not_mislead_the_observer(tmp_path: Path) -> None:
    for name in ("visualiser.py", "psutil.py", "ctypes.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong module')")
    with Recorder(tmp_path, "print('fine')") as recorder:
        facts = recorder.facts()
        assert (facts["exit_code"], facts["failure"]) == (0, None)


def test_memory_of_the_program_is_part_of_what_was_recorded(tmp_path: Path) -> None:
    program = written(tmp_path, "import time\ndata = bytes(50_000_000)\ntime.sleep(0.6)  # longer than several looks")
    with record(resolve_target(str(program)), own_terminal=False) as recording:
        (process,) = recording.store.processes
        times, resident = process.memory
        assert len(times) == len(resident) > 0
        assert recording.store.start_ns <= times[0] <= recording.store.end_ns
        assert 1_000_000 < resident.max() < 1_000_000_000


def test_memory_is_looked_at_in_processes_that_come_and_go(tmp_path: Path) -> None:
    program = written(
        tmp_path,
        """
        import subprocess, sys
        for turn in range(6):
            pair = [subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(0.3)"]) for _ in range(2)]
            for one in pair:
                one.wait()
        """,
    )
    with record(resolve_target(str(program)), own_terminal=False) as recording:
        seen = [len(process.memory[0]) for process in recording.store.processes]
    assert len(seen) == 13
    assert seen.count(0) <= 2  # each lives for three looks and more; on a busy machine some come late
