"""`EXE .../visualiser/probe/__main__.py [-m MODULE | FILE] ARGS...`: runs a program as plain `EXE` would, watched.

This process turns itself into `EXE [its own flags] [-m MODULE | FILE] ARGS...` with the probe's site folder in front of
PYTHONPATH (see site/sitecustomize.py). The program is started by the interpreter itself, so nothing about it has to be
imitated. Where a process cannot turn into another (Windows), it starts it and passes its exit code on.
"""

import os
import sys


def environment(environ):  # type: ignore[no-untyped-def]
    """A copy of `environ` in which a Python loads the probe at its start."""
    changed = dict(environ)
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "site")
    changed["PYTHONPATH"] = os.pathsep.join([here] + ([environ["PYTHONPATH"]] if "PYTHONPATH" in environ else []))
    return changed


def flags():  # type: ignore[no-untyped-def]
    """The interpreter's own options as given to this process, e.g. -X dev -O."""
    if hasattr(sys, "orig_argv"):
        return sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv)]
    from subprocess import _args_from_interpreter_flags  # type: ignore[attr-defined]  # Python 3.9 knows no better way

    return _args_from_interpreter_flags()


def main():  # type: ignore[no-untyped-def]
    command = [sys.executable, *flags(), *sys.argv[1:]]
    changed = environment(os.environ)
    if os.name == "posix":
        os.execve(sys.executable, command, changed)
    import subprocess

    sys.exit(subprocess.call(command, env=changed))


if __name__ == "__main__":
    main()
