"""Ctrl+C in the terminal, and a polite kill, close the window as the user would.

Python runs its signal handlers only between its own instructions, and none are run while Qt waits. So the interpreter
writes a byte into a socket when a signal comes, and Qt watches the other end.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QSocketNotifier

CLOSING = tuple(number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)))


class UnixSignals:
    """Calls `close` for each of CLOSING, in Qt's thread, between construction and `remove`."""

    def __init__(self, close: Callable[[], object]) -> None:
        self._close = close
        self._ours, self._pythons = socket.socketpair()
        self._ours.setblocking(False)
        self._pythons.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._pythons.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._on_signal) for number in CLOSING}
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_wake)

    def remove(self) -> None:
        """Give Python its own handling back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ours.close()
        self._pythons.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Nothing: the byte in the socket says it. But without a Python handler there would be no byte."""

    def _on_wake(self) -> None:
        try:
            came = self._ours.recv(64)
        except BlockingIOError:
            return
        if any(number in CLOSING for number in came):
            self._close()
