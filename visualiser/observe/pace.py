"""How often to look: a period, made longer when a look costs more than its share of a CPU."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pace:
    """Times one kind of look. At least `period` seconds apart, and at most `share` of one CPU spent on it."""

    def __init__(self, period: float, share: float) -> None:
        self.period = period
        self.share = share
        self._due = 0.0

    def due(self, now: float) -> bool:
        """Whether it is time for the next look. `now`: time.monotonic()."""
        return now >= self._due

    @contextmanager
    def look(self) -> Iterator[None]:
        """Around the look itself: its cost in CPU time sets when the next may be."""
        begin, cpu = time.monotonic(), time.process_time()
        yield
        self._due = begin + max(self.period, (time.process_time() - cpu) / self.share)
