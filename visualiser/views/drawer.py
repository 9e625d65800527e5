"""A button that opens a drawer below itself: for what a bar has no room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget


class Drawer(QFrame):
    """Rows of widgets in a window of its own, which goes away with a click beside it or Escape."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(16, 12, 16, 12)
        self._rows.setSpacing(8)
        self.setAccessibleName("More settings")

    def put(self, widgets: Sequence[QWidget]) -> None:
        """These, one below the other; what was in it before must have been taken out."""
        for widget in widgets:
            self._rows.addWidget(widget)
            widget.show()
        self.adjustSize()

    def take(self, widget: QWidget) -> None:
        """Take one out."""
        self._rows.removeWidget(widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class DrawerButton(QPushButton):
    """Opens its drawer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.drawer = Drawer(parent)
        self.clicked.connect(self._open)

    def set_count(self, count: int) -> None:
        """How many things are in the drawer."""
        self.setText(f"{count} more …")
        self.setAccessibleName(f"{count} more settings")
        self.setToolTip("The settings that have no room here")

    def _open(self) -> None:
        self.drawer.adjustSize()
        self.drawer.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self.drawer.show()
        inside = self.drawer.nextInFocusChain()
        if inside is not None:
            inside.setFocus()
