"""Locks that tell who waits for them, holds them and lets them go, in place of `threading.Lock` and `threading.RLock`.

A lock nobody else wants costs two records. HOLD is stamped after the lock was taken and RELEASE before it is given back,
so in the diary two threads never hold one lock at once. Locks that the standard library makes for itself are left
as they are: what its queues, events and pools wait for is recorded at their own level.
"""

from __future__ import annotations

import _thread
import sys

from ..events import Kind, Wait, word
from . import recorder
from .interrupts import may_be_interrupted
from .places import find_place, in_library
from .recorder import begin_wait, define_object, end_wait, site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Tuple

_HOLD_LOCK, _RELEASE_LOCK = word(Kind.HOLD, Wait.LOCK), word(Kind.RELEASE, Wait.LOCK)
_HOLD_RLOCK, _RELEASE_RLOCK = word(Kind.HOLD, Wait.RLOCK), word(Kind.RELEASE, Wait.RLOCK)
_TIMEOUT_MAX = _thread.TIMEOUT_MAX


def change_threading(threading: Any) -> None:
    """Make `threading.Lock` and `threading.RLock` make locks that tell."""
    real = threading.RLock

    def RLock(*args: Any, **kwargs: Any) -> Any:  # noqa: N802
        made = real(*args, **kwargs)
        frame = sys._getframe(1)
        return made if _by_library(frame) else TellingRLock(made, frame)

    RLock.__doc__, RLock.__module__, RLock.__qualname__ = real.__doc__, real.__module__, real.__qualname__
    threading.Lock = TellingLock
    threading.RLock = RLock


def _by_library(frame: FrameType) -> bool:
    return in_library(frame.f_code.co_filename)


class _Telling:
    """What both kinds have in common: the real lock, where it was made, and its id in the diary."""

    __slots__ = ("__weakref__", "_acquire", "_diary", "_id", "_made", "_real", "_release")
    _kind = ""

    def _begin(self, real: Any, frame: FrameType) -> None:
        self._real = real
        self._acquire, self._release = real.acquire, real.release
        self._made = find_place(frame)
        self._diary: Any = self
        self._id = 0

    def _define(self) -> int:
        """This lock's id in the present diary, as the part of a word: it is defined when it is first used."""
        self._id = define_object(self._kind, self._made) << 32
        self._diary = recorder.diary
        return self._id

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()

    def __repr__(self) -> str:
        kind, _, rest = repr(self._real).partition(" at 0x")
        return "%s at 0x%x>" % (kind, id(self)) if rest else kind

    def __reduce__(self) -> Any:
        raise TypeError(
            "cannot pickle %r object" % ("_thread." + self._kind if self._kind == "RLock" else "_thread.lock")
        )

    def _wait(self, kind: int, place: int, blocking: bool, timeout: float) -> bool:
        """Take the real lock when it was not free."""
        thing = self._id >> 32
        mine = begin_wait(kind, thing, place, timeout)
        got = False
        try:
            got = self._acquire(blocking, timeout)
        finally:
            end_wait(mine, kind, thing, got)
        return got


may_be_interrupted(_Telling._wait)


class TellingLock(_Telling):
    """A `threading.Lock` in all that a program can tell, and one that tells."""

    __slots__ = ()
    _kind = "Lock"

    def __new__(cls) -> Any:
        real = _thread.allocate_lock()
        frame = sys._getframe(1)
        if _by_library(frame):
            return real
        self = object.__new__(cls)
        self._begin(real, frame)
        return self

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return self._take(sys._getframe(1), blocking, timeout)

    def __enter__(self) -> bool:
        return self._take(sys._getframe(1), True, -1)

    def _take(self, frame: FrameType, blocking: bool, timeout: float) -> bool:
        place = site(frame)
        thing = self._id if self._diary is recorder.diary else self._define()
        free = (timeout == -1 or (blocking and 0 <= timeout <= _TIMEOUT_MAX)) and self._acquire(False)
        if not free and not (blocking and self._wait(Wait.LOCK, place, blocking, timeout)):
            return False if blocking or timeout == -1 else self._acquire(blocking, timeout)  # type: ignore[no-any-return]
        recorder.pen.record(_HOLD_LOCK | thing, place)
        return True

    def release(self) -> None:
        self._give_back(sys._getframe(1))

    def __exit__(self, *_: object) -> None:
        self._give_back(sys._getframe(1))

    def _give_back(self, frame: FrameType) -> None:
        try:
            if self._real.locked():
                thing = self._id if self._diary is recorder.diary else self._define()
                recorder.pen.record(_RELEASE_LOCK | thing, site(frame))
        finally:
            self._release()

    def locked(self) -> bool:
        return self._real.locked()  # type: ignore[no-any-return]

    acquire_lock, release_lock, locked_lock = acquire, release, locked


TellingLock.__name__ = TellingLock.__qualname__ = "lock"
TellingLock.__module__ = "_thread"


class TellingRLock(_Telling):
    """A `threading.RLock` in all that a program can tell, and one that tells: of its outermost holding."""

    __slots__ = ("_depth",)
    _kind = "RLock"

    def __init__(self, real: Any, frame: FrameType) -> None:
        self._begin(real, frame)
        self._depth = 0  # changed by the holder only

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return self._take(sys._getframe(1), blocking, timeout)

    def __enter__(self) -> bool:
        return self._take(sys._getframe(1), True, -1)

    def _take(self, frame: FrameType, blocking: bool, timeout: float) -> bool:
        place = site(frame)
        thing = self._id if self._diary is recorder.diary else self._define()
        free = (timeout == -1 or (blocking and 0 <= timeout <= _TIMEOUT_MAX)) and self._acquire(False)
        if not free and not (blocking and self._wait(Wait.RLOCK, place, blocking, timeout)):
            return False if blocking or timeout == -1 else self._acquire(blocking, timeout)  # type: ignore[no-any-return]
        self._depth += 1
        if self._depth == 1:
            recorder.pen.record(_HOLD_RLOCK | thing, place)
        return True

    def release(self) -> None:
        self._give_back(sys._getframe(1))

    def __exit__(self, *_: object) -> None:
        self._give_back(sys._getframe(1))

    def _give_back(self, frame: FrameType) -> None:
        try:
            if self._real._is_owned():
                self._depth -= 1
                if not self._depth:
                    self._tell_release(frame)
        finally:
            self._release()

    def _tell_release(self, frame: FrameType) -> None:
        thing = self._id if self._diary is recorder.diary else self._define()
        recorder.pen.record(_RELEASE_RLOCK | thing, site(frame))

    def _release_save(self) -> Tuple[Any, int]:
        """For a Condition: give it back however often it is held. What it returns, `_acquire_restore` wants."""
        depth, self._depth = self._depth, 0
        self._tell_release(sys._getframe(1))
        return self._real._release_save(), depth

    def _acquire_restore(self, state: Tuple[Any, int]) -> None:
        self._real._acquire_restore(state[0])
        self._depth = state[1]
        thing = self._id if self._diary is recorder.diary else self._define()
        recorder.pen.record(_HOLD_RLOCK | thing, site(sys._getframe(1)))

    def _at_fork_reinit(self) -> None:
        self._real._at_fork_reinit()
        self._depth = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)  # _is_owned, _recursion_count, locked: whatever this Python's RLock has


TellingRLock.__name__ = TellingRLock.__qualname__ = "RLock"
TellingRLock.__module__ = "_thread"
