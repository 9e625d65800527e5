"""Which thread printed what, when, from which line: the `write` of standard output and standard error, told of.

The streams stay the objects they are; only their instance gets a `write` of its own, which `print` honours. What a
program puts in their place is its own business.
"""

from __future__ import annotations

import sys

from ..events import Kind, Stream, Table, pair, word
from . import recorder
from .interrupts import may_be_interrupted
from .recorder import LONGEST_KEPT, site, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

LONGEST = 64 << 10  # characters kept of one write


def install() -> None:
    """Listen to both streams, where there are any."""
    for stream, flag in ((sys.stdout, Stream.STDOUT), (sys.stderr, Stream.STDERR)):
        if stream is not None and type(stream).__module__ in ("_io", "io"):
            stream.write = _telling(stream.write, flag)  # type: ignore[method-assign]


def _telling(real: Callable[[str], int], flag: int) -> Callable[[str], int]:
    first = word(Kind.OUTPUT, flag)

    def write(string: Any, /) -> int:
        count = real(string)
        size = len(string)
        if size:
            number = text(string) if size <= LONGEST_KEPT else recorder.pen.define(Table.TEXT, string[:LONGEST])
            recorder.pen.record(first | number << 32, pair(site(sys._getframe().f_back), size))
        return count

    may_be_interrupted(write)
    write.__doc__, write.__qualname__ = real.__doc__, "TextIOWrapper.write"
    return write
