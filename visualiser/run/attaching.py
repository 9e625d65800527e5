"""A process that runs already, to be watched: which it is, and the probe put into it where Python allows that.

From Python 3.14 on a process runs a script that another one names (`sys.remote_exec`, PEP 768), in its main thread,
when that comes to a safe place. It takes the same version to ask, so the process's own interpreter is started for it.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from visualiser.run.interpreters import BadInterpreter, Interpreter, probe_interpreter
from visualiser.run.launch import PACKAGE
from visualiser.run.machine import machine_facts
from visualiser.run.reading import read_store
from visualiser.trace import RunInfo, TraceStore

REMOTE = (3, 14)
"""From this version on a process can be asked to load the probe."""

PATIENCE = 3.0
"""Seconds that the process's main thread may take to come to a place where it loads the probe."""

TICK = 0.01
ANSWER = "attached.txt"

_ASK = "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])"

OLD = "Its calls are not recorded: that takes Python 3.14 or newer, and it runs {version}."
NO_PYTHON = "Its calls are not recorded: it is no Python that can be asked to."
BUSY = "Its calls are not recorded: its main thread loads the probe when it comes back to Python, and it has not."
REFUSED = "Its calls are not recorded: the system does not let us ask it to. Run this command with sudo."
FORBIDDEN = "Its calls are not recorded: it was started so that nobody may (PYTHON_DISABLE_REMOTE_DEBUG)."
STRANGER = "Its calls are not recorded: it is another user's, who may not write into your files."
ELSEWHERE = "Its calls are not recorded: it runs in a container of its own, where our files are not."
TWICE = "Its calls are not recorded here: somebody records it already."
FAILED = "Its calls are not recorded: the probe could not be started in it."
BEFORE = "What it called before is not known: neither who holds a lock taken before, nor what such a lock is called."


class AttachError(ValueError):
    """That process cannot be watched: the message is one or two plain sentences."""


@dataclass(frozen=True)
class Running:
    """A process that runs. `interpreter`: None when it is no CPython that we know."""

    pid: int
    name: str
    argv: tuple[str, ...]
    executable: str
    interpreter: Interpreter | None

    @property
    def can_be_asked(self) -> bool:
        """Whether it may load the probe by itself."""
        return self.interpreter is not None and self.interpreter.version[:2] >= REMOTE


def running(pid: int) -> Running:
    """The process of that number. Raises AttachError."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            raise AttachError(f"Process {pid} has ended.")
        argv = tuple(process.cmdline())
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        raise AttachError(f"There is no process {pid}.") from None
    except psutil.AccessDenied:
        raise AttachError(_not_yours(pid)) from None
    if pid == os.getpid():
        raise AttachError("Interleave cannot watch itself.")
    executable = f"/proc/{pid}/exe"
    try:
        name = os.path.basename(os.readlink(executable))
    except PermissionError:
        raise AttachError(_not_yours(pid)) from None
    except OSError:
        raise AttachError(f"Process {pid} has ended, or belongs to the system.") from None
    called = _called(argv) if name.startswith("python") else ""
    return Running(pid, called or name, argv, executable, _interpreter(pid, argv))


def _not_yours(pid: int) -> str:
    return f"Process {pid} belongs to someone else. Run this command with sudo to watch it."


def _called(argv: tuple[str, ...]) -> str:
    """A Python's name is that of what it runs: a script, a module, else the program itself."""
    rest = list(argv[1:])
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "-m" and rest:
            return rest[0]
        if option == "-c":
            return "python -c"
        if option in ("-X", "-W") and rest:
            rest.pop(0)
    first = rest[0] if rest else (argv[0] if argv else "")
    return os.path.basename(first)


def _interpreter(pid: int, argv: tuple[str, ...]) -> Interpreter | None:
    """What Python it is, told by its own executable."""
    name = os.path.basename(os.path.realpath(f"/proc/{pid}/exe"))
    if not name.startswith("python"):
        return None
    try:
        return probe_interpreter(os.path.realpath(f"/proc/{pid}/exe"))
    except BadInterpreter:
        return None


def python_processes() -> Iterator[Running]:
    """This user's processes of Python, but for this one; those that may not be looked into are left out."""
    for process in psutil.process_iter(["name"]):
        if process.pid != os.getpid() and (process.info["name"] or "").startswith("python"):
            try:
                yield running(process.pid)
            except AttachError:
                continue


# --- the probe in it --------------------------------------------------------------------------------------------------


def load_probe(target: Running, directory: Path, limit: int) -> str:
    """Have the process record its calls from now on; "" or a sentence on why it does not. Takes up to 3 s."""
    if target.interpreter is None:
        return NO_PYTHON
    if not target.can_be_asked:
        return OLD.format(version=target.interpreter.version_text)
    if not _is_ours(target.pid):
        return STRANGER
    if not all(_is_seen_there(target.pid, path) for path in (directory, PACKAGE / "probe" / "boot.py")):
        return ELSEWHERE
    settings = {
        "INTERLEAVE_RUN": str(directory),
        "INTERLEAVE_LIMIT": str(limit),
        "INTERLEAVE_WATCHER": str(os.getpid()),
    }
    body = _BEGIN.format(package=str(PACKAGE), boot=str(PACKAGE / "probe" / "boot.py"), settings=settings)
    told = _tell(target, directory, "begin", body)
    return {"": "", None: BUSY, "recorded already": TWICE}.get(told, told or FAILED)


