"""The rows above a thread's bar: own spans and tasks as labelled boxes, locks held as brackets, marks as flags.

Where they are too dense for a box each, the columns in which there is any are filled, and their number is told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Spans, units

from .detail import WIDE
from .frame import Frame, Slots
from .model import Part
from .sheet import Layer
from .textfit import clean, text_width


def draw_spans(frame: Frame, thread: int, y: float, rows: int) -> None:
    """Own spans, tasks and process starts; one row per depth."""
    store = frame.store
    spans = store.spans(thread)
    seen, which = _seen(frame, spans)
    depth = np.minimum(seen.depth, rows - 1)
    for row in range(rows):
        top = y + row * frame.measures.row
        mine = np.flatnonzero(depth == row)
        wide, dense = _split(frame, seen.rows(mine))
        for box in _merged(frame, dense, top + 1, top + frame.measures.row - 2):
            _draw_dense(frame, box, f"thread/{thread}", f"thread_text/{thread}")
        for i in mine[wide]:
            _draw_span(frame, thread, seen, int(i), int(which[i]), top)


def _draw_span(frame: Frame, thread: int, seen: Spans, i: int, index: int, top: float) -> None:
    x0, x1 = frame.clipped(int(seen.start[i])), frame.clipped(int(seen.end[i]))
    box = (x0, top + 0.5, x1, top + frame.measures.row - 1.5)
    frame.sheet.box(Layer.FLAGS, Part.BODY, box, f"thread_tint/{thread}", f"thread/{thread}", radius=2.0)
    frame.sheet.target(box, "span", thread, index, int(seen.start[i]))
    said, size = clean(frame.store.text(int(seen.label[i]))), frame.measures.small
    length = f"{said} {units.duration(int(seen.end[i] - seen.start[i]))}"
    if text_width(length, size) <= x1 - x0 - 6:
        said = length
    frame.sheet.text(Part.BODY, x0 + 3, top + 0.5 + 0.93 * size, said, size, room=x1 - x0 - 6)


def draw_holds(frame: Frame, thread: int, y: float, bottom: float) -> None:
    """Critical sections: a bracket from its name down around the bar."""
    spans = frame.store.holds(thread)
    seen, which = _seen(frame, spans)
    wide, dense = _split(frame, seen)
    for box in _merged(frame, dense, y + 4, y + frame.measures.row - 1):
        _draw_dense(frame, box, "hold", "paper")
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


def _merged(frame: Frame, spans: Spans, y0: float, y1: float) -> list[tuple[float, float, float, float, int]]:
    """Pixel columns with narrow spans in them, neighbours as one box, and the number of spans that begin in it."""
    if not len(spans):
        return []
    left = frame.body.x0
    width = round(frame.body.x1 - left)
    column = np.clip(np.floor(frame.x(spans.start) - left).astype(np.int64), 0, width - 1)
    until = np.clip(np.ceil(frame.x(spans.end) - left).astype(np.int64), column + 1, width)
    change = np.bincount(column, minlength=width + 1) - np.bincount(until, minlength=width + 1)
    covered = np.concatenate(([False], np.cumsum(change)[:width] > 0, [False]))
    starts = np.flatnonzero(~covered[:-1] & covered[1:])
    ends = np.flatnonzero(covered[:-1] & ~covered[1:])
    counted = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=width))))
    return [(left + a, y0, left + b, y1, int(counted[b] - counted[a])) for a, b in zip(starts, ends, strict=True)]


def _draw_dense(frame: Frame, box: tuple[float, float, float, float, int], fill: str, ink: str) -> None:
    x0, y0, x1, y1, count = box
    frame.sheet.box(Layer.FRAMES, Part.BODY, (x0, y0, x1, y1), fill)
    size = frame.measures.small
    said = f"{units.count(count)}\u00d7"
    if text_width(said, size) <= x1 - x0 - 4 and y1 - y0 >= size:
        frame.sheet.text(Part.BODY, x0 + 2, y1 - 0.15 * size, said, size, ink)
