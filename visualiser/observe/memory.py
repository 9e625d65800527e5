"""Memory of every process of the tree over time."""

from __future__ import annotations

import contextlib
import mmap
import sys
import time
from collections.abc import Iterable

import psutil

from visualiser.observe.notebook import Notebook
from visualiser.observe.pace import Pace
from visualiser.observe.tree import Member

RSS_PERIOD, RSS_SHARE = 0.1, 0.002
USS_PERIOD, USS_SHARE = 1.0, 0.0005
"""USS makes the kernel walk the process's page tables and hold its memory map meanwhile: seldom, and rarer the larger
the process is."""


class MemorySampler:
    """Notes the memory of processes down; keeps its own share of the CPU small."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._rss, self._uss = Pace(RSS_PERIOD, RSS_SHARE), Pace(USS_PERIOD, USS_SHARE)

    def sample(self, members: Iterable[Member]) -> None:
        """Look at each process, when a look is due."""
        now = time.monotonic()
        if self._uss.due(now):
            with self._uss.look():
                self._look(members, with_uss=True)
        elif self._rss.due(now):
            with self._rss.look():
                self._look(members, with_uss=False)

    def _look(self, members: Iterable[Member], with_uss: bool) -> None:
        for member in members:
            with contextlib.suppress(psutil.Error, OSError):
                if with_uss:
                    memory = member.process.memory_full_info()
                    rss, uss = memory.rss, getattr(memory, "uss", 0)
                else:
                    rss, uss = resident(member), 0
                if rss:  # a zombie has none
                    self._notebook.memory(member.pid, uss >> 10, rss >> 10)


def resident(member: Member) -> int:
    """Its resident memory in bytes. On Linux from where psutil has it too (proc(5), statm), in a fifth of the time."""
    if sys.platform != "linux":
        return int(member.process.memory_info().rss)
    with open(f"/proc/{member.pid}/statm", "rb", buffering=0) as file:
        return int(file.readall().split()[1]) * mmap.PAGESIZE
