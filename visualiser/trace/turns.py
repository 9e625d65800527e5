"""Whose turn it is, when not everything can be brought up to date for every state of a store that grows."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

Outcome = TypeVar("Outcome")

THREAD_ROWS = 300
"""What it costs to turn to a thread at all, in rows."""


class Turns:
    """Gives out about so many `rows` of work per state; who was refused comes first next time, the longest first.

    Rows are counted and nothing is timed, so that it is the same on any machine.
    """

    def __init__(self, rows: int) -> None:
        self._most = self._left = rows
        self._state: object = None
        self._chosen: set[int] = set()
        self._waiting: list[int] = []  # from earlier states, not chosen yet
        self._refused: dict[int, int] = {}

    def may(self, who: int, rows: int, state: object) -> bool:
        """Whether `who` may do `rows` of work now. Who has done its work does not ask again in this state."""
        if state != self._state:
            self._begin(state)
        if who in self._chosen:
            self._chosen.remove(who)
            return True
        if self._left > 0:
            self._left -= rows
            return True
        self._refused[who] = rows
        return False

    def _begin(self, state: object) -> None:
        self._state, self._left = state, self._most
        longest = [who for who in self._waiting if who in self._refused]
        order = [*longest, *(who for who in self._refused if who not in set(longest))]
        count = 0
        while count < len(order) and self._left > 0:
            self._left -= self._refused[order[count]]
            count += 1
        self._chosen, self._waiting, self._refused = set(order[:count]), order[count:], {}


def outcome(steps: Generator[int, None, Outcome]) -> Outcome:
    """Do all of it at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            done: Outcome = end.value
            return done
