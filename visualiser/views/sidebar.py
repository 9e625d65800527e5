"""The list of scenarios under their groups, with a filter above it and the way to the user's own programs below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from visualiser.viewmodels import Row
from visualiser.views.icons import Icons

ID, RAN = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
TICK, TICK_PX = "✓", 18
SIDES_PX = 16
"""Room at both sides of a title."""
INTO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Sidebar(QWidget):
    """Wishes: `filter_requested(str)`, `scenario_requested(id)`, `scenario_run_requested(id)`, `open_requested()`."""

    filter_requested = Signal(str)
    scenario_requested = Signal(str)
    scenario_run_requested = Signal(str)
    open_requested = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = ""
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Find a scenario")
        self.filter.setAccessibleName("Find a scenario")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.filter_requested)
        self.filter.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Scenarios")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)  # else rows are measured again for another height alone, not for another width
        self.list.setItemDelegate(_Ticked(self.list))
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.list.itemActivated.connect(self._on_activated)
        self.nothing = QLabel("No scenario has these words. Clear the box to see all of them.")
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("role", "muted")
        self.nothing.hide()
        open_button = QPushButton("Open a Python file …")
        open_button.setAccessibleName("Open a Python file or a saved run")
        open_button.setToolTip("A Python program, or a saved run (Ctrl+O). Files can be dropped on the window as well.")
        icons.put(open_button, "open")
        open_button.clicked.connect(self.open_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(8)
        for widget in (self.filter, self.nothing, self.list, open_button):
            column.addWidget(widget)
        column.setStretch(2, 1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the chosen scenario stays chosen if it is among them, and the list where it was scrolled."""
        self.list.blockSignals(True)
        at = self.list.verticalScrollBar().value()
        self.list.clear()
        for row in rows:
            self.list.addItem(self._item(row))
        self.list.doItemsLayout()
        self.list.verticalScrollBar().setValue(at)
        self.choose(self._chosen)
        self.list.blockSignals(False)
        self.nothing.setVisible(not rows)

    def choose(self, scenario_id: str) -> None:
        """Mark a scenario as chosen, without a wish; empty for none."""
        self._chosen = scenario_id
        now = self.list.currentItem()
        if scenario_id and now is not None and now.data(ID) == scenario_id:
            return  # it was clicked on: to scroll now would let the press select what comes to lie below it
        was = self.list.blockSignals(True)
        self.list.setCurrentRow(-1)
        for number in range(self.list.count()):
            item = self.list.item(number)
            if scenario_id and item.data(ID) == scenario_id:
                self.list.setCurrentItem(item)
        self.list.blockSignals(was)

    def _item(self, row: Row) -> QListWidgetItem:
        item = QListWidgetItem(row.title)
        item.setData(ID, row.id)
        item.setData(RAN, row.ran)
        font = QFont(self.font())
        if not row.id:
            font.setPixelSize(max(round(font.pixelSize() * 0.85), 11))
            font.setBold(True)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setForeground(self.palette().placeholderText())
            item.setSizeHint(QSize(0, 36))
            item.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        else:
            item.setToolTip(f"{row.title}\n{row.question}" + ("\nYou have run it." if row.ran else ""))
            said = f"{row.title}, run before" if row.ran else row.title
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        item.setFont(font)
        return item

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(ID) and item.data(ID) != self._chosen:
            self._chosen = item.data(ID)
            self.scenario_requested.emit(self._chosen)

    def _on_activated(self, item: QListWidgetItem) -> None:
        if item.data(ID):
            self.scenario_run_requested.emit(item.data(ID))

    def _enter_list(self) -> None:
        """From the box to what was found: the scenario that is chosen already, else the first."""
        self.list.setFocus()
        first = next((row for row in range(self.list.count()) if self.list.item(row).data(ID)), None)
        if self.list.currentRow() < 0 and first is not None:
            self.list.setCurrentRow(first)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in INTO_THE_LIST:
                self._enter_list()
                return True
            if event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
        return super().eventFilter(watched, event)


class _Ticked(QStyledItemDelegate):
    """A title in as many lines as it needs, two at most; a tick at the right edge of what was run."""

    def __init__(self, parent: QListWidget) -> None:
        super().__init__(parent)
        self._list = parent

    def _lines(self, text: str, font: QFont) -> list[str]:
        """The title as it is broken, with room for a tick: it stays as it is when the scenario has been run."""
        return broken(text, QFontMetrics(font), self._list.viewport().width() - TICK_PX - SIDES_PX)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:  # fmt: skip
        edge = QRect(option.rect)
        super().paint(painter, option, index)
        if not index.data(RAN):
            return
        edge.setLeft(edge.right() - TICK_PX)
        painter.save()
        painter.setPen(option.palette.placeholderText().color())
        painter.drawText(edge, Qt.AlignmentFlag.AlignCenter, TICK)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.data(ID):
            option.text = "\u2028".join(self._lines(option.text, option.font))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        if not index.data(ID):
            return super().sizeHint(option, index)
        metrics = QFontMetrics(index.data(Qt.ItemDataRole.FontRole))
        lines = len(self._lines(index.data(), index.data(Qt.ItemDataRole.FontRole)))
        return QSize(0, max(30, round(metrics.height() * 1.9)) + (lines - 1) * metrics.lineSpacing())


def broken(text: str, metrics: QFontMetrics, room: int) -> list[str]:
    """A text in one line or two, broken between words; what is too long even so is cut."""
    first, rest = "", text.split()
    while rest and (not first or metrics.horizontalAdvance(f"{first} {rest[0]}") <= room):
        first = f"{first} {rest.pop(0)}".strip()
    lines = (first, " ".join(rest)) if rest else (first,)
    fits = (metrics.horizontalAdvance(line) <= room for line in lines)
    return [line if whole else metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            for line, whole in zip(lines, fits, strict=True)]  # fmt: skip
