"""Handlers of signals that a program sets: kept out of the moments in which the probe takes a lock or gives it back.

A handler that raises, to give up after some time (SIGALRM), would there leave a lock taken that nobody gives back; the
real lock is taken and given back without a Python instruction in between. So one that strikes inside a lock's method is
put off until the lock is free, and called there: what it raises leaves a lock that is not held, as if it had come right
before it was taken or right after it was given back. Handlers of the standard library do not raise, and stay what they
are. Python's own of SIGINT has its place in `interrupts`. Before Python 3.11 signals are noticed between any two
instructions, so that a last look before the return cannot be: there handlers are called wherever they strike.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _thread
from sys import version_info

from .interrupts import is_open, send_again
from .places import in_library, is_ours
from .standins import stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

put_off: list[tuple[Any, int, Any]] = []  # handlers that are due: the real one, the signal, the program's frame
_calling: set[CodeType] = set()  # of methods that call, last of all, what is due
_owner = 0  # the thread that is to call them


def install() -> None:
    """Take notice of each handler that is set. The module `signal` sets and asks for them by these two functions."""
    if version_info >= (3, 11):
        stand_in("signal", _setting(_signal.signal), _signal)
        stand_in("getsignal", _asking(_signal.getsignal), _signal)


def calls_what_is_due(*methods: Any) -> None:
    """Say that these look at `put_off` before they return, and call `call_due` with the lock free if `is_due()`."""
    _calling.update(method.__code__ for method in methods)


def is_due() -> bool:
    """Whether the running thread has a handler to call; asked when `put_off` holds any."""
    return bool(put_off) and _thread.get_ident() == _owner


def call_due() -> None:
    """Call them in the order of their signals. What one raises is raised; the others' signals come again."""
    try:
        while put_off:
            real, number, frame = put_off.pop(0)
            real(number, frame)
    finally:
        while put_off:
            send_again(put_off.pop()[1])


class _Handler:
    """In place of `real`."""

    __slots__ = ("real",)

    def __init__(self, real: Any) -> None:
        self.real = real

    def __call__(self, number: int, frame: FrameType | None) -> Any:
        """Call it, now or in a moment."""
        global _owner
        if frame is not None and is_ours(frame.f_code.co_filename) and not is_open(frame):
            first = _first_of_ours(frame)
            if first.f_code in _calling:
                _owner = _thread.get_ident()
                put_off.append((self.real, number, first.f_back))
                return None
        return self.real(number, frame)


def _first_of_ours(frame: FrameType) -> FrameType:
    """The one that the program, or the library, has called."""
    while frame.f_back is not None and is_ours(frame.f_back.f_code.co_filename):
        frame = frame.f_back
    return frame


def _setting(real: Any) -> Any:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 2 and _is_the_programs(args[1]):
            args = (args[0], _Handler(args[1]))
        return _shown(real(*args, **kwargs))

    return call


def _asking(real: Any) -> Any:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return _shown(real(*args, **kwargs))

    return call


def _shown(handler: Any) -> Any:
    return handler.real if type(handler) is _Handler else handler


def _is_the_programs(handler: Any) -> bool:
    """Whether this is a function, a method or a `partial` of one, that is neither C code nor the library's nor ours."""
    function = getattr(handler, "func", handler)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    file = getattr(code, "co_filename", None)
    return type(file) is str and callable(handler) and not (in_library(file) or is_ours(file))
