"""How long each thread was on a CPU in all, where only psutil tells: macOS and Windows, untried there."""

from __future__ import annotations

import time
from collections.abc import Iterable

import psutil

from visualiser.events import blocks


def psutil_totals(pids: Iterable[int]) -> list[bytes]:
    """TOTAL rows of every thread of these processes, as far as the system tells; a thread's wait for a CPU is 0."""
    rows = []
    for pid in pids:
        try:
            threads = psutil.Process(pid).threads()
        except psutil.Error:
            continue
        now = time.perf_counter_ns()
        for one in threads:
            on_cpu = round((one.user_time + one.system_time) * 1e9)
            rows.append(blocks.TOTAL.pack(now, pid, one.id, on_cpu, 0, 0))
    return rows
