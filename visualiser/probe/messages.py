"""What goes between processes: `multiprocessing`'s pipes, queues and managers; pickling, sending, waiting, unpickling.

`ForkingPickler` is the one door that objects go through, `Connection._send_bytes` and `_recv_bytes` the one that bytes
go through. A wait for a queue ends when the bytes are there; what unpickling takes is a span of its own.
"""

from __future__ import annotations

from sys import _getframe

from ..events import Kind, Span, Wait, pair, word
from . import hooks, recorder
from .made import Made, by_library, made_elsewhere, made_here
from .recorder import begin_wait, end_wait, site, text
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The words of a record, made once: what follows is called for every message.
_PICKLE, _PICKLED = word(Kind.SPAN_BEGIN, Span.PICKLE), word(Kind.SPAN_END, Span.PICKLE)
_UNPICKLE, _UNPICKLED = word(Kind.SPAN_BEGIN, Span.UNPICKLE), word(Kind.SPAN_END, Span.UNPICKLE)
_GOT = pair(0, 1)
_MOST = (1 << 32) - 1  # bytes that a record can tell of
_name_of = type.__dict__["__name__"].__get__  # whatever a metaclass has to say
_UNKNOWN = Made("Connection", "")  # one that came from another process


def install() -> None:
    """Change the modules as they are imported."""
    hooks.after_import("multiprocessing.reduction", _change_reduction)
    hooks.after_import("multiprocessing.connection", _change_connection)
    hooks.after_import("multiprocessing.queues", _change_queues)
    hooks.after_import("multiprocessing.managers", _change_managers)


# --- pickling


def _change_reduction(module: Any) -> None:
    pickler = module.ForkingPickler
    pickle, unpickle, dump = pickler.dumps.__func__, pickler.loads, module.dump

    def dumps(cls: Any, obj: Any, protocol: Any = None) -> Any:
        about, size = text(_name_of(type(obj))) << 32, 0
        record = recorder.pen.record
        record(_PICKLE | about, site(_getframe().f_back))
        try:
            data = pickle(cls, obj, protocol)
            size = len(data)
            return data
        finally:
            record(_PICKLED | about, min(size, _MOST) << 32)

    def loads(data: Any, /, **options: Any) -> Any:
        mine = recorder.pen
        if mine.receiving is not None:
            arrived()
        size, about = min(len(data), _MOST) << 32, 0
        mine.record(_UNPICKLE, size | site(_getframe().f_back))
        try:
            obj = unpickle(data, **options)
            about = text(_name_of(type(obj)))
            return obj
        finally:
            mine.record(_UNPICKLED, size | about)

    def dump_to(obj: Any, file: Any, protocol: Any = None) -> None:
        about, start = text(_name_of(type(obj))), file.tell()
        recorder.pen.record(word(Kind.SPAN_BEGIN, Span.PICKLE, about), pair(site(_getframe().f_back)))
        try:
            dump(obj, file, protocol)
        finally:
            recorder.pen.record(word(Kind.SPAN_END, Span.PICKLE, about), pair(0, min(file.tell() - start, _MOST)))

    pickler.dumps = classmethod(disguise(dumps, pickle))
    pickler.loads = staticmethod(disguise(loads, unpickle))
    module.dump = disguise(dump_to, dump)


def begin_receiving(kind: int, thing: int, place: int, timeout: Any) -> Any:
    """The running thread begins to wait for a message. As `begin_wait`, but that unpickling the message ends it."""
    mine = begin_wait(kind, thing, place, timeout)
    if mine is not None:
        mine.receiving = (kind, thing)
    return mine


def arrived() -> None:
    """The message that this thread waits for, if it does, is there."""
    mine = recorder.pen
    expected = mine.receiving
    if expected is not None:
        mine.receiving = None
        end_wait(mine, expected[0], expected[1], True)


def end_receiving(mine: Any) -> None:
    """The wait is over; when no message has come, it was in vain."""
    if mine is not None and mine.receiving is not None:
        expected, mine.receiving = mine.receiving, None
        end_wait(mine, expected[0], expected[1], False)


# --- pipes


def _change_connection(module: Any) -> None:
    _tell_of_making(module._ConnectionBase)
    for name in ("Connection", "PipeConnection"):
        kind = getattr(module, name, None)
        if kind is not None:
            kind._send_bytes = _moving(kind._send_bytes, Wait.CONNECTION_SEND)
            kind._recv_bytes = _moving(kind._recv_bytes, Wait.CONNECTION_RECV)
            kind._poll = _polling(kind._poll)
    if hasattr(module, "Connection"):
        _read_really(module.Connection)
    module.wait = _waiting_for_any(module.wait)


def _tell_of_making(base: Any) -> None:
    real = base.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        self._interleave = made_here("Connection", _getframe().f_back)

    base.__init__ = disguise(__init__, real)


def _made_of(connection: Any) -> Made:
    made: Made = connection.__dict__.get("_interleave", _UNKNOWN)
    return made


def _moving(real: Any, kind: int) -> Any:
    """`_send_bytes` or `_recv_bytes`: in it the thread waits for the other end."""
    begin, end = word(Kind.WAIT_BEGIN, kind), word(Kind.WAIT_END, kind)

    def move(self: Any, *args: Any) -> Any:
        mine = recorder.pen
        if mine.waiting:
            return real(self, *args)
        thing = _made_of(self).number() << 32
        record, got = mine.record, 0
        mine.waiting = True
        record(begin | thing, site(_getframe().f_back))
        try:
            answer = real(self, *args)
            got = _GOT
            return answer
        finally:
            mine.waiting = False
            record(end | thing, got)

    return disguise(move, real)


