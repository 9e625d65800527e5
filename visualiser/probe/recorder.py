"""The recorder of this process: its diary, each thread's pen, and the definitions already written down.

Everything here belongs to one process: after a fork the child begins again with `reopen`.
"""

from __future__ import annotations

import _thread
import os
import sys
import time

from ..events import DEFAULT_LIMIT, Diary, Kind, Table, ThreadLog, pair, word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Dict, List, Optional, Tuple

LIBRARY = os.path.dirname(os.__file__) + os.sep
OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
NOT_OF_THE_LIBRARY = (LIBRARY + "site-packages" + os.sep, LIBRARY + "dist-packages" + os.sep)
IN_LIBRARY = -1  # instead of a site's id: look at the caller of this frame

diary: Any = None  # the Diary in use, also the epoch of every id: an id is worth nothing in another diary
_announced: Dict[int, str] = {}
_sites: Dict[Tuple[int, int], int] = {}
_texts: Dict[str, int] = {}
_codes: List[CodeType] = []  # keeps alive what `_sites` knows by address


class Pen(_thread._local):
    """What the running thread records with. The first use in a thread begins its log."""

    def __init__(self) -> None:
        self.failed = ""
        self.log = log = ThreadLog(diary, _thread.get_native_id(), _thread.get_ident())
        self.record = log.record
        self.define = log.define
        name = _announced.pop(log.ident, "")
        self.record(word(Kind.THREAD_BEGIN, 0, text(name, self)), pair(0, log.tid))


pen: Pen


def begin_thread(name: str) -> None:
    """Begin the running thread's log under this name; a thread that has begun already is left as it is."""
    ident = _thread.get_ident()
    _announced[ident] = name
    pen.record  # noqa: B018  (the first touch in a thread makes its Pen)
    _announced.pop(ident, None)


def text(string: str, writer: Optional[Pen] = None) -> int:
    """The id of a text that may come again, e.g. a name or a label."""
    if not string:
        return 0
    number = _texts.get(string)
    if number is None:
        number = _texts[string] = (writer or pen).define(Table.TEXT, string)
    return number


def site(frame: Optional[FrameType]) -> int:
    """The id of the source line that `frame` is at, or of its innermost caller outside the standard library."""
    first = frame
    while frame is not None:
        code = frame.f_code
        number = _sites.get((id(code), frame.f_lasti))
        if number is None:
            number = _new_site(frame, code)
        if number != IN_LIBRARY:
            return number
        frame = frame.f_back
    return _define_site(first) if first is not None else 0


def _new_site(frame: FrameType, code: CodeType) -> int:
    file = code.co_filename
    inside = file.startswith((LIBRARY, OURS, "<frozen ")) and not file.startswith(NOT_OF_THE_LIBRARY)
    number = IN_LIBRARY if inside else _define_site(frame)
    _codes.append(code)
    _sites[id(code), frame.f_lasti] = number
    return number


def _define_site(frame: FrameType) -> int:
    code = frame.f_code
    name = getattr(code, "co_qualname", code.co_name)
    return pen.define(Table.SITE, "%d\t%s\t%s" % (frame.f_lineno, name, os.path.abspath(code.co_filename)))


def open_diary(info: Dict[str, Any]) -> None:
    """Begin this process's diary, and the log of the running thread. Raises OSError when there is no room for one."""
    global diary, pen
    limit = int(os.environ.get("INTERLEAVE_LIMIT") or DEFAULT_LIMIT)
    new = Diary(os.environ["INTERLEAVE_RUN"], info, limit)
    for known in (_announced, _sites, _texts, _codes):
        known.clear()
    diary = new
    _announced[_thread.get_ident()] = "MainThread"
    pen = Pen()


def describe(role: str, method: str) -> Dict[str, Any]:
    """What a diary's header says about this process."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    return {
        "role": role,
        "method": method,
        "python": "%d.%d.%d" % sys.version_info[:3],
        "executable": sys.executable,
        "argv": list(getattr(sys, "orig_argv", None) or getattr(sys, "argv", ())),
        "gil": enabled() if enabled else True,
        "start_wall_ns": time.time_ns(),
    }
