"""The frozen tables of equally long columns in which the trace answers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Int16s = npt.NDArray[np.int16]
UInt16s = npt.NDArray[np.uint16]
UInt8s = npt.NDArray[np.uint8]
Int8s = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Spans:
    """Stretches of one thread's time, as equally long columns sorted by `start`; good until the store's next `extend`.

    start, end   i8, ns. A span still open ends where its thread ended, or at the store's `end_ns`.
    state        u1, State (UNKNOWN in tracks that are not states)      source  u1, Source
    kind, flag   u2, `events.Kind` that began it (0: a gap between recorded waits), and its flag (Wait, Span)
    object, site, label   i4, ids for `TraceStore.object`, `.site`, `.text`; 0 means none
    depth        u1, how many spans of the same track it lies inside
    result       i1, of a wait: 1 got it, 0 timed out, -1 not told (still open, or not a wait)
    amount       i8, bytes pickled or unpickled in an own span; -1 not told
    evidence     u1, `Evidence`: what the state rests on, and whether two sources disagree (CONTRADICTED)
    """

    start: Int64s
    end: Int64s
    state: UInt8s
    source: UInt8s
    kind: UInt16s
    flag: UInt16s
    object: Int32s
    site: Int32s
    label: Int32s
    depth: UInt8s
    result: Int8s
    amount: Int64s
    evidence: UInt8s

    def __len__(self) -> int:
        return len(self.start)

    def between(self, t0: int, t1: int) -> Spans:
        """The spans that touch [t0, t1), as views of one stretch of rows unless some are nested."""
        last = int(np.searchsorted(self.start, t1, "left"))
        if len(self) and not self.depth.any():
            first = int(np.searchsorted(self.end, t0, "right"))
            return self.rows(slice(min(first, last), last))
        return self.rows(np.flatnonzero(self.end[:last] > t0))

    def at(self, t: int) -> Spans:
        """The spans around the moment `t`, outermost first."""
        last = int(np.searchsorted(self.start, t, "right"))
        return self.rows(np.flatnonzero(self.end[:last] > t))

    def rows(self, index: slice | npt.NDArray[Any]) -> Spans:
        """The same table with only some rows."""
        return Spans(**{one.name: getattr(self, one.name)[index] for one in fields(self)})


SPAN_DTYPES: dict[str, str] = {
    "start": "i8",
    "end": "i8",
    "state": "u1",
    "source": "u1",
    "kind": "u2",
    "flag": "u2",
    "object": "i4",
    "site": "i4",
    "label": "i4",
    "depth": "u1",
    "result": "i1",
    "amount": "i8",
    "evidence": "u1",
}


def no_spans() -> Spans:
    """A table without rows."""
    return Spans(**{name: np.empty(0, dtype) for name, dtype in SPAN_DTYPES.items()})


@dataclass(frozen=True, eq=False)
class Points:
    """Moments, as equally long columns sorted by `t`.

    t i8 (ns); thread i4; flag u2 (Stream of an output, else 0); text, site i4 (ids, 0: none).
    """

    t: Int64s
    thread: Int32s
    flag: UInt16s
    text: Int32s
    site: Int32s

    def __len__(self) -> int:
        return len(self.t)


@dataclass(frozen=True, eq=False)
class Arrows:
    """Who started or awaited whom, as equally long columns sorted by `t`.

    kind u2: Kind.CHILD_STARTED, Kind.THREAD_STARTED or Kind.THREAD_JOINED;
    thread i4, t i8: the starter (or joiner) and when it recorded that;
    child_process, child_thread i4: whom (-1: the child's own diary has not told yet);
    child_t i8: when the child began (joined: ended).
    """

    kind: UInt16s
    thread: Int32s
    t: Int64s
    child_process: Int32s
    child_thread: Int32s
    child_t: Int64s

    def __len__(self) -> int:
        return len(self.t)


@dataclass(frozen=True, eq=False)
class CpuSpans:
    """Who was on one CPU, as equally long columns sorted by `start`: start, end i8 (ns); thread i4 (index)."""

    start: Int64s
    end: Int64s
    thread: Int32s

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, eq=False)
class ThreadCpus:
    """Where one thread was on a CPU, as equally long columns sorted by `start`: start, end i8 (ns); cpu i2."""

    start: Int64s
    end: Int64s
    cpu: Int16s

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, eq=False)
class Steps:
    """A number that changes: from each `t` (i8, ns) on it is `n` (i4)."""

    t: Int64s
    n: Int32s

    def __len__(self) -> int:
        return len(self.t)


@dataclass(frozen=True, eq=False)
class GilLane:
    """Who held one GIL when, as equally long columns sorted by `start`; between them it was free.

    interpreter       0 the main one's; sub-interpreters' own GILs count on from there
    label             "GIL", or "GIL of interpreter 1"
    enabled           False: this interpreter runs without a GIL; None: not known
    start, end        i8, ns
    thread            i4, the holder's index; -1: it was held, or may have been, and it is not known by whom
    source            u1, Source: EXACT where kernel edges bound the holds, SAMPLED where looks do
    handovers_t       i8, ns: when it was first held by another thread than the one that had held it last
    handovers         the interpreter's own count of such changes while it was watched; None: not read
    switch_interval_ns   what `sys.getswitchinterval` said; None: not known
    """

    interpreter: int
    label: str
    enabled: bool | None
    start: Int64s
    end: Int64s
    thread: Int32s
    source: UInt8s
    handovers_t: Int64s
    handovers: int | None
    switch_interval_ns: int | None

    def __len__(self) -> int:
        return len(self.start)
