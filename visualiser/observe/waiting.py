"""What the observer sleeps on: the app's line, a signal, or the time being up. It never spins."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
from types import FrameType

QUIET = ("SIGINT", "SIGQUIT")
"""Sent by the terminal to the program as well: it is the program's to answer them, and the app's to insist."""
ENDING = ("SIGTERM", "SIGHUP")


class Alarm:
    """Wakes up `wait` when a child ends or a signal comes; `told_to_end` once a signal asked the observer to end.
    `rang`: whether it was a signal that ended the latest `wait`.

    Handlers, even where nothing is to be done, and not SIG_IGN: what is ignored stays ignored in the program that is
    started. For the same reason a signal that was ignored when we came (nohup) is left so.
    """

    def __init__(self) -> None:
        self.told_to_end = self.rang = False
        self._read, self._write = socket.socketpair()  # sockets: Windows can select nothing else
        self._read.setblocking(False)
        self._write.setblocking(False)
        for name in (*QUIET, *ENDING, "SIGCHLD"):
            number = getattr(signal, name, None)
            if number is not None and (name == "SIGCHLD" or signal.getsignal(number) is not signal.SIG_IGN):
                signal.signal(number, self._note_end if name in ENDING else self._note)
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)

    def _note(self, number: int, frame: FrameType | None) -> None:
        """Only wake up."""

    def _note_end(self, number: int, frame: FrameType | None) -> None:
        self.told_to_end = True

    def wait(self, line: socket.socket | None, seconds: float) -> bool:
        """Sleep until `line` is readable (then True), a signal comes or the time is up."""
        readable, _, _ = select.select([self._read] if line is None else [self._read, line], [], [], seconds)
        self.rang = self._read in readable
        if self.rang:
            with contextlib.suppress(OSError):
                self._read.recv(4096)
        return line is not None and line in readable
