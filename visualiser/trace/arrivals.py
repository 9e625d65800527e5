"""When threads came onto a CPU, from where, and how they left: what tells who can have taken the GIL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .joined_track import Track
from .joining import RETRY_NS
from .values import Evidence, State

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Stretches on a CPU of all threads of a process, by begin. t; tid; left: when it blocked at their end (0: it did
    not); back: when it came onto a CPU again after that; waited bool: it came from a wait for the GIL; blocked bool:
    it came from an absence at all, and not from being preempted; asks bool: it came only to ask for the GIL, and
    waited on; gone: when it left the CPU without being preempted, by blocking or for ever (0: it did not); off: when it
    was not on that CPU any more, for whatever reason.
    """

    t: Array
    tid: Array
    left: Array
    back: Array
    waited: Array
    blocked: Array
    asks: Array
    gone: Array
    off: Array


def arrivals(tracks: dict[int, Track]) -> Arrivals:
    """The arrivals of threads (by native id) whose absences have been named, before `split_by_gil`."""
    parts = [_arrivals_of(tid, track) for tid, track in tracks.items()]
    columns = [np.concatenate([part[i] for part in parts]) if parts else np.empty(0, "i8") for i in range(9)]
    order = np.argsort(columns[0], kind="stable")
    t, tid, left, back, waited, blocked, asks, gone, off = (column[order] for column in columns)
    return Arrivals(t, tid, left, back, waited.astype(bool), blocked.astype(bool), asks.astype(bool), gone, off)


def _arrivals_of(tid: int, track: Track) -> list[Array]:
    on = track.evidence & Evidence.ON_CPU > 0
    before_on = np.append(False, on[:-1])
    at = np.flatnonzero(on & ~before_on)
    before, after = np.maximum(at - 1, 0), np.minimum(at + 1, len(track) - 1)
    off_after = (after > at) & ~on[after] & (track.state[after] != State.READY)
    gil_after = off_after & (track.state[after] == State.GIL)
    short = track.end[at] - track.start[at] < RETRY_NS
    has_before = at > 0
    gil_before = has_before & (track.state[before] == State.GIL)
    blocked = ~(has_before & (track.state[before] == State.READY) & (before > 0))
    left = np.where(off_after, track.end[at], 0)
    back = np.where(off_after, track.end[after], 0)
    gone = np.where(off_after | (at == len(track) - 1), track.end[at], 0)
    off = _last_on(track, on, at)
    return [track.start[at], np.full(len(at), tid), left, back, gil_before, blocked, short & gil_after, gone, off]


def _last_on(track: Track, on: Array, at: Array) -> Array:
    """The end of the stretch on a CPU that begins in each of these rows, in however many pieces."""
    after = np.append(~on[1:], True)
    ends = np.flatnonzero(on & after)
    return np.asarray(track.end[ends[np.searchsorted(ends, at)]])
