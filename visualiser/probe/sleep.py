"""`time.sleep`, told of."""

from __future__ import annotations

import sys
import time

from ..events import Wait
from .interrupts import may_be_interrupted
from .recorder import begin_wait, end_wait, site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_real = time.sleep


class _Sleep:
    """In place of the built-in function; like it no descriptor, so it does not become a method of a class."""

    __slots__ = ()
    __name__ = __qualname__ = "sleep"
    __module__ = "time"
    __self__ = time
    __doc__ = _real.__doc__
    __text_signature__ = getattr(_real, "__text_signature__", None)

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        mine = begin_wait(Wait.SLEEP, 0, site(sys._getframe().f_back), args[0] if args else None)
        try:
            return _real(*args, **kwargs)
        finally:
            end_wait(mine, Wait.SLEEP, 0, True)

    @property
    def __signature__(self) -> Any:
        return sys.modules["inspect"].signature(_real)  # asked for by `inspect` itself

    def __repr__(self) -> str:
        return repr(_real)

    def __reduce__(self) -> str:
        return "sleep"  # pickled by its name, as the function is

    def __copy__(self) -> _Sleep:
        return self

    def __deepcopy__(self, memo: Any) -> _Sleep:
        return self


may_be_interrupted(_Sleep.__call__)


def install() -> None:
    """Exchange `time.sleep`; whoever imports it from now on gets this one."""
    time.sleep = _Sleep()
