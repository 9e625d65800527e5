"""A layout that sets its widgets side by side and goes on in a new row where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Rows of widgets, centred in their row, each as large as it wants to be; hidden ones take no room."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8, margins: QMargins | None = None) -> None:
        super().__init__(parent)
        self._entries: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(margins or QMargins(16, 8, 16, 8))

    def _arrange(self, rect: QRect, place: bool) -> int:
        """The height that the rows take in `rect`; with `place`, the widgets are put there."""
        area = rect.marginsRemoved(self.contentsMargins())
        x = area.x()
        rows: list[list[tuple[QLayoutItem, int, QSize]]] = [[]]
        for entry in self._entries:
            if entry.isEmpty():
                continue
            size = entry.sizeHint().boundedTo(QSize(max(area.width(), 1), 1 << 14))
            if x > area.x() and x + size.width() > area.right() + 1:
                x = area.x()
                rows.append([])
            rows[-1].append((entry, x, size))
            x += size.width() + self._gap
        y = area.y()
        for row in rows:
            height = max((size.height() for _, _, size in row), default=0)
            for entry, left, size in row if place else ():
                entry.setGeometry(QRect(QPoint(left, y + (height - size.height()) // 2), size))
            y += height + self._gap
        return y - self._gap - rect.y() + self.contentsMargins().bottom()

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def addItem(self, item: QLayoutItem) -> None:
        self._entries.append(item)

    def count(self) -> int:
        return len(self._entries)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._entries[index] if 0 <= index < len(self._entries) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._entries.pop(index) if 0 <= index < len(self._entries) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for entry in self._entries:
            size = size.expandedTo(entry.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())
