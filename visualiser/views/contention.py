"""The table of what threads queued up for: locks, queues, GILs; a row leads to its longest wait."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visualiser.viewmodels import ContentionModel
from visualiser.views.appearance import Appearance
from visualiser.views.tables import dress_table, table_view

EMPTY = "No thread of this run waited for a lock, a queue or the GIL."
NO_RUN = "Run a program, or open a run, to see what its threads wait for."


class ContentionView(QWidget):
    """Shows a ContentionModel. `row_requested(row)`: show that row's longest wait."""

    row_requested = Signal(int)

    def __init__(self, model: ContentionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._note = QLabel(NO_RUN)
        self._note.setProperty("role", "muted")
        self._note.setContentsMargins(16, 12, 16, 12)
        self.table = table_view(model, "What threads waited for", (240, 64, 84, 84, 72, 240, 240, 120), self)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(0)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)
        model.modelReset.connect(self._count)
        self._count()

    def set_has_run(self, has_run: bool) -> None:
        """Whether there is a run to speak of."""
        self._note.setText(EMPTY if has_run else NO_RUN)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        dress_table(self.table, look)

    def _count(self) -> None:
        rows = self._model.rowCount()
        self._note.setVisible(not rows)
        self.table.setVisible(rows > 0)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.row_requested.emit(index.row())
