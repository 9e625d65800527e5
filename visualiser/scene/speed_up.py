"""Speed-up against the number of workers, as a plot: what was measured, the ideal, and Amdahl's law through it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from visualiser.trace import units

from .frame import Measures
from .model import Box4, Part, Shape
from .sheet import Layer, Sheet
from .textfit import text_width

CHART = 230.0
"""How high the plot is, of normal size."""

INKS = ("accent", "text", "muted", "band")


@dataclass(frozen=True)
class Series:
    """One way with several numbers of workers: (workers, speed-up), sorted. `serial`: the share of the work that cannot
    be shared, as it fits the points best, None: nothing fits; `curve`: Amdahl's law with it, (workers, speed-up)."""

    name: str
    points: tuple[tuple[int, float], ...]
    serial: float | None = None
    curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class _Axes:
    """Where the plot is, and how far it goes."""

    box: Box4
    most_x: float
    most_y: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - 0.5) / max(self.most_x - 0.5, 0.5)
        box = self.box
        return box.x0 + across * (box.x1 - box.x0), box.y1 - y / self.most_y * (box.y1 - box.y0)


def draw_speed_up(sheet: Sheet, measures: Measures, box: Box4, series: Sequence[Series], cpus: int | None) -> None:
    """The plot at the left of `box`, what its lines are at the right."""
    size = measures.small
    sheet.text(Part.HEADER, box.x0, box.y0 + measures.normal, "Speed-up by number of workers", measures.normal * 1.15,
               bold=True)  # fmt: skip
    points = [point for one in series for point in one.points]
    most_x = max(x for x, _ in points) + 0.5
    most_y = max(ceil(max(y for _, y in points) * 1.15), 2)
    inner = Box4(box.x0 + 3.2 * size, box.y0 + 2.4 * measures.normal, box.x0 + 0.62 * (box.x1 - box.x0),
                 box.y1 - 3.2 * size)  # fmt: skip
    axes = _Axes(inner, most_x, float(most_y))
    _draw_axes(sheet, size, axes, sorted({x for x, _ in points}))
    _draw_ideal(sheet, size, axes, cpus)
    for place, one in enumerate(series):
        _draw_series(sheet, axes, one, INKS[place % len(INKS)])
    _draw_key(sheet, measures, Box4(inner.x1 + 24, inner.y0, box.x1, inner.y1), series)


def _draw_axes(sheet: Sheet, size: float, axes: _Axes, counts: Sequence[int]) -> None:
    box = axes.box
    for y in range(0, int(axes.most_y) + 1, max(1, ceil(axes.most_y / 6))):
        _, at = axes.at(1, y)
        sheet.line(Layer.GRID, Part.HEADER, (box.x0, at, box.x1, at), "edge" if y == 0 else "grid")
        sheet.text(Part.HEADER, box.x0 - 6, at + 0.36 * size, f"{y}x", size, "muted", anchor="end")
    free = -1e9
    for x in counts:
        at, half = axes.at(x, 0)[0], text_width(str(x), size) / 2
        if at - half > free:
            sheet.text(Part.HEADER, at, box.y1 + 1.5 * size, str(x), size, "muted", anchor="middle")
            free = at + half + 8
    middle = (box.x0 + box.x1) / 2
    sheet.text(Part.HEADER, middle, box.y1 + 2.9 * size, "workers", size, "muted", anchor="middle")


def _draw_ideal(sheet: Sheet, size: float, axes: _Axes, cpus: int | None) -> None:
    """Twice as many, twice as fast; and how many CPUs there are to work on."""
    end = min(axes.most_x, axes.most_y)
    line = (*axes.at(0.5, 0.5), *axes.at(end, end))
    sheet.line(Layer.GRID, Part.HEADER, line, "muted", 1.0, dashed=True)
    x, y = axes.at(end, end)
    sheet.text(Part.HEADER, x - 4, y - 0.3 * size, "ideal", size, "muted", anchor="end")
    if cpus is not None and cpus < axes.most_x:
        x = axes.at(cpus, 0)[0]
        sheet.line(Layer.GRID, Part.HEADER, (x, axes.box.y0, x, axes.box.y1), "edge", 1.0, dashed=True)
        words = f"{cpus} CPU{'s' * (cpus != 1)}"
        sheet.text(Part.HEADER, x + 4, axes.box.y0 - 0.3 * size, words, size, "muted")


def _draw_series(sheet: Sheet, axes: _Axes, series: Series, ink: str) -> None:
    for first, last in _dashes([axes.at(*point) for point in series.curve]):
        sheet.line(Layer.FRAMES, Part.HEADER, (*first, *last), ink, 1.5)
    places = [axes.at(*point) for point in series.points]
    sheet.add(Layer.FRAMES, Shape(Part.HEADER, np.array(places), ink=ink, width=2.0))
    for x, y in places:
        sheet.box(Layer.FLAGS, Part.HEADER, (x - 4, y - 4, x + 4, y + 4), ink, radius=4.0)


def _dashes(points: Sequence[tuple[float, float]]) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    """Every other piece of a curve."""
    return list(pairwise(points))[::2]


def _draw_key(sheet: Sheet, measures: Measures, box: Box4, series: Sequence[Series]) -> None:
    """What each line is, and its best point."""
    y, size = box.y0, measures.normal
    for place, one in enumerate(series):
        ink = INKS[place % len(INKS)]
        y += 1.6 * size
        sheet.box(Layer.FLAGS, Part.HEADER, (box.x0, y - 0.7 * size, box.x0 + 8, y - 0.7 * size + 8), ink, radius=4.0)
        sheet.text(Part.HEADER, box.x0 + 16, y, one.name or "measured", size, bold=True, room=box.x1 - box.x0 - 16)
        workers, best = max(one.points, key=lambda point: point[1])
        told = f"best {units.digits(best)}x with {workers} worker{'s' * (workers != 1)}"
        lines = [told] if one.serial is None else [told, f"dashed: Amdahl's law, {units.share(one.serial)} serial"]
        for line in lines:
            y += 1.45 * measures.small
            sheet.text(Part.HEADER, box.x0 + 16, y, line, measures.small, "muted", room=box.x1 - box.x0 - 16)
