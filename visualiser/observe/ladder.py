"""The stop ladder: ask, wait, terminate, wait, kill, over the whole tree, until none is left. All of it under 5 s.

Asking is what Ctrl+C does: SIGINT to the program's main process, which may clean up. Terminating is SIGTERM to
everyone. Killing is SIGKILL to everyone, again and again: whoever forks while being killed is met by the next sweep, as
a killed process forks no more. Stopped processes are continued first, so that they can answer.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterable
from typing import Final

import psutil

from visualiser.observe.tree import Member

PATIENCE = 1.0
"""Seconds between one rung and the next."""
LAST_PATIENCE = 2.0
"""Seconds of killing after which what is left cannot be ended (another user's, or stuck in the kernel)."""

ASK, TERMINATE, KILL = 1, 2, 3
RUNG_NAMES = {ASK: "ask", TERMINATE: "terminate", KILL: "kill"}

_SIGTERM: Final = signal.SIGTERM
_SIGKILL: Final = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows: psutil ends the process for either
_SIGCONT: Final = getattr(signal, "SIGCONT", None)


class Ladder:
    """One descent. Feed it the time and who lives with `step`; it sends the signals that are due.

    `said(rung, processes)` is called once per rung. `gave_up` after `LAST_PATIENCE` of killing in vain.
    """

    def __init__(self, first: int, patience: float, said: Callable[[int, int], None]) -> None:
        self.rung = 0
        self.gave_up = False
        self._next = first
        self._patience = patience
        self._due = 0.0
        self._said = said

    def hurry(self) -> None:
        """Go to killing now."""
        if self._next <= KILL:
            self._next, self._due = KILL, 0.0

    def step(self, now: float, main: Member | None, members: Iterable[Member]) -> None:
        """Send what is due at `now` (seconds, any steady clock). `main` is None once the program has ended."""
        alive = list(members)
        if self._next <= KILL and now >= self._due:
            self._climb(now, main, alive)
        elif self.rung == KILL:
            self.gave_up = now >= self._due
            for member in alive:
                send(member, _SIGKILL)

    def _climb(self, now: float, main: Member | None, alive: list[Member]) -> None:
        if self._next == ASK and main is None:
            self._next = TERMINATE
        self.rung = self._next
        self._next += 1
        self._due = now + (LAST_PATIENCE if self.rung == KILL else self._patience)
        addressed = [main] if self.rung == ASK and main else alive
        self._said(self.rung, len(addressed))
        for member in addressed:
            send(member, {ASK: signal.SIGINT, TERMINATE: _SIGTERM, KILL: _SIGKILL}[self.rung])
            if self.rung != KILL and _SIGCONT is not None:
                send(member, _SIGCONT)


def send(member: Member, number: int) -> None:
    """Send a signal; psutil makes sure that the pid was not given to another process. One that has gone is no error."""
    with contextlib.suppress(psutil.Error, OSError, ValueError):
        member.process.send_signal(number)
