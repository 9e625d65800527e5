"""The whole run in a small strip: one thin row per thread, from the same scene that the lanes are drawn from.

A scene as wide as the lanes is built of the whole run, and what it says about the threads' states is moved into thin
rows: so the strip is as exact as the lanes, and costs as much as one frame of them. While a run grows it is built
twice a second at most.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.scene import Box4, LaneKind, Part, Scene, StateRects, Strip, ViewWindow, build
from visualiser.trace import SpanFilter, TraceStore

EVERY_MS = 500
PAUSE = 20
"""Between two builds, at least, times as long as the first one took."""
MOST_ROWS = 8
"""Threads shown, those that ran first; more would be lines of less than two pixels."""
MARGIN = 8
"""Pixels that a scene leaves free at its right."""
LEAST_WIDTH = 200
WITHOUT = frozenset(LaneKind) - {LaneKind.PROCESS, LaneKind.THREAD}
"""What the strip has no rows for."""


class Overview(QObject):
    """Fact: `changed(Scene or None)`; the scene's body is all there is of it, `window` the run's whole time (ns)."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scene: Scene | None = None
        self._store: TraceStore | None = None
        self._size = (0, 0)
        self._filter: SpanFilter | None = None
        self._waits = self._late = False
        self._soon = QTimer(self)
        self._soon.setObjectName("overview")
        self._soon.setSingleShot(True)
        self._soon.setInterval(EVERY_MS)
        self._soon.timeout.connect(self._on_time)

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run; None: nothing."""
        self._store = store
        self.rebuild()

    def resize(self, width: int, height: int) -> None:
        """The strip has that many pixels."""
        if (width, height) != self._size:
            self._size = (width, height)
            self.grow()

    def set_filter(self, chosen: SpanFilter | None) -> None:
        """Show only the states that pass; None: all of them."""
        if chosen != self._filter:
            self._filter = chosen
            self.rebuild()

    def grow(self) -> None:
        """The run has become longer, or the strip wider: it is built anew soon."""
        if not self._soon.isActive():
            self._soon.start()

    def wait(self, wait: bool) -> None:
        """What the strip needs is worked out by somebody else just now: it is built after that, out of the same."""
        self._waits = wait
        if not wait and self._late:
            self.grow()
        self._late = False

    def _on_time(self) -> None:
        if self._waits:
            self._late = True
        else:
            self.rebuild()

    def rebuild(self) -> None:
        """Build it now."""
        self._soon.stop()
        store, (width, height) = self._store, self._size
        if store is None or width < LEAST_WIDTH or height <= 0 or not store.threads:
            self.scene = None
        else:
            first = _first_threads(store)
            hidden = frozenset(range(len(store.threads))) - first
            window = ViewWindow(store.start_ns, max(store.end_ns, store.start_ns + 1), width + MARGIN, without=WITHOUT,
                                hidden=hidden, label_width=0, filter=self._filter)  # fmt: skip
            clock = QElapsedTimer()
            clock.start()
            self.scene = squeezed(build(store, window), float(height))
            self._soon.setInterval(max(EVERY_MS, PAUSE * clock.elapsed()))
        self.changed.emit(self.scene)


def squeezed(scene: Scene, height: float) -> Scene:
    """Only the states of a scene, each thread in a row of its own, all rows together `height` pixels high.

    All rectangles are one item, as in every scene: who paints them takes them together.
    """
    lanes = [lane for lane in scene.lanes if lane.kind == LaneKind.THREAD]
    row = height / max(len(lanes), 1)
    strips: list[Strip] = []
    rects: list[tuple[NDArray[Any], ...]] = []
    for place, lane in enumerate(lanes):
        top, bottom = lane.bar
        scale = max(row - 1, 1.0) / (bottom - top)
        shift = place * row - top * scale
        for item in scene.items:
            if isinstance(item, Strip) and not item.inks and top <= item.y0 and item.y1 <= bottom:
                strips.append(replace(item, y0=item.y0 * scale + shift, y1=item.y1 * scale + shift))
            elif isinstance(item, StateRects) and item.part is Part.BODY:
                mine = np.flatnonzero((item.y0 >= top) & (item.y1 <= bottom))
                if len(mine):
                    y0, y1 = item.y0[mine] * scale + shift, item.y1[mine] * scale + shift
                    rects.append((item.x0[mine], item.x1[mine], y0, y1, item.state[mine]))
    columns = [np.concatenate(column) for column in zip(*rects, strict=True)]
    items: list[StateRects | Strip] = [*strips, *([StateRects(Part.BODY, *columns)] if rects else [])]
    body = Box4(scene.body.x0, 0.0, scene.body.x1, height)
    clips = {**scene.clips, Part.BODY: body}
    return replace(scene, items=tuple(items), body=body, height=height, clips=clips, lanes=tuple(lanes))


def _first_threads(store: TraceStore) -> frozenset[int]:
    return frozenset(thread.index for thread in store.threads[:MOST_ROWS])
