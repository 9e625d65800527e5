"""The one function that draws a scene, and how each kind of item is drawn.

Cost is counted in calls: everything of one style goes to Qt in one call, patterns are texture brushes, strips images.
On a PDF page, which has no pixels, patterns are lines under a clip and strips polygons (`vector`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPaintEngine, QPainter, QPen, QPolygonF

from visualiser.scene import (
    HALF,
    STATE_LOOKS,
    Boxes,
    Ground,
    Item,
    Lines,
    Part,
    Scene,
    Shape,
    StateRects,
    Stretch,
    Strip,
    Text,
    Words,
    moved,
)  # fmt: skip

from . import vector
from .images import Images
from .strips import BarLook, draw_bars
from .theme import Theme

ALL_PARTS = frozenset(Part)


@dataclass(frozen=True)
class Brush:
    """What all drawing needs: the painter, the theme, device pixels per logical one, and whether there are pixels."""

    painter: QPainter
    theme: Theme
    scale: float
    vector: bool
    phase: int = 0
    """The column of patterns of states at x = 0, logical pixels."""

    @property
    def whole(self) -> bool:
        """Whether a logical pixel is a whole number of device pixels; never on a page."""
        return not self.vector and self.scale == round(self.scale)

    @property
    def grain(self) -> int:
        """Device pixels per pixel of a pattern."""
        return max(1, round(self.scale))


def paint(scene: Scene, painter: QPainter, theme: Theme, parts: Collection[Part] = ALL_PARTS) -> None:
    """Draw a scene, or only some of its parts, in its own logical pixels with the painter as it stands."""
    transform = painter.deviceTransform()
    is_vector = painter.paintEngine().type() == QPaintEngine.Type.Pdf
    brush = Brush(painter, theme, transform.m11(), is_vector, scene.phase)
    painter.save()
    clipped: Part | None = None
    for item in _steps((one for one in scene.items if one.part in parts), is_vector):
        if item.part is not clipped:
            painter.restore()
            painter.save()
            clip = scene.clips[item.part]
            painter.setClipRect(rect(*clip), Qt.ClipOperation.IntersectClip)
            clipped = item.part
        _DRAW[type(item)](brush, item)
    painter.restore()


@dataclass(frozen=True)
class Bars:
    """Strips that come one after the other, and the rectangles of states in the same bars."""

    part: Part
    strips: tuple[Strip, ...]
    rects: StateRects | None


def _steps(items: Iterable[Item], is_vector: bool) -> Iterator[Item | Bars]:
    """In the order of painting; what is drawn as pixels of bars is drawn together, and so are texts."""
    items = list(items)
    rects = {} if is_vector else {one.part: one for one in items if type(one) is StateRects and one.part is Part.BODY}
    for (kind, part), some in groupby(items, lambda one: (type(one), one.part)):
        if kind is Strip and not is_vector:
            strips: tuple[Any, ...] = tuple(some)
            has_states = any(not one.inks for one in strips)
            yield Bars(part, strips, rects.pop(Part.BODY, None) if has_states and part is Part.BODY else None)
        elif kind is Text:
            yield Words(part, tuple(cast("Iterator[Text]", some)))
        elif kind is StateRects and part is Part.BODY and not is_vector:
            yield from [Bars(part, (), rects.pop(Part.BODY))] if rects else []
        else:
            yield from some


def rect(x0: float, y0: float, x1: float, y1: float) -> QRectF:
    """A QRectF by its corners."""
    return QRectF(x0, y0, x1 - x0, y1 - y0)


def rects_of(boxes: np.ndarray[Any, np.dtype[np.float64]]) -> list[QRectF]:
    """Rows of x0, y0, x1, y1 as QRectFs."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    return list(map(QRectF, boxes[:, 0].tolist(), boxes[:, 1].tolist(), sizes[:, 0].tolist(), sizes[:, 1].tolist()))


def _draw_states(brush: Brush, item: StateRects) -> None:
    painter = brush.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    boxes = np.column_stack((item.x0, item.y0, item.x1, item.y1))
    if not brush.vector:  # whole device pixels: neighbours share an edge, and none of them a column
        boxes = np.round(boxes * brush.scale) / brush.scale
    for state in np.unique(item.state).tolist():
        mine = boxes[item.state == state]
        look = STATE_LOOKS[state]
        if look.pattern == "solid":
            painter.setBrush(brush.theme.colour(f"state/{state}"))
            painter.drawRects(rects_of(mine))
        elif brush.vector:
            vector.fill_pattern(painter, brush.theme, state, vector.path_of(mine))
        else:
            painter.setBrush(brush.theme.brush(f"state/{state}", brush.grain, brush.scale))
            painter.drawRects(rects_of(mine))
        if look.height == HALF:
            edges = mine.copy()
            edges[:, 3] = edges[:, 1] + 1
            painter.setBrush(brush.theme.colour(f"state/{state}"))
            painter.drawRects(rects_of(edges))


