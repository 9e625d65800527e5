"""A scene drawn with QPainter, on a screen, an image or a PDF page. It decides nothing: the scene did."""

from .painter import ALL_PARTS, paint
from .swatch import paint_swatch
from .theme import Theme, dark, has_fonts, light, theme

__all__ = ["ALL_PARTS", "Theme", "dark", "has_fonts", "light", "paint", "paint_swatch", "theme"]
