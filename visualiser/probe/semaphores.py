"""Locks, semaphores, conditions, events and barriers of `multiprocessing`: who waits for them, holds them, frees them.

They stay the objects they are, pickled as ever; each gets methods of its own, as it has from `multiprocessing` itself.
Those that the library makes for its own use are left alone, but for the locks of a Condition, a Value and an Array,
which are the program's under another name.
"""

from __future__ import annotations

from sys import _getframe

from ..events import Kind, Wait, pair, word
from . import hooks, recorder
from .interrupts import may_be_interrupted, may_not_be_interrupted
from .made import Made, by_library, made_elsewhere, made_here, share
from .recorder import begin_wait, end_wait, site
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

LOCKS = {"Lock": Wait.LOCK, "RLock": Wait.RLOCK}
_makers: set[Any] = set()  # code of the constructors between a lock and who wanted it


def install() -> None:
    """Change the module when it is imported."""
    hooks.after_import("multiprocessing.synchronize", _change_synchronize)


def _change_synchronize(module: Any) -> None:
    for name in ("SemLock", "Semaphore", "BoundedSemaphore", "Lock", "RLock"):
        _makers.add(getattr(module, name).__init__.__code__)
    _tell_of_locks(module)
    _tell_of_conditions(module.Condition)
    _tell_of_events(module.Event)
    _tell_of_barriers(module.Barrier)


class _Teller:
    """One lock's or semaphore's own `acquire` and `release`. It knows the system's lock, not the object: no cycle."""

    __slots__ = ("flag", "made", "real")

    def __init__(self, semlock: Any, flag: int, made: Made) -> None:
        self.real, self.flag, self.made = semlock, flag, made

    def acquire(self, block: Any = True, timeout: Any = None) -> Any:
        frame = _getframe().f_back
        got = self.real.acquire(False)
        if not got:
            if not block or (timeout is not None and not (type(timeout) in (int, float) and timeout > 0)):
                got = self.real.acquire(block, timeout)  # a try, or an error: over at once
            else:
                got = self.wait(frame, timeout)
        if got:
            self.hold(frame)
        return got

    def wait(self, frame: FrameType | None, timeout: Any) -> Any:
        thing = self.made.number()
        mine = begin_wait(self.flag, thing, site(frame), timeout)
        got = False
        try:
            got = self.real.acquire(True, timeout)
        finally:
            end_wait(mine, self.flag, thing, got)
        return got

    def release(self) -> None:
        self.free(_getframe().f_back)
        self.real.release()

    def hold(self, frame: FrameType | None) -> None:
        """Tell that it was taken; of a lock that its holder takes again, the first time only."""
        if self.flag != Wait.RLOCK or self.real._count() == 1:
            kind = Kind.GET if self.flag == Wait.SEMAPHORE else Kind.HOLD
            recorder.pen.record(word(kind, self.flag, self.made.number()), pair(site(frame)))

    def free(self, frame: FrameType | None) -> None:
        """Tell that it is about to be given back, if that will be no error."""
        real, flag, kind = self.real, self.flag, Kind.RELEASE
        if flag == Wait.LOCK:
            if not real._is_zero():
                return
        elif flag == Wait.RLOCK:
            if not real._is_mine() or real._count() != 1:
                return
        else:
            kind = Kind.PUT
        recorder.pen.record(word(kind, flag, self.made.number()), pair(site(frame)))


may_be_interrupted(_Teller.wait)


def _tell_of_locks(module: Any) -> None:
    base = module.SemLock
    make, enter, leave = base._make_methods, base.__enter__, base.__exit__

    def _make_methods(self: Any) -> None:
        make(self)
        made = _origin(self, _getframe().f_back)
        if made is not None:
            _let_tell(self, made)

    def __enter__(self: Any) -> Any:
        teller = self.__dict__.get("_interleave")
        if teller is None:
            return enter(self)
        frame = _getframe().f_back
        got = teller.real.acquire(False) or teller.wait(frame, None)
        teller.hold(frame)
        return got

    def __exit__(self: Any, *args: Any) -> Any:
        teller = self.__dict__.get("_interleave")
        if teller is not None:
            teller.free(_getframe().f_back)
        return leave(self, *args)

    base._make_methods = disguise(_make_methods, make)
    base.__enter__, base.__exit__ = disguise(__enter__, enter), disguise(__exit__, leave)
    for function in (__enter__, __exit__):
        may_not_be_interrupted(function)


def _let_tell(lock: Any, made: Made) -> None:
    """Give this lock or semaphore methods that tell."""
    flag = LOCKS.get(_kind(lock), Wait.SEMAPHORE)
    lock._interleave = teller = _Teller(lock._semlock, flag, made)
    lock.acquire, lock.release = teller.acquire, teller.release


def _kind(lock: Any) -> str:
    """Which of the library's classes it is, or comes from."""
    for base in type(lock).__mro__:
        if base.__module__ == "multiprocessing.synchronize":
            return str(base.__name__)
    return type(lock).__name__


