"""What part of a run is shown, how its lanes are arranged, and where the user has been; at most once a frame, a scene.

Every move of the user goes through `_show` or `arrange`, which remember the place that is left; what moves by itself (a
run that grows, a playhead that plays) does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.scene import Kept, Lane, Scene, Selection, ViewWindow, build
from visualiser.trace import TraceStore
from visualiser.viewmodels.lanes import LaneKey, Lanes, key_of
from visualiser.viewmodels.player import FRAME_MS, Player
from visualiser.viewmodels.view_history import Place, ViewHistory
from visualiser.viewmodels.viewport import Follow, Viewport

SMALLEST = 40
"""Pixels of width below which nothing is built: the window is still being laid out."""

SLOWEST_MS = 200
"""Frames come no later than this, however long one takes; else each leaves the window as much time as it took."""

MARGIN_NS = 1_000_000
"""Shown on either side of a place, at least."""

BESIDE = 0.05
"""Of a stretch that is zoomed to, shown on either side of it."""


class TimeWindow(QObject):
    """The part of a run that is shown. Times are ns on the run's own clock.

    Facts: `scene_changed(Scene or None)`, `follow_changed(Follow)`, `lanes_changed(Lanes)`, `frozen_changed(bool)`,
    `history_changed(can undo, can redo)`.
    """

    scene_changed = Signal(object)
    follow_changed = Signal(object)
    lanes_changed = Signal(object)
    frozen_changed = Signal(bool)
    history_changed = Signal(bool, bool)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store: TraceStore | None = None
        self.scene: Scene | None = None
        self.viewport = Viewport()
        self.lanes = Lanes()
        self.frozen = False
        self.selection = Selection()
        self._player = player
        self._history, self._clock = ViewHistory(), QElapsedTimer()
        self._clock.start()
        self._width, self._height, self._top = 0, 0, 0.0
        self._presenter = False
        self._fields: dict[str, Any] = {}
        self._kept = Kept()
        self._frame = QTimer(self)
        self._frame.setObjectName("frame")
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self.rebuild)
        player.moved.connect(self._on_playhead_moved)

    # --- which run ---------------------------------------------------------------------------------------------------

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run from its beginning, all of it; or none."""
        self.store, self._kept = store, Kept()
        self.selection, self._top = Selection(), 0.0
        self._freeze(False)
        self._arrange(Lanes())
        if store is not None:
            self._player.begin(store.start_ns)
            self._become(Viewport(start=store.start_ns, end=store.start_ns).fitted())
            self.grow()
        self._history = ViewHistory()
        self._tell_history()
        self._later()

    def grow(self) -> None:
        """The run has become longer. A frozen window shows that later."""
        if self.store is None or self.frozen:
            return
        self._player.grow(max(self.store.end_ns, self.store.start_ns))
        self._become(self.viewport.within(self.store.start_ns, self.store.end_ns))
        self._later()

    def set_frozen(self, frozen: bool) -> None:
        """Keep the picture as it is while the run goes on being recorded; or show all that came since."""
        self._freeze(frozen)
        self.grow()

    # --- which part of it --------------------------------------------------------------------------------------------

    def resize(self, width: int, height: int) -> None:
        """The view is that many pixels large."""
        self._width, self._height = width, height
        self._later()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom in by `factor` about the pixel `x`; None: about the playhead if it is seen, else the middle."""
        self._show(self.viewport.zoomed(factor, self._centre() if x is None else self._time(x)), "zoom")

    def pan_pixels(self, dx: float) -> None:
        """Drag the picture by `dx` pixels to the right."""
        if self.scene is not None:
            self._show(self.viewport.panned(-dx / max(self.scene.body.x1 - self.scene.body.x0, 1.0)), "pan")

    def pan(self, share: float) -> None:
        """Move on by a share of what is seen."""
        self._show(self.viewport.panned(share), "pan")

    def fit(self) -> None:
        """Show the whole run."""
        self._show(self.viewport.fitted())

    def follow(self) -> None:
        """Go along with the end of the run; a frozen window thaws."""
        self._show(self.viewport.following())
        if self.frozen:
            self.set_frozen(False)

    def reveal(self, t: int) -> None:
        """Move the window so that `t` is seen."""
        self._show(self.viewport.revealing(t), "reveal")

    def centre(self, t: int) -> None:
        """Show as much as now, around `t`."""
        half = self.viewport.span / 2
        self._show(self.viewport.panned((t - half - self.viewport.t0) / self.viewport.span), "centre")

    def show_exactly(self, t0: float, t1: float) -> None:
        """Show a stretch of the run, as a hand drags its edges."""
        self._show(self.viewport.showing(t0, t1), "edges")

    def zoom_to(self, t0: int, t1: int) -> None:
        """Show a stretch of the run as large as it goes, with a little beside it."""
        margin = (t1 - t0) * BESIDE
        low, high = max(t0 - margin, self.viewport.start), min(t1 + margin, self.viewport.end)
        self._show(self.viewport.showing(low, high))

    def show_range(self, t0: int, t1: int) -> None:
        """Show a stretch of the run with some room around it, and put the playhead at its end."""
        margin = max((t1 - t0) // 2, MARGIN_NS)
        self._player.pause()
        self._player.seek(t1)
        self._show(self.viewport.showing(t0 - margin, t1 + margin))

    def visible_range(self) -> tuple[int, int]:
        """What is seen: from, to (ns)."""
        return round(self.viewport.t0), round(self.viewport.t1)

    def scroll_to(self, top: float) -> None:
        """Show the lanes from `top` pixels on."""
        self._top = max(top, 0.0)
        self._later()

    def reveal_lane(self, key: LaneKey) -> None:
        """Scroll so that a lane is in sight."""
        lane = self.lane(key)
        if lane is None or self.scene is None:
            return
        body = self.scene.body
        if lane.y0 < body.y0:
            self.scroll_to(self._top - (body.y0 - lane.y0))
        elif lane.y1 > body.y1:
            self.scroll_to(self._top + (lane.y1 - body.y1))

    def set_presenter(self, presenter: bool) -> None:
        """Draw everything larger."""
        self._presenter = presenter
        self._later()

    def set_window_fields(self, **fields: Any) -> None:
        """More fields of `scene.ViewWindow` (a filter), for whoever sets them."""
        self._fields.update(fields)
        self._later()

    # --- lanes, and back again ---------------------------------------------------------------------------------------

    def arrange(self, lanes: Lanes) -> None:
        """Arrange the lanes like that; it can be undone."""
        if lanes != self.lanes:
            self._history.leave(self._place(), "", self._clock.elapsed())
            self._arrange(lanes)
            self._tell_history()
            self._later()

    def undo(self) -> None:
        """Back to the place before."""
        self._go(self._history.undo(self._place()))

    def redo(self) -> None:
        """To the place that was left by `undo`."""
        self._go(self._history.redo(self._place()))

    def lane(self, key: LaneKey | None) -> Lane | None:
        """The lane of that key in the scene; None where it is not shown."""
        lanes = self.scene.lanes if self.scene is not None and key is not None else ()
        return next((lane for lane in lanes if key_of(lane) == key), None)

    # --- inner -------------------------------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Build the scene now."""
        self._frame.stop()
        if self.store is None or self._width < SMALLEST:
            self.scene = None
        else:
            t0, t1 = self._drawn_range()
            fields = self.lanes.window_fields() | self._fields
            window = ViewWindow(t0, t1, self._width, self._height, self._top, presenter=self._presenter, **fields)
            clock = QElapsedTimer()
            clock.start()
            now, kept = self._player.playhead.t, self._kept
            self.scene = build(self.store, window, playhead=now, selection=self.selection, kept=kept)
            self._frame.setInterval(min(max(FRAME_MS, clock.elapsed()), SLOWEST_MS))
            self._keep_top_in_range()
        self.scene_changed.emit(self.scene)

    def _drawn_range(self) -> tuple[int, int]:
        """What is drawn for what is seen: from, to (ns)."""
        return self.visible_range()

    def _keep_top_in_range(self) -> None:
        assert self.scene is not None
        room = self.scene.body.y1 - self.scene.body.y0
        highest = max(self.scene.content_height - room, 0.0)
        if self._top > highest:
            self._top = highest
            self._later()

    def _show(self, viewport: Viewport, move: str = "") -> None:
        """A move of the user's. Moves of one name that follow each other closely are one step of the history."""
        if viewport != self.viewport:
            self._history.leave(self._place(), move, self._clock.elapsed())
            self._tell_history()
        self._become(viewport)

    def _become(self, viewport: Viewport) -> None:
        old, self.viewport = self.viewport, viewport
        if viewport.follow is not old.follow:
            self.follow_changed.emit(viewport.follow)
        self._later()

    def _arrange(self, lanes: Lanes) -> None:
        if lanes != self.lanes:
            self.lanes = lanes
            self.lanes_changed.emit(lanes)

    def _freeze(self, frozen: bool) -> None:
        if frozen != self.frozen:
            self.frozen = frozen
            self.frozen_changed.emit(frozen)

    def _place(self) -> Place:
        return Place(self.viewport, self.lanes)

    def _go(self, place: Place | None) -> None:
        if place is not None:
            self._arrange(place.lanes)
            self._become(place.viewport.within(self.viewport.start, self.viewport.end))
            self._tell_history()

    def _tell_history(self) -> None:
        self.history_changed.emit(self._history.can_undo, self._history.can_redo)

    def _on_playhead_moved(self, t: int) -> None:
        if self._player.playhead.playing and not self.viewport.t0 <= t <= self.viewport.t1:
            self._become(replace(self.viewport.revealing(t), follow=Follow.NOT))
        self._later()

    def _later(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    def _time(self, x: float) -> int:
        return self.scene.t_of(x) if self.scene is not None else round(self.viewport.t0)

    def _centre(self) -> float:
        t = self._player.playhead.t
        seen = self.viewport.t0 < t < self.viewport.t1
        return float(t) if seen else (self.viewport.t0 + self.viewport.t1) / 2
