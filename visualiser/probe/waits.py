"""Everything that waits in Python's library, but for locks, sleep, threads and `multiprocessing`: put together here."""

from __future__ import annotations

from . import children, conditions, futures, hooks, queues, sockets, waits_io

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def change_threading(threading: Any) -> None:
    """To be called while `threading.RLock` is still the real one."""
    conditions.change_threading(threading, threading.RLock)


def install() -> None:
    """Change modules as they are imported."""
    hooks.after_import("queue", queues.change_queue)
    hooks.after_import("concurrent.futures._base", futures.change_base)
    hooks.after_import("concurrent.futures.thread", futures.change_thread)
    hooks.after_import("concurrent.futures.process", futures.change_process)
    hooks.after_import("socket", sockets.change_socket)
    hooks.after_import("ssl", sockets.change_ssl)
    waits_io.install()
    children.install()
