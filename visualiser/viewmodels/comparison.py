"""The comparison that is looked at: measured in the background, then stacked runs with one zoom and one playhead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from visualiser.scene import Stack, Stacked, StackRow, StackWindow, hit, stack_runs
from visualiser.viewmodels.facts import NOTHING, Facts, facts_of
from visualiser.viewmodels.jobs import Cancelled, Jobs

SHORTEST_NS = 1_000
"""The shortest stretch that can be zoomed to."""


@dataclass(frozen=True)
class CompareOffer:
    """Something that can be compared: what to call it, and what it shows. `kind`: "pair" and "scenario" (by `key`),
    "program" (the chosen one), "session" (the runs kept), "files" (to be asked for)."""

    kind: str
    key: str
    title: str
    says: str = ""
    takes_values: bool = False
    runs: bool = True
    """Whether programs are run for it."""


@dataclass(frozen=True)
class CompareRequest:
    """A wish: the offer, texts "NAME=V1,V2", executables, how many runs of each way. `paths`: of saved runs."""

    offer: CompareOffer
    settings: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    repeats: int = 3
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ComparedWays:
    """What came of it: the picture's content, a table of words, and sentences on what was left out."""

    stacked: Stacked
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    skipped: tuple[str, ...] = ()


class Measure(Protocol):
    """Who does the work; given by the composition root. `told(words, done, of)` before each run."""

    def __call__(
        self, request: CompareRequest, told: Callable[[str, int, int], None], cancelled: Cancelled
    ) -> ComparedWays: ...


class ComparisonModel(QObject):
    """Facts: `state_changed()`: it began, or ended; `progress_changed(words, done, of)`; `result_changed()`: there is
    another result; `stack_changed(Stack)`: draw this; `refused(sentence)`; `hovered(Facts)`; `playhead_moved(ns)`."""

    state_changed = Signal()
    progress_changed = Signal(str, int, int)
    result_changed = Signal()
    stack_changed = Signal(object)
    refused = Signal(str)
    hovered = Signal(object)
    playhead_moved = Signal(object)

    def __init__(self, jobs: Jobs, measure: Measure, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._measure = jobs, measure
        self.busy = False
        self.result: ComparedWays | None = None
        self.stack: Stack | None = None
        self.window = StackWindow(960)

    # --- measuring ---------------------------------------------------------------------------------------------------

    def start(self, request: CompareRequest) -> None:
        """Do it in the background; nothing while another one is done."""
        if self.busy:
            return
        self.busy = True
        self.state_changed.emit()
        self._jobs.start("compare", "Comparing", lambda cancelled: self._measure(request, self._tell, cancelled),
                         self._done, self._failed)  # fmt: skip

    def cancel(self) -> None:
        """End what runs for it; what was measured so far is dropped."""
        if self.busy:
            self._jobs.cancel("compare")
            self._over()

    def _tell(self, words: str, done: int, of: int) -> None:
        self.progress_changed.emit(words, done, of)

    def _done(self, result: ComparedWays) -> None:
        self.show(result)
        self._over()

    def _failed(self, error: Exception) -> None:
        self._over()
        if not isinstance(error, ValueError | OSError | RuntimeError):
            raise error
        self.refused.emit(str(error))

    def _over(self) -> None:
        self.busy = False
        self.state_changed.emit()

    # --- looking -----------------------------------------------------------------------------------------------------

    def show(self, result: ComparedWays) -> None:
        """Look at this one, all of it."""
        self.result = result
        self.window = replace(self.window, t0=0, t1=None, playhead=None)
        self.result_changed.emit()
        self.rebuild()

    def resize(self, width: int) -> None:
        """The picture has this room (pixels)."""
        if width != self.window.width:
            self.window = replace(self.window, width=width)
            self.rebuild()

    def set_presenter(self, presenter: bool) -> None:
        """Everything larger."""
        self.window = replace(self.window, presenter=presenter)
        self.rebuild()

    def zoom(self, factor: float, x: float) -> None:
        """See `factor` times as much time, the moment at `x` staying where it is."""
        if self.stack is not None:
            t, (t0, t1) = self._time(x), self.visible
            self._look(t - (t - t0) * factor, t + (t1 - t) * factor)

    def pan(self, dx: float) -> None:
        """Move the picture by pixels: to the left for later."""
        if self.stack is not None:
            body, (t0, t1) = self.stack.scene.body, self.visible
            by = -dx * (t1 - t0) / max(body.x1 - body.x0, 1)
            by = min(max(by, -t0), max(self._end - t1, 0))
            self._look(t0 + by, t1 + by)

    def fit(self) -> None:
        """See all of it."""
        self.window = replace(self.window, t0=0, t1=None)
        self.rebuild()

    def seek(self, x: float) -> None:
        """The playhead to the moment at `x`, in all runs at once."""
        if self.stack is None:
            return
        t = min(max(self._time(x), 0), self._end)
        self.window = replace(self.window, playhead=t)
        self.rebuild()
        self.playhead_moved.emit(t)

    def hover(self, x: float, y: float) -> None:
        """What lies there."""
        self.hovered.emit(self._facts(x, y))

    def row_at(self, y: float) -> int | None:
        """The way that stands at a height of the picture."""
        rows = self.stack.rows if self.stack is not None else ()
        return next((number for number, row in enumerate(rows) if row.y0 <= y < row.y1), None)

    @property
    def visible(self) -> tuple[int, int]:
        """What is seen, ns since the start of the work."""
        return (self.stack.scene.window.t0, self.stack.scene.window.t1) if self.stack is not None else (0, 1)

    def rebuild(self) -> None:
        """Lay the picture out anew."""
        if self.result is not None:
            self.stack = stack_runs(self.result.stacked, self.window)
            self.stack_changed.emit(self.stack)

    # --- inner -------------------------------------------------------------------------------------------------------

    @property
    def _end(self) -> int:
        """The last moment there is to see."""
        assert self.result is not None
        return round(self.result.stacked.longest_ns * 1.25)

    def _time(self, x: float) -> int:
        assert self.stack is not None
        return self.stack.scene.t_of(x)

    def _look(self, t0: float, t1: float) -> None:
        t0 = max(round(t0), 0)
        t1 = min(max(round(t1), t0 + SHORTEST_NS), self._end)
        self.window = replace(self.window, t0=min(t0, t1 - SHORTEST_NS), t1=t1)
        self.rebuild()

    def _facts(self, x: float, y: float) -> Facts:
        number = self.row_at(y)
        if number is None or self.stack is None or self.result is None:
            return NOTHING
        row: StackRow = self.stack.rows[number]
        found: Any = hit(row.scene, x - row.dx, y - row.dy)
        return facts_of(self.result.stacked.runs[number].store, found)
