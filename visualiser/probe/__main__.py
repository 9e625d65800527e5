"""`EXE .../visualiser/probe/__main__.py [-m MODULE | FILE] ARGS...`: runs a program as plain `EXE` would, watched.

This process turns itself into `EXE [its own flags] [-m MODULE | FILE] ARGS...` with the probe's site folder in front of
PYTHONPATH (see site/sitecustomize.py). The program is started by the interpreter itself, so nothing about it has to be
imitated. Where a process cannot turn into another (Windows), it starts it and passes its exit code on.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of `environ` in which a Python of 3.9 or newer loads the probe, as the program of this run.

    For whoever starts `EXE [-m MODULE | FILE] ARGS` itself: the same as through this file, and 10 to 20 ms earlier.
    """
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "site")
    path = os.pathsep.join([here] + ([environ["PYTHONPATH"]] if environ.get("PYTHONPATH") else []))
    return {**environ, "PYTHONPATH": path, "INTERLEAVE_PROGRAM": "1"}


def flags() -> list[str]:
    """The interpreter's own options as given to this process, e.g. -X dev -O."""
    if hasattr(sys, "orig_argv"):
        return sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv)]
    from subprocess import _args_from_interpreter_flags  # type: ignore[attr-defined]  # Python 3.9: no better way

    given: list[str] = _args_from_interpreter_flags()
    return given


def main() -> None:
    """Become the program, or start it. Ends this process."""
    command = [sys.executable, *flags(), *sys.argv[1:]]
    if os.name == "posix":
        os.execve(sys.executable, command, environment(os.environ))
    import subprocess

    sys.exit(subprocess.call(command, env=environment(os.environ)))


if __name__ == "__main__":
    main()
