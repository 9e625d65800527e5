"""Notices threads: their start, name, end, what ended them, and who joins whom.

No frame of ours lies beneath a thread's program code: begin and end are noticed in small steps that
`Thread._bootstrap_inner` takes before and after `run`, so stacks, tracebacks and recursion depth are as ever.
"""

from __future__ import annotations

import sys

from ..events import Kind, Table, Wait, pair, word
from . import recorder
from .recorder import begin_thread, site, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


def change_threading(threading: Any) -> None:
    """Make the module `threading` tell of its threads."""
    thread = threading.Thread
    _announce(thread)
    _tell_of_ends(threading)
    _tell_of_starts(thread)


def _announce(thread: Any) -> None:
    """Called in the new thread before its `run`: gives its log a name."""
    real = thread._set_native_id

    def _set_native_id(self: Any) -> None:
        real(self)
        begin_thread(self._name)

    thread._set_native_id = _set_native_id


def _tell_of_ends(threading: Any) -> None:
    """A thread's last step is to delete itself from `_active`; the first after an exception, to call its excepthook."""
    make = threading._make_invoke_excepthook

    class Active(dict):  # type: ignore[type-arg]
        def __delitem__(self, ident: int) -> None:
            end_thread()
            dict.__delitem__(self, ident)

    def _make_invoke_excepthook() -> Callable[[Any], None]:
        real = make()

        def invoke_excepthook(thread: Any) -> None:
            recorder.pen.failed = sys.exc_info()[0].__name__  # type: ignore[union-attr]
            real(thread)

        return invoke_excepthook

    threading._active = Active(threading._active)
    threading._make_invoke_excepthook = _make_invoke_excepthook


def end_thread() -> None:
    """Record the end of the running thread, with the exception that ended it."""
    pen = recorder.pen
    failed = pen.failed
    pen.record(word(Kind.THREAD_END, 1 if failed else 0, text(failed)), 0)


def _tell_of_starts(thread: Any) -> None:
    real = thread.start

    def start(self: Any) -> None:
        real(self)
        place = site(sys._getframe(1))
        name = text(self._name)
        recorder.pen.record(word(Kind.THREAD_STARTED, 0, name), pair(place, self.native_id or 0))

    start.__doc__ = real.__doc__
    start.__qualname__ = real.__qualname__
    start.__module__ = real.__module__
    thread.start = start
