"""What a program made and may wait for: its Events, Queues, Futures, each with an id, its kind and where it was made.

Kept beside the objects, not in them: a program may look at `vars(event)`. Nearly all that waits in Python's library
waits in `Condition.wait`, so the table is by Condition: that of an Event says "Event". What is not in it was made by
the library for itself, and is not told of.
"""

from __future__ import annotations

from _weakref import ref
from sys import _getframe

from ..events import Kind
from . import recorder
from .places import find_place, in_library
from .recorder import define_object, site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

    from .places import Place

_things: dict[int, Thing] = {}  # by the id of what is waited for; an entry goes with its object
_refs: dict[int, _Ref] = {}
_again: dict[tuple[Any, int], int] = {}  # ids in the diary of a forked child, by diary and thing

find = _things.get


class Thing:
    """An object of the program's: `flag` is the Wait that waiting for it is. Its id counts in one diary only."""

    __slots__ = ("_diary", "_id", "flag", "kind", "made", "name")

    def __init__(self, kind: str, flag: int, made: Place, name: str = "") -> None:
        self.kind, self.flag, self.made, self.name = kind.replace("\t", " "), flag, made, name
        self._id, self._diary = define_object(self.kind, made, name), recorder.diary

    def id(self) -> int:
        """Its id in the present diary; after a fork, all threads of the child agree on the first one given."""
        if self._diary is not recorder.diary:
            new = define_object(self.kind, self.made, self.name)
            self._id = _again.setdefault((recorder.diary, id(self)), new) if self._id else new
            self._diary = recorder.diary
        return self._id

    def answer(self, frame: FrameType, woken: int) -> None:
        """Somebody told those who wait; `frame`: who did."""
        self.tell(Kind.NOTIFY, frame, woken)

    def tell(self, kind: int, frame: FrameType | None, value: int) -> None:
        """Record a fact about it."""
        number = self._id if self._diary is recorder.diary else self.id()
        recorder.pen.record(kind | self.flag << 16 | number << 32, site(frame) | (value & 0xFFFFFFFF) << 32)


class _Ref(ref):  # type: ignore[type-arg]
    """A weak reference that knows the id its object had."""

    __slots__ = ("key",)
    key: int


def _gone(dead: Any, things: Any = _things, refs: Any = _refs) -> None:
    things.pop(dead.key, None)
    refs.pop(dead.key, None)


def keep(thing: Thing, waited_for: Any) -> None:
    """Let `find(id(waited_for))` find the thing, as long as that object lives."""
    key = id(waited_for)
    mark = _Ref(waited_for, _gone)
    mark.key = key
    _refs[key] = mark
    _things[key] = thing


def by_program(frame: FrameType | None) -> bool:
    """Whether this frame is the program's own (an installed package counts as such)."""
    return frame is not None and not in_library(frame.f_code.co_filename)


def tell_of_making(cls: Any, register: Callable[[Any, Place], None]) -> None:
    """Call `register(object, place)` for each one that the program makes, after its `__init__`."""
    real = cls.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        frame = _getframe().f_back
        if by_program(frame):
            register(self, find_place(frame))

    cls.__init__ = dress(__init__, real)


def dress(ours: Any, real: Any) -> Any:
    """Disguise a wrapper whose parameters are not spelled out as those of the real function."""
    from .threads import disguise

    disguise(ours, real).__defaults__ = None
    return ours
