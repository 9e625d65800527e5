"""A strip as an image: for every device pixel, whose share of the column it lies in, and that state's pattern there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from visualiser.scene import Strip, layers_of

from .theme import Theme, Tile, image_of

MOST_COLUMNS = 4096
"""Device columns per image: bounds the memory that one lane of a very wide picture needs."""


def draw_strip(painter: QPainter, theme: Theme, strip: Strip, scale: float, grain: int) -> None:
    """Draw a strip with `scale` device pixels per logical one."""
    order, tops = layers_of(strip)
    if not order:
        return
    made = [theme.tile(strip.ink(state), grain) for state in order]
    tiles = np.stack([*made, np.zeros_like(made[0])])  # the last: above all states, nothing
    y0, y1 = round(strip.y0 * scale), round(strip.y1 * scale)
    # Heights count from the bar's lower edge as it is drawn, on a whole pixel: nothing has no height there. A pixel
    # belongs to the first state from below whose upper edge is not below the pixel's middle.
    above = np.ceil(y1 - y0 - (strip.y1 - tops) * scale - 0.5).clip(0, y1 - y0).astype(np.int16)
    x0, x1 = round(int(strip.columns[0]) * scale), round((int(strip.columns[-1]) + 1) * scale)
    for left in range(x0, x1, MOST_COLUMNS):
        right = min(left + MOST_COLUMNS, x1)
        row = _rows(strip.columns, left, right, scale)
        if row is not None:
            image = image_of(_pixels(above, row, (left, y0), y1 - y0, tiles))
            image.setDevicePixelRatio(scale)
            painter.drawImage(QPointF(left / scale, y0 / scale), image)


def _rows(columns: NDArray[np.int64], left: int, right: int, scale: float) -> NDArray[np.intp] | None:
    """Which of the strip's columns each device column belongs to, len(columns) for none; None: all to none."""
    if scale == 1:
        first, last = np.searchsorted(columns, (left, right)).tolist()
        row = np.full(right - left, len(columns), np.intp)
        row[columns[first:last] - left] = np.arange(first, last)
        return row if last > first else None
    logical = np.floor((np.arange(left, right) + 0.5) / scale).astype(np.int64)
    row = np.searchsorted(columns, logical)
    there = columns[np.minimum(row, len(columns) - 1)] == logical
    return np.where(there, row, len(columns)) if there.any() else None


def _pixels(
    above: NDArray[np.int16], row: NDArray[np.intp], at: tuple[int, int], height: int, tiles: NDArray[np.uint32]
) -> Tile:
    """ARGB of every pixel. `above`: by column of the strip and state, how many pixels are above the state."""
    nothing = np.full((1, above.shape[1]), height, np.int16)
    edges = np.concatenate((above, nothing)).T.take(row, axis=1)
    y = np.arange(height, dtype=np.int16)[:, None]
    which = np.zeros((height, len(row)), np.uint8)
    for edge in edges:
        which += y < edge
    period = tiles.shape[1]
    number = np.uint16 if tiles.size <= np.iinfo(np.uint16).max else np.uint32
    x_in_tile = (np.arange(at[0], at[0] + len(row)) % period).astype(number)
    y_in_tile = (np.arange(at[1], at[1] + height) % period * period).astype(number)
    place = y_in_tile[:, None] + x_in_tile
    place += which * number(period * period)
    found: Tile = tiles.reshape(-1).take(place)
    return found
