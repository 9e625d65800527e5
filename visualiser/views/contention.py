"""The table of what threads queued up for: locks, queues, GILs; a row leads to its longest wait."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from visualiser.viewmodels import ContentionModel
from visualiser.views.appearance import Appearance
from visualiser.views.icons import Icons
from visualiser.views.tables import close_button, dress_table, heading, table_view

EMPTY = "No thread of this run waited for a lock, a queue or the GIL."
NO_RUN = "Run a program, or open a run, to see what its threads wait for."


LEADS = "Click on a row to go to its longest wait."
PROCESS = 7


class ContentionView(QWidget):
    """Shows a ContentionModel. `row_requested(row)`: show that row's longest wait; `closed()`."""

    row_requested = Signal(int)
    closed = Signal()

    def __init__(self, model: ContentionModel, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._has_run = model, False
        self._note = QLabel(NO_RUN)
        self._note.setProperty("role", "muted")
        self.heading = heading("What threads waited for")
        self.close_button = close_button(icons, "waits")
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 0, 2)
        row.setSpacing(16)
        for widget in (self.heading, self._note):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.close_button)
        self.table = table_view(model, "What threads waited for", (240, 76, 92, 92, 92, 270, 270, 120), self)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        model.modelReset.connect(self._count)
        self._count()

    def set_has_run(self, has_run: bool) -> None:
        """Whether there is a run to speak of."""
        self._has_run = has_run
        self._count()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        dress_table(self.table, look)

    def _count(self) -> None:
        rows = self._model.rowCount()
        self._note.setText((EMPTY if self._has_run else NO_RUN) if not rows else LEADS)
        self.table.setVisible(rows > 0)
        self.table.setColumnHidden(PROCESS, len({self._model.text(row, PROCESS) for row in range(rows)}) < 2)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.row_requested.emit(index.row())
