"""What a pressed mouse does on the timeline, decided where and how it was pressed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, Qt

from visualiser.viewmodels import LaneKind, Scene

CLICK_SLACK = 4
"""Pixels the mouse may move between press and release and still have clicked."""

MOVABLE = (LaneKind.THREAD, LaneKind.PROCESS)


class Drag(Enum):
    """What moving the pressed mouse does."""

    PAN = "pan"  # takes the picture along
    SEEK = "seek"  # takes the playhead along; on the axis
    RANGE = "range"  # draws a range; with Shift, or with the range tool
    LANE = "lane"  # takes a lane to another place; on a lane's name


CURSORS = {
    Drag.PAN: Qt.CursorShape.ClosedHandCursor,
    Drag.SEEK: Qt.CursorShape.SplitHCursor,
    Drag.RANGE: Qt.CursorShape.IBeamCursor,
    Drag.LANE: Qt.CursorShape.ClosedHandCursor,
}


@dataclass
class Press:
    """A mouse button that is down: where it went down, where it was last, and whether it has moved enough to drag."""

    what: Drag
    begun: QPointF
    last: QPointF
    moved: bool = False

    def goes(self, point: QPointF) -> bool:
        """Whether the mouse drags now; a short way is still a click."""
        self.moved = self.moved or (point - self.begun).manhattanLength() > CLICK_SLACK
        return self.moved


def press_at(scene: Scene | None, point: QPointF, ranges: bool) -> Press:
    """What a press begins. `ranges`: Shift is held, or the range tool is on."""
    if scene is None:
        return Press(Drag.PAN, point, point)
    in_time = point.x() >= scene.body.x0
    if in_time and ranges:
        return Press(Drag.RANGE, point, point)
    if in_time and point.y() < scene.body.y0:
        return Press(Drag.SEEK, point, point)
    is_lane = not in_time and any(one.kind in MOVABLE for one in scene.lanes if one.y0 <= point.y() < one.y1)
    return Press(Drag.LANE if is_lane else Drag.PAN, point, point)


def drop_line(scene: Scene, y: float) -> float | None:
    """The height between two lanes where a lane that is let go at `y` comes to stand; None: nowhere."""
    lane = next((one for one in scene.lanes if one.y0 <= y < one.y1), None)
    if lane is None:
        return None
    return lane.y1 if y > (lane.y0 + lane.y1) / 2 else lane.y0
