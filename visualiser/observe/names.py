"""What threads are called by the kernel, where no switch events tell: /proc/PID/task/TID/comm (proc(5)).

A Qt thread has its objectName there, threads of libraries what they call themselves. It is read when a thread is met,
and some times again, because many are named a little after they were born. A thread is told of when its name is not
the one that it has from its process; the first thread always, since its name is the process's.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from visualiser.events import blocks

READINGS = 4
"""How often each thread's name is read, once for each call of `Names.rows`"""


class Names:
    """Remembers what was told."""

    def __init__(self) -> None:
        self._read: dict[int, int] = {}  # thread: how often
        self._told: dict[int, bytes] = {}

    def rows(self, alive: Iterable[tuple[int, int]]) -> list[bytes]:
        """NAME rows of those (pid, tid) whose names are news."""
        rows = []
        for pid, tid in alive:
            times = self._read.get(tid, 0)
            if times >= READINGS:
                continue
            self._read[tid] = times + 1
            name = _name(pid, tid)
            usual = b"" if pid == tid else self._told.get(pid, b"")
            if name and name not in (usual, self._told.get(tid, b"")):
                self._told[tid] = name
                rows.append(blocks.NAME.pack(time.perf_counter_ns(), pid, tid, name))
        return rows

    def forget(self, tid: int) -> None:
        """It has ended."""
        self._read.pop(tid, None)
        self._told.pop(tid, None)


def _name(pid: int, tid: int) -> bytes:
    """At most 15 bytes; none when it has gone."""
    try:
        with open(f"/proc/{pid}/task/{tid}/comm", "rb", buffering=0) as file:
            return (file.read(64) or b"").rstrip(b"\n")[:15]
    except OSError:
        return b""
