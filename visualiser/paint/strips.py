"""Bars of states as images: for every device pixel, whose part of its column it lies in, and that state's pattern.

Strips, and the rectangles of states in the same bars, are composed together, some bars at a time: the cost is that of
their pixels, however many spans there are. A column is a pile of layers; a pixel belongs to the lowest layer that has
no more pixels of the bar above it than the pixel itself has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from visualiser.scene import HALF, STACK_ORDER, STATE_LOOKS, StateRects, Strip, heights_of, piled

from .theme import Theme

MOST_COLUMNS = 4096
"""Device columns per image; bounds, with the pixels below, the memory that a very large picture needs."""
MOST_PIXELS = 1 << 18
"""Composed at once: so much stays in a processor's cache from one step to the next."""

ON_TOP = "hold"
"""Notches of held locks lie on those of own spans, whichever comes first."""
HAIR = 1e-6
"""Of a pixel: heights that end in the middle of one end there whatever was rounded on the way."""
HAS_EDGE = np.array([look.height == HALF for look in STATE_LOOKS])
"""By state: whether its rectangles have a line in its colour along their upper edge."""
FORMAT = QImage.Format.Format_ARGB32_Premultiplied

Counts = NDArray[np.int16]
Rows = NDArray[np.intp]
NO_ROWS: Rows = np.empty(0, np.intp)


@dataclass(frozen=True, eq=False)
class Bar:
    """What is drawn between two device rows: a strip, and rectangles (rows of a StateRects); each may be missing."""

    y0: int
    y1: int
    strip: Strip | None = None
    rects: Rows = field(default_factory=lambda: NO_ROWS)

    @property
    def like(self) -> tuple[int, tuple[str, ...]]:
        """Bars of which this is the same are composed together."""
        return self.y1 - self.y0, self.strip.inks if self.strip is not None else ()


@dataclass(frozen=True)
class BarLook:
    """How bars are drawn: `scale` device pixels per logical one, `grain` of them per pixel of a pattern; `phase`: the
    column of patterns at x = 0, logical pixels."""

    theme: Theme
    scale: float
    grain: int
    phase: int = 0


def draw_bars(painter: QPainter, look: BarLook, strips: Sequence[Strip], rects: StateRects | None) -> None:
    """Draw strips, and rectangles of states."""
    scale = look.scale
    groups: dict[tuple[int, tuple[str, ...]], list[Bar]] = {}
    for bar in _bars(strips, rects, scale):
        groups.setdefault(bar.like, []).append(bar)
    for (height, _), bars in sorted(groups.items(), key=lambda one: ON_TOP in one[0][1]):
        for xs in _stretches(bars, rects, scale):
            most = max(MOST_PIXELS // max(height * (xs[1] - xs[0]), 1), 1)
            for first in range(0, len(bars), most):
                _Piles(look, bars[first : first + most], rects, xs).draw(painter)


def _bars(strips: Sequence[Strip], rects: StateRects | None, scale: float) -> Iterator[Bar]:
    """Strips with the rectangles that stand on the same line; and rectangles that stand where no strip does."""
    standing: dict[float, Rows] = {}
    if rects is not None:
        order = np.argsort(rects.y1, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(rects.y1[order])) + 1) if len(order) else []
        standing = {float(rects.y1[rows[0]]): rows for rows in parts}
    for strip in strips:
        rows = NO_ROWS if strip.inks else standing.pop(strip.y1, NO_ROWS)
        if len(strip.columns):
            yield Bar(round(strip.y0 * scale), round(strip.y1 * scale), strip, rows)
    for y1, rows in standing.items():
        assert rects is not None
        yield Bar(round(float(rects.y0[rows].min()) * scale), round(y1 * scale), None, rows)


def _stretches(bars: list[Bar], rects: StateRects | None, scale: float) -> Iterator[tuple[int, int]]:
    """The device columns that any of the bars has something in."""
    strips = [bar.strip.columns for bar in bars if bar.strip is not None]
    begins = [int(_device(np.float64(columns[0]), scale)) for columns in strips]
    ends = [int(_device(np.float64(columns[-1] + 1), scale)) for columns in strips]
    rows = np.concatenate([bar.rects for bar in bars])
    if rects is not None and len(rows):
        begins.append(int(_device(rects.x0[rows].min(), scale)))
        ends.append(int(_device(rects.x1[rows].max(), scale)))
    for x0 in range(min(begins), max(ends), MOST_COLUMNS):
        yield x0, min(x0 + MOST_COLUMNS, max(ends))


def _device(x: NDArray[np.float64] | np.float64, scale: float) -> Rows:
    """The first device column whose middle is not left of x: neighbours share it, and none of them a column."""
    return np.ceil(x * scale - 0.5).astype(np.intp)


