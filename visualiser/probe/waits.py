"""Everything that waits in Python's library, but for locks, sleep, threads and `multiprocessing`: put together here."""

from __future__ import annotations

from . import conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def change_threading(threading: Any) -> None:
    """To be called while `threading.RLock` is still the real one."""
    conditions.change_threading(threading, threading.RLock)
