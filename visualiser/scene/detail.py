"""The level of detail of one track: rectangles where spans are wide enough, exact strips where they are not.

    spans    |RRRRRRR|g|R|g|RRRR|GGGGGGGG|
    pixels   0    1    2    3    4    5          a span of WIDE pixels and more is a rectangle;
             [ rect ][strip ][   rects   ]       every column that any narrower span touches belongs to a strip

A rectangle gives up the column it shares with a strip: the strip's shares count all that happened in that column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .frame import Frame
from .model import Floats, Part, Strip
from .palette import FULL, HAIR, HALF, LINE, STACK_ORDER, STATE_LOOKS
from .shares import Track
from .sheet import Layer

WIDE = 3.0
"""Pixels from which on a span is a rectangle of its own."""

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Split:
    """Rows drawn as rectangles with their x0, x1; and the columns of the strips, counted from the body's left edge."""

    rows: Rows
    x0: Floats
    x1: Floats
    columns: NDArray[np.int64]


def split(frame: Frame, track: Track) -> Split:
    """Which spans of a track are rectangles in this window, and which columns are strips.

    A gap beside a narrow span belongs to a strip, also where the span itself is out of sight: the same columns are
    strips in every window. So the neighbours of what is seen are asked, too.
    """
    first, last = track.visible(frame.window.t0, frame.window.t1)
    first, last = max(first - 1, 0), min(last + 1, len(track.start))
    rows = track.long_ones(first, last, WIDE / frame.scale)
    x0 = np.clip(frame.x(track.start[rows]), frame.body.x0, frame.body.x1)
    x1 = np.clip(frame.x(track.end[rows]), frame.body.x0, frame.body.x1)
    if len(rows) == last - first:
        return Split(rows, x0, x1, np.empty(0, np.int64))
    left, right = _gaps(frame, track, rows, first, last)
    x0 = np.where(right[:-1] > left[:-1], np.maximum(x0, frame.body.x0 + right[:-1]), x0)
    x1 = np.where(right[1:] > left[1:], np.minimum(x1, frame.body.x0 + left[1:]), x1)
    keep = x1 > x0
    return Split(rows[keep], x0[keep], x1[keep], _columns(left, right))


