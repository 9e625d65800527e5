"""Several runs of the same work as one scene: stacked on one time scale, each from the start of its own work.

    +---------------------------------------------------------------+
    | title, conditions, what it says, legend           (exports)    |
    |              0 ms        200 ms        400 ms                  |
    | way, time    lanes of its run, by `build`        |  639 ms     |
    | bar, spread                                                    |
    | ...                                                            |
    | speed-up against workers           (where there are several)   |
    | machine, sources                                  (exports)    |
    +---------------------------------------------------------------+

The lanes are those of `build`, moved to their place: what a run looks like here is what it looks like alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.trace import State, TraceStore, units

from . import card
from .axis import ticks
from .build import MARGIN, build
from .frame import PRESENTER, ROOMY, Measures
from .model import Box4, Boxes, Item, LaneKind, Part, Scene, ViewWindow
from .moved import moved, together
from .shares import track
from .sheet import Layer, Sheet
from .speed_up import CHART, Series, draw_speed_up
from .stack_words import footer_lines, legend_of
from .way_card import WayFacts, draw_way, way_height

WAYS, LANE_NAMES = 200.0, 150.0
"""Widths of the two columns at the left, of normal size."""

MACHINE = frozenset({LaneKind.OUTPUT, LaneKind.CPU, LaneKind.CPUS, LaneKind.PARALLEL})
"""Lanes that are left out: what is compared is who ran when."""

MOST_LANES = 16
"""Of one way; a slide has no room for more."""

BETWEEN = 14.0
LEAST_GIL_SHARE = 0.02
"""Of the work: how long threads waited for a GIL, for its lane to be worth its room."""


@dataclass(frozen=True, eq=False)
class StackedRun:
    """One way to do the work: its facts, and the run that stands for it. `span`: the stretch that is compared (ns on
    the store's clock), drawn from the left edge on."""

    facts: WayFacts
    store: TraceStore
    span: tuple[int, int]

    @property
    def length_ns(self) -> int:
        """How long the work took in the run that is drawn."""
        return self.span[1] - self.span[0]


@dataclass(frozen=True, eq=False)
class Stacked:
    """All ways, in order. `notes`: sentences on what it says, the first one the largest; `series`: speed-up against
    workers, where there are several numbers of them; `cpus`: of the machine, None: not known."""

    title: str
    subtitle: str
    notes: tuple[str, ...]
    runs: tuple[StackedRun, ...]
    cpus: int | None
    series: tuple[Series, ...] = ()

    @property
    def longest_ns(self) -> int:
        """The longest of the runs that are drawn."""
        return max((run.length_ns for run in self.runs), default=1)


@dataclass(frozen=True)
class StackWindow:
    """What to show: `t0` to `t1`, ns since the start of the work (t1 None: all of it); `width` in pixels; `card`: with
    title, legend, plot and sources, as for a picture. `playhead`: ns since the start of the work."""

    width: int
    t0: int = 0
    t1: int | None = None
    card: bool = False
    presenter: bool = False
    playhead: int | None = None


@dataclass(frozen=True, eq=False)
class StackRow:
    """Where one way stands: from y0 to y1; `scene`: its lanes, moved by `dx`, `dy`."""

    y0: float
    y1: float
    dx: int
    dy: int
    scene: Scene


@dataclass(frozen=True, eq=False)
class Stack:
    """The picture, and its rows. Its time is ns since the start of the work."""

    scene: Scene
    rows: tuple[StackRow, ...]


def stack_runs(stacked: Stacked, window: StackWindow) -> Stack:
    """All ways in one picture. Cost: that of `build` for each of them."""
    return _Stacking(stacked, window).stack()


class _Stacking:
    """The steps of one picture, in order; `y` is how far down it has come."""

    def __init__(self, stacked: Stacked, window: StackWindow) -> None:
        self.stacked, self.window = stacked, window
        self.measures: Measures = PRESENTER if window.presenter else ROOMY
        self.large = self.measures.normal / ROOMY.normal
        self.margin = MARGIN if window.card else 8.0
        self.width = max(window.width, 480)
        self.ground, self.sheet = Sheet(), Sheet()
        self.items: list[list[Item]] = []
        self.rows: list[StackRow] = []
        self.legend = legend_of([run.store for run in stacked.runs])
        self.x0 = round(self.margin + WAYS * self.large + 12)
        self.body = (self.x0 + round(LANE_NAMES * self.large), round(self.width - self.margin) - 8)
        self.t0 = window.t0
        self.t1 = self._until()
        self.y = 0.0

    def stack(self) -> Stack:
        self.y = self._header() if self.window.card else 6.0
        axis = self.y
        self.y += self.measures.axis
        for run in self.stacked.runs:
            self._row(run)
        bottom = self.y - BETWEEN / 2
        self._axis(axis, bottom)
        self._playhead(axis, bottom)
        if self.window.card and self.stacked.series:
            self._plot()
        if self.window.card:
            self._footer()
        return Stack(self._scene(axis, bottom), tuple(self.rows))

    # --- time --------------------------------------------------------------------------------------------------------

    def _until(self) -> int:
        """The end of what is shown; of all of it, with room for the words at the end of the longest."""
        if self.window.t1 is not None:
            return max(self.window.t1, self.t0 + 1)
        across = max(self.body[1] - self.body[0], 1)
        share = max(1 - 76 * self.large / across, 0.5)
        return self.t0 + max(round((self.stacked.longest_ns - self.t0) / share), 1)

    def x_of(self, t: float) -> float:
        left, right = self.body
        return left + (t - self.t0) * (right - left) / (self.t1 - self.t0)

    # --- the parts ---------------------------------------------------------------------------------------------------

    def _header(self) -> float:
        box = Box4(self.margin, self.margin * 0.7, self.width - self.margin, 0.0)
        measures, room = self.measures, self.width - 2 * self.margin
        y = card.draw_header(self.sheet, measures, box, self.stacked.title, self.stacked.subtitle, ())
        for place, note in enumerate(self.stacked.notes):
            size = measures.normal * (1.25 if place == 0 else 1.0)
            for line in card.wrapped(note, room, size):
                y += size * 1.4
                self.sheet.text(Part.HEADER, box.x0, y - 0.4 * size, line, size, bold=place == 0, room=room)
        y += measures.normal
        return card.draw_legend(self.sheet, measures, Box4(box.x0, y, box.x1, 0), self.legend) + 4

    def _row(self, run: StackedRun) -> None:
        """One way: what it took at the left, its lanes, and where it was done."""
        made, hidden = self._lanes(run)
        top, dy = round(self.y), round(self.y - self.measures.axis)
        bottom = made.lanes[-1 - hidden].y1 + 4 if made.lanes else 0.0
        lanes = bottom - self.measures.axis
        note = 1.5 * self.measures.small if hidden else 0.0
        column = Box4(self.margin, top, self.x0 - 12, 0.0)
        height = max(lanes + note, way_height(run.facts, self.measures, column))
        left = round(self.x0)
        self.items.append([one for item in made.items if (one := moved(item, left, dy, bottom)) is not None])
        self.rows.append(StackRow(top, top + height, left, dy, made))
        draw_way(self.sheet, run.facts, self.measures, column)
        self._finish(run, top, top + max(lanes, height - note))
        if hidden:
            words = f"and {hidden} more {'lane' if hidden == 1 else 'lanes'}"
            self.sheet.text(Part.LABELS, self.x0 + 8, top + lanes + 1.1 * self.measures.small, words,
                            self.measures.small, "muted")  # fmt: skip
        self.y = top + height + BETWEEN
        if run is not self.stacked.runs[-1]:
            y = self.y - BETWEEN / 2
            self.ground.line(Layer.GRID, Part.BACK, (self.margin, y, self.width - self.margin, y), "edge")

    def _lanes(self, run: StackedRun) -> tuple[Scene, int]:
        """The run's own scene, and how many of its lanes, the last ones, are not shown."""
        begin = run.span[0]
        width = round(self.body[1] + 8 - self.x0)
        without = MACHINE if _waits_for_gil(run) else MACHINE | {LaneKind.GIL}
        window = ViewWindow(begin + self.t0, begin + self.t1, width, without=without, presenter=self.window.presenter,
                            label_width=LANE_NAMES * self.large)  # fmt: skip
        made = build(run.store, window)
        return made, max(len(made.lanes) - MOST_LANES, 0)

    def _finish(self, run: StackedRun, y0: float, y1: float) -> None:
        """The line at which the work was done, and when that was."""
        if not self.t0 <= run.length_ns <= self.t1:
            return
        x, size = self.x_of(run.length_ns), self.measures.normal
        ink = "accent" if run.facts.best else "text"
        self.sheet.line(Layer.FLAGS, Part.BODY, (x, y0, x, y1), ink, 2.0)
        self.sheet.text(Part.BODY, x + 6, (y0 + y1) / 2 + 0.36 * size, units.duration(run.length_ns), size, ink,
                        bold=True, room=self.width - x - 8)  # fmt: skip

    def _axis(self, y: float, bottom: float) -> None:
        size, (left, right) = self.measures.small, self.body
        found = ticks(self.t0, self.t1, right - left, size)
        base = y + self.measures.axis - 8
        told = f"{found.base} +" if found.base else "since the start of the work"
        self.sheet.text(Part.AXIS, self.body[0] - 24, base, told, size, "muted", anchor="end")
        for t, label in zip(found.times, found.labels, strict=True):
            x = self.x_of(t)
            self.ground.line(Layer.GRID, Part.BODY, (x, base + 8, x, bottom), "grid")
            self.sheet.line(Layer.GRID, Part.AXIS, (x, base + 4, x, base + 8), "edge")
            self.sheet.text(Part.AXIS, x, base, label, size, "muted", anchor="middle")

    def _playhead(self, y: float, bottom: float) -> None:
        t = self.window.playhead
        if t is None or not self.t0 <= t <= self.t1:
            return
        x = self.x_of(t)
        self.sheet.line(Layer.PLAYHEAD, Part.OVERLAY, (x, y + self.measures.axis - 4, x, bottom), "accent", 2.0)

    def _plot(self) -> None:
        high = CHART * self.large
        self.y += 8
        box = Box4(self.margin, self.y, self.width - self.margin, self.y + high)
        draw_speed_up(self.sheet, self.measures, box, self.stacked.series, self.stacked.cpus)
        self.y += high + 8

    def _footer(self) -> None:
        width = self.width - 2 * self.margin
        lines = footer_lines([run.store for run in self.stacked.runs], width, self.measures)
        box = Box4(self.margin, self.y, self.width - self.margin, 0.0)
        card.draw_footer(self.sheet, self.measures, box, lines)
        self.y += len(lines) * 1.45 * self.measures.small + self.margin / 2

    def _scene(self, axis: float, bottom: float) -> Scene:
        height = float(np.ceil(self.y))
        whole = Box4(0.0, 0.0, float(self.width), height)
        top = axis + self.measures.axis
        body = Box4(float(self.body[0]), top, float(self.body[1]), bottom)
        clips = dict.fromkeys(Part, whole)
        clips[Part.BODY] = Box4(body.x0, top - 4, float(self.width), bottom)
        back = Boxes(Part.BACK, np.array([whole]), "back")
        return Scene(
            window=ViewWindow(self.t0, self.t1, self.width),
            width=float(self.width),
            height=height,
            body=body,
            content_height=height,
            lanes=(),
            items=(back, *_back_first([*self.ground.items(), *together(self.items)]), *self.sheet.items()),
            clips=clips,
            title=self.stacked.title,
            subtitle=self.stacked.subtitle,
            conditions=" ".join(self.stacked.notes),
            legend=self.legend,
        )


def _back_first(items: list[Item]) -> list[Item]:
    """Panels lie under the grid, the grid under the lanes."""
    back = [item for item in items if item.part is Part.BACK]
    return [*back, *(item for item in items if item.part is not Part.BACK)]


def _waits_for_gil(run: StackedRun) -> bool:
    waited = sum(int(track(run.store, one.index).totals[State.GIL]) for one in run.store.threads)
    return waited > LEAST_GIL_SHARE * run.length_ns


def speed_up_scene(stacked: Stacked, width: int, presenter: bool = False) -> Scene | None:
    """The plot alone; None where there is nothing to plot."""
    if not stacked.series:
        return None
    measures = PRESENTER if presenter else ROOMY
    width, height = max(width, 480), CHART * measures.normal / ROOMY.normal + 16
    sheet, whole = Sheet(), Box4(0.0, 0.0, float(width), height)
    draw_speed_up(sheet, measures, Box4(8, 8, width - 8, height - 8), stacked.series, stacked.cpus)
    back = Boxes(Part.BACK, np.array([whole]), "back")
    return Scene(ViewWindow(0, 1, width), float(width), height, whole, height, (), (back, *sheet.items()),
                 dict.fromkeys(Part, whole), title="Speed-up by number of workers")  # fmt: skip
