"""Queues, told of: who waited for an item or for room, and which put answered which get.

`put` and `get` of a Queue end with a notification under its lock, so facts are told from there, in their true order,
for every kind of Queue a program derives. Items are numbered from 1; where the order of a Queue is the program's own
(a PriorityQueue, an overridden `_get`, a deque emptied by hand) they have no number.
"""

from __future__ import annotations

from _weakref import ref
from itertools import count
from sys import _getframe

from ..events import Kind, Wait, pair, word
from . import recorder
from .interrupts import may_be_interrupted
from .places import find_place
from .recorder import begin_wait, end_wait, site
from .things import Thing, by_program, find, keep, tell_of_making

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .places import Place

_CARRIED = object()  # marks what a SimpleQueue holds: (_CARRIED, number, item)
_telling: Any = None  # the class in place of SimpleQueue
_METHODS = ("_init", "_qsize", "_put", "_get")


def change_queue(module: Any) -> None:
    """Make the module `queue` tell of its queues."""
    global _telling
    real = module.Queue
    notify_all = module.threading.Condition.notify_all.__code__

    def register(queue: Any, place: Place) -> None:
        _register(queue, place, _order_of(queue, real, module.LifoQueue), notify_all)

    tell_of_making(real, register)
    if module.SimpleQueue.__module__ == "_queue":
        module.SimpleQueue = _telling = _telling_simple_queue(module.SimpleQueue, module.Empty)


def queue_of(thing: Thing) -> Any:
    """A SimpleQueue of which only the waits are told, as those for `thing`; None where there are none in C."""
    if _telling is None:
        return None
    queue = _telling.__base__.__new__(_telling)
    keep(thing, queue)
    return queue


def _register(queue: Any, place: Place, order: _Order, notify_all: Any) -> None:
    thing = Thing(type(queue).__name__, Wait.QUEUE_GET, place)
    keep(_End(thing, Wait.QUEUE_GET, Kind.PUT, order.put, notify_all), queue.not_empty)
    keep(_End(thing, Wait.QUEUE_PUT, Kind.GET, order.get, notify_all), queue.not_full)
    keep(_End(thing, Wait.QUEUE_JOIN, Kind.NOTIFY, None, notify_all), queue.all_tasks_done)


class _End(Thing):
    """One of the three Conditions of a Queue."""

    __slots__ = ("_fact", "_notify_all", "_number", "_thing")

    def __init__(self, thing: Thing, flag: int, fact: int, number: Any, notify_all: Any) -> None:
        self._thing, self.flag, self._fact, self._number = thing, flag, fact, number
        self._notify_all = notify_all
        self._diary = self  # never the diary in use: its id is that of the Queue

    def id(self) -> int:
        return self._thing.id()

    def answer(self, frame: FrameType, woken: int) -> None:
        if self._number is None or frame.f_code is self._notify_all:  # task_done; shutdown
            self.tell(Kind.NOTIFY, frame, woken)
        else:
            self.tell(self._fact, frame, self._number())


class _Order:
    """The numbers of the items, by how the Queue orders them; used under its lock. 0, for good, once they are lost."""

    __slots__ = ("_gets", "_known", "_puts", "_queue", "_stack")

    def __init__(self, queue: Any, known: bool, stack: list[int] | None) -> None:
        self._queue, self._known, self._stack = ref(queue), known, stack
        self._puts = self._gets = 0

    def put(self) -> int:
        self._puts += 1
        if self._stack is not None:
            self._stack.append(self._puts)
        return self._puts if self._holds() else 0

    def get(self) -> int:
        self._gets += 1
        number = self._stack.pop() if self._stack else self._gets
        return number if self._holds() else 0

    def _holds(self) -> bool:
        """Whether there are as many items as there should be; the program may have taken some by another way."""
        if self._known:
            try:
                self._known = len(self._queue().queue) == self._puts - self._gets  # type: ignore[union-attr]
            except (AttributeError, TypeError):
                self._known = False
        return self._known


