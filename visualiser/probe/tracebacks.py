"""Keeps the probe's frames out of every traceback and stack that a program prints.

An exception that leaves a wrapped call (Ctrl+C inside `time.sleep`) passes through a frame of ours. It is taken out of
the chain before Python's own hooks show it, and left out wherever the module `traceback` walks.
"""

from __future__ import annotations

import sys

from .places import is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Callable

_GENERATOR = 0x20


def install() -> None:
    """Clean what uncaught exceptions show. Both names change, so that a program still finds them to be the same."""
    real = sys.excepthook

    def excepthook(kind: Any, error: Any, traceback: Any) -> Any:
        clean(error)
        return real(kind, error, traceback)

    sys.excepthook = sys.__excepthook__ = excepthook


def clean(error: Any) -> None:
    """Take our frames out of the tracebacks of this exception and of those it came from, in place."""
    seen = set()
    rest = [error]
    while rest:
        error = rest.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        link = error.__traceback__
        while link is not None:
            while link.tb_next is not None and is_ours(link.tb_next.tb_frame.f_code.co_filename):
                link.tb_next = link.tb_next.tb_next
            link = link.tb_next
        rest += [error.__cause__, error.__context__]


def change_traceback(traceback: Any) -> None:
    """Make the module `traceback` skip our frames."""
    for name in ("walk_tb", "_walk_tb_with_full_positions", "walk_stack"):
        real = getattr(traceback, name, None)
        if real is not None:
            setattr(traceback, name, _skipping(real))


def _skipping(real: Callable[[Any], Iterator[Any]]) -> Callable[[Any], Iterator[Any]]:
    lazy = real.__code__.co_flags & _GENERATOR

    def walk(start: Any) -> Iterator[Any]:
        if start is None and lazy:
            return real(start)  # looks for its caller's caller when it is iterated: no frame may come between
        return (step for step in real(start) if not is_ours(step[0].f_code.co_filename))

    walk.__doc__, walk.__name__, walk.__qualname__ = real.__doc__, real.__name__, real.__qualname__
    walk.__module__ = real.__module__
    return walk
