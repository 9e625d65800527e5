"""Locks that tell who waits for them, holds them and gives them back, for `threading.Lock` and `threading.RLock`.

A lock nobody else wants costs two records. HOLD is stamped after the lock was taken and RELEASE before it is given
back, so in the diary two threads never hold one lock at once. Locks that the standard library makes for itself are left
as they are: what its queues, events and pools wait for is recorded at their own level.

A real lock is taken and given back in C, whatever room the stack has left. So here what gives back is never deeper in
calls of Python than what takes, and what cannot be told for want of room (`NO_ROOM`) is not told: the lock goes first.
"""

from __future__ import annotations

import _thread
from sys import _getframe, version_info

from ..events import Kind, Wait, word
from . import recorder
from .handlers import call_due, calls_what_is_due, is_due, put_off
from .interrupts import may_be_interrupted
from .places import find_place, in_library
from .recorder import begin_wait, define_object, end_wait, site, sites
from .standins import imitate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

NO_ROOM = (RecursionError, MemoryError)
_known = sites.get
_TIMEOUT_MAX = _thread.TIMEOUT_MAX
_IS_TYPE = version_info >= (3, 13)  # threading.Lock; before, it is a function


def change_threading(threading: Any) -> None:
    """Make `threading.Lock` and `threading.RLock` make locks that tell."""
    real = threading.RLock

    def RLock(*args: Any, **kwargs: Any) -> Any:
        made = real(*args, **kwargs)
        frame = _getframe().f_back or _getframe()
        return made if _by_library(frame) else TellingRLock(made, frame)

    RLock.__doc__, RLock.__module__, RLock.__qualname__ = real.__doc__, real.__module__, real.__qualname__
    RLock.__annotations__ = {}
    threading.Lock = TellingLock if _IS_TYPE else _maker()
    threading.RLock = RLock


