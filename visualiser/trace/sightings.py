"""What the observer saw, as it comes in: blocks become tables, sorted out by process.

The kernel gives numbers of threads and processes again. So each bearer of a number gets a key of its own: the number,
and how often it had been given before, in the bits above 32. Everything behind this module speaks of keys.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

from .kinship import Kinship
from .observed import (
    EVERY_CPU,
    EdgeKind,
    Edges,
    GilLooks,
    Intervals,
    Kin,
    Looks,
    Losses,
    Totals,
    WatchRows,
    edges_from,
    gil_looks_from,
    intervals_from,
    looks_from,
    names_from,
    totals_from,
    watch_from,
)
from .values import Block

Array = npt.NDArray[Any]
BEARER_BITS = 32


@dataclass(eq=False)
class SeenOfProcess:
    """Everything seen of one process so far, in the order of its arrival."""

    edges: list[Edges] = field(default_factory=list)
    looks: list[Looks] = field(default_factory=list)
    gils: list[GilLooks] = field(default_factory=list)
    totals: list[Totals] = field(default_factory=list)
    intervals: list[Intervals] = field(default_factory=list)


FOR_EVER = 1 << 62


class Sightings:
    """All blocks of a run. `lives` grows when the begin or the end of a thread became known."""

    def __init__(self) -> None:
        self.raw: list[Block] = []
        self.edges: list[Edges] = []
        self.losses: list[Losses] = []
        self.watch: list[WatchRows] = []
        self.blind_ns: int | None = None  # from here on the observer could not write down what it saw
        self.lives = 0
        self.last_ns = 0
        self.by_process: dict[int, SeenOfProcess] = defaultdict(SeenOfProcess)
        self.kinship = Kinship()
        self._births: dict[int, list[int]] = {}
        self._again: set[int] = set()  # numbers that were given more than once
        self._begins: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._add: dict[int, Callable[[bytes], None]] = {
            blocks.SWITCHES: self._add_switches,
            blocks.LOOKS: lambda data: self._sort_out("looks", looks_from(data)),
            blocks.GILS: lambda data: self._sort_out("gils", gil_looks_from(data)),
            blocks.TOTALS: lambda data: self._sort_out("totals", totals_from(data)),
            blocks.INTERVALS: lambda data: self._sort_out("intervals", intervals_from(data)),
            blocks.WATCH: lambda data: self.watch.append(watch_from(data)),
            blocks.NAMES: lambda data: self._tell(names_from(data)),
        }

    def go_blind(self, t: int) -> None:
        """From `t` (ns) on nothing is known: what was seen last must not be taken to go on."""
        if self.blind_ns is None:
            self.blind_ns = t
            self.losses.append(Losses(*(np.array([value], "i8") for value in (t, FOR_EVER, EVERY_CPU, 1))))

    def add(self, new: Iterable[Block]) -> list[str]:
        """Take blocks in; returns a sentence for each that could not be read."""
        wrong = []
        for block in sorted(new, key=lambda one: one.format):  # switches first: they tell of births
            self.raw.append(block)
            take = self._add.get(block.format)
            if take is None:
                wrong.append("The observer saw something that this version does not know.")
                continue
            try:
                take(block.payload)
            except (ValueError, OverflowError):
                wrong.append("Some of what the observer saw is damaged and was left out.")
        return list(dict.fromkeys(wrong))

    def key(self, number: int, t: int) -> int:
        """The key of whoever bore this number at `t` (or bears it first after that)."""
        births = self._births.get(number, ())
        return number | max(bisect_right(births, t) - 1, 0) << BEARER_BITS

    def same_bearer(self, number: int, one: int, other: int) -> bool:
        """Whether the same one bore this number at both moments (ns), as far as births were seen."""
        return self.key(number, one) == self.key(number, other)

    def life(self, key: int) -> tuple[int | None, int | None]:
        """When that thread began and ended by the kernel's word (ns); None: not seen."""
        return self._begins.get(key), self._ends.get(key)

    # --- in its own words

    def _add_switches(self, payload: bytes) -> None:
        kin: list[Kin] = []
        edges, losses = edges_from(payload, kin)
        if len(losses):
            self.losses.append(losses)
        self._note_births(edges.rows(edges.kind == EdgeKind.BORN))
        self._tell(kin)
        if not len(edges):
            return
        edges = self._with_keys(edges)
        self._note_lives(edges)
        self.edges.append(edges)
        self._by_process("edges", edges)

    def _tell(self, kin: Iterable[Kin]) -> None:
        self.kinship.tell(one._replace(pid=self.key(one.pid, one.t), tid=self.key(one.tid, one.t)) for one in kin)

    def _note_births(self, born: Edges) -> None:
        for tid, t in zip(born.tid.tolist(), born.t.tolist(), strict=True):
            births = self._births.setdefault(tid, [])
            insort(births, t)
            if len(births) > 1:
                self._again.add(tid)

    def _note_lives(self, edges: Edges) -> None:
        ended = edges.rows(edges.kind == EdgeKind.ENDED)
        self._ends.update(zip(ended.tid.tolist(), ended.t.tolist(), strict=True))
        tids, first = np.unique(edges.tid, return_index=True)
        fresh = 0
        for tid, t in zip(tids.tolist(), edges.t[first].tolist(), strict=True):
            if t < self._begins.get(tid, 1 << 63):
                self._begins[tid] = t
                fresh += 1
        self.kinship.meet(tids, edges.pid[first], edges.t[first])
        self.lives += fresh + len(ended)

    def _sort_out(self, name: str, table: Any) -> None:
        if not len(table):
            return
        table = self._with_keys(table)
        if name in ("looks", "totals") and not self.edges:  # with edges, those know better
            tids, first = np.unique(table.tid, return_index=True)
            self.kinship.meet(tids, table.pid[first], table.t[first])
            self.kinship.see(table.tid, table.t)
        self._by_process(name, table)

    def _with_keys(self, table: Any) -> Any:
        """The same table with keys in place of numbers."""
        if not self._again:
            return table
        changed = {"pid": self._keys(table.pid, table.t)}
        if hasattr(table, "tid"):
            changed["tid"] = self._keys(table.tid, table.t)
        return replace(table, **changed)

    def _keys(self, numbers: Array, t: Array) -> Array:
        keys = numbers.copy()
        for one in self._again.intersection(np.unique(numbers).tolist()):
            rows = np.flatnonzero(numbers == one)
            before = np.searchsorted(np.array(self._births[one], "i8"), t[rows], "right") - 1
            keys[rows] += np.maximum(before, 0) << BEARER_BITS
        return keys

    def _by_process(self, name: str, table: Any) -> None:
        self.last_ns = max(self.last_ns, int(table.t.max()))
        for pid in np.unique(table.pid).tolist():
            getattr(self.by_process[pid], name).append(table.rows(table.pid == pid))
