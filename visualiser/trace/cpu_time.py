"""Who was on which CPU when, from the kernel's edges of all threads: exact, whatever they did there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import ThreadCpus
from .growing import Growing
from .joined_track import summed
from .observed import EVERY_CPU, EdgeKind, Edges, Losses, Table, Totals

Array = npt.NDArray[Any]


IndexOf = Callable[[Array], Array]
"""The indices of threads with these keys; -1 for one that is none of the program's, or not known yet."""


@dataclass(frozen=True, eq=False)
class OnCpu(Table):
    """Stretches on a CPU, by start: start, end i8 (ns); thread i8 (key, or index); cpu i8."""

    start: Array
    end: Array
    thread: Array
    cpu: Array


_KEPT = {"thread": "i4", "cpu": "i2"}
"""Indices and CPUs are small: what one thread or CPU did is looked for among them all."""


class CpuTime:
    """Who was on which CPU, and how many at once; grows with the edges, and what is settled is not touched again."""

    SETTLED_NS = 500_000_000
    """Edges of different CPUs come in no order; after so long they have all come."""
    STRANGE_NS = 5_000_000_000
    """After so long it is known whose they are."""

    def __init__(self) -> None:
        self.cpus: set[int] = set()
        self._columns = {one.name: Growing(_KEPT.get(one.name, "i8")) for one in fields(OnCpu)}
        self._settled = 0  # rows
        self._tail = OnCpu.join([])  # settled rows that are to stand among others for now
        self._strange = OnCpu.join([])  # settled ones of threads that are not known yet
        self._steps = {"t": Growing("i8"), "n": Growing("i4")}
        self._settled_steps = 0
        self._until = 0
        self._open = Edges.join([])  # edges that are not settled, and each thread's last one that is
        self._taken = 0

    def advance(self, edges: Sequence[Edges], losses: Sequence[Losses], end: int, index_of: IndexOf) -> None:
        """Take in what is new of all edges so far; who is on a CPU now, is so until `end` (ns)."""
        new, self._taken = edges[self._taken :], len(edges)
        known = in_order(Edges.join([self._open, *new]))
        until = max(int(known.t.max()) - self.SETTLED_NS if len(known) else 0, self._until)
        found = between(known, end)
        found = _without(found, losses)
        self._restore()
        old = found.end < until
        self._insert(self._known_ones(OnCpu.join([self._strange, found.rows(old)]), index_of, until))
        self._settled = len(self._columns["start"])
        self._tail = self._insert(_with_indices(found.rows(~old), index_of))
        self._count(found, until)
        self._open, self._until = _not_settled(known, until), until
        self.cpus.update(np.unique(found.cpu).tolist())

    @property
    def stretches(self) -> OnCpu:
        """All stretches so far, `thread` an index; good until the next `advance`."""
        return OnCpu(**{name: column.view for name, column in self._columns.items()})

    def of(self, column: str, number: int) -> Array:
        """The rows of one thread (index) or one cpu."""
        return np.flatnonzero(self._columns[column].view == number)

    @property
    def at_once(self) -> tuple[Array, Array]:
        """How many threads, known or not, were on a CPU at once: (times, count from then on); good until the next
        `advance`.
        """
        return self._steps["t"].view, self._steps["n"].view

    def _known_ones(self, some: OnCpu, index_of: IndexOf, until: int) -> OnCpu:
        """Those of known threads, by index; the others wait for a while."""
        known = index_of(some.thread) >= 0
        self._strange = some.rows(~known & (some.end > until - self.STRANGE_NS))
        return _with_indices(some.rows(known), index_of)

    def _restore(self) -> None:
        """The settled rows alone, as they were before others were put among them."""
        for name, column in self._columns.items():
            column.cut(self._settled - len(self._tail))
            column.append(getattr(self._tail, name))
        self._tail = self._tail.rows(slice(0))

    def _insert(self, some: OnCpu) -> OnCpu:
        """Put stretches where they belong by their start; the rows behind the first of them, as they were before."""
        first = (
            int(np.searchsorted(self._columns["start"].view, some.start.min())) if len(some) else len(self.stretches)
        )
        behind = OnCpu(**{name: column.view[first:].copy() for name, column in self._columns.items()})
        together = OnCpu.join([behind, some])
        for name, column in self._columns.items():
            column.cut(first)
            column.append(getattr(together, name))
        return behind

    def _count(self, found: OnCpu, until: int) -> None:
        for column in self._steps.values():
            column.cut(self._settled_steps)
        for begin, end in ((self._until, until), (until, None)):
            t = np.concatenate([found.start, found.end])
            step = np.repeat(np.array([1, -1]), len(found))
            inside = t >= begin if end is None else (t >= begin) & (t < end)
            times, rise = summed(t[inside], step[inside])
            before = int(self._steps["n"].view[-1]) if len(self._steps["n"]) else 0
            self._steps["t"].append(times)
            self._steps["n"].append(before + np.cumsum(rise))
            if end is not None:
                self._settled_steps = len(self._steps["t"])


