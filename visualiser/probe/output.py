"""Which thread printed what, when, from which line: standard output and standard error, told of.

The streams stay the objects they are; only their instance gets a `write` of its own. What a program puts in their place
is its own business. `print` is exchanged too: the built-in one writes its pieces without a Python instruction in
between, so under plain Python no other thread's output comes into the middle of a line. With a `write` in Python it
would. Ours hands the pieces on in one write, where nothing could have come between them.
"""

from __future__ import annotations

import builtins
import sys

from ..events import Kind, Stream, Table, pair, word
from . import recorder
from .interrupts import may_be_interrupted
from .recorder import LONGEST_KEPT, site, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

LONGEST = 64 << 10  # characters kept of one write
PLAIN = (str, int, float, bool, type(None))  # turned into text without a line of the program being run
_real_print = print
_watched: dict[int, _Watched] = {}  # by id of the stream, which lives as long as this


def install() -> None:
    """Listen to both streams, where there are any."""
    for stream, flag in ((sys.stdout, Stream.STDOUT), (sys.stderr, Stream.STDERR)):
        if stream is not None and type(stream).__module__ in ("_io", "io"):
            _watched[id(stream)] = _Watched(stream, flag)
    builtins.print = _Print()


class _Watched:
    """A stream and its real `write`."""

    def __init__(self, stream: Any, flag: int) -> None:
        self.stream = stream
        self.real: Callable[[str], int] = stream.write
        self.word = word(Kind.OUTPUT, flag)
        self.write = _telling(self)
        stream.write = self.write

    def tell(self, string: str, frame: FrameType | None) -> None:
        """Record what has been written."""
        size = len(string)
        if size:
            number = text(string) if size <= LONGEST_KEPT else recorder.pen.define(Table.TEXT, string[:LONGEST])
            recorder.pen.record(self.word | number << 32, pair(site(frame), size))


def _telling(watched: _Watched) -> Callable[[str], int]:
    real = watched.real

    def write(string: Any, /) -> int:
        count = real(string)
        watched.tell(string, sys._getframe().f_back)
        return count

    may_be_interrupted(write)
    write.__doc__, write.__qualname__ = real.__doc__, "TextIOWrapper.write"
    return write


class _Print:
    """In place of the built-in function `print`; like it no descriptor, so it does not become a method of a class."""

    __slots__ = ()
    __name__ = __qualname__ = "print"
    __module__ = "builtins"
    __self__ = builtins
    __doc__ = _real_print.__doc__
    __text_signature__ = getattr(_real_print, "__text_signature__", None)

    def __call__(self, *args: Any, **options: Any) -> None:
        """Anything but plain printing to a watched stream is left to the real one."""
        file = options.get("file")
        if file is None:
            file = getattr(sys, "stdout", None)
        watched = _watched.get(id(file))
        if watched is None or not _is_plain(watched, options):
            return _real_print(*args, **options)
        pieces = _pieces(args, options.get("sep", " "), options.get("end", "\n"))
        _write(watched, pieces, sys._getframe().f_back)
        if options.get("flush"):
            watched.stream.flush()
        return None

    @property
    def __signature__(self) -> Any:
        return sys.modules["inspect"].signature(_real_print)  # asked for by `inspect` itself

    def __repr__(self) -> str:
        return repr(_real_print)

    def __reduce__(self) -> str:
        return "print"  # pickled by its name, as the function is

    def __copy__(self) -> _Print:
        return self

    def __deepcopy__(self, memo: Any) -> _Print:
        return self


def _is_plain(watched: _Watched, options: dict[str, Any]) -> bool:
    """Whether the real `print` would write to our `write`, piece by piece without a pause, and find no error."""
    for name, value in options.items():
        if name in ("sep", "end"):
            if value is not None and type(value) is not str:
                return False
        elif name not in ("file", "flush"):
            return False
    stream = watched.stream
    return stream.__dict__.get("write") is watched.write and not stream.write_through


def _pieces(args: tuple[Any, ...], sep: str | None, end: str | None) -> list[Any]:
    """What `print` writes, in order."""
    found: list[Any] = []
    for number, value in enumerate(args):
        if number:
            found.append(" " if sep is None else sep)
        found.append(value)
    found.append("\n" if end is None else end)
    return found


def _write(watched: _Watched, pieces: list[Any], frame: FrameType | None) -> None:
    """Write the pieces; what needs no code of the program's to become text goes out together with its neighbours."""
    ready: list[str] = []
    for piece in pieces:
        if type(piece) not in PLAIN and ready:
            _hand_on(watched, ready, frame)
            ready = []
        ready.append(str(piece))
    _hand_on(watched, ready, frame)


def _hand_on(watched: _Watched, ready: list[str], frame: FrameType | None) -> None:
    together = "".join(ready)
    try:
        watched.real(together)
    except UnicodeEncodeError:  # nothing was written; one by one, what comes before the culprit is
        for piece in ready:
            watched.real(piece)
            watched.tell(piece, frame)
    else:
        watched.tell(together, frame)


for function in (_Print.__call__, _write, _hand_on):
    may_be_interrupted(function)
