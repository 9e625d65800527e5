"""A scene in a widget, and the canvas of stacked runs: the wheel zooms, a drag moves, a click puts the playhead."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visualiser.paint import paint
from visualiser.viewmodels import Facts, Scene
from visualiser.views.appearance import Appearance

ZOOM = 1.25
KEY_PAN = 80.0


class ScenePane(QWidget):
    """Paints a scene at its own size."""

    resized = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene: Scene | None = None
        self._look: Appearance | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_scene(self, scene: Scene | None) -> None:
        """Paint this."""
        self.scene = scene
        height = round(scene.height) if scene is not None else 0
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        self.update()

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(960, round(self.scene.height) if self.scene is not None else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.colour("back"))
        if self.scene is not None:
            paint(self.scene, painter, self._look.theme)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(event.size().width())


class StackCanvas(ScenePane):
    """Wishes: `zoom_requested(factor, x)`, `pan_requested(dx)`, `seek_requested(x)`, `fit_requested()`,
    `hover_requested(x, y)`, `row_requested(y)`: to see the run that stands there alone."""

    zoom_requested = Signal(float, float)
    pan_requested = Signal(float)
    seek_requested = Signal(float)
    fit_requested = Signal()
    hover_requested = Signal(float, float)
    row_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("All ways on one time scale", parent)
        self._press: QPointF | None = None
        self._moved = False
        self._facts = Facts()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_facts(self, facts: Facts) -> None:
        """What is known of what the mouse points at."""
        self._facts = facts

    def _in_body(self, x: float) -> bool:
        return self.scene is not None and self.scene.body.x0 <= x <= self.scene.body.x1

    def _middle(self) -> float:
        return (self.scene.body.x0 + self.scene.body.x1) / 2 if self.scene is not None else 0.0

    def _show_tip(self, where: QPoint) -> None:
        rows = "".join(f"<tr><td>{escape(what)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>"
                       for what, value in self._facts.rows)  # fmt: skip
        text = f"<b>{escape(self._facts.title)}</b><table>{rows}</table>" if self._facts.title else ""
        QToolTip.showText(where, text, self)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self.hover_requested.emit(event.pos().x(), event.pos().y())
            self._show_tip(event.globalPos())
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Over the lanes: zoom, with Shift: move; elsewhere the page scrolls."""
        delta = event.angleDelta()
        if not self._in_body(event.position().x()):
            event.ignore()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self.pan_requested.emit(float(delta.x() or delta.y()))
        else:
            self.zoom_requested.emit(ZOOM ** (-delta.y() / 120), event.position().x())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        dx = event.position().x() - self._press.x()
        if self._moved or abs(dx) > 4:
            self._moved, self._press = True, event.position()
            self.pan_requested.emit(dx)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and not self._moved and self._in_body(event.position().x()):
            self.seek_requested.emit(event.position().x())
        self._press = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.row_requested.emit(event.position().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_requested.emit(1 / ZOOM, self._middle())
        elif key == Qt.Key.Key_Minus:
            self.zoom_requested.emit(ZOOM, self._middle())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.pan_requested.emit(KEY_PAN if key == Qt.Key.Key_Left else -KEY_PAN)
        elif key == Qt.Key.Key_Home:
            self.fit_requested.emit()
        else:
            super().keyPressEvent(event)