def _gaps(frame: Frame, track: Track, rows: Rows, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The columns [left, right) before, between and after the wide rows; right <= left where there is no gap."""
    before = np.concatenate(([first - 1], rows))
    after = np.concatenate((rows, [last]))
    start = np.where(before < first, track.start[first], track.end[before])
    end = np.where(after < last, track.start[np.minimum(after, last - 1)], track.end[last - 1])
    width = round(frame.body.x1 - frame.body.x0)
    left = np.floor(frame.x(start) - frame.body.x0).clip(0, width).astype(np.int64)
    right = np.ceil(frame.x(end) - frame.body.x0).clip(0, width).astype(np.int64)
    seen = (end > frame.window.t0) & (start < frame.window.t1)
    some = (after - before > 1) & (end > start) & seen  # what takes no time takes no column
    right = np.where(some, np.maximum(right, np.minimum(left + 1, width)), left)
    return left, right


def _columns(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """All columns of some ranges, each once, in order."""
    some = right > left
    width = int(right.max(initial=0)) + 1
    covers = np.bincount(left[some], minlength=width) - np.bincount(right[some], minlength=width)
    return np.flatnonzero(np.cumsum(covers))


def column_edges(frame: Frame) -> NDArray[np.int64]:
    """The moments (ns) between the body's pixel columns, and at both of its ends."""
    width = round(frame.body.x1 - frame.body.x0)
    if frame.column:
        return frame.window.t0 + np.arange(width + 1) * frame.column
    return frame.window.t0 + np.rint(np.arange(width + 1) / frame.scale).astype(np.int64)


def column_times(frame: Frame, columns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Begin and end (ns) of pixel columns; where a nanosecond is wider than a pixel, that nanosecond."""
    if frame.column:
        first = frame.window.t0 + columns * frame.column
        return first, first + frame.column
    begin, end = (np.rint(edges / frame.scale).astype(np.int64) for edges in (columns, columns + 1))
    return frame.window.t0 + begin, frame.window.t0 + np.maximum(end, begin + 1)


def extent(bar: tuple[float, float], height: str) -> tuple[float, float]:
    """y0 and y1 of a state in a bar, by `StateLook.height`."""
    y0, y1 = bar
    return {FULL: y0, HALF: (y0 + y1) / 2, LINE: y1 - 4, HAIR: y1 - 2}[height], y1


def draw_states(frame: Frame, track: Track, bar: tuple[float, float]) -> Split:
    """Put a track's states into a bar."""
    found = split(frame, track)
    state = track.state[found.rows]
    tops = np.array([extent(bar, look.height)[0] for look in STATE_LOOKS])
    if len(state):
        frame.sheet.rects(Part.BODY, found.x0, found.x1, tops[state], np.full(len(state), bar[1]), state)
    if len(found.columns):
        shares = track.shares(*column_times(frame, found.columns))
        columns = found.columns + round(frame.body.x0)
        frame.sheet.add(Layer.STATES, Strip(Part.BODY, columns, bar[0], bar[1], shares))
    return found


def layers_of(strip: Strip) -> tuple[tuple[int, ...], Floats]:
    """How a strip is drawn: the states (or inks) that occur from the bottom up, and the y of each one's upper edge,
    (columns, states).

    A state's height is its share times the height it has when it is drawn alone, so a strip is the exact average of
    what would be seen at a larger zoom; what occurs at all gets a pixel.
    """
    occurs = np.max(strip.shares, axis=0, initial=0.0).tolist()
    order = tuple(one for one in (range(len(strip.inks)) or STACK_ORDER) if occurs[one])
    tops = piled(strip.shares, order, heights_of(strip, order), strip.y1 - strip.y0)
    return order, strip.y1 - tops.T


def heights_of(strip: Strip, order: Sequence[int]) -> Floats:
    """How high each of some states (or inks) is when it is drawn alone in a strip's bar, pixels."""
    looks = [FULL if strip.inks else STATE_LOOKS[state].height for state in order]
    return np.array([y1 - y0 for y0, y1 in (extent((strip.y0, strip.y1), look) for look in looks)])


def piled(shares: Floats, order: Sequence[int], heights: Floats, room: float) -> Floats:
    """How far above a bar's lower edge each of the states in `order` ends, pixels, (states, columns); `shares` of all
    columns, `heights` as `heights_of` tells, `room`: the bar's height."""
    shares = shares.T[list(order)]  # state by state: numpy is several times faster along the long side
    there = shares > 0
    shares *= heights[:, None]
    shares -= 1.0
    more = np.maximum(shares, 0.0, out=shares)
    pixels = there.sum(axis=0, dtype=np.int16)
    more *= np.minimum(np.maximum(room - pixels, 0.0) / np.maximum(more.sum(axis=0), 1e-9), 1.0)
    more += there * np.minimum(1.0, room / np.maximum(pixels, 1))
    return np.cumsum(more, axis=0, out=more)


def outlines(strip: Strip) -> Iterator[tuple[int, list[Floats]]]:
    """A strip as polygons, for who draws without pixels: per column of shares that has any (`Strip.ink`), its outlines,
    (points, 2) each."""
    order, tops = layers_of(strip)
    lower = np.full(len(strip.columns), strip.y1)
    breaks = np.flatnonzero(np.diff(strip.columns) > 1) + 1
    for k, state in enumerate(order):
        upper = tops[:, k]
        ranges = zip(np.concatenate(([0], breaks)), np.concatenate((breaks, [len(upper)])), strict=True)
        yield state, [one for a, b in ranges for one in _steps(strip.columns[a:b], upper[a:b], lower[a:b])]
        lower = upper


def _steps(columns: NDArray[np.int64], upper: Floats, lower: Floats) -> Iterator[Floats]:
    """The stretches of touching columns in which there is any height, each as a closed outline of steps."""
    there = np.concatenate(([False], upper < lower, [False]))
    for a, b in zip(np.flatnonzero(~there[:-1] & there[1:]), np.flatnonzero(there[:-1] & ~there[1:]), strict=True):
        xs = np.column_stack((columns[a:b], columns[a:b] + 1)).ravel().astype(np.float64)
        top = np.column_stack((xs, np.repeat(upper[a:b], 2)))
        base = np.column_stack((xs, np.repeat(lower[a:b], 2)))[::-1]
        yield np.concatenate((_corners(top), _corners(base)))


def _corners(points: Floats) -> Floats:
    """Without the points in the middle of a level stretch."""
    level = points[1:-1, 1]
    keep = np.concatenate(([True], (level != points[:-2, 1]) | (level != points[2:, 1]), [True]))
    return points[keep]
