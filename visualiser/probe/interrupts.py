"""Keeps Ctrl+C out of the few microseconds in which the probe takes a lock or gives it back.

The real lock does both without a Python instruction in between; ours does not, and a KeyboardInterrupt raised inside
would leave a lock taken that nobody will give back. So while the interrupted frame is one of ours, the signal is put
off by a moment; a frame that really waits (in sleep, join, acquire) is interrupted at once, as ever. This is for
Python's own handler of SIGINT; `handlers` does the same for those of the program's own.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _thread

from .places import is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

_open: set[CodeType] = set()  # code objects of ours that may be interrupted


def may_be_interrupted(function: Any) -> None:
    """Say that this function of ours waits, or calls what may wait."""
    _open.add(function.__code__)


def may_not_be_interrupted(function: Any) -> None:
    """Say that this one takes or gives back a lock, after all, and that what it calls does the waiting."""
    _open.discard(function.__code__)


def is_open(frame: FrameType) -> bool:
    """Whether this frame of ours may be interrupted."""
    return frame.f_code in _open


def install() -> None:
    """Put our handler in the place, and under the name, of Python's own: `signal` finds it as `default_int_handler`."""
    real = _signal.default_int_handler
    if _signal.getsignal(_signal.SIGINT) is not real:
        return

    def default_int_handler(signum: int, frame: FrameType | None, /) -> Any:
        if frame is not None and is_ours(frame.f_code.co_filename) and not is_open(frame) and send_again(signum):
            return None
        return real(signum, frame)

    default_int_handler.__doc__, default_int_handler.__module__ = real.__doc__, "_signal"
    default_int_handler.__qualname__ = "default_int_handler"
    _signal.default_int_handler = default_int_handler
    _signal.signal(_signal.SIGINT, default_int_handler)


def send_again(signum: int) -> bool:
    """Send the signal to this thread again, from another: when that gets its turn, ours has long left this code."""
    try:
        if hasattr(_signal, "pthread_kill"):
            _thread.start_new_thread(_signal.pthread_kill, (_thread.get_ident(), signum))
        else:
            _thread.start_new_thread(_thread.interrupt_main, ())
    except RuntimeError:  # no more threads
        return False
    return True
