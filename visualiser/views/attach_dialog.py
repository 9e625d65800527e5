"""Asks which running process to watch, and for how long."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visualiser.views.number_boxes import WholeNumberBox

NOBODY = "No Python program of yours is running now, beside this one. Start one, and come again."
WHAT = "The process is watched from outside and goes on unharmed. From Python 3.14 on its calls are recorded too."
LONGEST, USUAL = 600, 5


class AttachDialog(QDialog):
    """A list of processes, and a number of seconds. `rows`: (pid, words)."""

    def __init__(self, rows: Sequence[tuple[int, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Attach to a process")
        self.list = QListWidget()
        self.list.setAccessibleName("Python processes")
        self.list.setSpacing(4)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for pid, words in rows:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, pid)
            item.setToolTip(words)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.seconds_spin = WholeNumberBox()
        self.seconds_spin.setRange(1, LONGEST)
        self.seconds_spin.setValue(USUAL)
        self.seconds_spin.setSuffix(" s")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._lay_out(bool(rows))

    @property
    def choice(self) -> tuple[int, int] | None:
        """The process and the seconds; None when there is nobody to choose."""
        item = self.list.currentItem()
        return (int(item.data(Qt.ItemDataRole.UserRole)), self.seconds_spin.value()) if item is not None else None

    def _lay_out(self, some: bool) -> None:
        note = QLabel(WHAT if some else NOBODY)
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        watch = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        watch.setText("Watch")
        watch.setEnabled(some)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.list.itemDoubleClicked.connect(self.accept)
        form = QFormLayout()
        form.addRow("For", self.seconds_spin)
        layout = QVBoxLayout(self)
        for part in (note, self.list):
            layout.addWidget(part)
        layout.addLayout(form)
        layout.addWidget(self.buttons)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(560, 360)
