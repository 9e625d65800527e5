"""The machine's block below the processes: who ran on each CPU, and how many ran at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Steps, TraceStore

from .detail import column_times
from .frame import Frame, Slots
from .measured import cpu_owners, mean_parallel, most_parallel, thread_owners
from .memory import remembered
from .model import Floats, Lane, Part
from .owners import draw_names, draw_owners
from .sheet import Layer
from .textfit import text_width

LINE = 1.5
"""How thick the curve is, in pixels."""


def draw_cpu(frame: Frame, lane: Lane) -> None:
    """Who of the program ran on one CPU."""
    assert lane.number is not None
    owners = cpu_owners(frame.store, lane.number)
    draw_names(frame, owners, draw_owners(frame, owners, lane.bar), lane.bar)


def draw_thread_cpus(frame: Frame, thread: int, bar: tuple[float, float]) -> None:
    """Under a thread's bar: which CPU it was on."""
    draw_owners(frame, thread_owners(frame.store, thread), bar)


def parallel_detail(store: TraceStore) -> str:
    """How many ran at once on average, of how many that could."""
    mean = mean_parallel(store)
    return "" if mean is None else f"mean {mean:.2f} of {most_parallel(store)}"


def draw_parallel(frame: Frame, lane: Lane) -> None:
    """How many ran at once: per pixel column the exact mean, so that an area is CPU time at every zoom."""
    y0, y1 = lane.bar
    most = most_parallel(frame.store)
    _draw_scale(frame, most, lane.bar)
    columns = _parallel_columns(frame)
    if not len(columns):
        return
    xs, mean = columns[:, 0] + frame.body.x0, columns[:, 1]
    ys = y1 - (y1 - y0) * np.minimum(mean / most, 1.0)
    xs, ends, ys = _level(xs, ys)
    bottom = np.full(len(ys), y1)
    frame.sheet.box(Layer.LIFE, Part.BODY, np.column_stack((xs, ys, ends, bottom)), "state_tint/1")
    joined = np.where(xs == np.append(xs[0], ends[:-1]), np.append(ys[0], ys[:-1]), ys)  # up or down from the last one
    line = np.column_stack((xs, ys, ends, ys + LINE))
    rises = np.column_stack((xs, np.minimum(ys, joined), xs + 1, np.maximum(ys, joined) + LINE))
    frame.sheet.box(Layer.STATES, Part.BODY, np.vstack((line, rises)), "state/1")


def _draw_scale(frame: Frame, most: int, bar: tuple[float, float]) -> None:
    size, taken = frame.measures.small, Slots(0.0)
    for n in (0, most, *range(1, most)):
        y = bar[1] - (bar[1] - bar[0]) * n / most
        if taken.take(y - 0.6 * size, y + 0.6 * size):
            frame.sheet.line(Layer.GRID, Part.BODY, (frame.body.x0, y, frame.body.x1, y), "grid")
            width = text_width(str(n), size)
            frame.sheet.text(Part.LABELS, frame.body.x0 - 6 - width, y + 0.36 * size, str(n), size, "muted")


def _parallel_columns(frame: Frame) -> Floats:
    """x from the body's left edge and mean of every pixel column that lies in the measured time, (columns, 2)."""
    steps = frame.store.parallelism()
    if len(steps) < 2:
        return np.empty((0, 2))
    sums = remembered(frame.store, "parallel sums", lambda: np.cumsum(np.diff(steps.t) * steps.n[:-1], dtype=np.int64))
    x0, x1 = (frame.clipped(int(t)) - frame.body.x0 for t in (steps.t[0], steps.t[-1]))
    columns = np.arange(int(x0), int(np.ceil(x1)))
    begin, end = column_times(frame, columns)
    begin, end = np.clip(begin, steps.t[0], steps.t[-1]), np.clip(end, steps.t[0], steps.t[-1])
    area = _area_until(steps, sums, end) - _area_until(steps, sums, begin)
    inside = end > begin
    return np.column_stack((columns[inside], area[inside] / (end - begin)[inside]))


def _area_until(steps: Steps, sums: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sum of n times ns from the first step until moments; `sums`: of the whole steps."""
    row = np.searchsorted(steps.t, at, "right") - 1
    before = np.where(row > 0, sums[np.maximum(row - 1, 0)], 0)
    found: NDArray[np.int64] = before + (at - steps.t[row]) * steps.n[row]
    return found


def _level(xs: Floats, ys: Floats) -> tuple[Floats, Floats, Floats]:
    """Columns one pixel wide as level stretches: x0, x1 and y of each."""
    new = np.flatnonzero((np.diff(ys, prepend=np.inf) != 0) | (np.diff(xs, prepend=-np.inf) > 1))
    last = np.append(new[1:], len(xs)) - 1
    return xs[new], xs[last] + 1, ys[new]
