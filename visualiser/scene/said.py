"""Words that stand in things: where what is seen of the thing leaves room for them, at whatever place of the window.

|    L  accounts 3 ms     |   I  |      things of one row, from left to right, none over another
      [ window: L  accounts 3 ]         one that crosses the window's edge says what fits into the rest of it
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from .model import Text


@dataclass(frozen=True, eq=False)
class Said:
    """Things from `x0` to `x1` (pixels, sorted, none over another). `place(i, x0, x1)`: the words in thing i while no
    more of it is seen than what lies between x0 and x1; None where nothing fits."""

    x0: list[float]
    x1: list[float]
    place: Callable[[int, float, float], Text | None]

    @cached_property
    def words(self) -> list[Text | None]:
        """Those of each thing that is seen whole."""
        return [self.place(i, x0, x1) for i, (x0, x1) in enumerate(zip(self.x0, self.x1, strict=True))]

    def between(self, left: float, right: float) -> list[Text]:
        """The words of all that is seen between two x."""
        first, last = bisect_left(self.x0, left), bisect_right(self.x1, right)
        found = [one for one in self.words[first:last] if one is not None]
        edges = {i for i in (first - 1, last) if 0 <= i < len(self.x0)}
        for i in edges:
            x0, x1 = max(self.x0[i], left), min(self.x1[i], right)
            one = self.place(i, x0, x1) if x1 > x0 else None
            if one is not None:
                found.append(one)
        return found
