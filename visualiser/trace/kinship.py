"""Who belongs to whom by the kernel's word: the process of each thread seen, who bore it, what it is called.

Numbers are the keys of `sightings`; times in ns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy.typing as npt

from .observed import Kin

Array = npt.NDArray[Any]
NOBODY = 0xFFFFFFFF  # what the kernel calls a thread that is gone already


class Met(NamedTuple):
    """A thread that was seen: its process, and when first."""

    tid: int
    pid: int
    t: int


class Kinship:
    """`met`: every thread seen, in the order in which it became known; only ever grows."""

    def __init__(self) -> None:
        self.met: list[Met] = []
        self._known: set[int] = set()
        self._births: dict[int, Kin] = {}
        self._names: dict[int, str] = {}
        self._last: dict[int, int] = {}

    def tell(self, kin: Iterable[Kin]) -> None:
        """Births and names, with keys in place of the numbers of the thread and its process."""
        for one in kin:
            if one.name:
                self._names[one.tid] = one.name
            else:
                self._births[one.tid] = one

    def meet(self, tids: Array, pids: Array, times: Array) -> None:
        """Threads that were seen, each once: equally long columns."""
        for tid, pid, t in zip(tids.tolist(), pids.tolist(), times.tolist(), strict=True):
            if tid not in self._known and tid & NOBODY not in (0, NOBODY) and pid & NOBODY not in (0, NOBODY):
                self._known.add(tid)
                self.met.append(Met(tid, pid, t))

    def see(self, tids: Array, times: Array) -> None:
        """Signs of life; in order of time for each thread. For levels on which nobody tells of the end."""
        self._last.update(zip(tids.tolist(), times.tolist(), strict=True))

    def birth(self, tid: int) -> Kin | None:
        """How a thread was born; None where that was not seen."""
        return self._births.get(tid)

    def name(self, tid: int) -> str:
        """What a thread (or a process, by its first thread) called itself last; "" where it did not."""
        return self._names.get(tid, "")

    def last_ns(self, tid: int) -> int | None:
        """The latest sign of life of a thread, where nobody tells of its end."""
        return self._last.get(tid)
