"""The timeline's own state: what part of a run is shown (`TimeWindow`), what is pointed at, and what is picked out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from visualiser.scene import Hit, Lane, LaneKind, hit, whole_pixels
from visualiser.trace import GilLane, TraceStore
from visualiser.viewmodels.facts import NOTHING, crowd_facts, facts_of
from visualiser.viewmodels.frames import Frames
from visualiser.viewmodels.lanes import LaneKey, key_of
from visualiser.viewmodels.player import Player
from visualiser.viewmodels.time_window import TimeWindow

NEAR = 4.0
"""How many times closer a double click goes where there is no span to fill the picture with."""


class TimelineModel(TimeWindow):
    """What the timeline shows. Pixels are the view's; times are ns on the run's own clock.

    Facts, beside `TimeWindow`'s: `hover_changed(Facts)`, `selection_changed(Facts)`: of the span picked out;
    `current_changed(LaneKey or None)`: the lane that keys and menus act on; `range_changed(t0, t1)` while a range is
    drawn, `range_selected(t0, t1)` when it is: Nones when there is none any more; `picked(Hit)`: a click on something;
    `drawing_changed(bool)`: a picture of a growing run is made, which what it grows by meanwhile would hold up.
    """

    hover_changed = Signal(object)
    selection_changed = Signal(object)
    current_changed = Signal(object)
    range_changed = Signal(object, object)
    range_selected = Signal(object, object)
    picked = Signal(object)
    drawing_changed = Signal(bool)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(player, parent)
        self.current: LaneKey | None = None
        self._frames = Frames(self)
        self._frames.due.connect(self.rebuild)
        self._frames.drawing_changed.connect(self.drawing_changed)
        self._frame.timeout.disconnect(self.rebuild)
        self._frame.timeout.connect(self._frames.advance)
        self._span: tuple[int, int] | None = None

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run from its beginning, all of it; or none."""
        super().set_store(store)
        self._frames.set_store(store)
        self._span = None
        self.hover_changed.emit(NOTHING)
        self.selection_changed.emit(NOTHING)
        self.range_selected.emit(None, None)
        self.set_current(None)

    # --- what is pointed at ------------------------------------------------------------------------------------------

    def hit(self, x: float, y: float) -> Hit | None:
        """What is at a pixel."""
        return hit(self.scene, x, y) if self.scene is not None else None

    def lane_at(self, y: float) -> Lane | None:
        """The lane at a height; None between and below them."""
        lanes = self.scene.lanes if self.scene is not None else ()
        return next((lane for lane in lanes if lane.y0 <= y < lane.y1), None)

    def hover(self, x: float, y: float) -> None:
        """The mouse is at a pixel."""
        if self.store is not None:
            lane = self.lane_at(y)
            if self.scene is not None and lane is not None and lane.kind == LaneKind.CROWD:
                t = self._time(x) if x >= self._body_left() else None
                self.hover_changed.emit(crowd_facts(self.store, self.scene.window, lane, t))
            else:
                self.hover_changed.emit(facts_of(self.store, self.hit(x, y)))

    def leave(self) -> None:
        """The mouse has left."""
        self.hover_changed.emit(NOTHING)

    def press(self, x: float, y: float) -> None:
        """A click: fold a process or unfold a crowd, or put the playhead there and pick out what is under it."""
        found, lane = self.hit(x, y), self.lane_at(y)
        if self.store is None or found is None:
            return
        key = key_of(lane) if lane is not None else None
        self.set_current(key)
        if x < self._body_left():
            if key is not None and key.kind in (LaneKind.PROCESS, LaneKind.CROWD, LaneKind.TASKS):
                self.arrange(self.lanes.folded(key))
        else:
            self.seek_pixel(x)
        self._pick(found)

    def open(self, x: float, y: float) -> None:
        """A double click: zoom to what is there; on the axis, to the whole run; elsewhere, come nearer."""
        found = self.hit(x, y)
        span = self._extent(found) if found is not None else None
        if found is None or (found.t is None and span is None):
            return
        if found.what == "axis":
            self.fit()
        elif span is not None and span[1] > span[0]:
            self.zoom_to(*span)
        else:
            self.zoom(NEAR, x)

    def seek_pixel(self, x: float) -> None:
        """Put the playhead at a pixel."""
        if self.scene is not None:
            self._player.pause()
            self._player.seek(self._time(x))

    # --- what is picked out ------------------------------------------------------------------------------------------

    def select(self, thread: int | None, index: int | None = None) -> None:
        """Pick out a thread, and one of its states (a row of `store.states(thread)`); None: nothing."""
        self.selection = replace(self.selection, thread=thread, index=index)
        store = self.store
        if store is None:
            return
        found = None
        if thread is not None:
            spans = store.states(thread)
            known = index is not None and 0 <= index < len(spans)
            t = int(spans.start[index]) if known else None
            self._span = (int(spans.start[index]), int(spans.end[index])) if known else None
            found = Hit("state" if known else "label", t, None, store.threads[thread].process, thread, index)
            self.set_current(LaneKey(LaneKind.THREAD, store.threads[thread].process, thread))
        self.selection_changed.emit(facts_of(store, found))
        self._later()

    def set_current(self, key: LaneKey | None) -> None:
        """The lane that keys and menus act on."""
        if key != self.current:
            self.current = key
            self.current_changed.emit(key)

    def point_out(self, lane: Lane) -> None:
        """Make a lane the current one; a thread's is picked out too, with the span that may be."""
        key = key_of(lane)
        if key.kind == LaneKind.THREAD and key.thread != self.selection.thread:
            self.select(key.thread)
        self.set_current(key)

    def step_lane(self, direction: int) -> None:
        """Make the lane above (-1) or below (1) the current one; a thread's is picked out too."""
        keys = [key_of(lane) for lane in self.scene.lanes if lane.kind != LaneKind.CPUS] if self.scene else []
        if not keys:
            return
        at = keys.index(self.current) + direction if self.current in keys else 0
        key = keys[min(max(at, 0), len(keys) - 1)]
        self.select(key.thread if key.kind == LaneKind.THREAD else None)
        self.set_current(key)
        self.reveal_lane(key)

    # --- a range -----------------------------------------------------------------------------------------------------

    def draw_range(self, x0: float, x1: float) -> None:
        """The mouse has gone from one pixel to another: that is the range so far."""
        self._put_range(*sorted((self._time(x0), self._time(x1))))

    def end_range(self) -> None:
        """The range is drawn."""
        self.range_selected.emit(self.selection.t0, self.selection.t1)

    def set_range(self, t0: int | None, t1: int | None) -> None:
        """Pick out a range of time (ns), within the run; Nones: none."""
        if self.store is not None and t0 is not None and t1 is not None:
            low, high = sorted((t0, t1))
            self._put_range(max(low, self.store.start_ns), min(high, max(self.store.end_ns, self.store.start_ns)))
        else:
            self._put_range(None, None)
        self.end_range()

    def begin_range_here(self) -> None:
        """The range begins at the playhead; it ends where it did, or at the end of the run."""
        now, end = self._player.playhead.t, self.selection.t1
        self.set_range(now, end if end is not None and end > now else self._player.playhead.end)

    def end_range_here(self) -> None:
        """The range ends at the playhead; it begins where it did, or at the start of the run."""
        now, start = self._player.playhead.t, self.selection.t0
        self.set_range(start if start is not None and start < now else self._player.playhead.start, now)

    def clear(self) -> None:
        """Nothing is picked out any more."""
        self._span = None
        self.set_range(None, None)
        self.select(None)
        self.set_current(None)

    def zoom_to_selection(self) -> None:
        """Zoom to the range; without one to the span picked out, else to the life of the current lane's thread."""
        chosen = self.selection
        if chosen.t0 is not None and chosen.t1 is not None and chosen.t1 > chosen.t0:
            self.zoom_to(chosen.t0, chosen.t1)
        elif self._span is not None:
            self.zoom_to(*self._span)
        elif self.current is not None and (life := self._life(self.current.thread, self.current.process)) is not None:
            self.zoom_to(*life)

    # --- steps -------------------------------------------------------------------------------------------------------

    def step(self, direction: int) -> None:
        """The playhead to the next or previous event; of the selected thread, when one is selected."""
        self._player.step(self.event_times(), direction)
        self.reveal(self._player.playhead.t)

    def step_handover(self, direction: int) -> None:
        """The playhead to the next or previous moment when a GIL changed hands."""
        self._player.step(self.handover_times(), direction)
        self.reveal(self._player.playhead.t)

    @property
    def has_handovers(self) -> bool:
        """Whether there is any of `handover_times`; asked again and again while a run grows."""
        return any(len(lane.handovers_t) for lane in self._gil_lanes())

    def handover_times(self) -> NDArray[np.int64]:
        """When GILs changed hands; empty where that was not measured. Of the selected thread's process, if any."""
        times = [lane.handovers_t for lane in self._gil_lanes()]
        if not times:
            return np.empty(0, np.int64)
        if len(times) < 2:
            return times[0]
        merged = np.sort(np.concatenate(times), kind="stable")  # each is sorted: this only merges them
        return merged[np.append(True, merged[1:] != merged[:-1])] if len(merged) else merged

    def event_times(self) -> NDArray[np.int64]:
        """Where `step` can go."""
        return self.store.event_times(self.selection.thread) if self.store is not None else np.empty(0, np.int64)

    # --- inner -------------------------------------------------------------------------------------------------------

    def _drawn_range(self) -> tuple[int, int]:
        """Unless it goes to the run's end, moved by less than a pixel: its columns then lie on one grid."""
        t0, t1 = super()._drawn_range()
        if self.scene is None or t1 >= self.viewport.end:
            return t0, t1
        return whole_pixels(t0, t1, self.scene.body.x1 - self.scene.body.x0, self.viewport.start)

    def _gil_lanes(self) -> list[GilLane]:
        """Of all processes, or of that of the selected thread."""
        store, chosen = self.store, self.selection.thread
        if store is None:
            return []
        own = range(len(store.processes)) if chosen is None else [store.threads[chosen].process]
        return [lane for process in own for lane in store.gil_lanes(process)]

    def _pick(self, found: Hit) -> None:
        index = found.index if found.what == "state" else None
        self.selection = replace(self.selection, thread=found.thread, index=index)
        self._span = self._extent(found) if found.t is not None else None
        assert self.store is not None
        self.selection_changed.emit(facts_of(self.store, found))
        self.picked.emit(found)
        self._later()

    def _put_range(self, t0: int | None, t1: int | None) -> None:
        if (t0, t1) != (self.selection.t0, self.selection.t1):
            self.selection = replace(self.selection, t0=t0, t1=t1)
            self.range_changed.emit(t0, t1)
            self._later()

    def _extent(self, found: Hit) -> tuple[int, int] | None:
        """From when to when what was hit lasts; None for what has no length."""
        store, row = self.store, found.index
        if store is None:
            return None
        if found.what in ("state", "span", "hold") and found.thread is not None and row is not None:
            spans = getattr(store, {"state": "states", "span": "spans", "hold": "holds"}[found.what])(found.thread)
            return (int(spans.start[row]), int(spans.end[row])) if row < len(spans) else None
        if (
            found.what in ("gil", "cpu", "task")
            and row is not None
            and self.scene is not None
            and found.lane is not None
        ):
            held = self.scene.held[found.lane]
            return int(held.start[row]), int(held.end[row])
        if found.what in ("label", "process"):
            return self._life(found.thread, found.process)
        return None

    def _life(self, thread: int | None, process: int | None) -> tuple[int, int] | None:
        """From when to when a thread lived, else a process."""
        store = self.store
        if store is None or (thread is None and process is None):
            return None
        life = store.threads[thread] if thread is not None else store.processes[process or 0]
        return life.start_ns, store.end_ns if life.end_ns is None else life.end_ns

    def _body_left(self) -> float:
        return self.scene.body.x0 if self.scene is not None else 0.0
