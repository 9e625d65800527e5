"""What every part of a scene under construction needs to know: the run, the window, the measures, where things go."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from visualiser.trace import TraceStore

from .model import Box4, Floats, ViewWindow
from .palette import PATTERN_SIZE
from .sheet import Sheet


@dataclass(frozen=True)
class Measures:
    """Sizes in pixels. `small` is the least any words have."""

    small: float = 11.0
    normal: float = 12.0
    title: float = 19.0
    bar: float = 24.0
    row: float = 14.0
    lane: float = 34.0
    pad: float = 5.0
    process: float = 36.0
    gap: float = 10.0
    axis: float = 28.0
    indent: float = 12.0
    strip: float = 3.0
    """Of the strip under a thread's bar that tells the CPU."""
    curve: float = 34.0
    """How high the curve of how many ran at once is."""
    details: bool = True
    """Whether there is room for a second line under a lane's name."""


ROOMY = Measures()
COMPACT = Measures(bar=15.0, lane=20.0, pad=2.0, process=34.0, strip=2.0, details=False)
PRESENTER = Measures(18.0, 20.0, 30.0, 38.0, 23.0, 56.0, 7.0, 58.0, 16.0, 44.0, 18.0, 5.0, 60.0)
CROWD = 24
"""From so many threads on, lanes are compact."""


@dataclass
class Frame:
    """`body`: where time runs; its y0 is the top of the first lane when not scrolled. `labels`: x0 and x1 of names."""

    store: TraceStore
    window: ViewWindow
    measures: Measures
    body: Box4
    labels: tuple[float, float]
    playhead: int | None = None
    for_export: bool = False
    sheet: Sheet = field(default_factory=Sheet)

    @cached_property
    def column(self) -> int:
        """How many ns each pixel column of the body is wide, where all are as many whole ones (`whole_pixels`); else 0.
        What is drawn then moves by whole pixels with the window and stays the same, to the last bit of every x."""
        columns, length = round(self.body.x1 - self.body.x0), self.window.t1 - self.window.t0
        whole = columns > 0 and length % columns == 0 and FEWEST_NS <= length // columns <= MOST_NS
        return length // columns if whole else 0

    @cached_property
    def scale(self) -> float:
        """Pixels per ns."""
        if self.column:
            return 1 / self.column
        return (self.body.x1 - self.body.x0) / max(self.window.t1 - self.window.t0, 1)

    @property
    def phase(self) -> int:
        """Where patterns begin: their column at x = 0. They lie on the columns of time, and move with them."""
        return (self.window.t0 // self.column - round(self.body.x0)) % PATTERN_SIZE if self.column else 0

    def x(self, t: Any) -> Floats:
        """x of moments (ns), not clipped."""
        since = np.asarray(t, np.int64) - self.window.t0
        x: Floats
        if self.column:
            whole, rest = np.divmod(since, self.column)
            x = (self.body.x0 + whole) + rest / self.column
        else:
            x = self.body.x0 + since.astype(np.float64) * self.scale
        return x

    def x_of(self, t: int) -> float:
        """x of one moment (ns), not clipped."""
        if not self.column:
            return self.body.x0 + (t - self.window.t0) * self.scale
        whole, rest = divmod(t - self.window.t0, self.column)
        return (self.body.x0 + whole) + rest / self.column

    def clipped(self, t: int) -> float:
        """x of one moment, within the body."""
        return min(max(self.x_of(t), self.body.x0), self.body.x1)

    def sees(self, t0: int, t1: int | None = None) -> bool:
        """Whether something from t0 to t1 (ns) touches the window."""
        return t0 <= self.window.t1 and (t0 if t1 is None else t1) >= self.window.t0


def whole_pixels(t0: int, t1: int, width: float, start: int) -> tuple[int, int]:
    """The stretch from t0 to t1 (ns), moved by less than a pixel and up to a thousandth longer, so that on a body of so
    many pixels every column is as many whole ns wide and lies on one grid from `start` (ns): whoever moves by pixels
    sees the same columns again. Where a thousandth is less than a ns, as it was."""
    columns = round(width)
    if columns < 1 or t1 - t0 < FEWEST_NS * columns:
        return t0, t1
    column = -(-(t1 - t0) // columns)
    first = start + round((t0 - start) / column) * column
    return first, first + columns * column


FEWEST_NS, MOST_NS = 1000, 10**11
"""Columns narrower than so many ns are not rounded to whole ones; in wider ones places would be rounded themselves."""


class Slots:
    """Which stretches of a row of words are taken, so that no two words ever overlap."""

    def __init__(self, gap: float = 4.0) -> None:
        self.gap = gap
        self._taken: list[tuple[float, float]] = []

    def is_free(self, x0: float, x1: float) -> bool:
        """Whether nobody has any of a stretch."""
        return not any(x0 < b + self.gap and x1 > a - self.gap for a, b in self._taken)

    def take(self, x0: float, x1: float) -> bool:
        """Take a stretch if nobody has any of it."""
        if not self._taken or x0 >= self._taken[-1][1] + self.gap:  # mostly they come from left to right
            self._taken.append((x0, x1))
            return True
        place = bisect_right(self._taken, (x0, x1))
        near = self._taken[max(place - 1, 0) : place + 1]  # taken stretches do not overlap
        if any(x0 < b + self.gap and x1 > a - self.gap for a, b in near):
            return False
        self._taken.insert(place, (x0, x1))
        return True
