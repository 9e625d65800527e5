"""Other programs, told of: started by `subprocess`, `os.posix_spawn` or what lies below them, waited for, ended.

A Python among them writes a diary of its own. Of any other, and of one that cannot be recorded (`python -I`), what its
parent says here is all that is known.
"""

from __future__ import annotations

import os
import sys
from sys import _getframe

from ..events import Kind, Span, StartMethod, Wait, pair, word
from . import forks, hooks, recorder
from .places import find_place
from .recorder import begin_span, begin_wait, end_wait, site, text
from .standins import stand_in
from .things import Thing, dress, find, keep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TELL_THEMSELVES = ("subprocess", "multiprocessing.popen_fork", "multiprocessing.popen_forkserver")


def install() -> None:
    """Exchange what `os` has; change `subprocess` once it is imported."""
    for name, options in (("wait", None), ("waitpid", 1), ("wait3", 0), ("wait4", 1), ("system", None)):
        if hasattr(os, name):
            stand_in(name, _waiting(getattr(os, name), options), os, sys.modules[os.name])
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            stand_in(name, _launching(getattr(os, name)), os, sys.modules[os.name])
    hooks.after_import("_posixsubprocess", lambda module: stand_in("fork_exec", _launching(module.fork_exec), module))
    hooks.after_import("subprocess", _change_subprocess)


def _launching(real: Any) -> Any:
    """What starts a program: it returns once the system has done so, or has at least made the process."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        label, child = _program(args[0] if args else ""), 0
        begin_span(Span.LAUNCH, label, _getframe().f_back)
        try:
            child = real(*args, **kwargs)
            return child
        finally:
            recorder.pen.record(word(Kind.SPAN_END, Span.LAUNCH, text(label)), pair(0, child))

    return call


def _waiting(real: Any, options: int | None) -> Any:
    """`options`: the number of the argument that may say not to wait."""
    at_once = getattr(os, "WNOHANG", 0)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("options", 0) if options is None or len(args) <= options else args[options]
        if type(given) is int and given & at_once:
            return _tell_of_end(real(*args, **kwargs), _getframe().f_back)
        mine = begin_wait(Wait.SUBPROCESS, 0, site(_getframe().f_back), None)
        try:
            answer = real(*args, **kwargs)
        finally:
            end_wait(mine, Wait.SUBPROCESS, 0, True)
        return _tell_of_end(answer, _getframe().f_back)

    return call


def _tell_of_end(answer: Any, caller: Any) -> Any:
    """`answer`: (pid, status, ...) as `os.waitpid` gives it; the number alone, as `os.system` does, tells of nobody."""
    if isinstance(answer, tuple) and os.name == "posix" and caller.f_globals.get("__name__") not in TELL_THEMSELVES:
        pid, status = answer[:2]
        if pid > 0 and not forks.ended and (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
            code = os.waitstatus_to_exitcode(status)
            recorder.pen.record(word(Kind.CHILD_ENDED, 0, code & 0xFFFFFFFF), pair(0, pid))
    return answer


def _change_subprocess(subprocess: Any) -> None:
    popen = subprocess.Popen
    _tell_of_starts(popen)
    popen.wait = _telling(popen.wait, 0, True)
    popen.communicate = _telling(popen.communicate, 1, False)
    if hasattr(popen, "_handle_exitstatus"):
        _tell_of_ends(popen)


def _tell_of_starts(popen: Any) -> None:
    """What `Popen.__init__` waits for is no reading of the program's: the child's first sign of life."""
    real = popen._execute_child

    def _execute_child(self: Any, *args: Any, **kwargs: Any) -> Any:
        place = find_place(_getframe().f_back)
        name = _program(args[0] if args else "")
        thing = Thing(type(self).__name__, Wait.SUBPROCESS, place, name)
        keep(thing, self)
        line = site(_getframe().f_back)
        mine = begin_wait(Wait.SUBPROCESS, thing.id(), line, None)
        try:
            real(self, *args, **kwargs)
        finally:
            end_wait(mine, Wait.SUBPROCESS, thing.id(), True)
        recorder.pen.record(word(Kind.CHILD_STARTED, StartMethod.SUBPROCESS, text(name)), pair(line, self.pid))

    popen._execute_child = dress(_execute_child, real)


def _tell_of_ends(popen: Any) -> None:
    """Called once, by whoever of `wait` and `poll` comes to know how the child ended."""
    real = popen._handle_exitstatus

    def _handle_exitstatus(self: Any, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        try:
            recorder.pen.record(word(Kind.CHILD_ENDED, 0, self.returncode & 0xFFFFFFFF), pair(0, self.pid))
        except Exception:  # it may be called when the interpreter has taken our modules apart
            pass

    popen._handle_exitstatus = dress(_handle_exitstatus, real)


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

    return dress(wait, real)
