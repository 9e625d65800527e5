"""Notices threads: their start, name, end, what ended them, and who joins whom.

No frame of ours lies beneath a thread's program code: begin and end are noticed in small steps that
`Thread._bootstrap_inner` takes before and after `run`, so stacks and recursion depth are as ever.
"""

from __future__ import annotations

import _thread
import sys

from ..events import Kind, Wait, pair, word
from . import lines, recorder
from .interrupts import may_be_interrupted
from .names import name_of_thread
from .places import find_place
from .recorder import begin_thread, begin_wait, define_object, end_wait, site, text
from .tracebacks import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def change_threading(threading: Any) -> None:
    """Make the module `threading` tell of its threads."""
    thread = threading.Thread
    _tell_of_begins(thread)
    _tell_of_names(thread)
    _tell_of_ends(threading)
    _tell_of_starts(thread)
    _tell_of_joins(thread)


def disguise(ours: Any, real: Any) -> Any:
    """Give a wrapper the names and the documentation of what it wraps."""
    for name in ("__module__", "__name__", "__qualname__", "__doc__", "__defaults__", "__kwdefaults__"):
        try:
            setattr(ours, name, getattr(real, name))
        except (AttributeError, TypeError):
            continue
    if hasattr(real, "__annotate__"):  # from Python 3.14 on, where to ask for the annotations works them out
        ours.__annotate__ = real.__annotate__
    else:
        ours.__annotations__ = getattr(real, "__annotations__", {})
    ours.__wrapped__ = real  # the signature that `inspect` shows
    may_be_interrupted(ours)
    return ours


def _tell_of_begins(thread: Any) -> None:
    """Called in the new thread before its `run`: gives its log a name."""
    real = thread._set_native_id

    def _set_native_id(self: Any) -> None:
        real(self)
        if type(self).__name__ == "_DummyThread":
            _begin_foreign(self)
        else:
            begin_thread(self._name)
        lines.begin_thread()

    thread._set_native_id = disguise(_set_native_id, real)


def _begin_foreign(thread: Any) -> None:
    """A thread that C code or Qt has started: the system's name for it goes before the one that Python made up."""
    record = recorder.pen.record  # the first touch begins its log
    if not name_of_thread(thread._native_id):
        record(word(Kind.THREAD_NAME, 0, text(thread._name)), 0)


def _tell_of_names(thread: Any) -> None:
    real = thread.name

    def name(self: Any, name: Any) -> None:
        real.fset(self, name)
        if self.ident is not None:
            which = 0 if self.ident == _thread.get_ident() else self.native_id or 0
            recorder.pen.record(word(Kind.THREAD_NAME, 0, text(self._name)), pair(0, which))

    thread.name = property(real.fget, name, real.fdel, real.__doc__)


def _tell_of_ends(threading: Any) -> None:
    """A thread's last step is to delete itself from `_active`; its first after an exception, to call its excepthook."""
    make = threading._make_invoke_excepthook

    class Active(dict[int, Any] if TYPE_CHECKING else dict):  # type: ignore[misc]
        def __delitem__(self, ident: int) -> None:
            if ident == _thread.get_ident():
                end_thread()
            dict.__delitem__(self, ident)

    def _make_invoke_excepthook() -> Callable[[Any], None]:
        real = make()

        def invoke_excepthook(thread: Any) -> None:
            kind, error, _ = sys.exc_info()
            recorder.pen.failed = getattr(kind, "__name__", "")
            clean(error)
            del error
            real(thread)

        return invoke_excepthook

    threading._active = Active(threading._active)
    threading._make_invoke_excepthook = _make_invoke_excepthook


def end_thread() -> None:
    """Record the end of the running thread, with the exception that ended it."""
    failed = recorder.pen.failed
    recorder.pen.record(word(Kind.THREAD_END, 1 if failed else 0, text(failed)), 0)


def _tell_of_starts(thread: Any) -> None:
    real = thread.start

    def start(self: Any) -> None:
        real(self)
        name = text(self._name)
        recorder.pen.record(word(Kind.THREAD_STARTED, 0, name), pair(site(sys._getframe().f_back), self.native_id or 0))

    thread.start = disguise(start, real)


def _tell_of_joins(thread: Any) -> None:
    real = thread.join

    def join(self: Any, timeout: Any = None) -> None:
        frame = sys._getframe().f_back
        name, place = self._name, site(frame)
        thing = define_object("Thread", find_place(frame), name)
        mine = begin_wait(Wait.THREAD_JOIN, thing, place, timeout)
        ended = False
        try:
            real(self, timeout)
            ended = timeout is None or not self.is_alive()
        finally:
            end_wait(mine, Wait.THREAD_JOIN, thing, ended)
        if ended:
            recorder.pen.record(word(Kind.THREAD_JOINED, 0, text(name)), pair(place, self.native_id or 0))

    thread.join = disguise(join, real)
