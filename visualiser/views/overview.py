"""The strip below the lanes: the whole run, with a frame around the part that is seen above.

The frame is dragged to move in time, by its edges to see more or less; the wheel zooms.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.paint import paint
from visualiser.viewmodels import Scene
from visualiser.views.appearance import Appearance

STRIP = 20
EDGE = 5
"""Pixels above and below the strip: there the frame stands out."""
LEAST_FRAME = 6.0
GRASP = 5
"""Pixels beside an edge of the frame at which a hand takes hold of it."""
ZOOM_PER_NOTCH = 1.25


class OverviewStrip(QWidget):
    """Wishes: `centre_requested(t)`: show the part around a moment (ns), `range_requested(t0, t1)`: show exactly that,
    `zoom_requested(factor)`. Fact: `resized(width, height)`: of the strip."""

    centre_requested = Signal(object)
    range_requested = Signal(object, object)
    zoom_requested = Signal(float)
    resized = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene: Scene | None = None
        self._picture: QPixmap | None = None
        self._look: Appearance | None = None
        self._seen = (0, 1)
        self._left = self._right = 0.0
        self._grip: float | None = None
        self._fixed: int | None = None
        self.setAccessibleName("The whole run")
        self.setToolTip(
            "The whole run; the frame is what is shown above. Drag it, or click, to move in time; "
            "drag its edges to see more or less."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)

    def set_scene(self, scene: Scene | None) -> None:
        """Show a run; None: nothing."""
        self._scene, self._picture = scene, None
        self.update()

    def set_lanes(self, scene: Scene) -> None:
        """What the lanes above show: the frame goes around that, and the strip begins where they do."""
        if (scene.body.x0, scene.body.x1) != (self._left, self._right):
            self._left, self._right = scene.body.x0, scene.body.x1
            self.resized.emit(max(round(self._right - self._left), 0), STRIP)
        self._seen = (scene.window.t0, scene.window.t1)
        self.update()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look, self._picture = look, None
        self.updateGeometry()
        self.update()

    def frame(self) -> QRectF:
        """The frame around what is seen, in pixels."""
        scene = self._scene
        if scene is None:
            return QRectF()
        x0, x1 = (min(max(self._x_of(t), self._left), self._right) for t in self._seen)
        spare = max(LEAST_FRAME - (x1 - x0), 0.0) / 2
        return QRectF(x0 - spare, 1, x1 - x0 + 2 * spare, self.height() - 2)

    def _x_of(self, t: int) -> float:
        window = self._whole()
        return self._left + (t - window[0]) * (self._right - self._left) / max(window[1] - window[0], 1)

    def _t_of(self, x: float) -> int:
        window = self._whole()
        return window[0] + round((x - self._left) * (window[1] - window[0]) / max(self._right - self._left, 1.0))

    def _whole(self) -> tuple[int, int]:
        return (self._scene.window.t0, self._scene.window.t1) if self._scene is not None else (0, 1)

    def _painted(self, scene: Scene, look: Appearance) -> QPixmap:
        """The strip as a picture, painted once per scene: the frame above it moves at each step."""
        if self._picture is None:
            scale = self.devicePixelRatioF()
            self._picture = QPixmap(round(scene.width * scale), round(STRIP * scale))
            self._picture.setDevicePixelRatio(scale)
            self._picture.fill(look.colour("back"))
            painter = QPainter(self._picture)
            paint(scene, painter, look.theme)
            painter.end()
        return self._picture

    def _edge_at(self, x: float) -> int | None:
        """Which end (0, 1) of what is seen a hand at `x` takes hold of; None: neither."""
        frame = self.frame()
        for end, edge in enumerate((frame.left(), frame.right())):
            if abs(x - edge) <= GRASP and frame.width() > 3 * GRASP:
                return end
        return None

    def _stretch(self, x: float) -> None:
        """The free end of the frame goes to `x`; the other one stays."""
        if self._scene is not None and self._fixed is not None:
            self.range_requested.emit(*sorted((self._fixed, self._t_of(x))))

    def _ask(self, x: float) -> None:
        if self._scene is not None:
            self.centre_requested.emit(self._t_of(x))

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(200, STRIP + 2 * EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, scene = self._look, self._scene
        painter = QPainter(self)
        if look is not None:
            painter.fillRect(self.rect(), look.colour("back"))
        if look is not None and scene is not None:
            font = self.font()
            font.setPixelSize(look.pixels(12))
            painter.setFont(font)
            painter.setPen(look.colour("muted"))
            words = QRectF(12, 0, max(self._left - 16, 0), self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, "Whole run")
            picture = self._painted(scene, look)  # of the width before, while the lanes' names just changed theirs
            painter.drawPixmap(QRectF(self._left, EDGE, self._right - self._left, STRIP), picture,
                               QRectF(0, 0, scene.body.x1 * picture.devicePixelRatio(), picture.height()))  # fmt: skip
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(self.frame(), 3, 3)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside the frame: go there. On it: take hold of it where it was touched; on an edge: of that."""
        if event.button() != Qt.MouseButton.LeftButton or self._scene is None:
            return
        frame, x = self.frame(), event.position().x()
        end = self._edge_at(x)
        if end is not None:
            self._fixed = self._seen[1 - end]
            return
        self._grip = x - frame.center().x() if frame.left() <= x <= frame.right() else 0.0
        self._ask(x - self._grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._fixed is not None:
            self._stretch(x)
        elif self._grip is not None:
            self._ask(x - self._grip)
        else:
            edge = self._edge_at(x) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if edge else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = self._fixed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoom_requested.emit(ZOOM_PER_NOTCH**notches)
        event.accept()
