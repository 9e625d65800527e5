"""The timeline's own state: which run, what part of it, what is folded; from that, at most once a frame, a scene."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.scene import Hit, Scene, Selection, ViewWindow, build, hit
from visualiser.trace import TraceStore
from visualiser.viewmodels.facts import NOTHING, facts_of
from visualiser.viewmodels.player import FRAME_MS, Player
from visualiser.viewmodels.viewport import Follow, Viewport

SMALLEST = 40
"""Pixels of width below which nothing is built: the window is still being laid out."""


SLOWEST_MS = 200
"""Frames come no later than this, however long one takes; else each leaves the window as much time as it took."""
MARGIN_NS = 1_000_000
"""Shown on either side of a place, at least."""


class TimelineModel(QObject):
    """What the timeline shows. Pixels are the view's; times are ns on the run's own clock.

    Facts: `scene_changed(Scene or None)`, `follow_changed(Follow)`, `hover_changed(Facts)`, `selection_changed(Facts)`.
    """

    scene_changed = Signal(object)
    follow_changed = Signal(object)
    hover_changed = Signal(object)
    selection_changed = Signal(object)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store: TraceStore | None = None
        self.scene: Scene | None = None
        self.viewport = Viewport()
        self._player = player
        self._width, self._height, self._top = 0, 0, 0.0
        self._presenter = False
        self._collapsed: frozenset[int] = frozenset()
        self._selection: Selection | None = None
        self._frame = QTimer(self)
        self._frame.setObjectName("frame")
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self.rebuild)
        player.moved.connect(self._on_playhead_moved)

    # --- which run ---------------------------------------------------------------------------------------------------

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run from its beginning, all of it; or none."""
        self.store = store
        self._collapsed, self._selection, self._top = frozenset(), None, 0.0
        self.hover_changed.emit(NOTHING)
        self.selection_changed.emit(NOTHING)
        if store is not None:
            self._player.begin(store.start_ns)
            self._show(Viewport(start=store.start_ns, end=store.start_ns).fitted())
            self.grow()
        self._later()

    def grow(self) -> None:
        """The run has become longer."""
        if self.store is None:
            return
        self._player.grow(max(self.store.end_ns, self.store.start_ns))
        self._show(self.viewport.within(self.store.start_ns, self.store.end_ns))
        self._later()

    # --- which part of it --------------------------------------------------------------------------------------------

    def resize(self, width: int, height: int) -> None:
        """The view is that many pixels large."""
        self._width, self._height = width, height
        self._later()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom in by `factor` about the pixel `x`; None: about the playhead if it is seen, else the middle."""
        self._show(self.viewport.zoomed(factor, self._centre() if x is None else self._time(x)))

    def pan_pixels(self, dx: float) -> None:
        """Drag the picture by `dx` pixels to the right."""
        if self.scene is not None:
            self._show(self.viewport.panned(-dx / max(self.scene.body.x1 - self.scene.body.x0, 1.0)))

    def pan(self, share: float) -> None:
        """Move on by a share of what is seen."""
        self._show(self.viewport.panned(share))

    def fit(self) -> None:
        """Show the whole run."""
        self._show(self.viewport.fitted())

    def follow(self) -> None:
        """Go along with the end of the run."""
        self._show(self.viewport.following())

    def scroll_to(self, top: float) -> None:
        """Show the lanes from `top` pixels on."""
        self._top = max(top, 0.0)
        self._later()

    def set_presenter(self, presenter: bool) -> None:
        """Draw everything larger."""
        self._presenter = presenter
        self._later()

    def reveal(self, t: int) -> None:
        """Move the window so that `t` is seen."""
        self._show(self.viewport.revealing(t))

    def centre(self, t: int) -> None:
        """Show as much as now, around `t`."""
        half = self.viewport.span / 2
        self._show(self.viewport.panned((t - half - self.viewport.t0) / self.viewport.span))

    def show_range(self, t0: int, t1: int) -> None:
        """Show a stretch of the run with some room around it, and put the playhead at its end."""
        margin = max((t1 - t0) // 2, MARGIN_NS)
        self._player.pause()
        self._player.seek(t1)
        self._show(self.viewport.showing(t0 - margin, t1 + margin))

    def visible_range(self) -> tuple[int, int]:
        """What is seen: from, to (ns)."""
        return round(self.viewport.t0), round(self.viewport.t1)

    # --- what is pointed at ------------------------------------------------------------------------------------------

    def hit(self, x: float, y: float) -> Hit | None:
        """What is at a pixel."""
        return hit(self.scene, x, y) if self.scene is not None else None

    def hover(self, x: float, y: float) -> None:
        """The mouse is at a pixel."""
        if self.store is not None:
            self.hover_changed.emit(facts_of(self.store, self.hit(x, y)))

    def leave(self) -> None:
        """The mouse has left."""
        self.hover_changed.emit(NOTHING)

    def press(self, x: float, y: float) -> None:
        """A click: fold a process, or put the playhead there and pick out what is under it."""
        found = self.hit(x, y)
        if self.store is None or found is None:
            return
        if found.t is None and found.process is not None and found.thread is None:
            self._collapsed ^= {found.process}
            self._later()
        elif x >= self._body_left():
            self.seek_pixel(x)
        self._select(found)

    def seek_pixel(self, x: float) -> None:
        """Put the playhead at a pixel."""
        if self.scene is not None:
            self._player.pause()
            self._player.seek(self._time(x))

    def step(self, direction: int) -> None:
        """The playhead to the next or previous event; of the selected thread, when one is selected."""
        self._player.step(self.event_times(), direction)
        self.reveal(self._player.playhead.t)

    def step_handover(self, direction: int) -> None:
        """The playhead to the next or previous moment when a GIL changed hands."""
        self._player.step(self.handover_times(), direction)
        self.reveal(self._player.playhead.t)

    def handover_times(self) -> NDArray[np.int64]:
        """When GILs changed hands; empty where that was not measured. Of the selected thread's process, if any."""
        store, chosen = self.store, self._selection.thread if self._selection else None
        if store is None:
            return np.empty(0, np.int64)
        own = range(len(store.processes)) if chosen is None else [store.threads[chosen].process]
        times = [lane.handovers_t for process in own for lane in store.gil_lanes(process)]
        return np.unique(np.concatenate(times)) if times else np.empty(0, np.int64)

    def event_times(self) -> NDArray[np.int64]:
        """Where `step` can go."""
        if self.store is None:
            return np.empty(0, np.int64)
        return self.store.event_times(self._selection.thread if self._selection else None)

    # --- inner ----------------------------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Build the scene now."""
        self._frame.stop()
        if self.store is None or self._width < SMALLEST:
            self.scene = None
        else:
            t0, t1 = self.visible_range()
            window = ViewWindow(
                t0, t1, self._width, self._height, self._top, self._collapsed, presenter=self._presenter
            )
            now = self._player.playhead.t
            clock = QElapsedTimer()
            clock.start()
            self.scene = build(self.store, window, playhead=now, selection=self._selection)
            self._frame.setInterval(min(max(FRAME_MS, clock.elapsed()), SLOWEST_MS))
            self._keep_top_in_range()
        self.scene_changed.emit(self.scene)

    def _keep_top_in_range(self) -> None:
        assert self.scene is not None
        room = self.scene.body.y1 - self.scene.body.y0
        highest = max(self.scene.content_height - room, 0.0)
        if self._top > highest:
            self._top = highest
            self._later()

    def _select(self, found: Hit) -> None:
        index = found.index if found.what == "state" else None
        chosen = Selection(thread=found.thread, index=index) if found.thread is not None else None
        self._selection = chosen
        assert self.store is not None
        self.selection_changed.emit(facts_of(self.store, found))
        self._later()

    def _show(self, viewport: Viewport) -> None:
        old, self.viewport = self.viewport, viewport
        if viewport.follow is not old.follow:
            self.follow_changed.emit(viewport.follow)
        self._later()

    def _on_playhead_moved(self, t: int) -> None:
        if self._player.playhead.playing and not self.viewport.t0 <= t <= self.viewport.t1:
            self._show(replace(self.viewport.revealing(t), follow=Follow.NOT))
        self._later()

    def _later(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    def _body_left(self) -> float:
        return self.scene.body.x0 if self.scene is not None else 0.0

    def _time(self, x: float) -> int:
        return self.scene.t_of(x) if self.scene is not None else round(self.viewport.t0)

    def _centre(self) -> float:
        t = self._player.playhead.t
        seen = self.viewport.t0 < t < self.viewport.t1
        return float(t) if seen else (self.viewport.t0 + self.viewport.t1) / 2