def _with_indices(some: OnCpu, index_of: IndexOf) -> OnCpu:
    """With indices in place of keys; without those of nobody we know."""
    index = index_of(some.thread)
    return replace(some, thread=index).rows(index >= 0)


def in_order(edges: Edges) -> Edges:
    """Thread by thread, each in order of time."""
    return edges.rows(np.lexsort((edges.t, edges.tid)))


def between(edges: Edges, end: int) -> OnCpu:
    """The stretches in edges that are `in_order`. Where they do not alternate, nothing is claimed."""
    on = (edges.kind == EdgeKind.IN) | (edges.kind == EdgeKind.EXEC)
    same = np.append(False, edges.tid[1:] == edges.tid[:-1])
    again = (edges.kind == EdgeKind.EXEC) & same & np.append(False, on[:-1])
    edges, on = edges.rows(~again), on[~again]
    count = len(edges)
    last = np.append(edges.tid[1:] != edges.tid[:-1], True) if count else np.empty(0, bool)
    stop = np.append(edges.t[1:], end) if count else edges.t
    stop = np.where(last, np.maximum(end, edges.t), stop)
    broken = ~last & np.append(on[1:], False) if count else last
    keep = on & ~broken
    return OnCpu(edges.t[keep], stop[keep], edges.tid[keep], edges.cpu[keep])


def _not_settled(edges: Edges, until: int) -> Edges:
    """From each thread's last edge on whose stretch is not handed out for good."""
    keep = edges.t >= until
    following = np.append(edges.tid[1:] == edges.tid[:-1], False) if len(edges) else keep
    bridge = ~keep & (~following | np.append(keep[1:], False) if len(edges) else keep)
    ended = bridge & (edges.kind == EdgeKind.ENDED)
    return edges.rows((keep | bridge) & ~ended)


def _without(whole: OnCpu, losses: Sequence[Losses]) -> OnCpu:
    """Without the stretches in which records were lost: nobody knows who was there."""
    keep = np.ones(len(whole), bool)
    for table in losses:
        for t, t1, cpu in zip(table.t.tolist(), table.t1.tolist(), table.cpu.tolist(), strict=True):
            keep &= (whole.end <= t) | (whole.start >= t1) | ((cpu != EVERY_CPU) & (whole.cpu != cpu))
    return whole if keep.all() else whole.rows(keep)


def with_edges(accounts: Totals, stretches: ThreadCpus) -> int:
    """ns that a thread was on a CPU, from accounts of it and its stretches there, both in order of time.

    An account is complete only while the thread is off the CPU. From the last such one on, and if there is none, edges
    tell.
    """
    row = np.searchsorted(stretches.start, accounts.t, "right") - 1
    off = (row < 0) | (accounts.t >= stretches.end[row]) if len(stretches.end) else np.ones(len(row), bool)
    last = np.flatnonzero(off)[-1:]
    since, before = (int(accounts.t[last[0]]), int(accounts.on_cpu[last[0]])) if len(last) else (0, 0)
    after = stretches.end - np.maximum(stretches.start, since)
    return before + int(after[after > 0].sum())
