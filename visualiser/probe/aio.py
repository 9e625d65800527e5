"""asyncio's tasks: when each was made, ready, run, and what it awaited where.

A task's steps are callbacks of the loop: C code asks the loop to run them soon, and a Handle runs them. Those two
places are written in Python in every version, so both kinds of task, in C and in Python, are noticed there. A task's
own objects are only looked at: nothing is asked of it that would change it (`exception()` marks it as retrieved).
Not told: loops of other makers (uvloop), and the first step of a task that starts eagerly (3.12+).
"""

from __future__ import annotations

import sys
from _weakref import ref
from itertools import count
from sys import _getframe

from ..events import Kind, Rest, pair, word
from . import recorder
from .places import NOWHERE, find_place
from .recorder import site_of, text
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_READY, _RUNS = word(Kind.TASK_READY), word(Kind.TASK_RUNS)
_numbers: dict[int, tuple[Any, int]] = {}  # by id: a weak reference, and the task's number; until it is done
_count = count(1)
LONGEST_CHAIN = 200


def change_base_events(base_events: Any) -> None:
    """Be told when a task's step is to be run soon; the first time is its creation."""
    loop = base_events.BaseEventLoop
    real = loop._call_soon

    def _call_soon(self: Any, callback: Any, *args: Any, **kwargs: Any) -> Any:
        task = getattr(callback, "__self__", None)
        if _is_task(task):
            number = _number_of(task) or _begin(task, _getframe().f_back)
            recorder.pen.record(_READY, pair(0, number))
        return real(self, callback, *args, **kwargs)

    loop._call_soon = disguise(_call_soon, real)
    recorder.known.append(_numbers)


def change_events(events: Any) -> None:
    """Be told when a step is run, and how it ended."""
    real = events.Handle._run

    def _run(self: Any) -> Any:
        task, number = getattr(self._callback, "__self__", None), 0
        if _is_task(task):
            number = _number_of(task) or _begin(task, None)
            recorder.pen.record(_RUNS, pair(0, number))
        try:
            return real(self)
        finally:
            if number:
                _rest(task, number)
            self = task = None  # as in the library: a failed task's traceback leads here, and must not keep it alive

    events.Handle._run = disguise(_run, real)


def _is_task(thing: Any) -> bool:
    tasks = sys.modules.get("asyncio.tasks")
    return thing is not None and tasks is not None and isinstance(thing, getattr(tasks, "Task", ()))


def _number_of(task: Any) -> int:
    """The number it was given; 0 for one that is not known."""
    known = _numbers.get(id(task))
    return known[1] if known is not None and known[0]() is task else 0


def _begin(task: Any, frame: FrameType | None) -> int:
    number = next(_count) & 0xFFFFFFFF
    _numbers[id(task)] = (ref(task), number)
    recorder.pen.record(word(Kind.TASK_CREATED, 0, text(_label(task))), pair(recorder.site(frame), number))
    return number


def _label(task: Any) -> str:
    """What runs in it; and its name, when the program gave one."""
    work = task.get_coro()
    label = getattr(work, "__qualname__", "") or type(work).__name__
    name = task.get_name()
    return label if name is None or str(name).startswith("Task-") else f"{name} ({label})"


def _rest(task: Any, number: int) -> None:
    """Tell how the step ended."""
    if not task.done():
        what, place = _awaited(task)
        recorder.pen.record(word(Kind.TASK_RESTS, Rest.AWAITS, text(what)), pair(site_of(place), number))
        return
    _numbers.pop(id(task), None)
    error = None if task.cancelled() else getattr(task, "_exception", None)
    how = Rest.CANCELLED if task.cancelled() else Rest.RETURNED if error is None else Rest.FAILED
    failed = type(error).__name__ if error is not None else ""
    recorder.pen.record(word(Kind.TASK_RESTS, how, text(failed)), pair(0, number))


def _awaited(task: Any) -> tuple[str, Any]:
    """What it awaits in words, and the innermost line of the program's that does."""
    what, place, work = "", NOWHERE, task.get_coro()
    for _ in range(LONGEST_CHAIN):
        frame = getattr(work, "cr_frame", None) or getattr(work, "gi_frame", None) or getattr(work, "ag_frame", None)
        if frame is None:
            break
        here = find_place(frame)
        if here is not NOWHERE:
            what, place = "", here
        elif not what:
            what = getattr(work, "__qualname__", "")
        work = getattr(work, "cr_await", None) or getattr(work, "gi_yieldfrom", None) or getattr(work, "ag_await", None)
    waiter = getattr(task, "_fut_waiter", None)
    if _is_task(waiter):
        return f"task {_label(waiter)}", place
    return what or (type(waiter).__name__ if waiter is not None else "its next turn"), place
