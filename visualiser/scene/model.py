"""The values a picture is made of: `Scene` and its items, plain arrays and words without any drawing.

A scene is a display list in logical pixels, y downwards. Who draws it (QPainter, the SVG writer) only follows it and
resolves inks through a palette, so screen and export show the same. Items come in the order in which they are painted.

    +------------------------------- width -------------------------------+
    | HEADER   title, conditions, legend (exports)                        |
    |          AXIS     ticks with units                                  |
    | LABELS   BODY     lanes, clipped to the body on every device        |
    | FOOTER   where the facts come from (exports)                        |
    +---------------------------------------------------------------------+     OVERLAY: the playhead, on top of all
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import SpanFilter

Floats: TypeAlias = NDArray[np.float64]
Ink: TypeAlias = str
"""A colour by its role (`text`, `muted`, `thread/3`, `state/5`, ...); `palette.Palette.colour` resolves it."""


class Part(Enum):
    """The parts of a picture; each has its own clip rectangle (`Scene.clips`) and may be painted alone."""

    BACK = "back"
    BODY = "body"
    LABELS = "labels"
    AXIS = "axis"
    HEADER = "header"
    FOOTER = "footer"
    OVERLAY = "overlay"


class LaneKind(IntEnum):
    """What a lane shows. GIL, CPUS, CPU and PARALLEL are there only where the run has measured that."""

    PROCESS = 1
    THREAD = 2
    OUTPUT = 3
    GIL = 10
    CPU = 11
    PARALLEL = 12
    CPUS = 13
    CROWD = 14
    """Many short threads of a process, in one lane."""
    TASK = 15
    """A task of asyncio's, below the thread of its loop."""
    TASKS = 16
    """Many of them, in one lane."""
    COUNTER = 17
    """A counter of a process that another tool's file tells."""


