"""What runs inside a watched process; and, for programs, marks of their own.

    from visualiser import probe

    with probe.span("load"):
        probe.mark("first half done")

Both do nothing, at the cost of a dictionary look-up, when the program is not being recorded. Importing this starts
nothing. Inside a watched process the probe lives under the private name `_interleave.probe`; wherever this module was
imported from, the marks find it there.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["mark", "span"]


def _recorder() -> Any:
    return sys.modules.get("_interleave.probe.recorder")


class span:
    """A named stretch of the running thread's time: a context manager; may be used again, nested, by any thread."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> span:
        recorder = _recorder()
        if recorder is not None:
            recorder.begin_span(recorder.USER, self.name, sys._getframe().f_back)
        return self

    def __exit__(self, *_: object) -> None:
        recorder = _recorder()
        if recorder is not None:
            recorder.end_span(recorder.USER, self.name)


def mark(name: str) -> None:
    """A named moment in the running thread's time."""
    recorder = _recorder()
    if recorder is not None:
        recorder.mark(name, sys._getframe().f_back)
