"""Where the user has been in a run: back and forth again, with continuous moves (a wheel, a drag) as one step."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.viewmodels.lanes import Lanes
from visualiser.viewmodels.viewport import Viewport

MERGE_MS = 700
"""Moves of one kind that follow each other within this are one step."""

MOST = 200
"""Steps kept; older ones are forgotten."""


@dataclass(frozen=True)
class Place:
    """What is seen: a stretch of time, and how the lanes are arranged."""

    viewport: Viewport
    lanes: Lanes


class ViewHistory:
    """The places left behind. Times in ms, of any clock that only goes forward."""

    def __init__(self) -> None:
        self._past: list[Place] = []
        self._future: list[Place] = []
        self._last = ("", 0)

    @property
    def can_undo(self) -> bool:
        """Whether there is a place to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step back can be taken back."""
        return bool(self._future)

    def leave(self, place: Place, move: str, now_ms: int) -> None:
        """The user leaves a place by a move (`zoom`, `pan`, ...); `once`-moves have an empty name and never merge."""
        before, then = self._last
        self._last = move, now_ms
        self._future.clear()
        if move and move == before and now_ms - then <= MERGE_MS and self._past:
            return
        self._past.append(place)
        del self._past[:-MOST]

    def undo(self, here: Place) -> Place | None:
        """The place before; None when there is none. `here` can then be gone to again."""
        return self._step(self._past, self._future, here)

    def redo(self, here: Place) -> Place | None:
        """The place that was left by `undo`; None when there is none."""
        return self._step(self._future, self._past, here)

    def _step(self, source: list[Place], goal: list[Place], here: Place) -> Place | None:
        self._last = "", 0
        if not source:
            return None
        goal.append(here)
        return source.pop()
