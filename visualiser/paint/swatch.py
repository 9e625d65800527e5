"""The swatch of one entry of a legend, drawn as the picture's own legend draws it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from visualiser.scene import LegendEntry, swatch

from .painter import paint
from .theme import Theme


def paint_swatch(entry: LegendEntry, painter: QPainter, theme: Theme, box: QRectF) -> None:
    """Draw it into a box (logical pixels)."""
    painter.save()
    painter.translate(box.topLeft())
    paint(swatch(entry, box.width(), box.height()), painter, theme)
    painter.restore()
