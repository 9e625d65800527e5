"""The Python interpreters of this machine that a program can be run with, each asked once what it is."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

OLDEST = (3, 9)
"""The first version in which a program can be watched."""

PATIENCE = 10.0
"""Seconds that an interpreter may take to say what it is."""

_QUESTION = (
    "import sys,json;print(json.dumps([list(sys.version_info[:3]),sys.implementation.name,"
    "getattr(sys,'_is_gil_enabled',lambda:True)(),sys.executable]))"
)
_NAMED = re.compile(r"python3\.\d+t?")


class BadInterpreter(ValueError):
    """This is no Python that a program can be watched in: the message is one or two plain sentences."""


@dataclass(frozen=True)
class Interpreter:
    """One Python: where it is, its version (major, minor, micro), and whether it runs with a GIL."""

    executable: str
    version: tuple[int, int, int]
    gil: bool

    @property
    def version_text(self) -> str:
        """The version in words, as "3.13.0" or "3.13.0 without a GIL"."""
        return ".".join(map(str, self.version)) + ("" if self.gil else " without a GIL")


def probe_interpreter(name: str) -> Interpreter:
    """What the Python called `name` (a path, or a name on PATH) is. Blocks for 30 ms or so; raises BadInterpreter."""
    path = shutil.which(os.path.expanduser(name))
    if path is None:
        there = Path(name).expanduser()
        problem = "cannot be run" if there.exists() else "was not found"
        raise BadInterpreter(f"The Python {name} {problem}. Give the path of a python executable.")
    return _asked(os.path.abspath(path))


@lru_cache(maxsize=64)
def _asked(path: str) -> Interpreter:
    command = [path, "-I", "-S", "-c", _QUESTION]
    try:
        answer = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=True)
        version, implementation, gil, _ = json.loads(answer.stdout)
    except subprocess.TimeoutExpired:
        raise BadInterpreter(f"{path} did not say its version within {PATIENCE:.0f} seconds. Is it a Python?") from None
    except (OSError, subprocess.CalledProcessError, ValueError):
        raise BadInterpreter(
            f"{path} does not answer as a Python does. Give the path of a python executable."
        ) from None
    return _accepted(Interpreter(path, tuple(version), bool(gil)), implementation)


def _accepted(found: Interpreter, implementation: str) -> Interpreter:
    if implementation != "cpython":
        raise BadInterpreter(f"{found.executable} is {implementation}; only CPython can be watched.")
    if found.version[:2] < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise BadInterpreter(f"{found.executable} is Python {found.version_text}; {oldest} or newer is needed.")
    return found


def own_interpreter() -> Interpreter:
    """The interpreter that this program itself runs in."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    major, minor, micro = sys.version_info[:3]
    return Interpreter(sys.executable, (major, minor, micro), gil)


def interpreters() -> tuple[Interpreter, ...]:
    """The current Python first, then others, newest first.

    Starts each of them once, which takes a while: to be called in a worker thread, not in the window's.
    """
    own = own_interpreter()
    found = {os.path.realpath(own.executable): own}
    for path in _candidates():
        real = os.path.realpath(path)
        if real in found:
            continue
        try:
            found[real] = _asked(path)
        except BadInterpreter:
            continue
    others = [each for each in found.values() if each is not own]
    return own, *sorted(others, key=lambda each: (each.version, each.gil), reverse=True)


def _candidates() -> list[str]:
    """Paths that look like a python: pythonX.Y on PATH, and pyenv's versions."""
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    paths = [path for folder in folders if folder != pyenv / "shims" for path in _pythons_in(folder)]
    with contextlib.suppress(OSError):  # it may be somebody else's
        paths += sorted((pyenv / "versions").glob("*/bin/python"))
    return [str(path) for path in paths]


def _pythons_in(folder: Path) -> list[Path]:
    suffix = ".exe" if os.name == "nt" else ""
    try:
        names = [name for name in os.listdir(folder) if _NAMED.fullmatch(name.removesuffix(suffix))]
    except OSError:
        return []
    return [folder / name for name in sorted(names) if os.access(folder / name, os.X_OK)]
