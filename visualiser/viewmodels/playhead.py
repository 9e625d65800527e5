"""The playhead: a moment of the run, and how it moves. Arithmetic only; a timer outside tells how much time passed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

SPEEDS = (1 / 10000, 1 / 3000, 1 / 1000, 1 / 300, 1 / 100, 1 / 30, 1 / 10, 1 / 3, 1.0, 3.0, 10.0)
"""How fast the run is played, as a share of the speed at which it happened."""


@dataclass(frozen=True)
class Playhead:
    """A moment `t` within a run from `start` to `end` (ns, perf_counter). `speed`: 1.0 plays as fast as it happened.

    `rest` is the part of a nanosecond left over from `advance`, so that many short steps add up to one long one.
    `loop`: from, to (ns): what is played again and again; None: it is played to the end, once.
    """

    t: int = 0
    start: int = 0
    end: int = 0
    playing: bool = False
    speed: float = 1 / 10
    rest: float = 0.0
    loop: tuple[int, int] | None = None

    def moved(self, t: int) -> Playhead:
        """At `t`, kept within the run."""
        return replace(self, t=min(max(t, self.start), self.end), rest=0.0)

    def within(self, start: int, end: int) -> Playhead:
        """In a run that now goes from `start` to `end`; a moment outside moves to the nearer edge."""
        return replace(self, start=start, end=max(start, end)).moved(self.t)

    def advance(self, dt: int) -> Playhead:
        """After `dt` ns of the viewer's time. Stops playing at the end of the run; in a loop, begins it again."""
        if not self.playing:
            return self
        exact = dt * self.speed + self.rest
        whole = int(exact)
        if self.loop is not None and self.t + whole >= self.loop[1]:
            start, end = self.loop
            return replace(self, t=start + (self.t + whole - start) % (end - start), rest=exact - whole)
        if self.t + whole >= self.end:
            return replace(self, t=self.end, playing=False, rest=0.0)
        return replace(self, t=self.t + whole, rest=exact - whole)

    def step(self, times: NDArray[np.int64], direction: int) -> Playhead:
        """At the next (`direction` > 0) or previous of the sorted `times`; unmoved if there is none. Stops playing."""
        if direction > 0:
            at = int(np.searchsorted(times, self.t, side="right"))
        else:
            at = int(np.searchsorted(times, self.t, side="left")) - 1
        stopped = replace(self, playing=False)
        return stopped.moved(int(times[at])) if 0 <= at < len(times) else stopped

    def toggled(self) -> Playhead:
        """Playing if it stood still, and the other way round. Played from the end, it begins anew; a loop, from
        outside of it, at its start."""
        if self.playing:
            return replace(self, playing=False)
        at = self.start if self.t >= self.end else self.t
        if self.loop is not None and not self.loop[0] <= self.t < self.loop[1]:
            at = self.loop[0]
        return replace(self, playing=self.end > self.start, t=at, rest=0.0)

    def paced(self, direction: int) -> Playhead:
        """One step of SPEEDS faster (`direction` > 0) or slower."""
        nearest = min(range(len(SPEEDS)), key=lambda each: abs(SPEEDS[each] - self.speed))
        return replace(self, speed=SPEEDS[min(max(nearest + direction, 0), len(SPEEDS) - 1)])

    def looped(self, t0: int, t1: int) -> Playhead:
        """Playing goes round from `t0` to `t1` (ns), as far as they lie within the run; no loop where nothing is left.

        The playhead stays where it is until it plays.
        """
        low, high = max(min(t0, t1), self.start), min(max(t0, t1), self.end)
        return replace(self, loop=(low, high) if high > low else None)

    def with_speed(self, speed: float) -> Playhead:
        """At that speed. Raises ValueError when it is not above 0."""
        if not speed > 0:
            raise ValueError("a speed is above 0")
        return replace(self, speed=speed, rest=0.0)


def speed_words(speed: float) -> str:
    """`1/100`, `1`, `10`: a speed as the player shows it."""
    return f"1/{round(1 / speed)}" if speed < 1 else f"{speed:g}"
