"""The pace at which a live view brings itself up to date: seldom enough to leave the watched program its CPUs."""

from __future__ import annotations

import time

LIVE_SHARE = 0.05
"""The part of its time that a live view may spend on joining; while a run grows, answers may be that much older."""
LIVE_LEAST, LIVE_MOST = 0.03, 2.0
"""Seconds from one time to the next, at the least and at the most."""


class Throttle:
    """Whether something is due again, so that it takes no more than `LIVE_SHARE` of the time.

    It is decided once per state of the store: whoever draws asks for the same answer several times in one picture, and
    must not be given two different ones.
    """

    def __init__(self) -> None:
        self._due = self._spent = 0.0
        self._decided: object = None

    def due(self, now: object) -> bool:
        """Whether it may be done, for the first time in the state `now`."""
        if now == self._decided:
            return False
        self._decided = now
        return time.monotonic() >= self._due

    def note(self, began: float, others: int = 1, complete: bool = True) -> None:
        """It was done, begun at time.monotonic() `began`, or only a piece of it; `others` of its kind want their share
        too.
        """
        now = time.monotonic()
        self._spent += now - began
        if complete:
            self._due = now + min(max(LIVE_LEAST, self._spent * others / LIVE_SHARE), LIVE_MOST)
            self._spent = 0.0