def _origin(lock: Any, frame: FrameType | None) -> Made | None:
    """Where a lock was made; None when the library made it for itself."""
    key = lock._semlock.name
    if frame is not None and frame.f_code.co_name == "__setstate__":
        return made_elsewhere(key)
    while frame is not None and frame.f_code in _makers:
        frame = frame.f_back
    if frame is not None and frame.f_globals.get("__name__") == "multiprocessing.context":
        frame = frame.f_back
    if by_library(frame):
        return _of_a_value(frame, key)
    return made_here(_kind(lock), frame, key)


def _of_a_value(frame: Any, key: str | None) -> Made | None:
    """The lock of a Value or an Array is the program's; any other that the library makes is not."""
    if frame.f_globals.get("__name__") != "multiprocessing.sharedctypes":
        return None
    kind = frame.f_code.co_name if frame.f_code.co_name in ("Value", "Array") else "Synchronized"
    return made_here(kind, frame, key)


def _tell_of_conditions(condition: Any) -> None:
    begin, restore, wait = condition.__init__, condition.__setstate__, condition.wait

    def __init__(self: Any, lock: Any = None, *, ctx: Any) -> None:
        begin(self, lock, ctx=ctx)
        frame = _maker(_getframe().f_back)
        if by_library(frame):
            return
        self._interleave = made = made_here("Condition", frame, _key("Condition", self._wait_semaphore))
        if not lock:
            key = self._lock._semlock.name
            if key is not None:
                share(key, made)
            _let_tell(self._lock, made)
            self._make_methods()

    def __setstate__(self: Any, state: Any) -> None:
        restore(self, state)
        made = made_elsewhere(_key("Condition", self._wait_semaphore))
        if made is not None:
            self._interleave = made

    condition.__init__, condition.__setstate__ = disguise(__init__, begin), disguise(__setstate__, restore)
    condition.wait = _waiting(wait, Wait.CONDITION, _made_of)
    condition.notify = _answering(condition.notify, Wait.CONDITION, _made_of)


def _tell_of_events(event: Any) -> None:
    """An event is pickled with all it has: so what we know of it is kept beside its semaphore, which is not."""
    begin = event.__init__

    def __init__(self: Any, *, ctx: Any) -> None:
        begin(self, ctx=ctx)
        frame = _maker(_getframe().f_back)
        if not by_library(frame):
            self._flag._interleave_made = made_here("Event", frame, _key("Event", self._flag))

    def made_of(self: Any) -> Made | None:
        flag = self._flag
        if "_interleave_made" not in flag.__dict__:
            flag._interleave_made = made_elsewhere(_key("Event", flag))
        made: Made | None = flag._interleave_made
        return made

    event.__init__ = disguise(__init__, begin)
    event.wait = _waiting(event.wait, Wait.EVENT, made_of)
    event.set = _answering(event.set, Wait.EVENT, made_of)


def _tell_of_barriers(barrier: Any) -> None:
    begin, restore = barrier.__init__, barrier.__setstate__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        key = _key("Barrier", self._cond._wait_semaphore)
        self._interleave = made_here("Barrier", _maker(_getframe().f_back), key)

    def __setstate__(self: Any, state: Any) -> None:
        restore(self, state)
        made = made_elsewhere(_key("Barrier", self._cond._wait_semaphore))
        if made is not None:
            self._interleave = made

    barrier.__init__, barrier.__setstate__ = disguise(__init__, begin), disguise(__setstate__, restore)
    barrier.wait = _waiting(barrier.wait, Wait.BARRIER, _made_of)


def _maker(frame: FrameType | None) -> FrameType | None:
    """Who asked the context for it."""
    inside = frame is not None and frame.f_globals.get("__name__") == "multiprocessing.context"
    return frame.f_back if frame is not None and inside else frame


def _key(kind: str, semaphore: Any) -> str | None:
    """What an object made of semaphores goes by in every process; None where they have no name (a fork's)."""
    name = semaphore._semlock.name
    return f"{kind} {name}" if name is not None else None


def _made_of(thing: Any) -> Made | None:
    made: Made | None = thing.__dict__.get("_interleave")
    return made


def _answering(real: Any, flag: int, made_of: Any) -> Any:
    """`real`, which wakes those who wait for the object. How many they are, this process cannot tell."""

    def wake(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = made_of(self)
        if made is not None:
            recorder.pen.record(word(Kind.NOTIFY, flag, made.number()), pair(site(_getframe().f_back)))
        return real(self, *args, **kwargs)

    return disguise(wake, real)


def _waiting(real: Any, flag: int, made_of: Any) -> Any:
    """`real(self, timeout=None)`, which waits; told of when `made_of(self)` knows the object."""

    def wait(self: Any, timeout: Any = None) -> Any:
        made = made_of(self)
        if made is None:
            return real(self, timeout)
        thing = made.number()
        mine = begin_wait(flag, thing, site(_getframe().f_back), timeout)
        got: Any = False
        try:
            got = real(self, timeout)
            return got
        finally:
            end_wait(mine, flag, thing, got is not False)

    return disguise(wait, real)
