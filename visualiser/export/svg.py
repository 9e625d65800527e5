"""A scene as SVG, written without Qt: text stays text, patterns are patterns, everything is cut at its part's clip.

Qt's own SVG generator ignores clipping, and cannot run where Qt cannot load. What is written here is cut twice: by
<clipPath> for viewers, and in the numbers, for programs that take the drawing apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from visualiser.scene import (
    HALF,
    STATE_LOOKS,
    Box4,
    Boxes,
    Lines,
    Palette,
    Part,
    Scene,
    Shape,
    StateRects,
    Strip,
    Text,
    outlines,
)

from .patterns import defs, state_fill

FONTS = "Inter, 'Noto Sans', 'DejaVu Sans', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


def svg(scene: Scene, palette: Palette, description: str) -> str:
    """The whole file."""
    return "".join(_pieces(scene, palette, description))


def _pieces(scene: Scene, palette: Palette, description: str) -> Iterator[str]:
    width, height = number(scene.width), number(scene.height)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="{FONTS}">\n'
    )
    yield f"<title>{escape(scene.title)}</title>\n<desc>{escape(description)}</desc>\n<defs>\n{defs(palette)}"
    for part, clip in scene.clips.items():
        yield f'<clipPath id="clip-{part.value}">{_rect(clip)}</clipPath>\n'
    yield "</defs>\n"
    open_part: Part | None = None
    for item in scene.items:
        if item.part is not open_part:
            yield "</g>\n" if open_part else ""
            yield f'<g clip-path="url(#clip-{item.part.value})">\n'
            open_part = item.part
        yield from _WRITE[type(item)](item, palette, scene.clips[item.part])
    yield "</g>\n</svg>\n" if open_part else "</svg>\n"


def number(value: float) -> str:
    """A coordinate: two decimals, without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _rect(box: Any, more: str = "") -> str:
    x0, y0, x1, y1 = box
    return (
        f'<rect x="{number(x0)}" y="{number(y0)}" width="{number(max(x1 - x0, 0))}" '
        f'height="{number(max(y1 - y0, 0))}"{more}/>'
    )


def _cut(boxes: np.ndarray[Any, np.dtype[np.float64]], clip: Box4) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Rectangles within the clip; those outside of it are gone."""
    cut = np.column_stack((np.clip(boxes[:, (0, 2)], clip.x0, clip.x1), np.clip(boxes[:, (1, 3)], clip.y0, clip.y1)))[
        :, (0, 2, 1, 3)
    ]
    return cut[(cut[:, 2] > cut[:, 0]) & (cut[:, 3] > cut[:, 1])]


def _states(item: StateRects, palette: Palette, clip: Box4) -> Iterator[str]:
    boxes = np.column_stack((item.x0, item.y0, item.x1, item.y1))
    for state in np.unique(item.state).tolist():
        mine = _cut(boxes[item.state == state], clip)
        yield f'<g fill="{state_fill(state, palette)}">'
        yield from (_rect(box) for box in mine.tolist())
        yield "</g>\n"
        if STATE_LOOKS[state].height == HALF and len(mine):
            edge = "".join(f"M{number(x0)} {number(y0 + 0.5)}H{number(x1)}" for x0, y0, x1, _ in mine.tolist())
            yield f'<path d="{edge}" stroke="{palette.colour(f"state/{state}")}"/>\n'


def _strip(item: Strip, palette: Palette, clip: Box4) -> Iterator[str]:
    for column, polygons in outlines(item):
        path = "".join(_path(points, clip) + "Z" for points in polygons)
        role, _, state = item.ink(column).partition("/")
        fill = state_fill(int(state), palette) if role == "state" else palette.colour(item.ink(column))
        if path:
            yield f'<path d="{path}" fill="{fill}"/>\n'


def _path(points: np.ndarray[Any, np.dtype[np.float64]], clip: Box4) -> str:
    points = np.column_stack((np.clip(points[:, 0], clip.x0, clip.x1), np.clip(points[:, 1], clip.y0, clip.y1)))
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points.tolist())


def _boxes(item: Boxes, palette: Palette, clip: Box4) -> Iterator[str]:
    style = f' fill="{palette.colour(item.fill)}"' if item.fill else ' fill="none"'
    if item.edge:
        style += f' stroke="{palette.colour(item.edge)}" stroke-width="{number(item.line_width)}"'
    style += f' rx="{number(item.radius)}"' if item.radius else ""
    boxes = _cut(item.boxes, clip)
    inset = np.array([0.5, 0.5, -0.5, -0.5]) * item.line_width if item.edge else np.zeros(4)
    yield f"<g{style}>" if not item.radius else ""
    for box in boxes.tolist():
        yield _rect(box + inset, style if item.radius else "")
    yield "</g>\n" if not item.radius else "\n"
    if item.hatch:
        yield from (_rect(box, ' fill="url(#lost)"') for box in boxes.tolist())


def _lines(item: Lines, palette: Palette, clip: Box4) -> Iterator[str]:
    x = np.clip(item.lines[:, (0, 2)], clip.x0, clip.x1)
    y = np.clip(item.lines[:, (1, 3)], clip.y0, clip.y1)
    path = "".join(
        f"M{number(x0)} {number(y0)}L{number(x1)} {number(y1)}"
        for (x0, x1), (y0, y1) in zip(x.tolist(), y.tolist(), strict=True)
    )
    dashes = ' stroke-dasharray="4 3"' if item.dashed else ""
    yield f'<path d="{path}" stroke="{palette.colour(item.ink)}" stroke-width="{number(item.width)}"{dashes}/>\n'


def _shape(item: Shape, palette: Palette, clip: Box4) -> Iterator[str]:
    fill = palette.colour(item.fill) if item.fill else "none"
    stroke = f' stroke="{palette.colour(item.ink)}" stroke-width="{number(item.width)}"' if item.ink else ""
    yield f'<path d="{_path(item.points, clip)}{"Z" if item.fill else ""}" fill="{fill}"{stroke}/>\n'


def _text(item: Text, palette: Palette, clip: Box4) -> Iterator[str]:
    style = f' font-size="{number(item.size)}" fill="{palette.colour(item.ink)}"'
    style += ' font-weight="bold"' if item.bold else ""
    style += f" text-anchor={quoteattr(item.anchor)}" if item.anchor != "start" else ""
    yield f'<text x="{number(item.x)}" y="{number(item.y)}"{style}>{escape(item.text)}</text>\n'


_WRITE: dict[type, Callable[[Any, Palette, Box4], Iterator[str]]] = {
    StateRects: _states,
    Strip: _strip,
    Boxes: _boxes,
    Lines: _lines,
    Shape: _shape,
    Text: _text,
}
