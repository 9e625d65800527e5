"""A palette as Qt's colours, brushes and fonts, each made once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QTransform

from visualiser.scene import DARK, DOTS_GROUND, LIGHT, PATTERN_SIZE, STATE_LOOKS, Palette, pattern_has_ink, text_width

FAMILIES = ("Inter", "Noto Sans", "DejaVu Sans", "Segoe UI", "Helvetica Neue", "Arial", "Sans Serif")
CALIBRATION = "waits for a Lock (prog.py:12) 3.14 ms MainThread worker-0"


class Theme:
    """A palette whose inks are QColors. Keep it: brushes and fonts are remembered in it."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.name = palette.name
        self._colours: dict[str, QColor] = {}
        self._brushes: dict[tuple[str, int], QImage] = {}
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

    def tile(self, state: int, grain: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
        """One period of a state's pattern as premultiplied ARGB, each pixel `grain` device pixels large."""
        look, ground = STATE_LOOKS[state], self.state_ground(state)
        under = ground.rgba() if ground is not None else 0
        return self._tile(look.pattern, self.colour(f"state/{state}").rgba(), under, grain)

    def brush(self, name: str, grain: int, scale: float) -> QBrush:
        """A texture brush made of device pixels, `scale` per logical one: `state/N` or `lost`."""
        image = self._brushes.get((name, grain))
        if image is None:
            tile = self._lost_tile(grain) if name == "lost" else self.tile(int(name.split("/")[1]), grain)
            image = self._brushes[name, grain] = image_of(tile)
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

    def _lost_tile(self, grain: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
        return self._tile("lost", self.colour("muted").rgba(), self.colour("lost_tint").rgba(), grain)

    def _tile(
        self, pattern: str, ink: int, ground: int, grain: int
    ) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
        period = range(PATTERN_SIZE)
        mask = np.array([[pattern_has_ink(pattern, x, y) for x in period] for y in period])
        tile = np.where(mask, np.uint32(ink), np.uint32(ground))
        return np.kron(tile, np.ones((grain, grain), np.uint32)).astype(np.uint32)


def image_of(pixels: np.ndarray[tuple[int, int], np.dtype[np.uint32]]) -> QImage:
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
