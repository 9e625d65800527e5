"""Where a scene is put together: things of one style are gathered, so that a painter sets its pens a few times only."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .model import Box4, Boxes, Floats, Ink, Item, Lines, Part, StateRects, Target, Text, Words
from .textfit import elide, text_width


class Layer(IntEnum):
    """What lies under what."""

    GROUND = 0
    GRID = 1
    LIFE = 2
    STATES = 3
    FRAMES = 4
    LOST = 5
    ARROWS = 6
    FLAGS = 7
    WORDS = 8
    PLAYHEAD = 9
    PILL = 10
    PILL_WORDS = 11


class Sheet:
    """Collects items by layer and style; `items()` hands them out in the order of painting."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[Any, ...], list[Any]] = {}
        self._lines: dict[tuple[Any, ...], list[Any]] = {}
        self._rects: dict[Part, list[tuple[Any, ...]]] = {}
        self._single: list[tuple[Layer, Item]] = []
        self._moved: dict[int, list[Text]] = {}
        self.targets: list[Target] = []

    def box(
        self,
        layer: Layer,
        part: Part,
        box: Iterable[float] | NDArray[Any],
        fill: Ink | None = None,
        edge: Ink | None = None,
        radius: float = 0.0,
        hatch: str = "",
        line_width: float = 1.0,
    ) -> None:
        """One rectangle (4 numbers), or many ((n, 4))."""
        self._boxes.setdefault((layer, part, fill, edge, radius, hatch, line_width), []).append(box)

    def line(
        self,
        layer: Layer,
        part: Part,
        line: Iterable[float] | NDArray[Any],
        ink: Ink,
        width: float = 1.0,
        dashed: bool = False,
    ) -> None:
        """One line (4 numbers), or many ((n, 4))."""
        self._lines.setdefault((layer, part, ink, width, dashed), []).append(line)

    def rects(self, part: Part, x0: Floats, x1: Floats, y0: Floats, y1: Floats, state: NDArray[np.uint8]) -> None:
        """Stretches of states."""
        self._rects.setdefault(part, []).append((x0, x1, y0, y1, state))

    def add(self, layer: Layer, item: Item) -> None:
        """Something that stands alone."""
        self._single.append((layer, item))

    def text(
        self,
        part: Part,
        x: float,
        y: float,
        text: str,
        size: float,
        ink: Ink = "text",
        *,
        bold: bool = False,
        anchor: str = "start",
        room: float | None = None,
        layer: Layer = Layer.WORDS,
    ) -> Text | None:
        """Words, shortened to `room` pixels; None when nothing of them fits."""
        made = fitted(part, x, y, text, size, ink, bold=bold, anchor=anchor, room=room)
        if made is not None:
            self._single.append((layer, made))
        return made

    def put(self, texts: Iterable[Text]) -> None:
        """Words that are made already."""
        self._single.extend((Layer.WORDS, one) for one in texts)

    def target(self, box: Iterable[float], what: str, thread: int | None, index: int, t: int) -> None:
        """Something small that can be pointed at."""
        self.targets.append(Target(Box4(*box), what, thread, index, t))

    def moved_words(self, texts: Iterable[Text], dx: int) -> None:
        """Words that are made already, moved by whole pixels."""
        self._moved.setdefault(dx, []).extend(texts)

    def include(self, items: Iterable[tuple[Layer, Item]]) -> None:
        """What stands on another sheet (`layers`)."""
        self._single.extend(items)

    def items(self) -> tuple[Item, ...]:
        """Everything, in the order of painting."""
        return tuple(item for _, item in sorted(self.layers(), key=lambda pair: pair[0]))

    def layers(self) -> tuple[tuple[Layer, Item], ...]:
        """Everything with its layer; what is of the same layer in the order of painting."""
        found: list[tuple[Layer, Item]] = list(self._single)
        for (layer, part, *style), boxes in self._boxes.items():
            found.append((layer, Boxes(part, rows(boxes), *style)))
        for (layer, part, *style), lines in self._lines.items():
            found.append((layer, Lines(part, rows(lines), *style)))
        for part, groups in self._rects.items():
            columns = (np.concatenate(column) for column in zip(*groups, strict=True))
            found.append((Layer.STATES, StateRects(part, *columns)))
        for dx, texts in self._moved.items():
            found.append((Layer.WORDS, Words(Part.BODY, tuple(texts), dx)))
        return tuple(found)


def fitted(
    part: Part,
    x: float,
    y: float,
    text: str,
    size: float,
    ink: Ink = "text",
    *,
    bold: bool = False,
    anchor: str = "start",
    room: float | None = None,
) -> Text | None:
    """Words shortened to `room` pixels; None when nothing of them fits."""
    fitting = text if room is None else elide(text, room, size, bold)
    return Text(part, x, y, fitting, size, ink, bold, anchor, text_width(fitting, size, bold)) if fitting else None


def rows(groups: list[Any]) -> Floats:
    """Single rows and arrays of rows as one (n, 4) array."""
    return np.concatenate([np.asarray(group, np.float64).reshape(-1, 4) for group in groups])
