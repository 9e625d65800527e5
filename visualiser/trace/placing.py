"""The sampled level: a thread's states where there are only looks, no edges.

A state holds around its look, and changes midway to the next look. Recorded waits have moments of their own, so
inside one its state is taken (but for looks that say "GIL", which end it), and its begin and end are borders, past
which no look in it tells anything. Where looks are further apart than `patience`, the middle is unknown.

The system tells "could run", not "runs". Who waited for the GIL, could run at the next look and had not got it, waits
for it still: nothing else lets it go on. So does who is in a recorded wait, has been on a CPU since it was blocked, and
has not got it: it cannot return without. What tells others apart is the kernel's account of how long a thread had to
wait for a CPU: it grows by the whole wait when the thread gets one. So a wait ends midway between the accounts that
differ, and lasts as long as they differ by: `ready`. Looks in a row that saw it able to run, and not holding the GIL,
are one stretch: where at least half of it was spent waiting for a CPU, all of it was, since its borders are as blurred.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

from .joined_track import Track, merged
from .joining import SEEN_STATES, Waits, possible
from .observed import Looks, Totals
from .values import Evidence, Source, State

Array = npt.NDArray[Any]

PATIENCE_NS = 100_000_000
LEAST_READY_NS = 50_000


def place(
    looks: Looks,
    waits: Waits,
    times: Array,
    own: Array,
    start: int,
    end: int,
    totals: Totals | None = None,
    patience: int = PATIENCE_NS,
) -> Track:
    """A gapless track from `start` to `end` (ns). `looks`: one thread's, in order; `times`, `own`: as in
    `split_by_gil`.
    """
    moments = looks.t + looks.late // 2
    inside = (moments >= start) & (moments < end)
    looks, moments = looks.rows(inside), moments[inside]
    totals = totals if totals is not None else Totals.join([])
    told = _still_waiting(_states(looks, moments, times, own), looks, moments, waits, totals, patience)
    ready = _ready(totals)
    ready = _whole(*ready, *_able(moments, told == State.NATIVE))
    inner = (*_inner(waits.start, waits.end, start, end), *_inner(*ready, start, end))
    borders = np.unique(np.concatenate([[start], _changes(moments, patience), *inner]))
    borders = borders[(borders >= start) & (borders < end)].astype("i8")
    stop = np.append(borders[1:], end)
    row = _wait_at(waits, borders)
    nearest = _nearest(moments, (borders + stop) // 2, patience)
    nearest = np.where(row >= 0, _within(nearest, _wait_at(waits, moments), row), nearest)
    looked = np.where(nearest >= 0, told[nearest] if len(told) else 0, State.UNKNOWN)
    called = np.where(row >= 0, waits.state[row] if len(waits) else 0, State.UNKNOWN)
    by_call = (row >= 0) & (looked != State.GIL)
    blocked = (looked != State.UNKNOWN) & (looked != State.RUNNING) & (looked != State.NATIVE)
    quarrel = by_call & blocked & ~possible(called, looked)
    state = np.where(by_call, called, looked).astype("u1")
    source = np.where(by_call, Source.RECORDED, np.where(state != State.UNKNOWN, Source.SAMPLED, Source.NONE))
    evidence = np.where(by_call, Evidence.CALL, np.where(nearest >= 0, Evidence.LOOK, 0))
    on = (nearest >= 0) & (looks.seen[nearest] == blocks.Seen.RUNNABLE) if len(looks) else np.zeros(len(borders), bool)
    evidence |= np.where(on & ~by_call, Evidence.ON_CPU, 0) | np.where(quarrel, Evidence.CONTRADICTED, 0)
    on &= looked != State.GIL
    queued = on & ~by_call & _inside(*ready, borders)
    state = np.where(queued, State.READY, state).astype("u1")
    evidence = np.where(queued, Evidence.LOOK, evidence)
    source = np.where(queued, Source.SAMPLED, source)
    number = (
        np.where((nearest >= 0) & ~on & ~by_call, looks.number[nearest], -1)
        if len(looks)
        else np.full(len(borders), -1)
    )
    return merged(
        Track(
            borders,
            stop,
            state,
            source.astype("u1"),
            evidence.astype("u1"),
            np.full(len(borders), -1, "i2"),
            number.astype("i4"),
            np.where(by_call, row + waits.base, -1).astype("i4"),
        )
    )


def _changes(moments: Array, patience: int) -> Array:
    """Midway between looks; where they are too far apart, half the patience after the one and before the other."""
    if not len(moments):
        return moments
    gap = np.diff(moments)
    far = gap > patience
    middle = (moments[:-1] + moments[1:]) // 2
    early, late = moments[:-1][far] + patience // 2, moments[1:][far] - patience // 2
    ends = [moments[:1] - patience // 2, moments[-1:] + patience // 2]
    return np.concatenate([middle[~far], early, late, *ends])


def _inner(begins: Array, ends: Array, start: int, end: int) -> tuple[Array, Array]:
    return np.clip(begins, start, end), np.clip(ends, start, end)


def _ready(totals: Totals) -> tuple[Array, Array]:
    """When a thread waited for a CPU: begins and ends, not overlapping."""
    grown = np.diff(totals.waited)
    rows = np.flatnonzero(grown > LEAST_READY_NS)
    end = (totals.t[rows] + totals.t[rows + 1]) // 2
    begin = end - grown[rows]
    begin[1:] = np.maximum(begin[1:], end[:-1])
    keep = begin < end
    return begin[keep], end[keep]


def _able(moments: Array, able: Array) -> tuple[Array, Array]:
    """Stretches of looks in a row that are `able` (bool), each from midway to midway: begins and ends."""
    if not able.any():
        return moments[:0], moments[:0]
    change = np.flatnonzero(np.diff(np.concatenate([[False], able, [False]]).astype("i1")))
    middle = np.concatenate([moments[:1], (moments[:-1] + moments[1:]) // 2, moments[-1:]])
    return middle[change[::2]], middle[change[1::2]]


def _whole(begin: Array, end: Array, first: Array, last: Array) -> tuple[Array, Array]:
    """Waits for a CPU, and with them all of the stretches (first, last) of which they make up at least half."""
    if not len(begin) or not len(first):
        return begin, end
    waited = _spent(begin, end, last) - _spent(begin, end, first)
    most = waited * 2 >= last - first
    starts, ends = np.concatenate([begin, first[most]]), np.concatenate([end, last[most]])
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    fresh = np.append(True, starts[1:] > ends[:-1])
    return starts[fresh], ends[np.append(np.flatnonzero(fresh)[1:] - 1, len(ends) - 1)]


def _spent(begin: Array, end: Array, at: Array) -> Array:
    """How much of these stretches lies before each moment (ns)."""
    before = np.append(0, np.cumsum(end - begin))
    row = np.searchsorted(begin, at, "right") - 1
    last = np.maximum(row, 0)
    return np.where(row >= 0, before[last] + np.minimum(at, end[last]) - begin[last], 0)


def _nearest(moments: Array, at: Array, patience: int) -> Array:
    """The row of the look next to each moment, -1 where none is within half the patience."""
    if not len(moments):
        return np.full(len(at), -1)
    right = np.clip(np.searchsorted(moments, at), 0, len(moments) - 1)
    left = np.maximum(right - 1, 0)
    best = np.where(np.abs(moments[left] - at) <= np.abs(moments[right] - at), left, right)
    return np.where(np.abs(moments[best] - at) <= patience // 2, best, -1)


def _states(looks: Looks, moments: Array, times: Array, own: Array) -> Array:
    """The state that each look tells; one that could run is told apart by the GIL's holder at that moment."""
    now = np.searchsorted(times, moments, "right") - 1
    held = np.where(now >= 0, own[now] if len(own) else -1, -1)
    on = np.array([State.NATIVE, State.RUNNING, State.UNKNOWN])[held]
    return np.where(looks.seen == blocks.Seen.RUNNABLE, on, SEEN_STATES[looks.seen & 15])


