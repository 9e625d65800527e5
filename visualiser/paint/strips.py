"""A strip as an image: for every device pixel, whose share of the column it lies in, and that state's pattern there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from visualiser.scene import Strip, stack

from .theme import Theme, Tile, image_of

MOST_COLUMNS = 4096
"""Device columns per image: bounds the memory that one lane of a very wide picture needs."""


def draw_strip(painter: QPainter, theme: Theme, strip: Strip, scale: float, grain: int) -> None:
    """Draw a strip with `scale` device pixels per logical one."""
    order, tops = stack(strip)
    used = [k for k, state in enumerate(order) if strip.shares[:, state].any()]
    if not used:
        return
    made = [theme.tile(strip.ink(order[k]), grain) for k in used]
    tiles = np.stack([*made, np.zeros_like(made[0])])  # the last: above all states, nothing
    y0, y1 = round(strip.y0 * scale), round(strip.y1 * scale)
    x0, x1 = round(int(strip.columns[0]) * scale), round((int(strip.columns[-1]) + 1) * scale)
    for left in range(x0, x1, MOST_COLUMNS):
        x = np.arange(left, min(left + MOST_COLUMNS, x1))
        logical = np.floor((x + 0.5) / scale).astype(np.int64)
        row = np.searchsorted(strip.columns, logical)
        there = strip.columns[np.minimum(row, len(strip.columns) - 1)] == logical
        if there.any():
            # Heights count from the bar's lower edge as it is drawn, on a whole pixel: nothing has no height there.
            edges = y1 - (strip.y1 - tops[:, used]) * scale
            pixels = _pixels(edges, np.where(there, row, -1), x, np.arange(y0, y1), tiles)
            image = image_of(pixels)
            image.setDevicePixelRatio(scale)
            painter.drawImage(QPointF(left / scale, y0 / scale), image)


def _pixels(
    tops: NDArray[np.float64],
    row: NDArray[np.intp],
    x: NDArray[np.intp],
    y: NDArray[np.intp],
    tiles: NDArray[np.uint32],
) -> Tile:
    """ARGB of every pixel: the first state from below whose upper edge is not above the pixel's middle."""
    edges = np.where((row >= 0)[:, None], tops[row], np.inf)
    which = np.zeros((len(y), len(x)), np.intp)
    middle = y[:, None] + 0.5
    for k in range(edges.shape[1]):
        which += middle < edges[None, :, k]
    period = tiles.shape[1]
    found: Tile = tiles[which, (y % period)[:, None], (x % period)[None, :]]
    return found
