"""Items of a scene moved elsewhere, to stand in another scene."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .model import Boxes, Item, Lines, Part, Shape, StateRects, Strip, Text


def moved(item: Item, dx: int, dy: int, bottom: float) -> Item | None:
    """The item moved by whole pixels; None for what the other scene has of its own: the paper, the axis, the grid, the
    playhead. Nothing of it reaches below `bottom` (pixels of the scene it comes from)."""
    if item.part in (Part.AXIS, Part.OVERLAY) or _is_own(item):
        return None
    by = np.array([dx, dy, dx, dy])
    if isinstance(item, StateRects):
        keep = item.y1 <= bottom
        return replace(item, x0=item.x0[keep] + dx, x1=item.x1[keep] + dx, y0=item.y0[keep] + dy,
                       y1=item.y1[keep] + dy, state=item.state[keep])  # fmt: skip
    if isinstance(item, Strip):
        inside = item.y1 <= bottom
        return replace(item, columns=item.columns + dx, y0=item.y0 + dy, y1=item.y1 + dy) if inside else None
    if isinstance(item, Boxes):
        boxes = item.boxes[item.boxes[:, 1] < bottom].clip(max=[np.inf, bottom, np.inf, bottom])
        return replace(item, boxes=boxes + by) if len(boxes) else None
    if isinstance(item, Lines):
        lines = item.lines[item.lines[:, (1, 3)].max(axis=1) <= bottom]
        return replace(item, lines=lines + by) if len(lines) else None
    if isinstance(item, Shape):
        return replace(item, points=item.points + by[:2]) if item.points[:, 1].max() <= bottom else None
    assert isinstance(item, Text)
    return replace(item, x=item.x + dx, y=item.y + dy) if item.y <= bottom else None


def _is_own(item: Item) -> bool:
    if isinstance(item, Boxes):
        return item.part is Part.BACK and item.fill == "back"
    return isinstance(item, Lines) and item.ink == "grid"
