"""The list of scenarios under their groups, with a filter above it and the way to the user's own programs below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from visualiser.viewmodels import Row
from visualiser.views.icons import Icons

ID = Qt.ItemDataRole.UserRole


class Sidebar(QWidget):
    """Wishes: `filter_requested(str)`, `scenario_requested(id)`, `scenario_run_requested(id)`, `open_requested()`."""

    filter_requested = Signal(str)
    scenario_requested = Signal(str)
    scenario_run_requested = Signal(str)
    open_requested = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = ""
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Find a scenario")
        self._filter.setAccessibleName("Find a scenario")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self.filter_requested)
        self.list = QListWidget()
        self.list.setAccessibleName("Scenarios")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
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
        for widget in (self._filter, self.nothing, self.list, open_button):
            column.addWidget(widget)
        column.setStretch(2, 1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the chosen scenario stays chosen if it is among them."""
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            self.list.addItem(self._item(row))
        self.choose(self._chosen)
        self.list.blockSignals(False)
        self.nothing.setVisible(not rows)

    def choose(self, scenario_id: str) -> None:
        """Mark a scenario as chosen, without a wish; empty for none."""
        self._chosen = scenario_id
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
        font = QFont(self.font())
        if not row.id:
            font.setPixelSize(max(round(font.pixelSize() * 0.85), 11))
            font.setBold(True)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setForeground(self.palette().placeholderText())
            item.setSizeHint(QSize(0, 36))
            item.setTextAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        else:
            item.setToolTip(row.question)
            item.setSizeHint(QSize(0, max(30, round(font.pixelSize() * 2.3))))
        item.setFont(font)
        return item

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(ID) and item.data(ID) != self._chosen:
            self._chosen = item.data(ID)
            self.scenario_requested.emit(self._chosen)

    def _on_activated(self, item: QListWidgetItem) -> None:
        if item.data(ID):
            self.scenario_run_requested.emit(item.data(ID))
