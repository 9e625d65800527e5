"""`time.sleep`, told of."""

from __future__ import annotations

import time
from sys import _getframe

from ..events import Wait
from .recorder import begin_wait, end_wait, site
from .standins import stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_real = time.sleep


def _sleep(self: Any, *args: Any, **kwargs: Any) -> None:
    mine = begin_wait(Wait.SLEEP, 0, site(_getframe().f_back), args[0] if args else None)
    try:
        return _real(*args, **kwargs)
    finally:
        end_wait(mine, Wait.SLEEP, 0, True)


def install() -> None:
    """Exchange `time.sleep`; whoever imports it from now on gets this one."""
    stand_in("sleep", _sleep, time)
