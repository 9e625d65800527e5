"""The private directory of one run: made, marked as ours, removed when closed, and swept up when its owner died.

Recorded are source lines, arguments and output of the user's programs: nobody else may look. So the directory has mode
0700, below a folder of this user that nobody else can have prepared.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from types import TracebackType

import psutil

OWNER = "owner.json"
SAME_OWNER = 60.0
"""Seconds by which a process's time of creation may differ and still be the same: clocks are set at times."""
NEW = 60.0
"""Seconds during which a directory without an owner's mark is taken to be one that is being made."""


class BadRunDirectory(OSError):
    """No private directory can be had for a run: the message is one or two plain sentences."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class RunDirectory:
    """One run's directory at `path`. Remove it with `close()`, or use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls) -> RunDirectory:
        """A fresh directory, owned by this process. Raises BadRunDirectory."""
        home = _home()
        try:
            path = Path(tempfile.mkdtemp(prefix="run-", dir=home))
            _mark(path)
        except OSError as error:
            raise BadRunDirectory(f"No run can be recorded in {home}: {error.strerror}.") from error
        return cls(path)

    def close(self) -> None:
        """Remove the directory and all that was recorded in it. Harmless the second time."""
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> RunDirectory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _home() -> Path:
    """The folder of this user's runs. Raises BadRunDirectory when it is not this user's alone."""
    who = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
    home = Path(tempfile.gettempdir()) / f"interleave-{who}"
    try:
        home.mkdir(mode=0o700, exist_ok=True)
        found = home.lstat()
    except OSError as error:
        raise BadRunDirectory(f"No run can be recorded: {home} cannot be used ({error.strerror}).") from error
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        raise BadRunDirectory(f"{home} belongs to someone else. Remove it, or set TMPDIR to a folder of your own.")
    if hasattr(os, "getuid") and stat.S_IMODE(found.st_mode) != 0o700:
        home.chmod(0o700)
    return home


def _mark(path: Path) -> None:
    me = psutil.Process()
    (path / OWNER).write_text(json.dumps({"pid": me.pid, "create_time": me.create_time()}), encoding="utf-8")


def sweep() -> None:
    """Remove this user's runs whose owner no longer lives. May take a while: they can be large."""
    for path in _home().glob("run-*"):
        if _is_stale(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_stale(path: Path) -> bool:
    try:
        owner = json.loads((path / OWNER).read_text(encoding="utf-8"))
        pid, created = int(owner["pid"]), float(owner["create_time"])
    except (OSError, ValueError, TypeError, KeyError):
        return _age(path) > NEW
    return not is_alive(pid, created, SAME_OWNER)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def is_alive(pid: int, created: float, tolerance: float = 2.0) -> bool:
    """Whether the process of that number is still the one created then (seconds since the epoch), and not a zombie."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) <= tolerance
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
