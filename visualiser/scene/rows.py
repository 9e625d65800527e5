"""The rows above a thread's bar: own spans and tasks as labelled boxes, locks held as brackets, marks as flags.

Where they are too dense for a box each, columns are as high as the share of time that they take.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Spans, units

from .detail import WIDE
from .frame import Frame, Slots
from .model import Floats, Part
from .shares import held_locks, own_spans
from .sheet import Layer
from .textfit import clean, text_width

MOST_NOTCHES = 50
"""So many of them can be pointed at."""


def draw_spans(frame: Frame, thread: int, y: float, rows: int) -> None:
    """Own spans, tasks and process starts; one row per depth."""
    store = frame.store
    spans = own_spans(store, thread)
    seen, which = _seen(frame, spans)
    depth = np.minimum(seen.depth, rows - 1)
    for row in range(rows):
        top = y + row * frame.measures.row
        mine = np.flatnonzero(depth == row)
        wide, dense = _split(frame, seen.rows(mine))
        _draw_dense(frame, dense, top + 1, top + frame.measures.row - 2, f"thread/{thread}")
        words = Slots(gap=2.0)
        for i in mine[wide]:
            _draw_span(frame, thread, seen, int(i), int(which[i]), top, words)


def _draw_span(frame: Frame, thread: int, seen: Spans, i: int, index: int, top: float, words: Slots) -> None:
    x0, x1 = frame.clipped(int(seen.start[i])), frame.clipped(int(seen.end[i]))
    box = (x0, top + 0.5, x1, top + frame.measures.row - 1.5)
    frame.sheet.box(Layer.FLAGS, Part.BODY, box, f"thread_tint/{thread}", f"thread/{thread}", radius=2.0)
    frame.sheet.target(box, "span", thread, index, int(seen.start[i]))
    said, size = clean(frame.store.text(int(seen.label[i]))), frame.measures.small
    length = f"{said} {units.duration(int(seen.end[i] - seen.start[i]))}"
    if text_width(length, size) <= x1 - x0 - 6:
        said = length
    width = min(text_width(said, size), x1 - x0 - 6)
    if width > 0 and words.take(x0 + 3, x0 + 3 + width):
        frame.sheet.text(Part.BODY, x0 + 3, top + 0.5 + 0.93 * size, said, size, room=x1 - x0 - 6)


def draw_notches(frame: Frame, thread: int, spans: Spans, y: float, fill: str) -> None:
    """Spans that are too few and too short for a row: notches on top of a bar."""
    seen, which = _seen(frame, spans)
    _draw_dense(frame, seen, y - 3, y - 1, fill)
    what = "hold" if fill == "hold" else "span"
    for start, index in zip(seen.start[:MOST_NOTCHES].tolist(), which.tolist(), strict=False):
        x = frame.clipped(start)
        frame.sheet.target((x - 3, y - 6, x + 4, y), what, thread, index, start)


def draw_holds(frame: Frame, thread: int, y: float, bottom: float) -> None:
    """Critical sections: a bracket from its name down around the bar."""
    spans = held_locks(frame.store, thread)
    seen, which = _seen(frame, spans)
    wide, dense = _split(frame, seen)
    _draw_dense(frame, dense, y + 2, y + frame.measures.row - 1, "hold")
    words = Slots(gap=3.0)
    for i in wide:
        _draw_hold(frame, thread, seen, int(i), int(which[i]), (y, bottom), words)


def _draw_hold(
    frame: Frame, thread: int, seen: Spans, i: int, index: int, ys: tuple[float, float], words: Slots
) -> None:
    x0, x1 = frame.clipped(int(seen.start[i])), frame.clipped(int(seen.end[i]))
    inset = 2.0 * min(int(seen.depth[i]), 3)
    top = ys[0] + frame.measures.row - 2 + inset
    size = frame.measures.small
    if x1 - x0 >= 8:
        frame.sheet.box(Layer.FRAMES, Part.BODY, (x0, top, x1, ys[1] + 3 - inset), edge="hold", line_width=1.5)
    else:
        frame.sheet.box(Layer.FRAMES, Part.BODY, (x0, top - 3, max(x1 - 1, x0 + 2), top), "hold")
    frame.sheet.target((x0, ys[0], x1, top), "hold", thread, index, int(seen.start[i]))
    said = clean(frame.store.object(int(seen.object[i])).label) or "a lock"
    width = min(text_width(said, size), x1 - x0 - 2)
    if width >= 2.5 * size and words.take(x0, x0 + width):
        frame.sheet.text(Part.BODY, x0 + 1, ys[0] + 0.9 * size, said, size, room=width + 0.01)


def draw_marks(frame: Frame, thread: int, y: float, bottom: float) -> None:
    """Own marks: a flag each, never left out; its words where there is room."""
    marks = frame.store.marks(thread)
    first, last = np.searchsorted(marks.t, (frame.window.t0, frame.window.t1 + 1))
    if last <= first:
        return
    xs = np.clip(frame.x(marks.t[first:last]), frame.body.x0, frame.body.x1 - 1)
    _, kept = np.unique(np.floor(xs), return_index=True)
    ink, size = f"thread/{thread}", frame.measures.small
    poles = np.column_stack((xs[kept], np.full((len(kept), 1), y + 1), xs[kept], np.full((len(kept), 1), bottom)))
    frame.sheet.line(Layer.FRAMES, Part.BODY, poles, ink)
    flags = np.column_stack((xs[kept], np.full(len(kept), y + 1), xs[kept] + 5, np.full(len(kept), y + 6)))
    frame.sheet.box(Layer.FLAGS, Part.BODY, np.minimum(flags, [9e9, 9e9, frame.body.x1, 9e9]), ink)
    ends = np.append(xs[kept][1:], frame.body.x1)
    for i, end in zip(kept, ends, strict=True):
        index, x = int(first + i), float(xs[i])
        frame.sheet.target((x - 3, y, x + 8, y + frame.measures.row), "mark", thread, index, int(marks.t[index]))
        said = clean(frame.store.text(int(marks.text[index])))
        if end - x > 24:
            frame.sheet.text(Part.BODY, x + 7, y + 0.9 * size, said, size, room=float(end) - x - 10)


def _seen(frame: Frame, spans: Spans) -> tuple[Spans, NDArray[np.intp]]:
    """The spans that touch the window, and their rows in the whole table."""
    last = int(np.searchsorted(spans.start, frame.window.t1, "right"))
    which = np.flatnonzero(spans.end[:last] >= frame.window.t0)
    return spans.rows(which), which


def _split(frame: Frame, spans: Spans) -> tuple[NDArray[np.intp], Spans]:
    """Rows of the spans wide enough for a box each; and the others."""
    wide = (spans.end - spans.start) * frame.scale >= WIDE
    return np.flatnonzero(wide), spans.rows(~wide)


def _draw_dense(frame: Frame, spans: Spans, y0: float, y1: float, fill: str) -> None:
    """Narrow spans as columns: as high as the share of a pixel's time that they take, at least two pixels."""
    if not len(spans):
        return
    left, width = frame.body.x0, round(frame.body.x1 - frame.body.x0)
    shares, touched = _column_shares(frame, spans, width)
    heights = np.where(touched, np.maximum(np.round((y1 - y0) * np.minimum(shares, 1.0)), 2.0), 0.0)
    starts = np.flatnonzero(np.diff(heights, prepend=0.0))  # columns of one height are one box
    ends = np.append(starts[1:], width)
    tall = heights[starts] > 0
    starts, ends, tops = starts[tall], ends[tall], y1 - heights[starts[tall]]
    boxes = np.column_stack((left + starts, tops, left + ends, np.full(len(starts), y1)))
    frame.sheet.box(Layer.FRAMES, Part.BODY, boxes, fill)


def _column_shares(frame: Frame, spans: Spans, width: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Per pixel column of the body: spans' time in it as a share of its time, and whether any span touches it.

    Time covered until T is the sum of (T - start) over all starts before T, less the same over all ends.
    """
    longest = frame.window.t1 - frame.window.t0
    start = np.clip(spans.start - frame.window.t0, 0, longest).astype(np.float64)
    end = np.clip(spans.end - frame.window.t0, 0, longest).astype(np.float64)
    edges = np.arange(width + 1) / frame.scale
    covered = _time_since(start, edges) - _time_since(end, edges)
    first = np.minimum((start * frame.scale).astype(np.int64), width - 1)
    beyond = np.clip(np.ceil(end * frame.scale).astype(np.int64), first + 1, width)
    change = np.bincount(first, minlength=width + 1) - np.bincount(beyond, minlength=width + 1)
    return np.diff(covered) * frame.scale, np.cumsum(change)[:width] > 0


def _time_since(moments: Floats, until: Floats) -> Floats:
    """For each of `until`: the sum of the times since every moment before it."""
    ordered = np.sort(moments)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    count = np.searchsorted(ordered, until)
    found: Floats = count * until - sums[count]
    return found
