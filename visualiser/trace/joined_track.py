"""Tracks: one thread's time as columns of spans without gaps; how the kernel's edges become one, and what is done
with one.

Arrays are i8 nanoseconds unless said otherwise. All is vectorised: no loop over edges.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .observed import EdgeKind, Edges, Losses
from .values import Evidence, Source, State

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Track:
    """Spans of one thread, gapless, sorted. start, end; state, source, evidence u1; cpu i2 (-1: none); seen i4: the
    number
    of the system call that a look saw (-1: none seen); wait i4: row of the recorded wait that names it (-1: none)."""

    start: Array
    end: Array
    state: Array
    source: Array
    evidence: Array
    cpu: Array
    seen: Array
    wait: Array

    def __len__(self) -> int:
        return len(self.start)

    def rows(self, index: slice | Array) -> Track:
        """The same track with only some spans."""
        return Track(**{one.name: getattr(self, one.name)[index] for one in fields(self)})


def pieces(edges: Edges, end: int | None = None) -> Track:
    """One thread's edges as a track: on a CPU (state UNKNOWN, ON_CPU), READY, or blocked (UNKNOWN).

    `end`: until when the last piece lasts; None: the last edge only ends the one before it. Edges that do not
    alternate (some were lost) leave UNKNOWN pieces marked CONTRADICTED.
    """
    edges = _sensible(edges)
    ended = len(edges) and edges.kind[-1] == EdgeKind.ENDED
    stop = edges.t if ended or end is None or not len(edges) else np.append(edges.t, max(end, int(edges.t[-1])))
    count = max(len(stop) - 1, 0)
    kind = edges.kind[:count]
    on = _is_on(kind)
    state = np.where(np.isin(kind, (EdgeKind.PREEMPTED, EdgeKind.BORN)), State.READY, State.UNKNOWN).astype("u1")
    evidence = np.full(count, Evidence.EDGES, "u1")
    evidence[on] |= np.uint8(Evidence.ON_CPU)
    broken = np.zeros(count, bool)
    broken[:-1] = on[1:] == on[:-1] if count else False
    evidence[broken] = Evidence.CONTRADICTED
    state[broken] = State.UNKNOWN
    known = on & ~broken
    cpu = np.where(known, edges.cpu[:count], -1).astype("i2")
    source = np.where(broken, Source.NONE, Source.EXACT).astype("u1")
    nothing = np.full(count, -1, "i4")
    return Track(stop[:count], stop[1 : count + 1], state, source, evidence, cpu, nothing, nothing.copy())


def _is_on(kind: Array) -> Array:
    return np.asarray((kind == EdgeKind.IN) | (kind == EdgeKind.EXEC))


def _sensible(edges: Edges) -> Edges:
    """Without execs of a thread that is on its CPU anyway, and without what comes before its birth or after its end."""
    order = np.argsort(edges.t, kind="stable")
    edges = edges.rows(order)
    born = np.flatnonzero(edges.kind == EdgeKind.BORN)
    if len(born):  # an id may be given again: its last bearer only; earlier ones are to be cut out before
        edges = edges.rows(slice(int(born[-1]), None))
    ended = np.flatnonzero(edges.kind == EdgeKind.ENDED)
    if len(ended):
        edges = edges.rows(slice(0, int(ended[0]) + 1))
    on = _is_on(edges.kind)
    again = np.zeros(len(edges), bool)
    again[1:] = (edges.kind[1:] == EdgeKind.EXEC) & on[:-1]
    return edges.rows(~again)


def blocked(track: Track) -> Array:
    """Which pieces are absences that need a reason (bool)."""
    return np.asarray((track.state == State.UNKNOWN) & (track.evidence == Evidence.EDGES))


def cut_lost(track: Track, losses: Losses) -> Track:
    """What was lost is unknown, on every track, since a lost record may have been of any thread."""
    if not len(losses) or not len(track):
        return track
    marks = np.concatenate([losses.t, losses.t1])
    marks = marks[(marks > track.start[0]) & (marks < track.end[-1])]
    start = np.unique(np.concatenate([track.start, marks]))
    row = np.searchsorted(track.start, start, "right") - 1
    new = track.rows(row)
    end = np.append(start[1:], track.end[-1:])
    lost = np.searchsorted(np.sort(losses.t), start, "right") > np.searchsorted(np.sort(losses.t1), start, "right")
    state = np.where(lost, State.UNKNOWN, new.state).astype("u1")
    source = np.where(lost, Source.NONE, new.source).astype("u1")
    evidence = np.where(lost, Evidence.LOST, new.evidence).astype("u1")
    cpu = np.where(lost, -1, new.cpu).astype("i2")
    return merged(Track(start, end, state, source, evidence, cpu, new.seen, np.where(lost, -1, new.wait)))


def merged(track: Track) -> Track:
    """The same track with neighbours of one kind made into one span. Waits for the GIL are one whatever they consist
    of.
    """
    if len(track) < 2:
        return track
    gil = track.state == State.GIL
    evidence = np.where(gil, Evidence.EDGES, track.evidence)
    cpu = np.where(gil, -1, track.cpu)
    seen = np.where(gil, -1, track.seen)
    columns = (track.state, track.source, evidence, cpu, seen, track.wait)
    new = np.ones(len(track), bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0) | (track.start[1:] != track.end[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(track)) - 1
    evidence = np.bitwise_or.reduceat(track.evidence, first)
    evidence = np.where(gil[first], evidence & ~np.uint8(Evidence.ON_CPU), evidence).astype("u1")
    kept = track.rows(first)
    return Track(
        kept.start,
        track.end[last],
        kept.state,
        kept.source,
        evidence,
        np.where(gil[first], -1, kept.cpu),
        kept.seen,
        kept.wait,
    )


# --- cores and parallelism ------------------------------------------------------------------------------------------


def cpu_spans(edges: Edges, end: int | None = None) -> tuple[Array, Array, Array]:
    """When a thread was on a CPU, and on which: start, end, cpu. Exact, whatever it did there."""
    track = pieces(edges, end)
    on = track.cpu >= 0
    return track.start[on], track.end[on], track.cpu[on]


def parallelism(starts: Array, ends: Array) -> tuple[Array, Array]:
    """How many of these spans are under way: (times, count from then on). The last count is 0."""
    times = np.concatenate([starts, ends])
    unique, change = summed(times, np.concatenate([np.ones(len(starts), "i8"), -np.ones(len(ends), "i8")]))
    return unique, np.cumsum(change)


def summed(times: Array, steps: Array) -> tuple[Array, Array]:
    """The different times in their order, and the sum of the steps at each; those at which nothing changes left out."""
    order = np.argsort(times, kind="stable")
    times, total = times[order], np.cumsum(steps[order])
    last = np.flatnonzero(np.append(times[1:] != times[:-1], True)) if len(times) else np.empty(0, "i8")
    change = np.diff(total[last], prepend=0)
    return times[last][change != 0], change[change != 0]


def clipped(track: Track, begin: int, end: int | None = None) -> Track:
    """What of a track lies in [begin, end); `end` None: all from `begin` on."""
    keep = track.end > begin
    if end is not None:
        keep &= track.start < end
    some = track.rows(keep)
    stop = some.end if end is None else np.minimum(some.end, end)
    return replace(some, start=np.maximum(some.start, begin), end=stop)
