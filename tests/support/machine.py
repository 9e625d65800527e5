"""How much others use of this machine while something is tried: what is told of a busy machine proves nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

FOREIGN_LIMIT = 0.1
"""The share of the machine that others may use in a try that counts."""


@dataclass
class Foreign:
    """`load`: the share of all CPUs that others than this process's ended children used; 0 until the try is over."""

    load: float = 0.0

    @property
    def disturbs(self) -> bool:
        """Whether it was too much."""
        return self.load >= FOREIGN_LIMIT


@contextmanager
def watched_machine() -> Iterator[Foreign]:
    """Measures while the block runs; the children it starts must have ended and been waited for at its end."""
    found = Foreign()
    busy, own, began = _busy_s(), _children_s(), time.perf_counter()
    yield found
    wall = time.perf_counter() - began
    found.load = max(0.0, (_busy_s() - busy) - (_children_s() - own)) / (wall * (os.cpu_count() or 1))


def stolen_s() -> float:
    """How long a host took this virtual machine's CPUs from it so far, in whole ticks; 0 where that is not told."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def _children_s() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))
