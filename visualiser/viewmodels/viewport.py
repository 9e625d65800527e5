"""Which stretch of the run is on the screen, and how it follows a run that is still growing. Arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

SHORTEST = 100
"""Nanoseconds on the screen at the closest zoom: the clock's own steps are as long as a tenth of that."""


class Follow(Enum):
    """What the window does when the run grows."""

    WHOLE = "whole"  # shows all of it
    END = "end"  # keeps its length and moves along with the end
    NOT = "not"  # stays where the user put it


@dataclass(frozen=True)
class Viewport:
    """The stretch from `t0` to `t1` of a run from `start` to `end` (all ns). The stretch never leaves the run."""

    t0: float = 0.0
    t1: float = 1.0
    start: int = 0
    end: int = 1
    follow: Follow = Follow.WHOLE

    @property
    def span(self) -> float:
        """How many nanoseconds are on the screen."""
        return self.t1 - self.t0

    def fitted(self) -> Viewport:
        """All of the run, also when it grows."""
        return replace(self, t0=float(self.start), t1=float(max(self.end, self.start + SHORTEST)), follow=Follow.WHOLE)

    def within(self, start: int, end: int) -> Viewport:
        """For a run that now goes from `start` to `end`: the window follows as it was told to."""
        grown = replace(self, start=start, end=max(end, start + SHORTEST))
        if self.follow is Follow.WHOLE:
            return grown.fitted()
        if self.follow is Follow.END:
            return grown._placed(grown.end - self.span, self.span)
        return grown._placed(self.t0, self.span)

    def zoomed(self, factor: float, at: float) -> Viewport:
        """Zoomed in by `factor` (below 1: out) so that the moment `at` stays where it is on the screen."""
        whole = float(self.end - self.start)
        span = min(max(self.span / factor, SHORTEST), whole)
        if span >= whole and factor < 1:
            return self.fitted()
        share = (at - self.t0) / self.span if self.span else 0.5
        return replace(self, follow=Follow.NOT)._placed(at - share * span, span)

    def panned(self, share: float) -> Viewport:
        """Moved right by `share` of what is on the screen (negative: left)."""
        if self.span >= self.end - self.start:
            return self
        return replace(self, follow=Follow.NOT)._placed(self.t0 + share * self.span, self.span)

    def showing(self, t0: float, t1: float) -> Viewport:
        """From `t0` to `t1`, as far as the run goes."""
        low, high = sorted((t0, t1))
        return replace(self, follow=Follow.NOT)._placed(low, max(high - low, SHORTEST))

    def revealing(self, t: int) -> Viewport:
        """Moved just so far that `t` is on the screen; unchanged when it is."""
        if self.t0 <= t <= self.t1:
            return self
        margin = 0.1 * self.span
        t0 = t - margin if t < self.t0 else t + margin - self.span
        return replace(self, follow=Follow.NOT)._placed(t0, self.span)

    def following(self) -> Viewport:
        """Moving along with the end from now on; all of the run when all of it is on the screen."""
        if self.span >= self.end - self.start:
            return self.fitted()
        return replace(self, follow=Follow.END).within(self.start, self.end)

    def _placed(self, t0: float, span: float) -> Viewport:
        span = min(span, float(self.end - self.start))
        t0 = min(max(t0, self.start), self.end - span)
        return replace(self, t0=t0, t1=t0 + span)
