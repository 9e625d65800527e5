"""The rows above a thread's bar: own spans and tasks as labelled boxes, locks held as brackets, marks as flags.

Where they are too dense for a box each, columns are as high as the share of time that they take.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Spans, units

from .detail import WIDE, column_edges
from .frame import Frame, Slots
from .model import Floats, Part, Strip, Text
from .nested import Nested, held_locks, own_spans
from .said import Said
from .sheet import Layer, fitted
from .textfit import clean, text_width

MOST_NOTCHES = 50
"""So many of them can be pointed at."""
BEYOND = 8.0
"""Pixels out of sight in which what goes on there ends."""


def draw_dense_spans(frame: Frame, thread: int, y: float, rows: int) -> None:
    """Own spans, tasks and process starts that are too narrow for boxes; one row per depth, deeper ones in the last."""
    spans = own_spans(frame.store, thread)
    for depth in range(rows):
        top, rest = y + depth * frame.measures.row, depth == rows - 1
        shares = spans.narrow_shares(column_edges(frame), WIDE / frame.scale, depth, rest)
        _draw_dense(frame, shares, top + 1, top + frame.measures.row - 2, f"thread/{thread}")


def draw_spans(frame: Frame, thread: int, y: float, rows: int) -> None:
    """The wide ones, with their words."""
    spans = own_spans(frame.store, thread)
    for depth in range(rows):
        top, rest = y + depth * frame.measures.row, depth == rows - 1
        wide = spans.long_ones(frame.window.t0, frame.window.t1, WIDE / frame.scale, depth, rest)
        words = Slots(gap=2.0)
        for index in wide.tolist():
            _draw_span(frame, thread, spans.table, index, top, words)


def _draw_span(frame: Frame, thread: int, spans: Spans, index: int, top: float, words: Slots) -> None:
    start, end = int(spans.start[index]), int(spans.end[index])
    x0, x1 = frame.clipped(start), frame.clipped(end)
    box = (x0, top + 0.5, x1, top + frame.measures.row - 1.5)
    frame.sheet.box(Layer.FLAGS, Part.BODY, box, f"thread_tint/{thread}", f"thread/{thread}", radius=2.0)
    frame.sheet.target(box, "span", thread, index, start)
    said, size = clean(frame.store.text(int(spans.label[index]))), frame.measures.small
    length = f"{said} {units.duration(end - start)}"
    if text_width(length, size) <= x1 - x0 - 6:
        said = length
    width = min(text_width(said, size), x1 - x0 - 6)
    if width > 0 and words.take(x0 + 3, x0 + 3 + width):
        frame.sheet.text(Part.BODY, x0 + 3, top + 0.5 + 0.93 * size, said, size, room=x1 - x0 - 6)


def draw_notches(frame: Frame, spans: Nested, y: float, fill: str) -> None:
    """Spans that are too few and too short for a row: notches on top of a bar."""
    if len(spans) and len(spans.first_ones(frame.window.t0, frame.window.t1, 1)):
        _draw_dense(frame, spans.narrow_shares(column_edges(frame), WIDE / frame.scale), y - 3, y - 1, fill)


def point_out_notches(frame: Frame, thread: int, spans: Nested, y: float, what: str) -> None:
    """They can be pointed at."""
    seen = spans.first_ones(frame.window.t0, frame.window.t1, MOST_NOTCHES) if len(spans) else np.empty(0, np.intp)
    for index in seen.tolist():
        start = int(spans.table.start[index])
        x = frame.clipped(start)
        frame.sheet.target((x - 3, y - 6, x + 4, y), what, thread, index, start)


def draw_holds(frame: Frame, thread: int, y: float, bottom: float) -> None:
    """Critical sections: a bracket from its name down around the bar, open where it goes on out of sight."""
    spans, row = held_locks(frame.store, thread), frame.measures.row
    wide = spans.long_ones(frame.window.t0, frame.window.t1, WIDE / frame.scale)
    _draw_dense(frame, spans.narrow_shares(column_edges(frame), WIDE / frame.scale), y + 2, y + row - 1, "hold")
    if not len(wide):
        return
    x0, x1 = frame.x(spans.table.start[wide]), frame.x(spans.table.end[wide])
    inset = 2.0 * np.minimum(spans.table.depth[wide], 3)
    top = y + row - 2 + inset
    roomy = x1 - x0 >= 8
    a, b = (np.clip(x, frame.body.x0 - BEYOND, frame.body.x1 + BEYOND) for x in (x0, x1))
    brackets = np.column_stack((a, top, b, bottom + 3 - inset))[roomy]
    caps = np.column_stack((x0, top - 3, np.maximum(x1 - 1, x0 + 2), top))[~roomy]
    if len(brackets):
        frame.sheet.box(Layer.FRAMES, Part.BODY, brackets, edge="hold", line_width=1.5)
    if len(caps):
        frame.sheet.box(Layer.FRAMES, Part.BODY, caps, "hold")
    a, b = (np.clip(x, frame.body.x0, frame.body.x1) for x in (x0, x1))
    for index, t, x, end, low in zip(
        *(one.tolist() for one in (wide, spans.table.start[wide], a, b, top)), strict=True
    ):
        frame.sheet.target((x, y, end, low), "hold", thread, index, t)


def lock_names(frame: Frame, thread: int, y: float) -> Said:
    """The names of the locks whose critical sections have room for them."""
    spans, size = held_locks(frame.store, thread), frame.measures.small
    wide = spans.long_ones(frame.window.t0, frame.window.t1, 2.5 * size / frame.scale)
    x0, x1 = (
        np.clip(frame.x(t), frame.body.x0, frame.body.x1) for t in (spans.table.start[wide], spans.table.end[wide])
    )
    objects = spans.table.object[wide].tolist()

    def place(i: int, a: float, b: float) -> Text | None:
        room = b - a - 4.0
        if room < 2.5 * size:
            return None
        said = clean(frame.store.object(objects[i]).label) or "a lock"
        width = min(text_width(said, size), room)
        return fitted(Part.BODY, a + 1, y + 0.9 * size, said, size, room=width + 0.01) if width >= 2.5 * size else None

    said = Said(x0.tolist(), x1.tolist(), place)
    return said if spans.is_flat else _not_overlapping(said)


def _not_overlapping(said: Said) -> Said:
    """Of names that lie inside each other's things, those that come first; not the same at every place."""
    slots = Slots(gap=3.0)
    free = [i for i, one in enumerate(said.words) if one is not None and slots.take(one.x - 1, one.x - 1 + one.width)]
    x0, x1 = ([xs[i] for i in free] for xs in (said.x0, said.x1))
    return Said(x0, x1, lambda i, a, b: said.place(free[i], a, b))


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


def _draw_dense(frame: Frame, shares: tuple[Floats, NDArray[np.bool_]], y0: float, y1: float, fill: str) -> None:
    """Narrow spans as columns: as high as the share of a pixel's time that they take, at least two pixels."""
    taken, touched = shares
    columns = np.flatnonzero(touched)
    if not len(columns):
        return
    heights = np.maximum(np.round((y1 - y0) * np.minimum(taken[columns], 1.0)), 2.0)
    strip = Strip(Part.BODY, columns + round(frame.body.x0), y0, y1, (heights / (y1 - y0))[:, None], (fill,))
    frame.sheet.add(Layer.FRAMES, strip)
