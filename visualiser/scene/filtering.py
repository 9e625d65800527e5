"""What a filter leaves of a thread's states, and how the rest is drawn: pale, so that it is seen where it was.

all spans        |RRRR|LLLLLLLLLL|RR|g|g|R|LLLLLL|
only L           |r   |LLLLLLLLLL|r |_ _ _|LLLLLL|     a wide one that does not pass: its pale tint;
                                                       of dense columns: what passes, with its exact share of them
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import SpanFilter, TraceStore

from .detail import Split, draw_states, extent, split
from .frame import Frame
from .memory import remembered
from .model import Part
from .palette import STATE_LOOKS
from .shares import Track, states_of
from .sheet import Layer

Rows = NDArray[np.intp]
Bar = tuple[float, float]

REST = "grid"
"""The ink of what does not pass and is too dense to be seen one by one: a line at the foot of the bar."""
REST_HEIGHT = 2.0


@dataclass(frozen=True, eq=False)
class Kept:
    """The spans of one thread that pass a filter: their `rows` in its states, and a track of them, with gaps."""

    rows: Rows
    track: Track


def kept(store: TraceStore, thread: int, chosen: SpanFilter) -> Kept:
    """What passes; worked out once until the store grows or another filter is asked for."""
    known: dict[int, tuple[SpanFilter, Kept]] = remembered(store, "kept by a filter", dict)
    before = known.get(thread)
    if before is None or before[0] != chosen:
        before = known[thread] = chosen, _kept(store, thread, chosen)
    return before[1]


def _kept(store: TraceStore, thread: int, chosen: SpanFilter) -> Kept:
    states = states_of(store, thread)
    passes = chosen.rows(states) if chosen.keeps_thread(store, thread) else np.zeros(len(states), bool)
    rows = np.arange(len(states)) if passes is None else np.flatnonzero(passes)
    return Kept(rows, Track(states.start[rows], states.end[rows], states.state[rows]))


def draw_kept(frame: Frame, thread: int, states: Track, bar: Bar, chosen: SpanFilter) -> Split:
    """Put a thread's states into its bar: those that pass as ever, the rest pale. Returns those that pass and are wide
    enough to be seen one by one."""
    passing = kept(frame.store, thread, chosen)
    _draw_rest(frame, states, passing.rows, bar)
    if not len(passing.rows):
        nothing = np.empty(0)
        return Split(passing.rows, nothing, nothing, np.empty(0, np.int64))
    found = draw_states(frame, passing.track, bar)
    return replace(found, rows=passing.rows[found.rows])


def _draw_rest(frame: Frame, states: Track, passing: Rows, bar: Bar) -> None:
    found = split(frame, states)
    rest = ~np.isin(found.rows, passing, assume_unique=True)
    state = states.state[found.rows]
    for one in np.flatnonzero(np.bincount(state[rest])).tolist():
        mine = np.flatnonzero(rest & (state == one))
        top, base = (np.full(len(mine), y) for y in extent(bar, STATE_LOOKS[one].height))
        boxes = np.column_stack((found.x0[mine], top, found.x1[mine], base))
        frame.sheet.box(Layer.LIFE, Part.BODY, boxes, f"state_tint/{one}")
    if len(found.columns):
        ends = np.flatnonzero(np.diff(found.columns) > 1)
        first = found.columns[np.concatenate(([0], ends + 1))] + frame.body.x0
        last = found.columns[np.concatenate((ends, [len(found.columns) - 1]))] + frame.body.x0 + 1
        y0, y1 = (np.full(len(first), y) for y in (bar[1] - REST_HEIGHT, bar[1]))
        frame.sheet.box(Layer.LIFE, Part.BODY, np.column_stack((first, y0, last, y1)), REST)