def _read_really(connection: Any) -> None:
    """What it reads and writes with, it took from `os` once: the functions that tell, where they are told of twice."""
    for name in ("_send", "_recv"):
        function = getattr(connection, name)
        function.__defaults__ = tuple(getattr(one, "_real", one) for one in function.__defaults__ or ())


def _polling(real: Any) -> Any:
    def _poll(self: Any, timeout: Any) -> Any:
        if timeout is not None and not timeout > 0:
            return real(self, timeout)
        thing = _made_of(self).number()
        mine = begin_wait(Wait.CONNECTION_POLL, thing, site(_getframe().f_back), timeout)
        ready = False
        try:
            ready = real(self, timeout)
            return ready
        finally:
            end_wait(mine, Wait.CONNECTION_POLL, thing, ready)

    return disguise(_poll, real)


def _waiting_for_any(real: Any) -> Any:
    def wait(object_list: Any, timeout: Any = None) -> Any:
        if timeout is not None and not timeout > 0:
            return real(object_list, timeout)
        mine = begin_wait(Wait.CONNECTION_POLL, 0, site(_getframe().f_back), timeout)
        ready: Any = ()
        try:
            ready = real(object_list, timeout)
            return ready
        finally:
            end_wait(mine, Wait.CONNECTION_POLL, 0, bool(ready))

    return disguise(wait, real)


# --- queues


def _change_queues(module: Any) -> None:
    for name in ("Queue", "SimpleQueue"):
        _tell_of_queue(getattr(module, name), name)
    joinable = module.JoinableQueue
    joinable.put = _putting(joinable.put)
    joinable.join = _joining(joinable.join)


def _tell_of_queue(queue: Any, kind: str) -> None:
    begin, restore = queue.__init__, queue.__setstate__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        frame = _getframe().f_back
        while frame is not None and by_library(frame):
            frame = frame.f_back
        name = type(self).__name__ if type(self).__module__ == "multiprocessing.queues" else kind
        self._interleave = made_here(name, frame, _key(self))
        self._reader._interleave = self._writer._interleave = self._interleave

    def __setstate__(self: Any, state: Any) -> None:
        restore(self, state)
        self._interleave = made_elsewhere(_key(self)) or Made(kind, "")
        self._reader._interleave = self._writer._interleave = self._interleave

    queue.__init__, queue.__setstate__ = disguise(__init__, begin), disguise(__setstate__, restore)
    queue.get = _getting(queue.get)
    if kind == "Queue":
        queue.put = _putting(queue.put)
        queue.join_thread = _joining(queue.join_thread)


def _key(queue: Any) -> str | None:
    name = queue._rlock._semlock.name
    return f"Queue {name}" if name is not None else None


def _queue_made(queue: Any) -> int:
    made = queue.__dict__.get("_interleave")
    return made.number() if made is not None else 0


def _getting(real: Any) -> Any:
    """`get`: a wait until there is an item, unless one is only looked for."""

    def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not (args[0] if args else kwargs.get("block", True)):
            return real(self, *args, **kwargs)
        timeout = args[1] if len(args) > 1 else kwargs.get("timeout")
        place = site(_getframe().f_back)
        mine = begin_receiving(Wait.QUEUE_GET, _queue_made(self), place, timeout)
        try:
            return real(self, *args, **kwargs)
        finally:
            end_receiving(mine)

    return disguise(get, real)


def _putting(real: Any) -> Any:
    """`put` of a queue that may be full. One that has room takes no time, and none is told of."""

    def put(self: Any, *args: Any, **kwargs: Any) -> Any:
        block = args[1] if len(args) > 1 else kwargs.get("block", True)
        thing, place, mine = _queue_made(self), site(_getframe().f_back), None
        if block and self._sem._semlock._is_zero():
            timeout = args[2] if len(args) > 2 else kwargs.get("timeout")
            mine = begin_wait(Wait.QUEUE_PUT, thing, place, timeout)
        done = False
        try:
            answer = real(self, *args, **kwargs)
            done = True
            return answer
        finally:
            end_wait(mine, Wait.QUEUE_PUT, thing, done)
            if done:
                recorder.pen.record(word(Kind.PUT, Wait.QUEUE_GET, thing), pair(place))

    return disguise(put, real)


def _joining(real: Any) -> Any:
    def join(self: Any) -> Any:
        thing = _queue_made(self)
        mine = begin_wait(Wait.QUEUE_JOIN, thing, site(_getframe().f_back), None)
        try:
            return real(self)
        finally:
            end_wait(mine, Wait.QUEUE_JOIN, thing, True)

    return disguise(join, real)


# --- managers


def _change_managers(module: Any) -> None:
    proxy = module.BaseProxy
    begin, call = proxy.__init__, proxy._callmethod

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self._interleave = made_here(type(self).__name__, _getframe().f_back)

    def _callmethod(self: Any, methodname: Any, *args: Any, **kwargs: Any) -> Any:
        made = self.__dict__.get("_interleave")
        thing = made.number() if made is not None else 0
        mine = begin_wait(Wait.MANAGER_CALL, thing, site(_getframe().f_back), None)
        done = False
        try:
            answer = call(self, methodname, *args, **kwargs)
            done = True
            return answer
        finally:
            end_wait(mine, Wait.MANAGER_CALL, thing, done)

    proxy.__init__, proxy._callmethod = disguise(__init__, begin), disguise(_callmethod, call)
