"""Processes as boxes: what each has for itself (values, memory), its threads inside, and what crosses between them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QWidget

from visualiser.viewmodels import Boxes
from visualiser.views.appearance import Appearance
from visualiser.views.boxes import BoxPainter


class ValuesView(QScrollArea):
    """Shows boxes. Fact: `shown_changed(bool)`: whether it can be seen at all."""

    shown_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = _Sheet()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self.sheet)
        self.setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Values and memory at the playhead")

    def set_boxes(self, boxes: Boxes) -> None:
        """Show these."""
        self.setAccessibleDescription(boxes.text)
        self.sheet.boxes = boxes
        self._fit()

    def set_hint(self, text: str) -> None:
        """What to do to see values, where there are none; empty: nothing."""
        if text != self.sheet.hint:
            self.sheet.hint = text
            self._fit()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.sheet.look = look
        self._fit()

    def _fit(self) -> None:
        self.sheet.fit(self.viewport().width())

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown_changed.emit(False)


class _Sheet(QWidget):
    """What is scrolled. It is painted in one go, and measured the same way."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes = Boxes()
        self.hint = ""
        self.look: Appearance | None = None
        self._said: list[tuple[QRectF, str]] = []

    def fit(self, width: int) -> None:
        """Take all the width, and the height that it needs then."""
        if self.look is not None:
            drawn = BoxPainter(None, self.look, self.font(), width)
            drawn.sheet(self.boxes, self.hint)
            self.resize(QSize(width, round(drawn.y)))
        self.update()

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.look is not None:
            painter.fillRect(event.rect(), self.look.colour("surface"))
            drawn = BoxPainter(painter, self.look, self.font(), self.width())
            drawn.sheet(self.boxes, self.hint)
            self._said = drawn.said
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            here = next((text for box, text in self._said if box.contains(event.pos())), "")
            QToolTip.showText(event.globalPos(), here, self) if here else QToolTip.hideText()
            return True
        return super().event(event)
