"""Condition, Event, Semaphore, Barrier and Timer, told of: who waited for which of them, who woke them, who took.

Events, Semaphores and Barriers wait in a Condition of their own, so `Condition.wait` and `Condition.notify` are all
that is wrapped for them: a wait is told only where there was one, an answer under the lock that makes its count exact.
"""

from __future__ import annotations

from sys import _getframe

from ..events import Kind, Wait
from .locks import TellingRLock
from .places import find_place
from .recorder import begin_wait, end_wait, site
from .things import Thing, by_program, find, keep, tell_of_making
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .places import Place


def change_threading(threading: Any, real_rlock: Any) -> None:
    """Make the module `threading` tell of its Conditions and of what is built on them."""
    _tell_of_conditions(threading.Condition, real_rlock)
    _tell_of_waits(threading.Condition)
    _tell_of_notifications(threading.Condition)
    for name, (make, flag) in _KINDS.items():
        tell_of_making(getattr(threading, name), _registering(make, flag))
    tell_of_making(threading.Timer, _register_timer)
    _tell_of_taking(threading.Semaphore)


class _ConditionLock(TellingRLock):
    """The lock a Condition makes for itself: told of as the Condition."""

    __slots__ = ("_thing",)

    def _name_it(self) -> int:
        return self._thing.id()  # type: ignore[no-any-return]


_ConditionLock.__name__ = _ConditionLock.__qualname__ = "RLock"
_ConditionLock.__module__ = "_thread"


class _Semaphore(Thing):
    """Whose Condition is notified for each unit given back."""

    __slots__ = ()

    def answer(self, frame: Any, woken: int) -> None:
        self.tell(Kind.PUT, frame, 0)


class _Barrier(Thing):
    """Whose Condition is notified, too, by the last that leaves: of that only those are told who came too early."""

    __slots__ = ()

    def answer(self, frame: Any, woken: int) -> None:
        if woken:
            self.tell(Kind.NOTIFY, frame, woken)


_KINDS = {
    "Event": (Thing, Wait.EVENT),
    "Semaphore": (_Semaphore, Wait.SEMAPHORE),
    "BoundedSemaphore": (_Semaphore, Wait.SEMAPHORE),
    "Barrier": (_Barrier, Wait.BARRIER),
}


def _tell_of_conditions(condition: Any, real_rlock: Any) -> None:
    """`with condition:` is a critical section: its own lock, when the program gives none, tells of itself."""
    real = condition.__init__

    def __init__(self: Any, lock: Any = None) -> None:
        frame = _getframe().f_back
        if frame is None or not by_program(frame):
            real(self, lock)
            return
        thing = Thing(type(self).__name__, Wait.CONDITION, find_place(frame))
        if lock is None:
            lock = _ConditionLock(real_rlock(), frame)
            lock._thing = thing
        real(self, lock)
        keep(thing, self)

    condition.__init__ = disguise(__init__, real)


def _registering(make: type[Thing], flag: int) -> Any:
    def register(made: Any, place: Place) -> None:
        keep(make(type(made).__name__, flag, place), made._cond)

    return register


def _register_timer(timer: Any, place: Place) -> None:
    keep(Thing("Timer", Wait.EVENT, place, timer._name), timer.finished._cond)


def _tell_of_waits(condition: Any) -> None:
    real = condition.wait

    def wait(self: Any, timeout: Any = None) -> Any:
        thing = find(id(self))
        if thing is None:
            return real(self, timeout)
        number, flag = thing.id(), thing.flag
        mine = begin_wait(flag, number, site(_getframe().f_back), timeout)
        if mine is not None and flag == Wait.CONDITION:
            mine.waiting = False  # in here its lock may have to be waited for, and that is told as such
        got = False
        try:
            got = real(self, timeout)
            return got
        finally:
            end_wait(mine, flag, number, got)

    condition.wait = disguise(wait, real)


def _tell_of_notifications(condition: Any) -> None:
    """Told after it was done, by who still has the lock that the woken need: so before they go on."""
    real = condition.notify

    def notify(self: Any, n: Any = 1) -> None:
        thing = find(id(self))
        if thing is None:
            real(self, n)
            return
        waiting = len(self._waiters)
        real(self, n)
        thing.answer(_getframe().f_back or _getframe(), waiting - len(self._waiters))

    condition.notify = disguise(notify, real)


def _tell_of_taking(semaphore: Any) -> None:
    """What was taken without a wait is a fact too: it says who has what the next one waits for."""
    real = semaphore.acquire

    def acquire(self: Any, blocking: Any = True, timeout: Any = None) -> Any:
        got = real(self, blocking, timeout)
        thing = find(id(self._cond))
        if thing is not None and got:
            thing.tell(Kind.GET, _getframe().f_back, 0)
        return got

    semaphore.acquire = semaphore.__enter__ = disguise(acquire, real)
