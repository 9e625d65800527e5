"""The surface that the timeline is painted on, and where mouse and keys become wishes.

A plain widget and not a GraphicsObject in a pyqtgraph view: a scene brings its own axis, its own mapping of time to
pixels and its own hit test, so a second set of them would only have to be kept in step; and pyqtgraph's import alone
would double the time until the window stands.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QInputDevice,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QToolTip, QWidget

from visualiser.paint import paint
from visualiser.viewmodels import Facts, LaneKey, Scene, key_of
from visualiser.views.appearance import Appearance
from visualiser.views.dragging import CURSORS, Drag, Press, drop_line, press_at

ZOOM_PER_NOTCH = 1.25
PAN_PER_NOTCH = 0.12
LANES_PER_NOTCH = 60
MARK = 1.5
"""Pixels of the line around the current lane's name."""
EDGE = 16
"""Pixels at the top and bottom where a dragged lane scrolls the others."""


class TimelineCanvas(QWidget):
    """Wishes in pixels: `zoom_requested(factor, x)`, `pan_requested(dx)`, `pan_share_requested(share)`,
    `scroll_requested(dy)`, `press_requested(x, y)`, `open_requested(x, y)`: a double click, `seek_requested(x)`,
    `range_requested(x0, x1)` while one is drawn and `range_ended()`, `lane_drop_requested(y from, y to)`,
    `menu_requested(x, y, where on the screen)`: x is -1 when it was asked for by key, `hover_requested(x, y)`,
    `left()`, `resized(width, height)`."""

    zoom_requested = Signal(float, float)
    pan_requested = Signal(float)
    pan_share_requested = Signal(float)
    scroll_requested = Signal(float)
    press_requested = Signal(float, float)
    open_requested = Signal(float, float)
    seek_requested = Signal(float)
    range_requested = Signal(float, float)
    range_ended = Signal()
    lane_drop_requested = Signal(float, float)
    menu_requested = Signal(float, float, QPoint)
    hover_requested = Signal(float, float)
    left = Signal()
    resized = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: Scene | None = None
        self._look: Appearance | None = None
        self._facts = Facts()
        self._empty = ""
        self._press: Press | None = None
        self._current: LaneKey | None = None
        self._range_tool = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 120)
        self.setAccessibleName("Timeline")

    def set_scene(self, scene: Scene | None) -> None:
        """Show a scene; None: nothing."""
        self._scene = scene
        self.update()

    def set_current(self, lane: LaneKey | None) -> None:
        """Mark the lane that keys and menus act on."""
        self._current = lane
        self.update()

    def set_range_tool(self, on: bool) -> None:
        """Whether a drag draws a range, without Shift."""
        self._range_tool = on
        self._set_idle_cursor()

    def set_empty_text(self, text: str) -> None:
        """What stands in the middle while there is nothing to show."""
        self._empty = text
        if self._scene is None:
            self.setAccessibleDescription(text)
            self.update()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        self.update()

    def set_facts(self, facts: Facts) -> None:
        """What is known about the place under the mouse, for the tool tip."""
        self._facts = facts
        if not facts.rows and not facts.title:
            QToolTip.hideText()

    # --- inner -------------------------------------------------------------------------------------------------------

    def _set_idle_cursor(self) -> None:
        if self._range_tool:
            self.setCursor(CURSORS[Drag.RANGE])
        else:
            self.unsetCursor()

    def _show_tip(self, where: QPoint) -> None:
        facts = self._facts
        if not facts.title:
            QToolTip.hideText()
            return
        rows = "".join(f"<tr><td style='padding-right:8px'>{escape(what)}</td><td>{escape(value)}</td></tr>"
                       for what, value in facts.rows)  # fmt: skip
        QToolTip.showText(where, f"<b>{escape(facts.title)}</b><table>{rows}</table>", self)

    def _paint_empty(self, painter: QPainter, look: Appearance) -> None:
        font = self.font()
        font.setPixelSize(look.pixels(15))
        painter.setFont(font)
        painter.setPen(look.colour("muted"))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(32, 32, -32, -32), flags, self._empty)

    def _paint_marks(self, painter: QPainter, scene: Scene, look: Appearance) -> None:
        """A line around the current lane's name, and where a dragged one would come to stand."""
        body = scene.body
        painter.setClipRect(QRectF(0, body.y0, scene.width, body.y1 - body.y0))
        lane = next((one for one in scene.lanes if key_of(one) == self._current), None)
        if lane is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.colour("accent"), MARK))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(6, lane.y0 + 1, body.x0 - 12, lane.y1 - lane.y0 - 2), 4, 4)
        if self._press is not None and self._press.what is Drag.LANE and self._press.moved:
            y = drop_line(scene, self._press.last.y())
            if y is not None:
                painter.fillRect(QRectF(0, y - 1, scene.width, 2), look.colour("accent"))
        painter.setClipping(False)

    def _drag(self, press: Press, event: QMouseEvent) -> None:
        """One step of a drag that has begun."""
        point, last = event.position(), press.last
        press.last = point
        if press.what is Drag.SEEK:
            self.seek_requested.emit(point.x())
        elif press.what is Drag.RANGE:
            self.range_requested.emit(press.begun.x(), point.x())
        elif press.what is Drag.LANE:
            self._drag_lane(point.y())
        else:
            self.pan_requested.emit(point.x() - last.x())
            if point.y() != last.y():
                self.scroll_requested.emit(last.y() - point.y())

    def _drag_lane(self, y: float) -> None:
        body = self._scene.body if self._scene is not None else None
        if body is not None and y < body.y0 + EDGE:
            self.scroll_requested.emit(-float(EDGE))
        elif body is not None and y > self.height() - EDGE:
            self.scroll_requested.emit(float(EDGE))
        self.update()

    def _scroll_or_pan(self, event: QWheelEvent) -> None:
        """Two fingers on a touchpad: the picture goes where they go."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if delta.x():
            self.pan_requested.emit(float(delta.x()))
        if delta.y():
            self.scroll_requested.emit(-float(delta.y()))

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._look is not None:
            painter.fillRect(self.rect(), self._look.colour("back"))
            if self._scene is not None:
                paint(self._scene, painter, self._look.theme)
                self._paint_marks(painter, self._scene, self._look)
            else:
                self._paint_empty(painter, self._look)
            if self.hasFocus():
                painter.setPen(QPen(self._look.colour("accent"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit(self.width(), self.height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            self._show_tip(event.globalPos())
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_requested.emit(max(1.0 + event.value(), 0.1), event.position().x())
                return True
            if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
                self.open_requested.emit(event.position().x(), event.position().y())
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms about the cursor, with Ctrl too (a pinch on many touchpads); with Shift, or sideways,
        it moves in time; over the names it scrolls the lanes. Two fingers on a touchpad move the picture."""
        delta, mods = event.angleDelta(), event.modifiers()
        notches, x = delta.y() / 120, event.position().x()
        over_names = self._scene is not None and x < self._scene.body.x0
        touchpad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        if mods & Qt.KeyboardModifier.ControlModifier:
            self.zoom_requested.emit(ZOOM_PER_NOTCH**notches, x)
        elif mods & Qt.KeyboardModifier.ShiftModifier:
            self.pan_share_requested.emit(-(notches or delta.x() / 120) * PAN_PER_NOTCH)
        elif touchpad:
            self._scroll_or_pan(event)
        elif delta.x() and abs(delta.x()) > abs(delta.y()):
            self.pan_share_requested.emit(-delta.x() / 120 * PAN_PER_NOTCH)
        elif over_names:
            self.scroll_requested.emit(-notches * LANES_PER_NOTCH)
        elif notches:
            self.zoom_requested.emit(ZOOM_PER_NOTCH**notches, x)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        ranges = self._range_tool or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._press = press_at(self._scene, event.position(), ranges)
        if self._press.what is Drag.SEEK:
            self._press.moved = True
            self.seek_requested.emit(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        press = self._press
        if press is None:
            self.hover_requested.emit(event.position().x(), event.position().y())
            return
        was = press.moved
        if press.goes(event.position()):
            if not was:
                self.setCursor(CURSORS[press.what])
            self._drag(press, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        press, self._press = self._press, None
        if event.button() != Qt.MouseButton.LeftButton or press is None:
            return
        if not press.moved:
            self.press_requested.emit(press.begun.x(), press.begun.y())
        elif press.what is Drag.RANGE:
            self.range_ended.emit()
        elif press.what is Drag.LANE:
            self.lane_drop_requested.emit(press.begun.y(), press.last.y())
        self._set_idle_cursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.open_requested.emit(event.position().x(), event.position().y())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        x, y = (-1, -1) if by_key else (event.pos().x(), event.pos().y())
        self.menu_requested.emit(float(x), float(y), event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
        super().leaveEvent(event)
