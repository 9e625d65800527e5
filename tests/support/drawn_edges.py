"""Traces drawn as text: one letter a millisecond.

`R` on a CPU, `r` preempted, `.` blocked; `|` a stretch of 20 microseconds on a CPU between two absences. "RR..|..R"
is a thread that runs 2 ms, blocks 2 ms, asks for 20 us, blocks 2 ms and runs 1 ms. It is born 1 us before the first
letter and ends after the last.
"""

from __future__ import annotations

import numpy as np

from visualiser.events.blocks import Seen
from visualiser.trace.observed import EdgeKind, Edges, GilLooks, Looks

MS, ASK = 1_000_000, 20_000
_KINDS = {"R": EdgeKind.IN, "r": EdgeKind.PREEMPTED, ".": EdgeKind.BLOCKED, "|": EdgeKind.IN}
PID = 7


def edges(text: str, tid: int = 1, begin: int = MS, cpu: int = 0) -> Edges:
    """The edges of one drawn thread."""
    rows = [(begin - 1000, EdgeKind.BORN)]
    t, before = begin, ""
    for letter in text:
        if letter != before:
            rows.append((t, _KINDS[letter]))
        t += ASK if letter == "|" else MS
        before = letter
    rows.append((t, EdgeKind.ENDED))
    times, kinds = np.array(rows, "i8").T
    count = len(rows)
    return Edges(times, np.full(count, PID), np.full(count, tid), np.full(count, cpu), kinds)


def looks(*rows: tuple[float, int], tid: int = 1, late: int = 2000) -> Looks:
    """Looks of one thread: (ms from the first letter on, `Seen`)."""
    t = np.array([MS + round(at * MS) for at, _ in rows], "i8")
    seen = np.array([what for _, what in rows], "i8")
    count = len(rows)
    number = np.where(seen == Seen.IO, 0, 202)
    return Looks(t, np.full(count, late), np.full(count, PID), np.full(count, tid), seen, number, t * 0)


def gil_looks(*rows: tuple[float, int, int, int]) -> GilLooks:
    """Looks at the GIL: (ms from the first letter on, holder, `Held`, hand-overs)."""
    at, tid, held, count = (np.array(column) for column in zip(*rows, strict=True))
    t = MS + np.round(at * MS).astype("i8")
    nothing = np.zeros(len(t), "i8")
    return GilLooks(t, nothing + 2000, nothing + PID, tid.astype("i8"), nothing, held.astype("i8"), count.astype("i8"))