class Box4(NamedTuple):
    """A rectangle by its corners, in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class ViewWindow:
    """What part of a run to show, and how large.

    `t0`, `t1` in ns on the store's clock (perf_counter_ns); `width`, `height` in pixels (height None: as high as the
    content); `top`: vertical scroll in pixels. `collapsed`: process indices whose threads are folded away; `hidden`:
    thread indices not shown. `presenter`: everything larger. `label_width`: width of the lane names, None: by content.

    How the user arranged the lanes: `hidden_processes`; `without`: kinds of lanes left out; `order`: threads that come
    first within their process, `process_order`: processes that come first among those of one parent; `pinned`,
    `pinned_processes`: come first of all, and stay in sight while the others scroll if they leave these half the
    picture; `unfolded`: processes whose crowd of short threads is shown thread by thread; `unfolded_tasks`: threads
    whose crowd of tasks is shown task by task. `filter`: states that do not pass are drawn pale.
    """

    t0: int
    t1: int
    width: int
    height: int | None = None
    top: float = 0.0
    collapsed: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    presenter: bool = False
    label_width: float | None = None
    hidden_processes: frozenset[int] = frozenset()
    without: frozenset[LaneKind] = frozenset()
    order: tuple[int, ...] = ()
    process_order: tuple[int, ...] = ()
    pinned: tuple[int, ...] = ()
    pinned_processes: tuple[int, ...] = ()
    unfolded: frozenset[int] = frozenset()
    unfolded_tasks: frozenset[int] = frozenset()
    filter: SpanFilter | None = None


@dataclass(frozen=True)
class Selection:
    """What is picked out: a range of time (ns), and one span (`index` into the thread's states), each may be absent."""

    t0: int | None = None
    t1: int | None = None
    thread: int | None = None
    index: int | None = None


@dataclass(frozen=True)
class StateRects:
    """Stretches of a state wide enough for a rectangle each. Equal-length columns; pixels; `state` as `trace.State`."""

    part: Part
    x0: Floats
    x1: Floats
    y0: Floats
    y1: Floats
    state: NDArray[np.uint8]


@dataclass(frozen=True)
class Strip:
    """A stretch too dense for rectangles: per pixel column the exact share of its time that each state had.

    `columns`: x of the columns, sorted; each is 1 pixel wide. `shares`: float64 (columns, states), each row sums to
    the share of the column in which the thread lived. `y0`, `y1`: the lane's bar. `detail.layers_of`: how it is drawn.
    `inks`: empty for states; else the shares are not of states but of things drawn at full height in these inks.
    """

    part: Part
    columns: NDArray[np.int64]
    y0: float
    y1: float
    shares: Floats
    inks: tuple[Ink, ...] = ()

    def ink(self, column: int) -> Ink:
        """The ink of a column of `shares`."""
        return self.inks[column] if self.inks else f"state/{column}"


@dataclass(frozen=True)
class Boxes:
    """Rectangles of one style: (n, 4) of x0, y0, x1, y1. `hatch`: `lost` or empty."""

    part: Part
    boxes: Floats
    fill: Ink | None = None
    edge: Ink | None = None
    radius: float = 0.0
    hatch: str = ""
    line_width: float = 1.0


@dataclass(frozen=True)
class Lines:
    """Straight lines of one style: (n, 4) of x0, y0, x1, y1."""

    part: Part
    lines: Floats
    ink: Ink
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Shape:
    """One polyline (`ink`) or polygon (`fill`), points (n, 2)."""

    part: Part
    points: Floats
    ink: Ink | None = None
    fill: Ink | None = None
    width: float = 1.0


@dataclass(frozen=True)
class Text:
    """Words, already shortened to fit. `x` is the anchor's, `y` the base line's; `width` the estimate, erring wide."""

    part: Part
    x: float
    y: float
    text: str
    size: float
    ink: Ink
    bold: bool = False
    anchor: str = "start"
    width: float = 0.0

    @property
    def box(self) -> Box4:
        """The room it takes, by the estimate: ascent 0.93, descent 0.24 of the size."""
        x0 = self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width
        return Box4(x0, self.y - 0.93 * self.size, x0 + self.width, self.y + 0.24 * self.size)


@dataclass(frozen=True, eq=False)
class Stretch:
    """What is drawn of some lanes between two moments, and is the same for every window in between: `items` as for a
    picture of its own whose body is `body` and whose patterns have the phase `phase`; a painter may keep its image.
    `targets`: what can be pointed at."""

    body: Box4
    items: tuple[Item, ...]
    phase: int
    targets: tuple[Target, ...] = ()
    part: Part = Part.BODY


@dataclass(frozen=True, eq=False)
class Ground:
    """A stretch under a window: all of it moved by `dx` whole pixels. Only pictures for a screen have one."""

    part: Part
    stretch: Stretch
    dx: int


@dataclass(frozen=True, eq=False)
class Words:
    """Texts, all of them moved by `dx` whole pixels."""

    part: Part
    texts: tuple[Text, ...]
    dx: int = 0


Item: TypeAlias = StateRects | Strip | Boxes | Lines | Shape | Text | Ground | Words


@dataclass(frozen=True)
class Lane:
    """One row. `y0`, `y1` in the picture (may lie outside of what is seen); `bar` is where states are drawn.

    `number`: of a GIL, its place in `TraceStore.gil_lanes(process)`; of a COUNTER, in `counters_of(store, process)`; of
    a CPU, its number; of a TASK, what
    `tasks.lane_number` calls it; of TASKS, their thread.
    """

    kind: LaneKind
    y0: float
    y1: float
    bar: tuple[float, float]
    name: str
    detail: str = ""
    process: int | None = None
    thread: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class LegendEntry:
    """A state that appears in this run (`state`), or another mark (`mark`, of `inks` where it has several), and what it
    means."""

    words: str
    state: int | None = None
    letter: str = ""
    mark: str = ""
    inks: tuple[Ink, ...] = ()


@dataclass(frozen=True)
class Target:
    """A small thing that can be pointed at: an output flag, a mark, an own span, a hold, an end, a loss."""

    box: Box4
    what: str
    thread: int | None
    index: int
    t: int


@dataclass(frozen=True)
class Hit:
    """What is under the mouse: state, output, mark, span, hold, end, lost, gil, cpu, parallel, counter, task, tasks,
    process, label, axis or nothing.

    `index` counts in the table that `what` names (the thread's states, spans, holds or marks; the run's outputs; a
    GIL's holders, a CPU's spans). `number`: which GIL of the process, which CPU; `thread` is then who had it, None when
    nobody did or nobody knows. Over the names at the left `t` is None: `label` of a lane, `process` of a process. Of a
    `task` and of `tasks`: `number` as the lane has it, `index` the row of the task's stretches.
    """

    what: str
    t: int | None = None
    lane: int | None = None
    process: int | None = None
    thread: int | None = None
    index: int | None = None
    number: int | None = None


class Held(NamedTuple):
    """Who had the GIL, or was on the CPU, of a lane: sorted spans (ns) without overlaps; `who`: thread, -1 unknown."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    who: NDArray[np.int64]


@dataclass(frozen=True)
class Scene:
    """Everything there is to draw, and where things are. Pixels are logical; y downwards.

    `starts`: by thread, when its states begin; `held`: by place in `lanes`, who had what the lane is about.
    `body`: where time runs from `window.t0` (x0) to `window.t1` (x1). `content_height`: how high all lanes are, for
    the scroll bar. `phase`: the column of patterns at x = 0, on a screen. Title, subtitle, legend and sources are here
    as words too, for who shows them elsewhere. `ground`: what of it was kept from pictures before, if anything.
    """

    window: ViewWindow
    width: float
    height: float
    body: Box4
    content_height: float
    lanes: tuple[Lane, ...]
    items: tuple[Item, ...]
    clips: Mapping[Part, Box4]
    title: str = ""
    subtitle: str = ""
    conditions: str = ""
    legend: tuple[LegendEntry, ...] = ()
    sources: str = ""
    targets: tuple[Target, ...] = ()
    starts: Mapping[int, NDArray[np.int64]] = field(default_factory=dict)
    held: Mapping[int, Held] = field(default_factory=dict)
    phase: int = 0
    ground: Ground | None = None

    def x_of(self, t: float) -> float:
        """The x of a moment (ns)."""
        span = max(self.window.t1 - self.window.t0, 1)
        return self.body.x0 + (t - self.window.t0) * (self.body.x1 - self.body.x0) / span

    def t_of(self, x: float) -> int:
        """The moment (ns) at an x."""
        span = max(self.window.t1 - self.window.t0, 1)
        return self.window.t0 + round((x - self.body.x0) * span / max(self.body.x1 - self.body.x0, 1e-9))