class _Piles:
    """Equally high bars of the same inks, between two device columns."""

    def __init__(self, look: BarLook, bars: list[Bar], rects: StateRects | None, xs: tuple[int, int]) -> None:
        self.bars, self.rects, self.xs, self.scale = bars, rects, xs, look.scale
        self.phase, theme, grain, scale = math.floor(look.phase * look.scale), look.theme, look.grain, look.scale
        self.height, self.width = bars[0].y1 - bars[0].y0, xs[1] - xs[0]
        self.logical = np.floor((np.arange(*xs) + 0.5) / scale).astype(np.intp)
        first, end = int(self.logical[0]), int(self.logical[-1]) + 1
        self.strips: list[tuple[int, Strip, slice]] = []
        for place, bar in enumerate(bars):
            if bar.strip is not None:
                self.strips.append((place, bar.strip, slice(*np.searchsorted(bar.strip.columns, (first, end)))))
        self.rows = np.concatenate([bar.rects for bar in bars])
        parts = [strip.shares[part] for _, strip, part in self.strips]
        self.shares = np.concatenate(parts) if parts else np.empty((0, len(STATE_LOOKS)))
        self.layers = self._layers()
        tiles = [theme.tile(ink, grain) for _, ink in self.layers]
        self.tiles = np.stack([*tiles, np.zeros_like(theme.tile("state/1", grain))])  # the last: above all, nothing

    def _layers(self) -> list[tuple[int, str]]:
        """From below: the column of shares, and the ink. Only rectangles have edges; they lie on their state."""
        occurs: list[int] = np.flatnonzero(self.shares.any(axis=0)).tolist()
        inks = self.strips[0][1].inks if self.strips else ()
        if inks:
            return [(one, inks[one]) for one in occurs]
        rects = set(np.unique(self.rects.state[self.rows]).tolist()) if self.rects is not None else set()
        found = []
        for state in STACK_ORDER:
            if state in occurs or state in rects:
                found.append((state, f"state/{state}"))
            if state in rects and HAS_EDGE[state]:
                found.append((state, f"edge/{state}"))
        return found

    def draw(self, painter: QPainter) -> None:
        """Put them where they belong."""
        if not self.layers or self.height <= 0:
            return
        above = self._above_strips()
        if len(self.rows):
            self._add_rects(above)
        pixels = self._pixels(above)
        for bar, data in zip(self.bars, pixels, strict=True):
            image = QImage(
                data.data, self.width, self.height, 4 * self.width, QImage.Format.Format_ARGB32_Premultiplied
            )
            image.setDevicePixelRatio(self.scale)
            painter.drawImage(QPointF(self.xs[0] / self.scale, bar.y0 / self.scale), image)

    def _above_strips(self) -> Counts:
        """How many pixels lie above each layer, (layers, bars, device columns)."""
        first, end = int(self.logical[0]), int(self.logical[-1]) + 1
        above = np.full((len(self.layers), len(self.bars), end - first), self.height, np.int16)
        if len(self.shares):
            strip, order = self.strips[0][1], list(dict.fromkeys(state for state, _ in self.layers))
            # Heights count from the bar's lower edge as it is drawn, on a whole pixel: nothing has no height there.
            tops = piled(self.shares, order, heights_of(strip, order), strip.y1 - strip.y0)
            places = [strip.columns[part] + (place * (end - first) - first) for place, strip, part in self.strips]
            counts = np.ceil(self.height - 0.5 - tops * self.scale - HAIR).clip(0, self.height)
            counts = counts[[order.index(state) for state, _ in self.layers]]
            above.reshape(len(self.layers), -1)[:, np.concatenate(places)] = counts
        return above if self.scale == 1 else above.take(self.logical - first, axis=2)

    def _add_rects(self, above: Counts) -> None:
        """Rectangles are columns that one state fills to its own height."""
        rects, rows = self.rects, self.rows
        assert rects is not None
        bar = np.repeat(np.arange(len(self.bars)), [len(one.rects) for one in self.bars])
        x0, x1 = (_device(x[rows], self.scale).clip(*self.xs) - self.xs[0] for x in (rects.x0, rects.x1))
        lies = [number for number, (_, ink) in enumerate(self.layers) if not ink.startswith("edge")]
        number = np.zeros(len(STATE_LOOKS), np.intp)
        number[[self.layers[one][0] for one in lies]] = lies
        y0 = np.array([one.y0 for one in self.bars])[bar]
        free = (np.round(rects.y0[rows] * self.scale).astype(np.intp) - y0).clip(0, self.height)
        layer, own = np.arange(len(self.layers))[:, None], number[rects.state[rows]]
        edge = HAS_EDGE[rects.state[rows]] * max(round(self.scale), 1)
        piles = np.where(layer < own, self.height, free + np.where(layer == own, edge, 0))
        width = x1 - x0
        places = np.repeat(bar * self.width + x0 - (np.cumsum(width) - width), width) + np.arange(int(width.sum()))
        above.reshape(len(self.layers), -1)[:, places] = np.repeat(piles.astype(np.int16), width, axis=1)

    def _pixels(self, above: Counts) -> NDArray[np.uint32]:
        """ARGB of every pixel, (bars, height, width)."""
        size = np.uint8 if self.height < 256 else np.int16
        y = np.arange(self.height, dtype=size)[:, None]
        which = np.zeros((len(self.bars), self.height, self.width), np.uint8)
        for layer in above.astype(size):
            which += y < layer[:, None]
        period = self.tiles.shape[1]
        if np.array_equal(self.tiles, np.broadcast_to(self.tiles[:, :1, :1], self.tiles.shape)):  # no patterns
            plain: NDArray[np.uint32] = self.tiles[:, 0, 0].take(which)
            return plain
        number = np.uint16 if self.tiles.size <= np.iinfo(np.uint16).max else np.uint32
        x_in_tile = ((np.arange(*self.xs) + self.phase) % period).astype(number)
        top = np.array([bar.y0 for bar in self.bars])[:, None] + np.arange(self.height)
        place = which * number(period * period)
        place += x_in_tile
        place += (top % period * period).astype(number)[:, :, None]
        found: NDArray[np.uint32] = self.tiles.reshape(-1).take(place)
        return found
