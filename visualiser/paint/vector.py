"""Patterns and strips where there are no pixels (PDF): lines under a clip, and polygons."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from visualiser.scene import STATE_LOOKS, Strip, outlines

from .theme import Theme


def path_of(boxes: np.ndarray[Any, np.dtype[np.float64]]) -> QPainterPath:
    """Rectangles (rows of x0, y0, x1, y1) as one path."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for x0, y0, x1, y1 in boxes.tolist():
        path.addRect(QRectF(x0, y0, x1 - x0, y1 - y0))
    return path


def fill_pattern(painter: QPainter, theme: Theme, state: int, path: QPainterPath) -> None:
    """Fill a path with a state's ground and pattern."""
    pattern, ground = STATE_LOOKS[state].pattern, theme.state_ground(state)
    if pattern == "solid" or pattern == "dots":
        painter.fillPath(path, theme.colour(f"state/{state}"))
    elif ground is not None:
        painter.fillPath(path, ground)
    _hatch(painter, pattern, theme.colour(f"state/{state}") if pattern != "dots" else ground, path)


def hatch_lost(painter: QPainter, theme: Theme, path: QPainterPath) -> None:
    """The stripes over what was lost."""
    _hatch(painter, "lost", theme.colour("muted"), path)


def _hatch(painter: QPainter, pattern: str, ink: Any, path: QPainterPath) -> None:
    lines, width = _lines(pattern, path.boundingRect())
    if not lines:
        return
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    pen = QPen(ink, width)
    if pattern in ("dots", "dashes"):
        pen.setDashPattern([1.0, 5.0] if pattern == "dots" else [3.0 / width, 3.0 / width])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLines(lines)
    painter.restore()


def _lines(pattern: str, box: QRectF) -> tuple[list[QLineF], float]:
    """The lines of a pattern over a box, in phase with the whole picture; and how thick they are."""
    x0, y0, x1, y1 = box.left(), box.top(), box.right(), box.bottom()
    high = y1 - y0
    if pattern == "dots":
        return [QLineF(x0 // 6 * 6, y, x1, y) for y in np.arange(y0 // 3 * 3 + 1.5, y1, 3)], 1.0
    if pattern == "dashes":
        return [QLineF(x0 // 6 * 6, (y0 + y1) / 2, x1, (y0 + y1) / 2)] if high < 4 else [], max(high, 1.0)
    if pattern == "bars":
        return [QLineF(x, y0, x, y1) for x in np.arange(x0 // 4 * 4 + 0.5, x1, 4)], 1.0
    lines, width = [], {"slash": 1.4, "back": 1.4, "cross": 0.7, "lost": 2.1}.get(pattern, 0.0)
    period = 12 if pattern == "lost" else 6
    if pattern in ("slash", "cross", "lost"):
        lines += [QLineF(c - y1, y1, c - y0, y0) for c in np.arange((x0 + y0) // period * period, x1 + y1, period)]
    if pattern in ("back", "cross"):
        lines += [QLineF(c + y0, y0, c + y1, y1) for c in np.arange((x0 - y1) // period * period, x1 - y0, period)]
    return lines, width


def draw_strip(painter: QPainter, theme: Theme, strip: Strip) -> None:
    """A strip as one polygon per state (or ink) and stretch."""
    for column, polygons in outlines(strip):
        path = QPainterPath()
        for points in polygons:
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
            path.closeSubpath()
        role, _, state = strip.ink(column).partition("/")
        if role == "state":
            fill_pattern(painter, theme, int(state), path)
        else:
            painter.fillPath(path, theme.colour(strip.ink(column)))
