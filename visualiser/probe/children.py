"""Waiting for other programs, told of: `subprocess`, `os.waitpid` and `os.system`."""

from __future__ import annotations

import os
import sys
from sys import _getframe

from ..events import Wait
from . import hooks
from .places import find_place
from .recorder import begin_wait, end_wait, site
from .standins import stand_in
from .things import Thing, find, keep
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def install() -> None:
    """Exchange what `os` has; change `subprocess` once it is imported."""
    for name, options in (("wait", None), ("waitpid", 1), ("wait3", 0), ("wait4", 1), ("system", None)):
        if hasattr(os, name):
            stand_in(name, _waiting(getattr(os, name), options), os, sys.modules[os.name])
    hooks.after_import("subprocess", _change_subprocess)


def _waiting(real: Any, options: int | None) -> Any:
    """`options`: the number of the argument that may say not to wait."""
    at_once = getattr(os, "WNOHANG", 0)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("options", 0) if options is None or len(args) <= options else args[options]
        if type(given) is int and given & at_once:
            return real(*args, **kwargs)
        mine = begin_wait(Wait.SUBPROCESS, 0, site(_getframe().f_back), None)
        try:
            return real(*args, **kwargs)
        finally:
            end_wait(mine, Wait.SUBPROCESS, 0, True)

    return call


def _change_subprocess(subprocess: Any) -> None:
    popen = subprocess.Popen
    _tell_of_starts(popen)
    popen.wait = _telling(popen.wait, 0, True)
    popen.communicate = _telling(popen.communicate, 1, False)


def _tell_of_starts(popen: Any) -> None:
    """What `Popen.__init__` waits for is no reading of the program's: the child's first sign of life."""
    real = popen._execute_child

    def _execute_child(self: Any, *args: Any, **kwargs: Any) -> Any:
        place = find_place(_getframe().f_back)
        thing = Thing(type(self).__name__, Wait.SUBPROCESS, place, _program(args[0] if args else ""))
        keep(thing, self)
        mine = begin_wait(Wait.SUBPROCESS, thing.id(), site(_getframe().f_back), None)
        try:
            return real(self, *args, **kwargs)
        finally:
            end_wait(mine, Wait.SUBPROCESS, thing.id(), True)

    popen._execute_child = disguise(_execute_child, real)
    _execute_child.__defaults__ = None


def _program(command: Any) -> str:
    """The name of the program that is run."""
    try:
        first = command if isinstance(command, (str, bytes)) or hasattr(command, "__fspath__") else command[0]
        words = os.fsdecode(first).split() if isinstance(command, str) else [os.fsdecode(first)]
        return os.path.basename(words[0]).replace("\t", " ")
    except Exception:
        return ""


def _telling(real: Any, timeout_at: int, over_when_ended: bool) -> Any:
    """`timeout_at`: which argument is the time-out. `over_when_ended`: nothing to wait for once it is known to be."""

    def wait(self: Any, *args: Any, **kwargs: Any) -> Any:
        if over_when_ended and self.returncode is not None:
            return real(self, *args, **kwargs)
        thing = find(id(self))
        number = thing.id() if thing is not None else 0
        timeout = args[timeout_at] if len(args) > timeout_at else kwargs.get("timeout")
        mine = begin_wait(Wait.SUBPROCESS, number, site(_getframe().f_back), timeout)
        try:
            return real(self, *args, **kwargs)
        finally:
            end_wait(mine, Wait.SUBPROCESS, number, self.returncode is not None)

    disguise(wait, real).__defaults__ = None
    return wait
