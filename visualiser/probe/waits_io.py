"""Reading, `select` and waiting for input, told of: where Python itself waits for the world outside.

What waits inside C without a Python step of its own (a file's `read`, `epoll.poll`) is left to the observer, which sees
system calls. A call that must not wait (a time-out of 0) is not told.
"""

from __future__ import annotations

import builtins
import os
import sys
from sys import _getframe

from ..events import Wait
from . import hooks
from .places import NOWHERE
from .recorder import begin_wait, end_wait, site
from .standins import stand_in
from .things import Thing
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_descriptors: dict[int, Thing] = {}
_real_input = builtins.input
_real_read = os.read


def install() -> None:
    """Exchange what is there already; change the rest as it is imported."""
    stand_in("read", _read, os, sys.modules[os.name])
    stand_in("input", _input, builtins)
    _tell_of_standard_input()
    hooks.after_import("select", _change_select)
    hooks.after_import("selectors", _change_selectors)


def told(real: Any, flag: int) -> Any:
    """A function or method `real` whose every call is a wait of this kind, for nothing the program made."""

    def wait(*args: Any, **kwargs: Any) -> Any:
        mine = begin_wait(flag, 0, site(_getframe().f_back), None)
        try:
            return real(*args, **kwargs)
        finally:
            end_wait(mine, flag, 0, True)

    return disguise(wait, real)


def descriptor(number: Any) -> int:
    """The id of a file descriptor as an object; 0 for what is none."""
    if type(number) is not int or not 0 <= number < 1 << 20:
        return 0
    thing = _descriptors.get(number)
    if thing is None:
        thing = _descriptors[number] = Thing("file descriptor", Wait.READ, NOWHERE, str(number))
    return thing.id()


def _read(self: Any, *args: Any, **kwargs: Any) -> Any:
    thing = descriptor(args[0] if args else None)
    mine = begin_wait(Wait.READ, thing, site(_getframe().f_back), None)
    try:
        return _real_read(*args, **kwargs)
    finally:
        end_wait(mine, Wait.READ, thing, True)


def _input(self: Any, *args: Any) -> Any:
    mine = begin_wait(Wait.INPUT, 0, site(_getframe().f_back), None)
    try:
        return _real_input(*args)
    finally:
        end_wait(mine, Wait.INPUT, 0, True)


def _tell_of_standard_input() -> None:
    """The stream stays the object it is; only this instance gets a `read` and a `readline` of its own."""
    stream = sys.stdin
    if stream is None or type(stream).__module__ not in ("_io", "io"):
        return
    for name in ("read", "readline"):
        wait = told(getattr(stream, name), Wait.READ)
        wait.__qualname__ = f"TextIOWrapper.{name}"
        setattr(stream, name, wait)


def _change_select(select: Any) -> None:
    real = select.select

    def call(self: Any, *args: Any) -> Any:
        timeout = args[3] if len(args) > 3 else None
        if timeout == 0:
            return real(*args)
        mine = begin_wait(Wait.SELECT, 0, site(_getframe().f_back), timeout)
        ready: Any = None
        try:
            ready = real(*args)
            return ready
        finally:
            end_wait(mine, Wait.SELECT, 0, ready is not None and any(ready))

    stand_in("select", call, select)


def _change_selectors(selectors: Any) -> None:
    classes: list[Any] = [value for value in vars(selectors).values() if isinstance(value, type)]
    for cls in classes:
        real = vars(cls).get("select")
        if real is not None and not hasattr(real, "__wrapped__") and not getattr(real, "__isabstractmethod__", False):
            cls.select = _selecting(real)


def _selecting(real: Any) -> Any:
    def select(self: Any, timeout: Any = None) -> Any:
        if timeout is not None and timeout <= 0:
            return real(self, timeout)
        mine = begin_wait(Wait.SELECT, 0, site(_getframe().f_back), timeout)
        ready: Any = ()
        try:
            ready = real(self, timeout)
            return ready
        finally:
            end_wait(mine, Wait.SELECT, 0, bool(ready))

    return disguise(select, real)
