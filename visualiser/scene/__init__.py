"""What is to be drawn, as arrays; no drawing, no Qt. One `Scene` serves screen, PNG, PDF and SVG, so they cannot differ.

`build(store, window)` answers with a display list in logical pixels: rectangles grouped by state, exact strips where
spans are too dense for rectangles, boxes, lines and fitted words. `hit(scene, x, y)` says what lies at a point.
Cost: pixels plus the logarithm of the number of spans. `palette` resolves inks for a theme.
"""

from visualiser.trace import TraceStore

from .build import build
from .model import (
    Box4,
    Hit,
    Lane,
    LaneKind,
    LegendEntry,
    Part,
    Scene,
    Selection,
    Target,
    ViewWindow,
)
from .palette import DARK, LIGHT, PALETTES, STATE_LOOKS, Palette
from .pick import hit

__all__ = [
    "DARK",
    "LIGHT",
    "PALETTES",
    "STATE_LOOKS",
    "Box4",
    "Hit",
    "Lane",
    "LaneKind",
    "LegendEntry",
    "Palette",
    "Part",
    "Scene",
    "Selection",
    "Target",
    "TraceStore",
    "ViewWindow",
    "build",
    "hit",
]
