"""Items of scenes moved elsewhere, to stand together in another scene."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def together(scenes: Iterable[Sequence[Item]]) -> list[Item]:
    """The items of several scenes, each in the order of its painting, in one such order: what lies under the states,
    the states, what lies on them. All rectangles of states in a part are one item, as painters may expect."""
    under: list[Item] = []
    states: list[Item] = []
    over: list[Item] = []
    for items in scenes:
        first = next((at for at, item in enumerate(items) if isinstance(item, StateRects | Strip)), len(items))
        under += items[:first]
        states += [item for item in items[first:] if isinstance(item, StateRects | Strip)]
        over += [item for item in items[first:] if not isinstance(item, StateRects | Strip)]
    rects = [item for item in states if isinstance(item, StateRects)]
    strips = [item for item in states if isinstance(item, Strip)]
    parts = dict.fromkeys(item.part for item in rects)
    return [*under, *strips, *(_joined([item for item in rects if item.part is part]) for part in parts), *over]


def _joined(items: Sequence[StateRects]) -> StateRects:
    columns = (np.concatenate([getattr(item, name) for item in items]) for name in ("x0", "x1", "y0", "y1", "state"))
    return StateRects(items[0].part, *columns)


def _is_own(item: Item) -> bool:
    if isinstance(item, Boxes):
        return item.part is Part.BACK and item.fill == "back"
    return isinstance(item, Lines) and item.ink == "grid"
