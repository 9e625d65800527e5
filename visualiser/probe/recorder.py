"""The recorder of this process: its diary, each thread's pen, and the definitions already written down.

Everything here belongs to one process: after a fork the child opens a diary of its own, and ids begin anew.
"""

from __future__ import annotations

import _thread
import os
import sys
from time import time_ns

from ..events import DEFAULT_LIMIT, Diary, Kind, Span, Table, ThreadLog, pair, word
from . import names
from .hidden import HiddenDiary
from .places import NOWHERE, describe_place, find_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .places import Place

USER = Span.USER
MOST_TEXTS = 10_000
MOST_FOREIGN = 10_000
LONGEST_KEPT = 24

directory = ""
limit = DEFAULT_LIMIT
diary: Any = None  # the Diary in use, and the epoch of every id: an id is worth nothing in another diary
_announced: dict[int, str] = {}
_foreign: dict[tuple[int, int], ThreadLog] = {}  # by ident and native id: of threads that C code or Qt has started
sites: dict[Place, int] = {}  # by the place itself; a line of the library is not in it
_texts: dict[str, int] = {}
known: Any = [_announced, _foreign, sites, _texts]  # what is worth nothing any more in another diary


class Pen(_thread._local):
    """What the running thread records with. Its first use in a thread begins that thread's log."""

    def __init__(self) -> None:
        self.failed = ""  # the exception that is ending this thread
        self.receiving: Any = None  # the recorded wait that ends when a message is unpickled: (kind, object)
        self.waiting = False  # inside a recorded wait: an inner one belongs to it, and is not recorded
        who = _thread.get_ident(), _thread.get_native_id()
        name = _announced.pop(who[0], "")
        mine = None if name else _foreign.get(who)
        self.log = log = mine or ThreadLog(diary, who[1], who[0])
        self.record, self.define = log.record, log.define
        if mine is None:
            if not name and len(_foreign) < MOST_FOREIGN:
                _foreign[who] = log  # a thread of Qt comes to Python anew for each slot that it calls
            name = name or names.name_of_thread(log.tid)
            self.record(word(Kind.THREAD_BEGIN, 0, log.define(Table.TEXT, name) if name else 0), pair(0, log.tid))


class NoPen:
    """Stands in for a Pen where no diary could be made (a full disk, a child whose run directory is gone)."""

    failed = ""
    receiving: Any = None
    waiting = False

    def record(self, word: int, pair: int) -> None:
        """Nothing."""

    def define(self, table: int, text: str) -> int:
        """No id."""
        return 0


pen: Any = NoPen()


def open_diary(info: dict[str, Any], thread_name: str) -> None:
    """Begin this process's diary, and the log of the running thread. Raises OSError when there is no room for one."""
    global diary, pen
    new = (HiddenDiary if os.name == "posix" else Diary)(directory, info, limit)
    for ids in known:
        ids.clear()
    diary = new
    _announced[_thread.get_ident()] = thread_name
    pen = Pen()


def go_without() -> None:
    """Record nothing from now on."""
    global diary, pen
    diary = None
    pen = NoPen()


def describe(role: str, method: str | None) -> dict[str, Any]:
    """What a diary's header says about this process."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    return {
        "role": role,
        "method": method,
        "python": ".".join(map(str, sys.version_info[:3])),
        "executable": sys.executable,
        "argv": list(getattr(sys, "orig_argv", sys.argv)),
        "gil": enabled() if enabled else True,
        "start_wall_ns": time_ns(),
    }


def begin_thread(name: str) -> None:
    """Begin the running thread's log under this name; a thread that has begun already is left as it is."""
    ident = _thread.get_ident()
    _announced[ident] = name
    pen.record  # noqa: B018  (the first touch in a thread makes its Pen)
    _announced.pop(ident, None)


def text(string: str) -> int:
    """The id of a text; one that may come again, e.g. a name or a short line, is written once."""
    if not string:
        return 0
    number = _texts.get(string)
    if number is None:
        number = pen.define(Table.TEXT, string)
        if len(string) <= LONGEST_KEPT and len(_texts) < MOST_TEXTS:
            _texts[string] = number
    return number


def site(frame: FrameType | None) -> int:
    """The id of the line of the program that `frame` is at, or was called from; 0 when there is none."""
    return site_of(find_place(frame))


def site_of(place: Place) -> int:
    """The id of a place found earlier, perhaps before a fork."""
    number = sites.get(place)
    if number is None:
        number = sites[place] = 0 if place == NOWHERE else pen.define(Table.SITE, describe_place(place))
    return number


def define_object(kind: str, place: Place, name: str = "") -> int:
    """The id of a new object: what it is, where it was made, what the program calls it."""
    number: int = pen.define(Table.OBJECT, f"{kind}\t{site_of(place)}\t{name}")
    return number


def begin_span(kind: int, label: str, frame: FrameType | None) -> None:
    """A stretch of the running thread's life begins."""
    pen.record(word(Kind.SPAN_BEGIN, kind, text(str(label))), pair(site(frame)))


def end_span(kind: int, label: str) -> None:
    """The stretch begun last with this label ends."""
    pen.record(word(Kind.SPAN_END, kind, text(str(label))), 0)


def mark(label: str, frame: FrameType | None) -> None:
    """A moment the program names."""
    pen.record(word(Kind.MARK, 0, text(str(label))), pair(site(frame)))


def begin_wait(kind: int, thing: int, place: int, timeout: Any) -> Any:
    """The running thread begins to wait. Returns the pen to end it with; None inside another recorded wait."""
    mine = pen
    if mine.waiting:
        return None
    mine.record(word(Kind.WAIT_BEGIN, kind, thing), pair(place, microseconds(timeout)))
    mine.waiting = True  # last: had the stack no room for the record, the thread's later waits are told all the same
    return mine


def end_wait(mine: Any, kind: int, thing: int, got: bool) -> None:
    """The wait that `begin_wait` began is over."""
    if mine is not None:
        mine.waiting = False
        mine.record(word(Kind.WAIT_END, kind, thing), pair(0, 1 if got else 0))


def microseconds(timeout: Any) -> int:
    """A time-out in seconds as the diary has it: 0 for none or unknown, else 1 to 2**32 - 1 microseconds."""
    if (type(timeout) is not int and type(timeout) is not float) or not 0 <= timeout < 1e9:
        return 0
    return min(max(int(timeout * 1e6), 1), 0xFFFFFFFF)