def _still_waiting(told: Array, looks: Looks, moments: Array, waits: Waits, totals: Totals, patience: int) -> Array:
    """The states that looks told, but of those who could run and still waited for the GIL: GIL."""
    able = told == State.NATIVE
    if not able.any():
        return told
    first = np.flatnonzero(able & ~np.append(False, able[:-1]))
    run = np.cumsum(able & ~np.append(False, able[:-1])) - 1
    previous = np.maximum(first - 1, 0)
    close = (first > 0) & (moments[first] - moments[previous] <= patience)
    gil = able & (close & (told[previous] == State.GIL))[run]
    back = able & ~gil & _back(looks, first, run, _wait_at(waits, moments), totals)
    return np.where(gil | back, State.GIL, told)


def _back(looks: Looks, first: Array, run: Array, row: Array, totals: Totals) -> Array:
    """Which looks saw one that had been on a CPU since it was blocked in the recorded wait in which it still is."""
    if not len(totals):
        return np.zeros(len(looks), bool)
    given = totals.times[np.minimum(np.searchsorted(totals.t, looks.t), len(totals) - 1)]
    earlier = np.searchsorted(totals.t, looks.t[first]) - 1
    before = np.where(earlier >= 0, totals.times[np.maximum(earlier, 0)], np.iinfo(np.int64).max)
    same = (row >= 0) & (row == row[np.maximum(first - 1, 0)][run])
    return np.asarray(same & (given > before[run]))


def _within(nearest: Array, looked_in: Array, row: Array) -> Array:
    """The look next to each moment, but one in the same recorded wait (`row`); -1 where there is none."""
    if not len(looked_in):
        return nearest
    best = np.full(len(nearest), -1)
    for step in (1, -1, 0):  # the nearest itself comes last, and wins
        other = np.clip(nearest + step, 0, len(looked_in) - 1)
        best = np.where((nearest >= 0) & (looked_in[other] == row), other, best)
    return best


def _inside(begins: Array, ends: Array, at: Array) -> Array:
    """Whether each moment lies in one of these stretches, which are in order and do not overlap (bool)."""
    return np.asarray(np.searchsorted(begins, at, "right") > np.searchsorted(ends, at, "right"))


def _wait_at(waits: Waits, at: Array) -> Array:
    """The row of the recorded wait at each moment, -1 where there is none."""
    if not len(waits):
        return np.full(len(at), -1)
    row = np.searchsorted(waits.start, at, "right") - 1
    return np.where((row >= 0) & (at < waits.end[row]), row, -1)
