"""Real programs for the tests of a run, and what it takes to look at what is left of one."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from visualiser.run import Report, RunDirectory, resolve_target
from visualiser.run.live import LiveRun, RunOptions
from visualiser.trace import RunInfo

ROOT = Path(__file__).resolve().parents[3]
TOO_LONG = 20.0

_never = threading.Event()

POOL_DEADLOCK = """
    import multiprocessing, threading
    from pathlib import Path

    def stuck(number):
        Path(f"ready-{number}").touch()
        with lock:
            with lock:  # its own lock: never
                pass

    lock = threading.Lock()
    if __name__ == "__main__":
        with multiprocessing.get_context("fork").Pool(2) as pool:
            Path("ready").touch()
            pool.map(stuck, range(2), chunksize=1)
"""
IGNORES_SIGNALS = """
    import signal, threading
    from pathlib import Path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path("ready").touch()
    threading.Event().wait()
"""
STOPPED = """
    import os, signal
    from pathlib import Path
    Path("ready").touch()
    os.kill(os.getpid(), signal.SIGSTOP)
    signal.pause()
"""
FORKS_FOR_EVER = """
    import os, signal, time
    from pathlib import Path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path("ready").touch()
    end = time.monotonic() + 60
    if os.fork() == 0:
        while time.monotonic() < end:  # each one lives only until it has a child
            if os.fork():
                os._exit(0)
    signal.pause()
"""
DAEMON = """
    import os, signal
    from pathlib import Path
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            Path("ready").touch()
            signal.pause()
        os._exit(0)
    os.wait()
"""
DAEMON_AND_MAIN = (
    DAEMON
    + """
    signal.pause()
"""
)


def until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Wait for a condition, looking again and again; fail when it takes longer than any machine should need."""
    for _ in range(int(TOO_LONG / 0.01)):
        if condition():
            return
        _never.wait(0.01)
    raise AssertionError(f"waited in vain for {what}")


def marked(directory: Path) -> list[int]:
    """The processes, zombies aside, that carry the run's mark in their environment."""
    mark = f"INTERLEAVE_RUN={directory}".encode()
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and mark in Path(f"/proc/{name}/environ").read_bytes().split(b"\0"):
                found.append(int(name))
        except OSError:
            continue
    return found


def none_left(directory: Path) -> bool:
    """Whether no process of that run is left."""
    return not marked(directory)


class Run:
    """A program of a test's own, driven to its end. `ready()` waits until it has made the file "ready"."""

    def __init__(self, folder: Path, source: str, probe: bool = False, **options: Any) -> None:
        self.folder = folder
        self.program = written(folder, source)
        options.setdefault("command", () if probe else (sys.executable, str(self.program)))
        self.directory = RunDirectory.create()
        self.live = LiveRun(
            resolve_target(str(self.program)),
            self.directory,
            RunOptions(cwd=folder, **options),
        )
        self.reports: list[Report] = []

    def __enter__(self) -> Run:
        self.live.launch()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.kill("user")
        self.to_the_end()
        self.directory.close()

    def ready(self, name: str = "ready") -> Run:
        """Wait until the program has made that file."""
        until((self.folder / name).exists, f"the program to make {name}")
        self.reports += self.live.poll()
        return self

    def to_the_end(self) -> RunInfo:
        """Wait for the run's end; what is known of it then, read again from its directory."""
        if not self.live.ended:
            try:
                until(self._ended, "the run to end")
            except AssertionError as error:
                raise AssertionError(f"{error}; {self._state()}") from error
            self.live.conclude()
        return RunInfo.from_json((self.directory.path / "run.json").read_text())

    def _state(self) -> str:
        """What may tell why it does not end: what was reported, and what all below us do."""
        lines = [str(report) for report in self.reports[-20:]]
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error, OSError):
                seen = Path(f"/proc/{process.pid}/syscall").read_text().strip(), process.cpu_times()
                lines.append(f"{process.pid} of {process.ppid()} {process.status()} {process.cmdline()} {seen}")
        return "\n".join(lines)

    def _ended(self) -> bool:
        self.reports += self.live.poll(0.01)
        return self.live.ended

    def reported(self, what: str) -> list[Report]:
        """The reports of that kind so far."""
        return [report for report in self.reports if report.what == what]

    def output(self, name: str = "stdout") -> bytes:
        """What the program printed."""
        return (self.directory.path / name).read_bytes()


def written(folder: Path, source: str) -> Path:
    """A program's file in `folder`."""
    program = folder / "program.py"
    program.write_text(textwrap.dedent(source))
    return program


RECORDER = """
import json, sys
from dataclasses import asdict
from visualiser.run import record, resolve_target
with record(resolve_target("program.py")) as recording:
    facts = {**recording.info.to_data(), "interrupted": recording.interrupted, "ended_by": recording.ended_by}
    print(json.dumps(facts), file=sys.stderr)
"""
"""What `record` does, as a process of its own: the run's facts are the last line of standard error."""


class Recorder:
    """A process that records `source` in `folder`, in a process group of its own, as a shell starts it."""

    def __init__(self, folder: Path, source: str, driver: str = RECORDER) -> None:
        self.folder = folder
        self.home = folder / "tmp"
        self.home.mkdir()
        written(folder, source)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", driver],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(self.home), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        self.process.kill()
        self.process.wait()

    def ready(self, name: str = "ready") -> Recorder:
        """Wait until the program has made that file."""
        until(lambda: (self.folder / name).exists() or self.process.poll() is not None, f"the program to make {name}")
        assert (self.folder / name).exists(), self.process.communicate()
        return self

    @property
    def directory(self) -> Path:
        """The run's directory."""
        (found,) = self.home.glob("interleave-*/run-*")
        return found

    def observer(self) -> psutil.Process:
        """The observer's process."""
        (found,) = (one for one in psutil.Process(self.process.pid).children() if "observe" in " ".join(one.cmdline()))
        return found

    def facts(self) -> dict[str, Any]:
        """Wait for the recorder's end; what it says about the run."""
        _, said = self.process.communicate(timeout=TOO_LONG)
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found
