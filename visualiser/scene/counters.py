"""Counters of a process that another tool's file tells: a lane for each, drawn as memory is, a scale of its own.

A value holds until the next one that is told, so the line goes in steps; after the last one nothing is known, and
nothing is drawn. Where values stand closer than pixels, a column tells the least and the most of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Counter, TraceStore, counters_of

from .detail import column_times
from .frame import Frame, Measures
from .model import Floats, Lane, LaneKind, Part, Shape
from .sheet import Layer
from .textfit import clean
from .words import DOT

DENSE = 2
"""Values per pixel, from which on columns are drawn instead of steps."""
DOTS_APART = 12.0
"""Pixels between values, on average, from which on each has a dot."""

NOT_TOLD = "not told at this moment"


def counter_lanes(store: TraceStore, measures: Measures, process: int, top: float) -> Iterator[Lane]:
    """The lanes of a process's counters from y `top` downwards."""
    height = max(measures.process, 2 * measures.pad + 1.25 * (measures.normal + measures.small))
    for number, counter in enumerate(counters_of(store, process)):
        bar = (top + measures.pad, top + height - measures.pad)
        name = clean(counter.label) or "counter"
        yield Lane(LaneKind.COUNTER, top, top + height, bar, name, process=process, number=number)
        top += height


def counter_detail(store: TraceStore, lane: Lane, playhead: int | None) -> str:
    """Under a counter's name: its value at the playhead, and what its lane reaches from and to."""
    counter = _counter_of(store, lane.process, lane.number)
    if counter is None:
        return ""
    value = counter.at(playhead) if playhead is not None else None
    low, high = (counter.words(one) for one in counter.scale)
    scale = f"scale {low} to {high}"
    return scale if value is None else f"{counter.words(value)}{DOT}{scale}"


def counter_told(store: TraceStore, process: int | None, number: int | None, t: int) -> tuple[tuple[str, str], ...]:
    """What there is to say of a counter at a moment (ns), as rows of (what, value); the first is what it is called."""
    counter = _counter_of(store, process, number)
    if counter is None:
        return ()
    value = counter.at(t)
    least, most = (counter.words(float(one)) for one in (counter.value.min(), counter.value.max()))
    return (
        ("Counter", clean(counter.label) or "counter"),
        ("Value", NOT_TOLD if value is None else counter.words(value)),
        ("In all", f"{least} to {most}"),
        ("How known", "told by the file"),
    )


def draw_counter(frame: Frame, lane: Lane) -> None:
    """Its values as steps, or as columns where they are dense; above the line of zero."""
    counter = _counter_of(frame.store, lane.process, lane.number)
    if counter is None:
        return
    zero = float(_heights(np.zeros(1), counter.scale, lane.bar)[0])
    frame.sheet.line(Layer.GRID, Part.BODY, (frame.body.x0, zero, frame.body.x1, zero), "grid")
    first = max(int(np.searchsorted(counter.t, frame.window.t0, "right")) - 1, 0)
    last = int(np.searchsorted(counter.t, frame.window.t1, "right"))
    if last - first > DENSE * (frame.body.x1 - frame.body.x0):
        _draw_columns(frame, counter, lane.bar, zero)
    elif last > first:
        _draw_steps(frame, counter, (first, last), lane.bar, zero)


def _counter_of(store: TraceStore, process: int | None, number: int | None) -> Counter | None:
    found = counters_of(store, process) if process is not None else ()
    return found[number] if number is not None and number < len(found) else None


def _heights(values: NDArray[np.float64], scale: tuple[float, float], bar: tuple[float, float]) -> Floats:
    """The y of values; where there is nothing but zero, at the bottom."""
    low, high = scale
    share = (values - low) / ((high - low) or 1.0)
    found: Floats = bar[1] - (bar[1] - bar[0]) * share
    return found


def _draw_steps(frame: Frame, counter: Counter, rows: tuple[int, int], bar: tuple[float, float], zero: float) -> None:
    first, last = rows
    x0, x1 = frame.body.x0, frame.body.x1
    xs = frame.x(counter.t[first:last])
    ys = _heights(counter.value[first:last], counter.scale, bar)
    goes_on = last < len(counter.t)
    begins = np.maximum(xs, x0)
    ends = np.append(begins[1:], x1 if goes_on else begins[-1])
    if ends[-1] > begins[0]:
        steps = np.column_stack((np.column_stack((begins, ends)).ravel(), np.repeat(ys, 2)))
        under = np.vstack((steps, (steps[-1, 0], zero), (steps[0, 0], zero)))
        frame.sheet.add(Layer.LIFE, Shape(Part.BODY, under, fill="band_tint"))
        frame.sheet.add(Layer.LIFE, Shape(Part.BODY, steps, ink="band", width=1.0))
    seen = (xs >= x0) & (xs <= x1)
    if seen.any() and (x1 - x0) / int(seen.sum()) >= DOTS_APART:
        dots = np.column_stack((xs - 1.5, ys - 1.5, xs + 1.5, ys + 1.5))[seen]
        frame.sheet.box(Layer.STATES, Part.BODY, dots.clip([x0, -9e9, x0, -9e9], [x1, 9e9, x1, 9e9]), "band")


def _draw_columns(frame: Frame, counter: Counter, bar: tuple[float, float], zero: float) -> None:
    """For each pixel column the least and the most of what held in it."""
    columns = np.arange(int(frame.body.x1 - frame.body.x0))
    begin, end = column_times(frame, columns)
    inside = (end > counter.t[0]) & (begin <= counter.t[-1])
    columns, begin, end = columns[inside], begin[inside], end[inside]
    first = np.maximum(np.searchsorted(counter.t, begin, "right") - 1, 0)
    last = np.maximum(np.searchsorted(counter.t, end), first + 1)
    least, most = (_over(way, counter.value, first, last) for way in (np.minimum, np.maximum))
    tops, bottoms = (_heights(values, counter.scale, bar) for values in (most, least))
    left = columns + frame.body.x0
    under = np.column_stack((left, np.minimum(tops, zero), left + 1, np.maximum(bottoms, zero)))
    frame.sheet.box(Layer.LIFE, Part.BODY, under, "band_tint")
    frame.sheet.box(Layer.STATES, Part.BODY, np.column_stack((left, tops - 0.5, left + 1, bottoms + 0.5)), "band")


def _over(
    way: np.ufunc, values: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """`way` (np.minimum, np.maximum) over values[first:last], for each pair of places; none is empty."""
    begin, end = int(first.min()), int(last.max())
    edges = np.column_stack((first, last)).ravel() - begin
    padded = np.append(values[begin:end], values[end - 1])  # reduceat takes no place behind the end
    found: NDArray[np.float64] = way.reduceat(padded, edges)[::2]
    return found
