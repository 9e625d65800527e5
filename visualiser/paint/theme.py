"""A palette as Qt's colours, brushes and fonts, each made once."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QTransform

from visualiser.scene import DARK, DOTS_GROUND, LIGHT, PATTERN_SIZE, STATE_LOOKS, Palette, pattern_has_ink, text_width

FAMILIES = ("Inter", "Noto Sans", "DejaVu Sans", "Segoe UI", "Helvetica Neue", "Arial", "Sans Serif")
CALIBRATION = "waits for a Lock (prog.py:12) 3.14 ms MainThread worker-0"


Tile: TypeAlias = NDArray[np.uint32]
"""Premultiplied ARGB, (height, width)."""


class Theme:
    """A palette whose inks are QColors. Keep it: brushes and fonts are remembered in it."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.name = palette.name
        self._colours: dict[str, QColor] = {}
        self._tiles: dict[tuple[str, int], Tile] = {}
        self._images: dict[tuple[str, int], QImage] = {}
        self._fonts: dict[tuple[float, bool], tuple[QFont, QFontMetricsF]] = {}

    def colour(self, ink: str) -> QColor:
        """The colour of an ink. Raises KeyError for a role nobody defined."""
        found = self._colours.get(ink)
        if found is None:
            found = self._colours[ink] = QColor(self.palette.colour(ink))
        return found

    def state_ground(self, state: int) -> QColor | None:
        """What lies under the ink of a state's pattern: a tint, light for dots, nothing for dashes."""
        pattern = STATE_LOOKS[state].pattern
        if pattern == "dashes":
            return None
        return QColor(DOTS_GROUND) if pattern == "dots" else self.colour(f"state_tint/{state}")

    def tile(self, name: str, grain: int) -> Tile:
        """One period of a pattern, its pixels `grain` device pixels large: `state/N`, `edge/N` (that state's colour),
        `lost`, or a plain ink."""
        found = self._tiles.get((name, grain))
        if found is None:
            found = self._tiles[name, grain] = self._made_tile(name, grain)
        return found

    def brush(self, name: str, grain: int, scale: float) -> QBrush:
        """A texture brush made of device pixels, `scale` per logical one: `state/N` or `lost`."""
        image = self._images.get((name, grain))
        if image is None:
            image = self._images[name, grain] = image_of(self.tile(name, grain))
        brush = QBrush(image)
        brush.setTransform(QTransform.fromScale(1 / scale, 1 / scale))
        return brush

    def font(self, size: float, bold: bool) -> tuple[QFont, QFontMetricsF]:
        """A font of a size in pixels, never wider than the scene's estimate, and its metrics."""
        found = self._fonts.get((size, bold))
        if found is None:
            font = QFont()
            font.setFamilies(list(FAMILIES))
            font.setPixelSize(round(size))
            font.setBold(bold)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            ratio = QFontMetricsF(font).horizontalAdvance(CALIBRATION) / text_width(CALIBRATION, size, bold)
            if ratio > 1:
                font.setStretch(max(int(100 / ratio), 1))
            found = self._fonts[size, bold] = (font, QFontMetricsF(font))
        return found

    def _made_tile(self, name: str, grain: int) -> Tile:
        if name == "lost":
            pattern, ink, ground = "lost", self.colour("muted"), self.colour("lost_tint")
        elif name.startswith("edge/"):
            pattern, ink, ground = "solid", *[self.colour(name.replace("edge", "state"))] * 2
        elif not name.startswith("state/"):
            pattern, ink, ground = "solid", self.colour(name), self.colour(name)
        else:
            state = int(name.partition("/")[2])
            pattern, ink = STATE_LOOKS[state].pattern, self.colour(name)
            ground = self.state_ground(state) or QColor(0, 0, 0, 0)
        period = range(PATTERN_SIZE)
        mask = np.array([[pattern_has_ink(pattern, x, y) for x in period] for y in period])
        tile = np.where(mask, np.uint32(ink.rgba()), np.uint32(ground.rgba()))
        return np.kron(tile, np.ones((grain, grain), np.uint32)).astype(np.uint32)


def image_of(pixels: Tile) -> QImage:
    """An image with a copy of premultiplied ARGB pixels, (height, width)."""
    data = np.ascontiguousarray(pixels)
    height, width = data.shape
    return QImage(data.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def has_fonts() -> bool:
    """Whether there is any font to write with. Needs a QGuiApplication."""
    return bool(QFontDatabase.families())


@lru_cache
def light() -> Theme:
    """The light theme."""
    return Theme(LIGHT)


@lru_cache
def dark() -> Theme:
    """The dark theme."""
    return Theme(DARK)


def theme(name: str) -> Theme:
    """The theme of a name: `light` or `dark`. Raises KeyError for another."""
    return {"light": light, "dark": dark}[name]()