def _order_of(queue: Any, first_in: Any, last_in: Any) -> _Order:
    has = [getattr(type(queue), name, None) for name in _METHODS]
    by_last = has == [getattr(last_in, name) for name in _METHODS]
    by_first = has == [getattr(first_in, name) for name in _METHODS]
    return _Order(queue, by_first or by_last, [] if by_last else None)


class _Simple(Thing):
    """A SimpleQueue's identity, and the number of its next item."""

    __slots__ = ("next",)

    def __init__(self, kind: str, flag: int, made: Place) -> None:
        Thing.__init__(self, kind, flag, made)
        self.next = count(1).__next__


def _telling_simple_queue(real: Any, Empty: Any) -> Any:
    """A class in place of the built-in `SimpleQueue`, and derived from it. Each item carries its number with it."""
    real_get, real_put = real.get, real.put

    class SimpleQueue(real):  # type: ignore[misc]
        __slots__ = ()
        __doc__ = real.__doc__

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            frame = _getframe().f_back
            if cls is SimpleQueue and (args or kwargs or not by_program(frame)):  # with arguments: an error
                return real(*args, **kwargs)
            self = real.__new__(cls, *args, **kwargs)
            keep(_Simple(cls.__name__, Wait.QUEUE_GET, find_place(frame)), self)
            return self

        def put(self, item: Any, block: Any = True, timeout: Any = None) -> None:
            real_put(self, _packed(self, item, _getframe().f_back), block, timeout)

        def put_nowait(self, item: Any) -> None:
            real_put(self, _packed(self, item, _getframe().f_back))

        def get(self, block: Any = True, timeout: Any = None) -> Any:
            frame = _getframe().f_back
            if not block or not (timeout is None or (type(timeout) in (int, float) and timeout >= 0)):
                return _unpacked(self, real_get(self, block, timeout), frame)  # a try, or an error: either is over soon
            try:
                carried = real_get(self, False)
            except Empty:
                carried = _CARRIED
            if carried is _CARRIED:
                carried = _wait(self, timeout, frame)
            return _unpacked(self, carried, frame)

        def get_nowait(self) -> Any:
            return _unpacked(self, real_get(self, False), _getframe().f_back)

        def __reduce__(self) -> Any:
            raise TypeError(f"cannot pickle '_queue.{type(self).__name__}' object")

    def _wait(queue: Any, timeout: Any, frame: Any) -> Any:
        thing = find(id(queue))
        if thing is None:
            return real_get(queue, True, timeout)
        number, flag = thing.id(), thing.flag
        mine = begin_wait(flag, number, site(frame), timeout)
        got = False
        try:
            carried = real_get(queue, True, timeout)
            got = True
            return carried
        finally:
            end_wait(mine, flag, number, got)

    for name in ("put", "put_nowait", "get", "get_nowait"):
        method, plain = getattr(SimpleQueue, name), getattr(real, name)
        method.__doc__, method.__qualname__, method.__module__ = plain.__doc__, f"SimpleQueue.{name}", "_queue"
        may_be_interrupted(method)
    may_be_interrupted(_wait)
    SimpleQueue.__module__, SimpleQueue.__qualname__ = "_queue", "SimpleQueue"
    return SimpleQueue


def _packed(queue: Any, item: Any, frame: FrameType | None) -> Any:
    thing = find(id(queue))
    if type(thing) is not _Simple:
        return item
    number = thing.next() & 0xFFFFFFFF
    thing.tell(Kind.PUT, frame, number)
    return _CARRIED, number, item


def _unpacked(queue: Any, carried: Any, frame: FrameType | None) -> Any:
    if type(carried) is not tuple or len(carried) != 3 or carried[0] is not _CARRIED:
        return carried
    thing = find(id(queue))
    if thing is not None:
        recorder.pen.record(word(Kind.GET, Wait.QUEUE_PUT, thing.id()), pair(site(frame), carried[1]))
    return carried[2]
