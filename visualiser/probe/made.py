"""What a shared object is called in the diary of each process that uses it: its kind, and the line that made it.

An object of `multiprocessing` lives in several processes. A forked child inherits this beside the object; to a spawned
one it is told with what `multiprocessing` tells it anyway, under the name that the system knows the semaphore by.
"""

from __future__ import annotations

import sys
from itertools import count

from ..events import Table
from . import hooks, recorder
from .places import NOWHERE, describe_place, find_place, in_library
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .places import Place

_PARCEL = "_interleave"
_told: dict[str, tuple[str, str, str]] = {}  # by key: what the parent said of an object it shares with us
_alive: Any = None  # a WeakValueDictionary, by key: what we may say of ours to children
_nameless = count(1)
_sites: dict[str, int] = {}  # of lines in other processes
_sites_of: Any = None  # the diary they are defined in


class Made:
    """The kind of an object, where it was made, and its name in every process, if it has one; `number()` is its id in
    the present diary.
    """

    __slots__ = ("__weakref__", "_diary", "_number", "key", "kind", "place")

    def __init__(self, kind: str, place: Place | str, key: str = "") -> None:
        self.kind, self.place, self.key = kind, place, key
        self._diary: Any = self
        self._number = 0

    def number(self) -> int:
        """Its id; it is written down when it is first used, and again after a fork."""
        if self._diary is not recorder.diary:
            line = _site_of_text(self.place) if isinstance(self.place, str) else recorder.site_of(self.place)
            self._number = recorder.pen.define(Table.OBJECT, f"{self.kind}\t{line}\t\t{self.key}")
            self._diary = recorder.diary
        return self._number

    def said(self) -> tuple[str, str, str]:
        """As a child is told of it."""
        if isinstance(self.place, str):
            return self.kind, self.place, self.key
        return self.kind, "" if self.place is NOWHERE else describe_place(self.place), self.key


def _site_of_text(line: str) -> int:
    global _sites_of
    if _sites_of is not recorder.diary:
        _sites_of = recorder.diary
        _sites.clear()
    if line and line not in _sites:
        _sites[line] = recorder.pen.define(Table.SITE, line)
    return _sites.get(line, 0)


def made_here(kind: str, frame: FrameType | None, key: str | None = None) -> Made:
    """An object that `frame`, or the program's line that called it, has just made. `key`: its name in every process;
    one without a name can only be inherited, by a fork, and this with it.
    """
    diary = recorder.diary
    inherited = f"{diary.pid} {diary.start_ns} {next(_nameless)}" if diary is not None else ""
    made = Made(kind, find_place(frame), key or inherited)
    if key is not None:
        share(key, made)
    return made


def share(key: str, made: Made) -> None:
    """Children may be told of this, as long as it lives."""
    global _alive
    if _alive is None:
        _alive = sys.modules["weakref"].WeakValueDictionary()  # `multiprocessing` has long imported it
    _alive[key] = made


def made_elsewhere(key: str | None) -> Made | None:
    """What the parent said of the object with this key; None when it said nothing."""
    said = _told.get(key) if key is not None else None
    if said is None or key is None:
        return None
    made = Made(*said)
    share(key, made)
    return made


def by_library(frame: FrameType | None) -> bool:
    """Whether this frame runs code of the standard library."""
    return frame is not None and in_library(frame.f_code.co_filename)


def install() -> None:
    """Let spawned children be told."""
    hooks.after_import("multiprocessing.spawn", _change_spawn)


def _change_spawn(spawn: Any) -> None:
    tell, hear = spawn.get_preparation_data, spawn.prepare

    def get_preparation_data(name: str) -> Any:
        data = tell(name)
        said = {key: made.said() for key, made in list((_alive or {}).items())}
        if said:
            data[_PARCEL] = said
        return data

    def prepare(data: Any) -> None:
        _told.update(data.pop(_PARCEL, {}))
        hear(data)

    spawn.get_preparation_data = disguise(get_preparation_data, tell)
    spawn.prepare = disguise(prepare, hear)
