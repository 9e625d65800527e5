"""Marks over the timeline where a line of the program ran: ticks in the lanes of the threads that came by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from visualiser.viewmodels import LaneKind, Scene
from visualiser.views.appearance import Appearance

HEAD = 3.5


class VisitMarks(QWidget):
    """Lies over the canvas and lets the mouse through. However many visits there are, one mark per pixel is drawn."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._scene: Scene | None = None
        self._look: Appearance | None = None
        self._t: NDArray[np.int64] = np.empty(0, np.int64)
        self._thread: NDArray[np.int32] = np.empty(0, np.int32)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Where the line ran")
        canvas.installEventFilter(self)
        self.resize(canvas.size())
        self.hide()

    def set_visits(self, t: NDArray[np.int64], thread: NDArray[np.int32]) -> None:
        """Mark these moments (ns, in order) in the lanes of these threads; none: nothing."""
        self._t, self._thread = t, thread
        self.setVisible(len(t) > 0)
        self.raise_()
        self.update()

    def set_scene(self, scene: Scene | None) -> None:
        """What is marked on."""
        self._scene = scene
        self.update()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        self.update()

    def places(self) -> list[tuple[float, float, float]]:
        """The marks in pixels: x, and from where to where they go down."""
        scene, found = self._scene, []
        if scene is None:
            return []
        for lane in scene.lanes:
            if lane.kind != LaneKind.THREAD or lane.thread is None:
                continue
            top, bottom = max(lane.bar[0] - 3, scene.body.y0), min(lane.bar[1] + 3, scene.body.y1)
            seen = self._t[(self._thread == lane.thread) & (self._t >= scene.window.t0) & (self._t <= scene.window.t1)]
            scale = (scene.body.x1 - scene.body.x0) / max(scene.window.t1 - scene.window.t0, 1)
            pixels = np.unique(np.round(scene.body.x0 + (seen - scene.window.t0) * scale)) if bottom > top else ()
            found += [(float(x), top, bottom) for x in pixels]
        return found

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._look is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("accent"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for x, top, bottom in self.places():
            painter.fillRect(QRectF(x - 0.75, top, 1.5, bottom - top), self._look.colour("accent"))
            painter.drawPolygon(QPolygonF([QPointF(x - HEAD, top - HEAD), QPointF(x + HEAD, top - HEAD),
                                           QPointF(x, top + HEAD)]))  # fmt: skip
        painter.end()
