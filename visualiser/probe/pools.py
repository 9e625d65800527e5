"""Notices what a `multiprocessing.Pool` does: its start, its workers' tasks, who waits for a result, its join."""

from __future__ import annotations

import sys

from ..events import Span, Wait
from . import hooks
from .places import find_place
from .recorder import begin_span, begin_wait, define_object, end_span, end_wait, site
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_ARGUMENT = 24


def install() -> None:
    """Change `multiprocessing.pool` once it is imported. Its workers: see workers.py."""
    hooks.after_import("multiprocessing.pool", _change_pool)


def _change_pool(pool: Any) -> None:
    _tell_of_start(pool.Pool)
    pool.ApplyResult.wait = _waiting(pool.ApplyResult.wait, Wait.POOL_RESULT)
    pool.IMapIterator.next = pool.IMapIterator.__next__ = _waiting(
        pool.IMapIterator.next, Wait.POOL_RESULT, pool.TimeoutError
    )
    pool.Pool.join = _waiting(pool.Pool.join, Wait.POOL_JOIN)


def _tell_of_start(pool: Any) -> None:
    real = pool.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        begin_span(Span.POOL_START, "Pool", sys._getframe().f_back)
        try:
            real(self, *args, **kwargs)
        finally:
            end_span(Span.POOL_START, "Pool")

    pool.__init__ = disguise(__init__, real)


def _waiting(real: Any, kind: int, TimedOut: Any = ()) -> Any:
    def wait(self: Any, *args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe().f_back
        thing = define_object("Pool", find_place(frame))
        mine = begin_wait(kind, thing, site(frame), args[0] if args else kwargs.get("timeout"))
        got = True
        try:
            answer = real(self, *args, **kwargs)
            got = self.ready() if hasattr(self, "ready") else True
            return answer
        except TimedOut:
            got = False
            raise
        finally:
            end_wait(mine, kind, thing, got)

    return disguise(wait, real)


def label(task: Any) -> str:
    """What a task is about: "square(3)", "square x4" for four calls in one, "square" when its argument says little.

    `task`: the tuple of a Pool, or the _CallItem of a ProcessPoolExecutor.
    """
    try:
        function, args, kwargs = task[2:5] if type(task) is tuple else (task.fn, task.args, task.kwargs)
        calls = _calls(function, args)
        if calls is not None:
            function, args, kwargs = calls[0], calls[1][0] if len(calls[1]) == 1 else (), {}
            if len(calls[1]) != 1:
                return f"{_name(function)} x{len(calls[1])}"
        said = _say(args[0]) if len(args) == 1 and not kwargs else ""
        return _name(function) + (f"({said})" if said else "")
    except Exception:
        return "task"


def _calls(function: Any, args: Any) -> Any:
    """The function and the arguments of each call that `map` packed into one task; None for a single call."""
    chunked = getattr(function, "func", None)
    if getattr(chunked, "__name__", "") == "_process_chunk":  # of an executor
        return function.args[0], list(args[0])
    items = getattr(getattr(function, "obj", chunked or function), "items", None)
    if type(items) is list and items and type(items[0]) is tuple and len(items[0]) == 3:  # joblib's BatchedCalls
        return items[0][0], [item[1] for item in items]
    name = getattr(function, "__name__", "")
    if getattr(function, "__module__", "") != "multiprocessing.pool" or name not in ("mapstar", "starmapstar"):
        return None
    real, batch = args[0]
    return real, [call if name == "starmapstar" else (call,) for call in batch]


def _name(function: Any) -> str:
    inner = getattr(function, "func", None)  # functools.partial
    return str(getattr(inner or function, "__name__", None) or type(function).__name__)


def _say(value: Any) -> str:
    """A plain small value as Python writes it; nothing of the program's own is run for it."""
    if type(value) is int and value.bit_length() > 64:
        return ""
    said = repr(value) if type(value) in (int, float, bool, str, type(None)) and value is not None else ""
    return said if len(said) <= LONGEST_ARGUMENT else ""
