"""A process: its panel and band, its name, its life with the memory it took, and how it ended."""

from __future__ import annotations

import numpy as np

from visualiser.trace import Process, TraceStore

from .frame import Frame, Slots
from .layout import Group
from .model import Floats, Lane, Part, Shape
from .sheet import Layer
from .textfit import clean
from .threads import draw_lost_zone, draw_plate, process_of

BAND = 4.0


def draw_group(frame: Frame, group: Group, dy: float, right: float) -> None:
    """The panel behind a process's lanes, and the band at its left."""
    x0 = frame.labels[0] + group.depth * frame.measures.indent
    y0, y1 = group.y0 + dy, group.y1 + dy
    frame.sheet.box(Layer.GROUND, Part.BACK, (x0, y0, right, y1), "paper", radius=3.0)
    frame.sheet.box(Layer.LIFE, Part.LABELS, (x0, y0, x0 + BAND, y1), "band")


def draw_process(frame: Frame, lane: Lane) -> None:
    """The body of a process's own row: alive from when to when, its memory, and its end."""
    process = frame.store.processes[lane.process or 0]
    end = frame.store.end_ns if process.end_ns is None else process.end_ns
    if not frame.sees(process.start_ns, end):
        return
    x0, x1 = frame.clipped(process.start_ns), frame.clipped(end)
    base = lane.y1 - 6
    frame.sheet.box(Layer.LIFE, Part.BODY, (x0, base, max(x1, x0 + 1), base + 2), "band")
    draw_memory(frame, process, lane.y0 + 4, base)
    words = Slots()
    _draw_unplaced_losses(frame, process, (lane.y0 + 8, lane.y1 - 8), words)
    unusual = process.ended_how not in ("", "finished", "ended", "exit code 0")
    if process.end_ns is not None and frame.sees(process.end_ns):
        cap = min(frame.clipped(process.end_ns), frame.body.x1 - 1)
        frame.sheet.line(Layer.FRAMES, Part.BODY, (cap, lane.y0 + 8, cap, base + 4), "text", 3.0 if unusual else 1.5)
        if unusual:
            draw_plate(frame, clean(process.ended_how), cap, (lane.y0 + 6, lane.y1 - 6), words)


def draw_memory(frame: Frame, process: Process, top: float, base: float) -> None:
    """Resident memory as a thin line of steps: what a look saw holds until the next one, and after the last one nothing
    is known. Every process of a run on one scale."""
    times, rss = process.memory.t, process.memory.rss
    first = max(int(np.searchsorted(times, frame.window.t0, "right")) - 1, 0)
    last = int(np.searchsorted(times, frame.window.t1, "right"))
    goes_on = last < len(times)
    if last - first + goes_on < 2:
        return
    xs = frame.x(times[first:last])
    ys = (base - (base - top) * rss[first:last] / largest_memory(frame.store)).astype(np.float64)
    steps = _steps(*_thinned(np.maximum(xs, frame.body.x0), ys), frame.body.x1 if goes_on else None)
    under = np.vstack((steps, (steps[-1, 0], base), (steps[0, 0], base)))
    frame.sheet.add(Layer.LIFE, Shape(Part.BODY, under, fill="band_tint"))
    frame.sheet.add(Layer.LIFE, Shape(Part.BODY, steps, ink="band", width=1.0))
    _draw_looks(frame, np.column_stack((xs, ys)), base, top)


def _draw_looks(frame: Frame, looks: Floats, base: float, top: float) -> None:
    """A dot wherever somebody looked, where looks are far enough apart to see them."""
    looks = looks[(looks[:, 0] >= frame.body.x0) & (looks[:, 0] <= frame.body.x1)]
    if len(looks) and (frame.body.x1 - frame.body.x0) / len(looks) >= 12:
        dots = np.column_stack((looks - 1.5, looks + 1.5))
        dots[:, (1, 3)] = dots[:, (1, 3)].clip(top - 1.5, base + 1.5)
        frame.sheet.box(
            Layer.LIFE, Part.BODY, dots.clip([frame.body.x0, 0, 0, 0], [9e9, 9e9, frame.body.x1, 9e9]), "band"
        )


def largest_memory(store: TraceStore) -> float:
    """The most that any process of the run was seen to have, bytes; at least 1."""
    return max((int(one.memory.rss.max()) for one in store.processes if len(one.memory.rss)), default=1) or 1


def _steps(xs: Floats, ys: Floats, until: float | None) -> Floats:
    """A line that keeps its height until the next point, and after the last one until `until`."""
    ends = np.append(xs[1:], xs[-1] if until is None else until)
    return np.column_stack((np.column_stack((xs, ends)).ravel(), np.repeat(ys, 2)))


def _thinned(xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """At most the highest point per pixel column."""
    if len(xs) < 4000:
        return xs, ys
    order = np.lexsort((ys, np.floor(xs)))
    _, kept = np.unique(np.floor(xs[order]), return_index=True)
    return xs[order][kept], ys[order][kept]


def _draw_unplaced_losses(frame: Frame, process: Process, bar: tuple[float, float], words: Slots) -> None:
    """Losses of threads that never wrote anything belong to nobody's lane but to the process."""
    known = {frame.store.threads[index].serial for index in process.threads}
    for number, loss in enumerate(frame.store.losses):
        if loss.count and loss.serial not in known and process_of(frame, loss.process) == process.index:
            start = loss.first_ns or process.start_ns
            end = frame.store.end_ns if process.end_ns is None else process.end_ns
            draw_lost_zone(frame, start, max(end, start), bar, words, loss.count)
            box = (frame.clipped(start), bar[0], frame.clipped(end), bar[1])
            frame.sheet.target(box, "lost", None, number, start)
