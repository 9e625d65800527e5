"""What a child process inherits of us, so that a Python among them joins the run: the variables the program cannot see.

They lie in the environment below `os.environ`. A child that is given an environment of its own (`env=`) would not have
them, and one whose PYTHONPATH the program sets would not find the probe. So both get them added, on their way out.

A child with an environment of its own gets them if it is a Python, a script or a shell (which may start one), or a
program that runs another (`env`, `nice`, `make`). Any other sees exactly the environment it is given. Where the program
has already begun another recording in it (INTERLEAVE_RUN), nothing is added.
"""

from __future__ import annotations

import os
import sys

from . import hooks
from .places import OURS
from .standins import stand_in
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SHELLS = ("sh", "bash", "dash", "zsh", "ksh", "fish", "busybox")
WRAPPERS = ("env", "nice", "ionice", "nohup", "setsid", "stdbuf", "taskset", "time", "timeout", "xargs", "make")
LAUNCHERS = SHELLS + WRAPPERS
SITE = os.path.join(OURS, "probe", "site")
_variables: dict[str, str] = {}


def install(settings: Mapping[str, str]) -> None:
    """`settings`: our variables, as this process was given them."""
    _variables.update(settings)
    _variables.pop("INTERLEAVE_PROGRAM", None)
    native = sys.modules[os.name]
    _tell_of_changes(native)
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            stand_in(name, _giving(getattr(os, name)), os, native)
    hooks.after_import("_posixsubprocess", _change_posixsubprocess)
    if os.name == "nt":
        hooks.after_import("subprocess", _change_subprocess)


def with_ours(env: Any, program: Any) -> Any:
    """`env`, made for a child that runs `program`, with our variables; as it is when that has no use for them."""
    try:
        given = {os.fsdecode(key): key for key in env}
        if "INTERLEAVE_RUN" in given or not may_start_python(program, env):
            return env
        changed = {**env, **_variables}
        path: Any = given.get("PYTHONPATH", "PYTHONPATH")
        rest = os.fsdecode(changed.get(path, ""))
        changed[path] = os.fsencode(_path(rest)) if isinstance(path, bytes) else _path(rest)
        return changed
    except Exception:  # whatever is wrong with it, the real call will say so
        return env


def _path(rest: str) -> str:
    return SITE + os.pathsep + rest if rest else SITE


def may_start_python(program: Any, env: Mapping[str, str]) -> bool:
    """Whether this is a Python, a script or a program that may run one."""
    name = os.fsdecode(program)
    base = os.path.basename(name)
    if base.startswith(("python", "pypy")) or base in LAUNCHERS:
        return True
    places = [""] if os.path.dirname(name) else _search_path(env)
    for place in places:
        try:
            with open(os.path.join(place, name), "rb") as file:
                return file.read(2) == b"#!" or os.path.samefile(file.name, sys.executable)
        except OSError:
            continue
    return False


def _search_path(env: Mapping[Any, Any]) -> list[str]:
    return os.get_exec_path({os.fsdecode(key): os.fsdecode(value) for key, value in env.items()})


def _giving(real: Any) -> Any:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 2:
            args = (*args[:2], with_ours(args[2], args[0]), *args[3:])
        elif "env" in kwargs:
            kwargs["env"] = with_ours(kwargs["env"], args[0] if args else kwargs.get("path"))
        return real(*args, **kwargs)

    return call


def _change_posixsubprocess(module: Any) -> None:
    """The one door of `subprocess`, and of others (loky) who use it without: env_list is None or has b"NAME=value"."""
    real = module.fork_exec

    def call(self: Any, *args: Any) -> Any:
        if len(args) > 5 and type(args[5]) in (list, tuple):
            args = (*args[:5], _list_with_ours(args[5], args[1]), *args[6:])
        return real(*args)

    stand_in("fork_exec", call, module)


def _list_with_ours(entries: Any, programs: Any) -> Any:
    try:
        env = dict(entry.partition(b"=")[::2] for entry in entries)
        for program in programs:
            changed = with_ours(env, program)
            if changed is not env:
                return [os.fsencode(key) + b"=" + os.fsencode(value) for key, value in changed.items()]
    except Exception:  # as in `with_ours`
        pass
    return entries


def _change_subprocess(subprocess: Any) -> None:
    """Where there is no fork."""
    popen = subprocess.Popen
    real = popen._execute_child

    def _execute_child(self: Any, *args: Any) -> Any:
        if len(args) > 9 and args[6] is not None:
            command, executable = args[0], args[1]
            first = executable or (command if isinstance(command, (str, bytes, os.PathLike)) else command[0])
            args = (*args[:6], with_ours(args[6], first), *args[7:])
        return real(self, *args)

    popen._execute_child = disguise(_execute_child, real)


def _tell_of_changes(native: Any) -> None:
    """`os.environ` sets variables by these."""
    put = os.putenv

    def putenv(self: Any, name: Any, value: Any, /) -> None:
        if os.fsdecode(name) == "PYTHONPATH":
            value = _path(os.fsdecode(value))
        put(name, value)

    def unsetenv(self: Any, name: Any, /) -> None:
        if os.fsdecode(name) == "PYTHONPATH":
            put(name, SITE)
        else:
            remove(name)

    remove = os.unsetenv
    stand_in("putenv", putenv, os, native)
    stand_in("unsetenv", unsetenv, os, native)
