"""The surface that the timeline is painted on, and where mouse and keys become wishes.

A plain widget and not a GraphicsObject in a pyqtgraph view: a scene brings its own axis, its own mapping of time to
pixels and its own hit test, so a second set of them would only have to be kept in step; and pyqtgraph's import alone
would double the time until the window stands.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
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
from visualiser.viewmodels import Facts, Scene
from visualiser.views.appearance import Appearance

ZOOM_PER_NOTCH = 1.25
PAN_PER_NOTCH = 0.12
LANES_PER_NOTCH = 60
CLICK_SLACK = 4
"""Pixels the mouse may move between press and release and still have clicked."""


class TimelineCanvas(QWidget):
    """Wishes in pixels: `zoom_requested(factor, x)`, `pan_requested(dx)`, `pan_share_requested(share)`,
    `scroll_requested(dy)`, `press_requested(x, y)`, `seek_requested(x)`, `hover_requested(x, y)`, `left()`,
    `resized(width, height)`."""

    zoom_requested = Signal(float, float)
    pan_requested = Signal(float)
    pan_share_requested = Signal(float)
    scroll_requested = Signal(float)
    press_requested = Signal(float, float)
    seek_requested = Signal(float)
    hover_requested = Signal(float, float)
    left = Signal()
    resized = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: Scene | None = None
        self._look: Appearance | None = None
        self._facts = Facts()
        self._empty = ""
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._seeking = self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 120)
        self.setAccessibleName("Timeline")

    def set_scene(self, scene: Scene | None) -> None:
        """Show a scene; None: nothing."""
        self._scene = scene
        self.update()

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

    def _is_axis(self, point: QPointF) -> bool:
        scene = self._scene
        return scene is not None and point.y() < scene.body.y0 and point.x() >= scene.body.x0

    def _show_tip(self, where: QPoint) -> None:
        facts = self._facts
        if not facts.title:
            QToolTip.hideText()
            return
        rows = "".join(f"<tr><td style='padding-right:8px'>{_escaped(what)}</td><td>{_escaped(value)}</td></tr>"
                       for what, value in facts.rows)  # fmt: skip
        QToolTip.showText(where, f"<b>{_escaped(facts.title)}</b><table>{rows}</table>", self)

    def _paint_empty(self, painter: QPainter, look: Appearance) -> None:
        font = self.font()
        font.setPixelSize(look.pixels(15))
        painter.setFont(font)
        painter.setPen(look.colour("muted"))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(32, 32, -32, -32), flags, self._empty)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._look is not None:
            painter.fillRect(self.rect(), self._look.colour("back"))
            if self._scene is not None:
                paint(self._scene, painter, self._look.theme)
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
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_requested.emit(1.0 + event.value(), event.position().x())
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms about the cursor; with Shift (or sideways) it moves in time, with Ctrl through the lanes."""
        delta, mods = event.angleDelta(), event.modifiers()
        notches = delta.y() / 120
        if delta.x() and abs(delta.x()) > abs(delta.y()):
            self.pan_share_requested.emit(-delta.x() / 120 * PAN_PER_NOTCH)
        elif mods & Qt.KeyboardModifier.ShiftModifier:
            self.pan_share_requested.emit(-notches * PAN_PER_NOTCH)
        elif mods & Qt.KeyboardModifier.ControlModifier:
            self.scroll_requested.emit(-notches * LANES_PER_NOTCH)
        elif notches:
            self.zoom_requested.emit(ZOOM_PER_NOTCH**notches, event.position().x())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = self._last = event.position()
        self._dragged = False
        self._seeking = self._is_axis(event.position())
        if self._seeking:
            self.seek_requested.emit(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._pressed is None:
            self.hover_requested.emit(point.x(), point.y())
            return
        if self._seeking:
            self.seek_requested.emit(point.x())
            return
        if not self._dragged and (point - self._pressed).manhattanLength() <= CLICK_SLACK:
            return
        if not self._dragged:
            self._dragged = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.pan_requested.emit(point.x() - self._last.x())
        if point.y() != self._last.y():
            self.scroll_requested.emit(self._last.y() - point.y())
        self._last = point

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._dragged and not self._seeking:
            self.press_requested.emit(self._pressed.x(), self._pressed.y())
        self._pressed = None
        self.unsetCursor()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()
        super().leaveEvent(event)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
