"""`concurrent.futures`, told of: who submitted what, when it ran, who waited for the result and who brought it.

A task's begin and end are noticed in small steps its worker takes before and after it, so no frame of ours lies beneath
the program's function. Results are waited for in the Future's Condition: see conditions.py.
"""

from __future__ import annotations

from _thread import get_ident
from sys import _getframe

from ..events import Kind, Span, Wait, pair, word
from . import pools, recorder
from .places import find_place, in_library
from .queues import queue_of
from .recorder import end_span, site_of, text
from .things import Thing, dress, find, keep
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .places import Place


class _Task(Thing):
    """A Future. One that `submit` makes is written down once its function is known."""

    __slots__ = ("_runner", "here")

    def __init__(self, kind: str, made: Place, submitted: bool) -> None:
        self.here = False  # it runs in a thread of this process
        self._runner = 0  # that thread, while it does
        self.kind, self.flag, self.made, self.name = kind, Wait.FUTURE, made, ""
        self._id, self._diary = 0, None
        if not submitted:
            self.id()

    def submit(self, label: str, here: bool) -> None:
        """It is to run this."""
        self.name, self.here = label.replace("\t", " "), here
        recorder.pen.record(word(Kind.SUBMIT, Wait.FUTURE, self.id()), pair(site_of(self.made)))

    def begin(self) -> None:
        """The running thread runs it now."""
        self._runner = get_ident()
        recorder.pen.record(word(Kind.SPAN_BEGIN, Span.TASK, text(self.name)), pair(site_of(self.made)))

    def answer(self, frame: FrameType, woken: int) -> None:
        """There is a result, an exception, or it was cancelled."""
        if self._runner == get_ident():
            self._runner = 0
            end_span(Span.TASK, self.name)
        self.tell(Kind.NOTIFY, frame, woken)


def change_base(base: Any) -> None:
    """Futures, and waiting for several of them."""
    _tell_of_futures(base.Future)
    _tell_of_begins(base.Future)
    _tell_of_waiting_for_several(base)


def _tell_of_futures(future: Any) -> None:
    real = future.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        frame = _getframe().f_back or _getframe()
        submitted = frame.f_code.co_name == "submit" and in_library(frame.f_code.co_filename)
        keep(_Task(type(self).__name__, find_place(frame), submitted), self._condition)

    future.__init__ = dress(__init__, real)


def _tell_of_begins(future: Any) -> None:
    real = future.set_running_or_notify_cancel

    def set_running_or_notify_cancel(self: Any) -> Any:
        runs = real(self)
        task = find(id(self._condition))
        if runs and type(task) is _Task and task.here:
            task.begin()
        return runs

    future.set_running_or_notify_cancel = disguise(set_running_or_notify_cancel, real)


def _tell_of_waiting_for_several(base: Any) -> None:
    """`wait` and `as_completed` wait for an Event of the library's, which becomes known as theirs."""
    real = base._create_and_install_waiters

    def _create_and_install_waiters(fs: Any, return_when: Any) -> Any:
        waiter = real(fs, return_when)
        keep(Thing("Futures", Wait.FUTURES, find_place(_getframe().f_back)), waiter.event._cond)
        return waiter

    base._create_and_install_waiters = disguise(_create_and_install_waiters, real)


def change_thread(module: Any) -> None:
    """The executor of threads, and what is derived from it."""
    _tell_of_submits(module._WorkItem, True)
    executor = module.ThreadPoolExecutor
    real = executor.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        thing = Thing(type(self).__name__, Wait.POOL_TASK, find_place(_getframe().f_back))
        self._work_queue = queue_of(thing) or self._work_queue

    executor.__init__ = dress(__init__, real)


def change_process(module: Any) -> None:
    """The executor of processes, as seen from where tasks are submitted."""
    _tell_of_submits(module._WorkItem, False)


def _tell_of_submits(item: Any, here: bool) -> None:
    real = item.__init__

    def __init__(self: Any, future: Any, *rest: Any, **named: Any) -> None:
        real(self, future, *rest, **named)
        task = find(id(future._condition))
        if type(task) is _Task:
            task.submit(label(rest), here)

    item.__init__ = dress(__init__, real)


def label(rest: tuple[Any, ...]) -> str:
    """What a task is about, given as (function, args, kwargs) or, from Python 3.14 on, as one tuple of them."""
    try:
        function, args, kwargs = rest if len(rest) == 3 else rest[0]
        inner = getattr(function, "func", None)
        if getattr(inner, "__name__", "") == "_process_chunk":  # ProcessPoolExecutor.map packs several calls in one
            function, calls = function.args[0], args[0]
            args, kwargs = calls[0], {}
            if len(calls) != 1:
                return f"{pools.label((0, 0, function, (), {}))} x{len(calls)}"
        return pools.label((0, 0, function, args, kwargs))
    except Exception:
        return "task"