def _draw_strip(brush: Brush, item: Strip) -> None:
    vector.draw_strip(brush.painter, brush.theme, item)


def _draw_bars(brush: Brush, item: Bars) -> None:
    look = BarLook(brush.theme, brush.scale, brush.grain, brush.phase)
    draw_bars(brush.painter, look, item.strips, item.rects)


def _draw_boxes(brush: Brush, item: Boxes) -> None:
    painter, boxes = brush.painter, item.boxes
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, item.radius > 0)
    if item.hatch and not brush.vector:
        painter.setBrush(brush.theme.brush("lost", brush.grain, brush.scale))
    elif item.fill:
        painter.setBrush(brush.theme.colour(item.fill))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if item.edge:
        pen = QPen(brush.theme.colour(item.edge), item.line_width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        boxes = boxes + np.array([0.5, 0.5, -0.5, -0.5]) * item.line_width
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        if not (
            brush.whole or brush.vector or item.radius
        ):  # Qt would decide about half pixels by what it rounds on the way
            boxes = np.floor(boxes * brush.scale + 0.5) / brush.scale
    if item.radius:
        for box in rects_of(boxes):
            radius = min(item.radius, box.width() / 2, box.height() / 2)
            painter.drawRoundedRect(box, radius, radius)
    else:
        painter.drawRects(rects_of(boxes))
    if item.hatch and brush.vector:
        vector.hatch_lost(painter, brush.theme, vector.path_of(item.boxes))


def _draw_lines(brush: Brush, item: Lines) -> None:
    brush.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pen = QPen(brush.theme.colour(item.ink), item.width, Qt.PenStyle.DashLine if item.dashed else Qt.PenStyle.SolidLine)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    brush.painter.setPen(pen)
    brush.painter.drawLines([QLineF(*line) for line in item.lines.tolist()])


def _draw_shape(brush: Brush, item: Shape) -> None:
    painter = brush.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    points = QPolygonF([QPointF(x, y) for x, y in item.points.tolist()])
    painter.setPen(QPen(brush.theme.colour(item.ink), item.width) if item.ink else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(brush.theme.colour(item.fill) if item.fill else QBrush())
    (painter.drawPolygon if item.fill else painter.drawPolyline)(points)


def _draw_ground(brush: Brush, item: Ground) -> None:
    """Its image, kept from the picture before; without whole pixels, all that is in it."""
    stretch, painter = item.stretch, brush.painter
    if not brush.whole:
        items = [one for one in (moved(one, item.dx, 0, np.inf) for one in stretch.items) if one is not None]
        for one in _steps(items, brush.vector):
            _DRAW[type(one)](brush, one)
        return
    body, scale = stretch.body, round(brush.scale)
    image = _images.of(stretch, brush.theme, scale, _painted)
    width = round(body.x1 - body.x0) * scale
    source = QRectF(-item.dx * scale, 0, width + item.dx * scale, image.height())
    painter.drawImage(QPointF(body.x0, body.y0), image, source)


def _painted(stretch: Stretch, theme: Theme, scale: int) -> QImage:
    """All of a stretch on nothing."""
    body = stretch.body
    size = QSize(round(body.x1 - body.x0) * scale, math.ceil((body.y1 - body.y0) * scale))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.translate(-body.x0, -body.y0)
    brush = Brush(painter, theme, scale, False, stretch.phase)
    for one in _steps(stretch.items, False):
        _DRAW[type(one)](brush, one)
    painter.end()
    return image


_images = Images()


def _draw_words(brush: Brush, item: Words) -> None:
    painter, theme = brush.painter, brush.theme
    style, ink = (0.0, False), ""
    for one in item.texts:
        if (one.size, one.bold) != style:
            style = one.size, one.bold
            font, metrics = theme.font(*style)
            painter.setFont(font)
        if one.ink != ink:
            ink = one.ink
            painter.setPen(theme.colour(ink))
        x = one.x + item.dx
        if one.anchor != "start":
            x -= metrics.horizontalAdvance(one.text) * (0.5 if one.anchor == "middle" else 1.0)
        painter.drawText(QPointF(x, one.y), one.text)


_DRAW: dict[type, Callable[[Brush, Any], None]] = {
    StateRects: _draw_states,
    Strip: _draw_strip,
    Bars: _draw_bars,
    Boxes: _draw_boxes,
    Lines: _draw_lines,
    Shape: _draw_shape,
    Words: _draw_words,
    Ground: _draw_ground,
}