def _maker() -> Any:
    """In place of the function that `threading.Lock` is before Python 3.13."""

    def Lock(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs:
            return _thread.allocate_lock(*args, **kwargs)  # an error, in its own words
        return _new_lock(_getframe().f_back or _getframe())

    def no_base(self: Any, bases: Any) -> Any:
        raise TypeError("cannot create 'builtin_function_or_method' instances")

    return imitate(_thread.allocate_lock, Lock, __mro_entries__=no_base, __reduce__=_reduced)


def _by_library(frame: FrameType) -> bool:
    return in_library(frame.f_code.co_filename)


class _Telling:
    """What both kinds have in common: the real lock, where it was made, and the words it is recorded with.

    `_hold` and `_free` are worth something in the diary `_diary` only: after a fork they are made anew. Functions here
    look the caller's line up by themselves, before they call `site`: that saves a fifth of what taking a lock costs.
    """

    __slots__ = ("__weakref__", "_acquire", "_diary", "_free", "_hold", "_made", "_real", "_release")
    _kind = ""
    _flag = 0

    def _begin(self, real: Any, frame: FrameType) -> None:
        self._real = real
        self._acquire, self._release = real.acquire, real.release
        self._made = find_place(frame)
        self._diary: Any = self
        self._hold = self._free = 0

    def _define(self) -> None:
        """Write this lock down in the present diary: done when it is first used."""
        thing = self._name_it()
        self._hold, self._free = word(Kind.HOLD, self._flag, thing), word(Kind.RELEASE, self._flag, thing)
        self._diary = recorder.diary

    def _name_it(self) -> int:
        return define_object(self._kind, self._made)

    def _wait(self, place: int, timeout: float) -> bool:
        """Take the real lock when it was not free."""
        if self._diary is not recorder.diary:
            self._define()
        thing = self._hold >> 32
        mine = begin_wait(self._flag, thing, place, timeout)
        got = False
        try:
            got = self._block(timeout)
        finally:
            try:
                end_wait(mine, self._flag, thing, got)
            except NO_ROOM:
                pass
        return bool(got)

    def _block(self, timeout: float) -> Any:
        return self._acquire(True, timeout)

    def _get(self, place: int, blocking: Any, timeout: Any) -> Any:
        """Take the real lock in any other way than the plain one."""
        if not blocking or (timeout != -1 and not 0 <= timeout <= _TIMEOUT_MAX):
            return self._acquire(blocking, timeout)  # a try, or an error: either is over at once
        return self._acquire(False) or self._wait(place, timeout)

    def _tell_hold(self, place: int) -> None:
        if self._diary is not recorder.diary:
            self._define()
        recorder.pen.record(self._hold, place)

    def _tell_free(self, frame: FrameType) -> None:
        place = _known((id(frame.f_code), frame.f_lasti)) or site(frame)
        if self._diary is not recorder.diary:
            self._define()
        recorder.pen.record(self._free, place)

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()

    def __repr__(self) -> str:
        kind, _, rest = repr(self._real).partition(" at 0x")
        return f"{kind} at 0x{id(self):x}>" if rest else kind

    def __reduce__(self) -> Any:
        raise TypeError(f"cannot pickle '_thread.{type(self).__name__}' object")

    @property
    def __class__(self) -> Any:
        return type(self._real)  # so that isinstance says what it would say of the real one

    @__class__.setter
    def __class__(self, other: Any) -> None:
        raise TypeError("__class__ assignment only supported for mutable types or ModuleType subclasses")


may_be_interrupted(_Telling._block)


class _LockType(type):
    """The type of `TellingLock`, which is pickled as `threading.Lock`, whatever that is where it is loaded."""

    def __instancecheck__(cls, thing: Any) -> bool:
        return isinstance(thing, _thread.LockType)  # those that the library made, too


class _Threading:
    def __reduce__(self) -> Any:
        return __import__, ("threading",)


def change_copyreg(copyreg: Any) -> None:
    """Teach the module `copyreg` how `threading.Lock` is pickled: a Manager is sent to its process with it."""
    copyreg.dispatch_table[_LockType] = _reduced


def _reduced(_: Any) -> Any:
    return getattr, (_Threading(), "Lock")


class TellingLock(_Telling, metaclass=_LockType):
    """A `threading.Lock` in all that a program can tell, and one that tells."""

    __slots__ = ()
    _kind = "Lock"
    _flag = Wait.LOCK

    def __init_subclass__(cls, **kwargs: Any) -> None:
        raise TypeError("type '_thread.lock' is not an acceptable base type")

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if args or kwargs or not _IS_TYPE:
            return _thread.LockType(*args, **kwargs)  # an error, in its own words
        return _new_lock(_getframe().f_back or _getframe())

    def acquire(self, blocking: Any = True, timeout: Any = -1) -> Any:
        frame = _getframe().f_back or _getframe()
        place = _known((id(frame.f_code), frame.f_lasti)) or site(frame)
        while True:
            got = self._get(place, blocking, timeout)
            if got:
                try:
                    self._tell_hold(place)
                except NO_ROOM:
                    pass
            if not put_off or not is_due():
                return got
            self._give_way(got, frame)

    def __enter__(self) -> bool:
        frame = _getframe().f_back or _getframe()
        place = _known((id(frame.f_code), frame.f_lasti)) or site(frame)
        while True:
            if not self._acquire(False):
                self._wait(place, -1)
            try:
                if self._diary is not recorder.diary:
                    self._define()
                recorder.pen.record(self._hold, place)
            except NO_ROOM:
                pass
            if not put_off or not is_due():
                return True
            self._give_way(True, frame)

    def release(self) -> None:
        try:
            if self._real.locked():
                self._tell_free(_getframe().f_back or _getframe())
        except NO_ROOM:
            pass
        finally:
            self._release()
        while put_off and is_due():
            call_due()

    def __exit__(self, *_: object) -> None:
        try:
            if self._real.locked():
                frame = _getframe().f_back or _getframe()
                place = _known((id(frame.f_code), frame.f_lasti)) or site(frame)
                if self._diary is not recorder.diary:
                    self._define()
                recorder.pen.record(self._free, place)
        except NO_ROOM:
            pass
        finally:
            self._release()
        while put_off and is_due():
            call_due()

    def _give_way(self, got: Any, frame: FrameType) -> None:
        """Let a signal's handler be called that came while the lock was taken: before it is."""
        if got:
            self._tell_free(frame)
            self._release()
        call_due()

    def locked(self) -> Any:
        return self._real.locked()

    acquire_lock, release_lock, locked_lock = acquire, release, locked


TellingLock.__name__ = TellingLock.__qualname__ = "lock"
TellingLock.__module__ = "_thread"


def _new_lock(frame: FrameType) -> Any:
    """A lock for who is at `frame`: one that tells, unless that is the library."""
    real = _thread.allocate_lock()
    if _by_library(frame):
        return real
    made = object.__new__(TellingLock)
    made._begin(real, frame)
    return made


class TellingRLock(_Telling):
    """A `threading.RLock` in all that a program can tell, and one that tells: of its outermost holding."""

    __slots__ = ("_depth",)
    _kind = "RLock"
    _flag = Wait.RLOCK

    def __init__(self, real: Any, frame: FrameType) -> None:
        self._begin(real, frame)
        self._depth = 0  # changed by the holder only

    def acquire(self, blocking: Any = True, timeout: Any = -1) -> Any:
        frame = _getframe().f_back or _getframe()
        place = _known((id(frame.f_code), frame.f_lasti)) or site(frame)
        while True:
            got = self._get(place, blocking, timeout)
            if got:
                self._depth += 1
                if self._depth == 1:
                    try:
                        self._tell_hold(place)
                    except NO_ROOM:
                        pass
            if not put_off or not is_due():
                return got
            self._give_way(got, frame)

    def __enter__(self) -> bool:
        frame = _getframe().f_back or _getframe()
        place = _known((id(frame.f_code), frame.f_lasti)) or site(frame)
        while True:
            if not self._acquire(False):
                self._wait(place, -1)
            self._depth += 1
            if self._depth == 1:
                try:
                    self._tell_hold(place)
                except NO_ROOM:
                    pass
            if not put_off or not is_due():
                return True
            self._give_way(True, frame)

    def release(self) -> None:
        try:
            if self._real._is_owned():
                self._depth -= 1
                if not self._depth:
                    self._tell_free(_getframe().f_back or _getframe())
        except NO_ROOM:
            pass
        finally:
            self._release()
        while put_off and is_due():
            call_due()

    def __exit__(self, *_: object) -> None:
        try:
            if self._real._is_owned():
                self._depth -= 1
                if not self._depth:
                    self._tell_free(_getframe().f_back or _getframe())
        except NO_ROOM:
            pass
        finally:
            self._release()
        while put_off and is_due():
            call_due()

    def _give_way(self, got: Any, frame: FrameType) -> None:
        if got:
            self._depth -= 1
            if not self._depth:
                self._tell_free(frame)
            self._release()
        call_due()

    def _release_save(self) -> tuple[Any, int]:
        """For a Condition: give it back however often it is held. What it returns, `_acquire_restore` wants."""
        depth, self._depth = self._depth, 0
        self._tell_free(_getframe().f_back or _getframe())
        return self._real._release_save(), depth

    def _acquire_restore(self, state: tuple[Any, int]) -> None:
        """The woken have to wait for the lock too, when another has it: told as a wait of its own inside the other."""
        place = site(_getframe().f_back or _getframe())
        if self._acquire(False):
            for _ in range(state[0][0] - 1):
                self._acquire()
        else:
            self._restore(state[0], place)
        self._depth = state[1]
        self._tell_hold(place)

    def _restore(self, state: Any, place: int) -> None:
        if self._diary is not recorder.diary:
            self._define()
        thing = self._hold >> 32
        mine = begin_wait(self._flag, thing, place, None)
        try:
            self._real._acquire_restore(state)
        finally:
            end_wait(mine, self._flag, thing, True)

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()
        self._depth = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)  # _is_owned, _recursion_count, locked: whatever this Python's RLock has


TellingRLock.__name__ = TellingRLock.__qualname__ = "RLock"
TellingRLock.__module__ = "_thread"

for kind in (TellingLock, TellingRLock):
    calls_what_is_due(kind.acquire, kind.release, kind.__enter__, kind.__exit__)
