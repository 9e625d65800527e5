"""Notices what `multiprocessing` does with processes: started, joined, ended, and as which a child was born.

The children themselves come to the probe by their own way: a fork by forks.py, an executed Python by site/.
"""

from __future__ import annotations

import sys

from ..events import Kind, Span, StartMethod, Wait, pair, word
from . import forks, hooks, recorder, threads
from .places import add_library_code, find_place
from .recorder import begin_span, begin_wait, define_object, end_span, end_wait, site, text
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

METHODS = {"fork": StartMethod.FORK, "spawn": StartMethod.SPAWN, "forkserver": StartMethod.FORKSERVER}
roles: list[Callable[[Any], str]] = []  # each asked for the role of a Process, by parent and child alike; "" if unknown
on_process_end: list[Callable[[], None]] = []  # called in a child before its end is told
SPAWNED = sys.argv[1:2] == ["--multiprocessing-fork"]  # looked at before the program's own arguments stand there
on_child_begin: list[Callable[[Any], None]] = []  # called in a child with its Process, before its program code


def install() -> None:
    """Change the modules of `multiprocessing` as they are imported."""
    hooks.after_import("multiprocessing.process", _change_process)
    for name in ("popen_fork", "popen_forkserver", "popen_spawn_win32"):
        hooks.after_import("multiprocessing." + name, _change_popen)
    hooks.after_import("multiprocessing.spawn", _change_spawn)
    hooks.after_import("multiprocessing.resource_tracker", _change_resource_tracker)
    hooks.after_import("multiprocessing.forkserver", _change_forkserver)


def _change_process(process: Any) -> None:
    base = process.BaseProcess
    _tell_of_starts(base)
    _tell_of_joins(base)
    _tell_of_children(base)


def _tell_of_starts(base: Any) -> None:
    real = base.start

    def start(self: Any) -> None:
        frame = sys._getframe().f_back
        name, known_as = str(self.name), role(self)  # once started, it has forgotten its target
        begin_span(Span.PROCESS_START, name, frame)
        try:
            real(self)
            how = METHODS.get(getattr(self._popen, "method", ""), StartMethod.UNKNOWN)
            recorder.pen.record(word(Kind.CHILD_STARTED, how, text(known_as)), pair(site(frame), self.pid or 0))
        finally:
            end_span(Span.PROCESS_START, name)

    base.start = disguise(start, real)


def role(process: Any) -> str:
    """What this process is called: by what it is for where that is known ("Pool worker 2"), else by its own name."""
    for say in roles:
        said = say(process)
        if said:
            return said
    return str(process._name)


def _tell_of_joins(base: Any) -> None:
    real = base.join

    def join(self: Any, timeout: Any = None) -> None:
        frame = sys._getframe().f_back
        thing = define_object("Process", find_place(frame), str(self._name))
        mine = begin_wait(Wait.PROCESS_JOIN, thing, site(frame), timeout)
        try:
            real(self, timeout)
        finally:
            ended = getattr(self._popen, "returncode", None) is not None
            end_wait(mine, Wait.PROCESS_JOIN, thing, ended)

    base.join = disguise(join, real)


def _tell_of_children(base: Any) -> None:
    """In the child: its name at its begin, and its exit code, which it knows before anybody else, at its end."""
    real = base._bootstrap

    def _bootstrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        forks.ended = False
        if SPAWNED or forks.method == "forkserver":
            _disown_command()
        recorder.pen.record(word(Kind.PROCESS_NAME, 0, text(role(self))), 0)
        for hook in on_child_begin:
            hook(self)
        code = real(self, *args, **kwargs)
        end_process(code)
        return code

    base._bootstrap = disguise(_bootstrap, real)


def _disown_command() -> None:
    """The text that the library gave to `-c` is not the program's."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    if frame.f_code.co_filename == "<string>":
        add_library_code(frame.f_code)


def end_process(code: Any) -> None:
    """Record that this process ends with this exit code."""
    for hook in on_process_end:
        hook()
    threads.end_thread()
    recorder.pen.record(word(Kind.PROCESS_END), pair(0, code if type(code) is int else 1))
    forks.ended = True


def _change_popen(module: Any) -> None:
    """A child's end is told once: by whoever of `poll` and `wait` comes to know its exit code."""
    popen = module.Popen
    for name in ("poll", "wait"):
        if name in vars(popen):
            setattr(popen, name, _telling_of_the_end(getattr(popen, name)))


def _telling_of_the_end(real: Any) -> Any:
    def ask(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = self.returncode
        code = real(self, *args, **kwargs)
        if before is None and code is not None and not getattr(self, "_interleave_told", False):
            self._interleave_told = True
            recorder.pen.record(word(Kind.CHILD_ENDED, 0, code & 0xFFFFFFFF), pair(0, self.pid))
        return code

    return disguise(ask, real)


def _change_spawn(spawn: Any) -> None:
    """spawn and forkserver import the main module again, in the child."""
    for name in ("_fixup_main_from_path", "_fixup_main_from_name"):
        setattr(spawn, name, _spanning(getattr(spawn, name)))


def _spanning(real: Any) -> Any:
    def fixup(name: str) -> Any:
        begin_span(Span.IMPORT_MAIN, name, None)
        try:
            return real(name)
        finally:
            end_span(Span.IMPORT_MAIN, name)

    return disguise(fixup, real)


def _change_resource_tracker(module: Any) -> None:
    module.main = _named("resource tracker", module.main)


def _change_forkserver(module: Any) -> None:
    real = module.main

    def main(*args: Any, **kwargs: Any) -> Any:
        forks.method = "forkserver"
        return real(*args, **kwargs)

    module.main = disguise(_named("forkserver", disguise(main, real)), real)


def _named(name: str, real: Any) -> Any:
    """`real`, the whole life of a helper process, with its lane named."""

    def main(*args: Any, **kwargs: Any) -> Any:
        recorder.pen.record(word(Kind.PROCESS_NAME, 0, text(name)), 0)
        return real(*args, **kwargs)

    return disguise(main, real)