def has_begun(directory: Path) -> bool:
    """Whether the process has come to record its calls, perhaps after the patience of `load_probe`."""
    place = directory / f"begin-{ANSWER}"
    return place.exists() and not place.read_text(encoding="utf-8")


def unload_probe(target: Running, directory: Path) -> bool:
    """Have it record nothing any more; whether it said so. It stops by itself too, once we are no more."""
    return _tell(target, directory, "end", _END) == ""


def _is_ours(pid: int) -> bool:
    """Whether it may write into a directory of ours."""
    try:
        return bool(psutil.Process(pid).uids().effective == os.geteuid())
    except psutil.Error:
        return False


def _is_seen_there(pid: int, path: Path) -> bool:
    """Whether a path means the same file to that process: in a container of its own it does not."""
    try:
        return os.path.samefile(f"/proc/{pid}/root{path}", path)
    except OSError:
        return False


_BEGIN = """\
    settings = {settings!r}
    if os.path.isdir(settings["INTERLEAVE_RUN"]) and os.path.exists("/proc/" + settings["INTERLEAVE_WATCHER"]):
        fresh = "_interleave" not in sys.modules
        if fresh:
            room = {{"__file__": {boot!r}, "__name__": "_interleave_boot"}}
            with open({boot!r}, "rb") as source:
                exec(compile(source.read(), {boot!r}, "exec"), room)
            room["boot"]({package!r}, dict(settings, INTERLEAVE_PROGRAM="1"))
        from _interleave.probe import attached
        answer = attached.begin(settings, fresh)
"""
_END = """\
    from _interleave.probe import attached
    answer = attached.end()
"""
_SCRIPT = """\
import os, sys
answer = "failed"
try:
    os.unlink({script!r})
{body}
except BaseException:
    pass
try:
    with open({place!r} + ".new", "w") as file:
        file.write(answer)
    os.replace({place!r} + ".new", {place!r})
except BaseException:
    pass
"""


def _tell(target: Running, directory: Path, what: str, body: str) -> str | None:
    """Have it run some lines; what they answered, None when they were not run in time, or a sentence.

    The script lies beside the run's directory, which is removed: a process whose main thread comes to it late must
    find it, or Python complains on that process's standard error. It removes itself, and then does nothing else.
    """
    place = directory / f"{what}-{ANSWER}"
    script = directory.parent / f"{what}-{directory.name}-{target.pid}.py"
    script.write_text(_SCRIPT.format(body=body, place=str(place), script=str(script)), encoding="utf-8")
    problem = _ask(target, script)
    if problem:
        script.unlink(missing_ok=True)
        return problem
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and psutil.pid_exists(target.pid):
        if place.exists():
            return place.read_text(encoding="utf-8").replace("failed", FAILED)
        time.sleep(TICK)
    return None


def _ask(target: Running, script: Path) -> str:
    """Name the script to the process; "" or why it could not be done."""
    assert target.interpreter is not None
    command = [target.interpreter.executable, "-I", "-S", "-c", _ASK, str(target.pid), str(script)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return FAILED
    if done.returncode == 0:
        return ""
    last = done.stderr.strip().rpartition("\n")[2]
    if "PermissionError" in last or "Operation not permitted" in last:
        return REFUSED
    return FORBIDDEN if "not enabled" in last else FAILED


# --- the run ----------------------------------------------------------------------------------------------------------


def described(target: Running, origin_ns: int, missing: tuple[str, ...]) -> RunInfo:
    """The description of a run that begins when somebody attached to it. `missing`: sentences on what is not known."""
    return RunInfo(
        target=f"process {target.pid}",
        title=f"{target.name} (process {target.pid}, attached)",
        python=".".join(map(str, target.interpreter.version)) if target.interpreter else None,
        executable=target.interpreter.executable if target.interpreter else target.argv[0] if target.argv else None,
        argv=target.argv[1:],
        machine=machine_facts(),
        started_wall_ns=time.time_ns() - (time.perf_counter_ns() - origin_ns),
        origin_ns=origin_ns,
        extra={"attached": {"pid": target.pid, "missing": list(missing)}},
    )


def concluded(info: RunInfo, sources: dict[str, Any], recorded: bool, end_ns: int) -> RunInfo:
    """The same when somebody has let go, at `end_ns`. `recorded`: the probe was in it."""
    return replace(
        info,
        sources={**info.sources, **sources, "calls": "recorded" if recorded else "none"},
        end_ns=end_ns,
    )


def read(directory: Path, info: RunInfo) -> TraceStore:
    """What was seen and recorded."""
    store = read_store(directory, info)
    store.directory = None  # it is removed soon; nothing else of it is needed
    return store
