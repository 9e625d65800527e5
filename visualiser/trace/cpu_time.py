"""Who was on which CPU when, from the kernel's edges of all threads: exact, whatever they did there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .observed import EVERY_CPU, EdgeKind, Edges, Losses, Table

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class OnCpu(Table):
    """Stretches on a CPU, by start: start, end i8 (ns); tid, pid i8 (keys); cpu i8."""

    start: Array
    end: Array
    tid: Array
    pid: Array
    cpu: Array


class CpuTime:
    """Grows with the edges; `stretches` costs as much as is new."""

    SETTLED_NS = 500_000_000
    """Edges of different CPUs come in no order; after so long they have all come."""

    def __init__(self) -> None:
        self._settled: list[OnCpu] = []
        self._open = Edges.join([])  # edges that are not settled, and each thread's last one that is
        self._taken = 0

    def stretches(self, edges: Sequence[Edges], losses: Sequence[Losses], end: int) -> OnCpu:
        """All stretches so far; who is on a CPU now, until `end`."""
        new, self._taken = edges[self._taken :], len(edges)
        known = in_order(Edges.join([self._open, *new]))
        newest = int(known.t.max()) if len(known) else 0
        found = between(known, end)
        old = found.start < newest - self.SETTLED_NS
        old &= found.end < newest - self.SETTLED_NS
        self._settled.append(found.rows(old))
        self._settled = [OnCpu.join(self._settled)] if len(self._settled) > 32 else self._settled
        self._open = _not_settled(known, newest - self.SETTLED_NS)
        whole = OnCpu.join([*self._settled, found.rows(~old)])
        return _without(whole, losses)


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
    return OnCpu(edges.t[keep], stop[keep], edges.tid[keep], edges.pid[keep], edges.cpu[keep])


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
