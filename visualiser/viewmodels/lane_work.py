"""What the user does to lanes: each wish about the current one, carried out on the timeline, and what can be wished."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from visualiser.scene import LaneKind, crowd_of
from visualiser.viewmodels.lanes import BUSY, WAITING, LaneKey, SortBy, key_of, time_in
from visualiser.viewmodels.timeline import TimelineModel

MOVABLE = (LaneKind.THREAD, LaneKind.PROCESS)

NOT_MEASURED = "Not measured in this run: {} time."
PINNED, UNPINNED = "Pinned to the top.", "Not pinned any more."
NO_LANE = "Click on a lane's name first."


class LaneWork(QObject):
    """Acts on `TimelineModel.current`. Facts: `told(text)`: what the user should know of it."""

    told = Signal(str)

    def __init__(self, timeline: TimelineModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline

    def fold(self) -> None:
        """Fold or unfold the current lane's process, or the crowd that it stands for."""
        if (lane := self._current()) is not None:
            self._timeline.arrange(self._timeline.lanes.folded(lane))

    def fold_all(self) -> None:
        """Fold every process; unfold them when all are."""
        store = self._timeline.store
        if store is not None:
            self._timeline.arrange(self._timeline.lanes.all_folded(len(store.processes)))

    def hide(self) -> None:
        """Hide the current lane."""
        line, lane = self._timeline, self._current()
        if lane is None or line.store is None or line.scene is None:
            return
        is_crowd = lane.kind == LaneKind.CROWD and lane.process is not None
        crowd = crowd_of(line.store, line.scene.window, lane.process or 0) if is_crowd else ()
        line.arrange(line.lanes.without_lane(lane, crowd))
        line.set_current(None)

    def show_all(self) -> None:
        """Hide nothing any more."""
        self._timeline.arrange(self._timeline.lanes.all_shown())

    def pin(self) -> None:
        """Pin the current lane to the top, or let it go."""
        lane, lanes = self._current(), self._timeline.lanes
        if lane is None:
            return
        if lane.kind not in MOVABLE:
            self.told.emit("Only threads and processes can be pinned.")
            return
        self._timeline.arrange(lanes.pinned_lane(lane))
        self.told.emit(PINNED if self._timeline.lanes.is_pinned(lane) else UNPINNED)

    def move(self, direction: int) -> None:
        """Move the current lane one place up (-1) or down (1)."""
        line, lane = self._timeline, self._current()
        if lane is not None and line.store is not None:
            line.arrange(line.lanes.stepped(line.store, lane, direction))

    def drop(self, y_from: float, y_to: float) -> None:
        """The user has dragged the lane at one height (pixels) to another."""
        line, lane, goal = self._timeline, self._timeline.lane_at(y_from), self._timeline.lane_at(y_to)
        if line.store is None or lane is None or goal is None:
            return
        below = y_to > (goal.y0 + goal.y1) / 2
        before = line.lanes
        line.set_current(key_of(lane))
        line.arrange(line.lanes.moved(line.store, key_of(lane), key_of(goal), below))
        if line.lanes is before and lane is not goal:
            self.told.emit("A thread stays with its process.")

    def sort(self, by: SortBy) -> None:
        """Sort threads within their process, and processes within their parent."""
        line = self._timeline
        if line.store is None:
            return
        states = {SortBy.BUSY: BUSY, SortBy.WAITING: WAITING}.get(by)
        if states is not None and not any(time_in(line.store, states)):
            self.told.emit(NOT_MEASURED.format("busy" if by is SortBy.BUSY else "waiting"))
            return
        line.arrange(line.lanes.sorted_by(line.store, by))
        line.scroll_to(0)

    def _current(self) -> LaneKey | None:
        if self._timeline.current is None:
            self.told.emit(NO_LANE)
        return self._timeline.current
