"""What is to be drawn, as arrays; no drawing, no Qt. One `Scene` serves screen, PNG, PDF and SVG: they cannot differ.

`build(store, window)` answers with a display list in logical pixels: rectangles grouped by state, exact strips where
spans are too dense for rectangles, boxes, lines and fitted words. `hit(scene, x, y)` says what lies at a point, and
`tell(store, hit)` puts into words what no thread's state tells: who held the GIL, who was on a CPU.
Cost: pixels plus the logarithm of the number of spans. `palette` resolves inks for a theme.
"""

from visualiser.trace import TraceStore

from .ahead import ahead
from .build import build
from .card import swatch
from .comparison import Stack, Stacked, StackedRun, StackRow, StackWindow, speed_up_scene, stack_runs
from .crowd import at_once, crowd_of
from .detail import heights_of, layers_of, outlines, piled
from .frame import whole_pixels
from .kept import Kept
from .layout import in_wanted_order
from .model import (
    Box4,
    Boxes,
    Ground,
    Hit,
    Item,
    Lane,
    LaneKind,
    LegendEntry,
    Lines,
    Part,
    Scene,
    Selection,
    Shape,
    StateRects,
    Stretch,
    Strip,
    Target,
    Text,
    ViewWindow,
    Words,
)
from .moved import moved
from .palette import (
    DARK,
    DOTS_GROUND,
    HALF,
    LIGHT,
    PALETTES,
    PATTERN_SIZE,
    STACK_ORDER,
    STATE_LOOKS,
    STATES,
    Palette,
    pattern_has_ink,
)
from .pick import hit
from .speed_up import Series
from .tasks import lives_of, task_at, task_name, tasks_of
from .telling import tell
from .textfit import elide, text_width
from .way_card import WayFacts

__all__ = [
    "DARK",
    "DOTS_GROUND",
    "HALF",
    "LIGHT",
    "PALETTES",
    "PATTERN_SIZE",
    "STACK_ORDER",
    "STATES",
    "STATE_LOOKS",
    "Box4",
    "Boxes",
    "Ground",
    "Hit",
    "Item",
    "Kept",
    "Lane",
    "LaneKind",
    "LegendEntry",
    "Lines",
    "Palette",
    "Part",
    "Scene",
    "Selection",
    "Series",
    "Shape",
    "Stack",
    "StackRow",
    "StackWindow",
    "Stacked",
    "StackedRun",
    "StateRects",
    "Stretch",
    "Strip",
    "Target",
    "Text",
    "TraceStore",
    "ViewWindow",
    "WayFacts",
    "Words",
    "ahead",
    "at_once",
    "build",
    "crowd_of",
    "elide",
    "heights_of",
    "hit",
    "in_wanted_order",
    "layers_of",
    "lives_of",
    "moved",
    "outlines",
    "pattern_has_ink",
    "piled",
    "speed_up_scene",
    "stack_runs",
    "swatch",
    "task_at",
    "task_name",
    "tasks_of",
    "tell",
    "text_width",
    "whole_pixels",
]
