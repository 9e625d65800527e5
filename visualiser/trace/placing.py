"""The sampled level: a thread's states where there are only looks, no edges.

A state holds around its look (`looked` says what one tells), and changes midway to the next. Recorded waits have
moments of their own, so inside one its state is taken (but for looks that say "GIL", which end it). Whoever writes
down that it begins or ends to wait runs Python then: so each begin and end counts as a look that saw it run, outside
of the wait, and past them no look in the wait tells anything. A sleep whose length is told is over by then, and what a
look behind that tells begins there. Where looks are further apart than `patience`, the middle
is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .joined_track import Track, merged
from .joining import Waits, possible
from .looked import Looked, looked, wait_at
from .observed import Looks, Totals
from .values import Evidence, Source, State

Array = npt.NDArray[Any]

PATIENCE_NS = 100_000_000
TIMER_SLACK_NS = 50_000
"""Sleeps may last so much longer than asked for, and mostly do (PR_SET_TIMERSLACK, prctl(2))."""


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
    accounts = totals if totals is not None else Totals.join([])
    told = looked(looks.rows(inside), times, own, accounts, waits, patience)
    spans = _spans(_signs(told, waits, start, end), start, end, patience)
    return merged(_one_evidence(_track(_cut(spans, told), told, waits)))


@dataclass(frozen=True, eq=False)
class _Signs:
    """Moments at which its state is known: looks, begins and ends of recorded waits. t i8; state u1; row: of the wait
    that it is in, -1: none; look: row of the look, -1: a record; since: it surely was in its state from then on (ns);
    ran: for how long it was on a CPU between the looks around a record, -1: not known. alarm: when the sleep that it
    is in was to be over, 0: not told.
    """

    t: Array
    state: Array
    row: Array
    look: Array
    since: Array
    ran: Array
    alarm: Array


def _signs(told: Looked, waits: Waits, start: int, end: int) -> _Signs:
    """In order; at one moment the end of a wait, what runs between it and the next, the begin of that, and a look."""
    rows = np.flatnonzero((waits.end > start) & (waits.start < end))
    ends, begins = waits.end[rows], waits.start[rows]
    ends, inner = ends[ends < end], begins[begins > start]
    outside = np.full(len(ends) + len(inner), -1)
    t = np.concatenate([ends, inner, np.maximum(begins, start), told.t])
    state = np.concatenate([outside * 0 + State.RUNNING, waits.state[rows], told.state]).astype("u1")
    row = np.concatenate([outside, rows, wait_at(waits, told.t)])
    look = np.concatenate([outside, rows * 0 - 1, np.arange(len(told))])
    lasted = np.concatenate([outside * 0, rows * 0, told.lasted])
    order = np.argsort(t, kind="stable")
    t, state, row, look, since = (column[order] for column in (t, state, row, look, t - lasted))
    behind = np.cumsum(look >= 0)  # the row of the next look, at a record
    ran = np.append(told.ran, -1)[np.minimum(behind, len(told))]
    alarms = np.zeros(len(waits), "i8") if waits.alarm is None else waits.alarm
    alarm = np.append(alarms, 0)[row]
    return _Signs(t, state, row, look, since, np.where(look < 0, ran, -1), alarm)


@dataclass(frozen=True, eq=False)
class _Spans:
    """Stretches without gaps. start, end i8; state u1: as a sign told, UNKNOWN where none did; row, look: as in
    signs.
    """

    start: Array
    end: Array
    state: Array
    row: Array
    look: Array

    def rows(self, index: Array) -> _Spans:
        """Only some of them."""
        return _Spans(*(column[index] for column in (self.start, self.end, self.state, self.row, self.look)))


def _spans(signs: _Signs, start: int, end: int, patience: int) -> _Spans:
    """Each sign's stretch, and those between that are too far from any sign."""
    if not len(signs.t):
        return _Spans(*(np.array([value]) for value in (start, end, State.UNKNOWN, -1, -1)))
    t, row = signs.t, signs.row
    before, after = t[:-1], t[1:]
    last = (row[:-1] >= 0) & (row[1:] != row[:-1])  # the next sign is the end of its wait
    far = after - before > patience
    border = np.where(last, after, _between(signs))
    until = np.where(far, before + patience // 2, border)
    since = np.where(far, np.where(last, after, after - patience // 2), border)
    until = np.append(until, min(int(t[-1]) + patience // 2, end))
    since = np.append(max(int(t[0]) - patience // 2, start), since)
    begins = np.concatenate([[start], np.ravel([since, until], "F")])
    nothing = np.full(len(t), -1)
    states = np.concatenate([[State.UNKNOWN], np.ravel([signs.state, nothing * 0 + State.UNKNOWN], "F")])
    rows = np.concatenate([[-1], np.repeat(row, 2)])
    looks = np.concatenate([[-1], np.ravel([signs.look, nothing], "F")])
    spans = _Spans(begins, np.append(begins[1:], end), states, rows, looks)
    return spans.rows(spans.end > spans.start)


def _between(signs: _Signs) -> Array:
    """Where each sign's stretch ends and the next begins: midway, but where the account tells how long it ran."""
    before, after = signs.t[:-1], signs.t[1:]
    called = (signs.row[:-1] >= 0) & (signs.look[:-1] < 0)
    first = called & (signs.state[1:] == State.READY)  # it was preempted on its way into the call
    middle = np.where(first, before, (before + signs.since[1:]) // 2)
    alarm = signs.alarm[:-1] + TIMER_SLACK_NS
    woken = np.isin(signs.state[1:], (State.GIL, State.READY)) & (signs.row[1:] == signs.row[:-1])
    woken &= (signs.state[:-1] == State.SLEEP) & (signs.alarm[:-1] > 0) & (after >= alarm)
    middle = np.where(woken, np.maximum(before, alarm), middle)
    runs = (signs.look < 0) & (signs.row < 0) & (signs.ran >= 0)
    looked = np.concatenate([[True], signs.look >= 0, [True, True]])  # from one before the first on
    ends, begins = runs[:-1] & looked[2:-2], looked[1:-3] & runs[1:]
    until, since = np.minimum(before + signs.ran[:-1], after), np.maximum(after - signs.ran[1:], before)
    until = np.where(looked[:-4], until, np.minimum(until, middle))  # with another run before its wait, it shares
    since = np.where(looked[4:], since, np.maximum(since, middle))
    return np.where(ends, until, np.where(begins, since, middle))


def _cut(spans: _Spans, told: Looked) -> _Spans:
    """The same, cut where waits for a CPU begin and end."""
    inner = np.concatenate([told.queue_begin, told.queue_end])
    inner = inner[(inner > spans.start[0]) & (inner < spans.end[-1])]
    start = np.unique(np.concatenate([spans.start, inner]))
    some = spans.rows(np.searchsorted(spans.start, start, "right") - 1)
    return _Spans(start, np.append(start[1:], spans.end[-1:]), some.state, some.row, some.look)


def _track(spans: _Spans, told: Looked, waits: Waits) -> Track:
    """Their states, and what each rests on."""
    by_call = (spans.row >= 0) & ~np.isin(spans.state, (State.GIL, State.READY))
    called = np.where(by_call, waits.state[spans.row] if len(waits) else 0, State.UNKNOWN)
    able = np.append(told.able, False)[spans.look]
    on = ~by_call & (np.isin(spans.state, (State.RUNNING, State.NATIVE)) | (able & (spans.state == State.UNKNOWN)))
    queued = on & _inside(told.queue_begin, told.queue_end, spans.start)
    state = np.select([by_call, queued], [called, State.READY], spans.state).astype("u1")
    off = (spans.look >= 0) & ~able
    quarrel = by_call & off & (spans.state != State.UNKNOWN) & ~possible(called, spans.state)
    known = ~by_call & ((state != State.UNKNOWN) | (spans.look >= 0))
    evidence = np.where(by_call | (known & (spans.look < 0)), Evidence.CALL, 0)
    evidence |= np.where(spans.look >= 0, Evidence.LOOK, 0) * ~by_call | np.where(quarrel, Evidence.CONTRADICTED, 0)
    evidence |= np.where(on & ~queued, Evidence.ON_CPU, 0)
    source = np.where(by_call, Source.RECORDED, np.where(state != State.UNKNOWN, Source.SAMPLED, Source.NONE))
    number = np.where(off & ~by_call, np.append(told.number, -1)[spans.look], -1)
    wait = np.where(by_call, spans.row + waits.base, -1)
    kinds = ("u1", "u1", "u1", "i2", "i4", "i4")
    columns = (state, source, evidence, np.full(len(state), -1), number, wait)
    return Track(spans.start, spans.end, *(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def _one_evidence(track: Track) -> Track:
    """With all that each stretch of one state rests on told of the whole of it, so that it is one span."""
    columns = (track.state, track.source, track.cpu, track.seen, track.wait)
    new = np.append(True, np.any([column[1:] != column[:-1] for column in columns], axis=0))
    first = np.flatnonzero(new)
    together = np.bitwise_or.reduceat(track.evidence, first)
    return replace(track, evidence=together[np.cumsum(new) - 1])


def _inside(begins: Array, ends: Array, at: Array) -> Array:
    """Whether each moment lies in one of these stretches, which are in order and do not overlap (bool)."""
    return np.asarray(np.searchsorted(begins, at, "right") > np.searchsorted(ends, at, "right"))
