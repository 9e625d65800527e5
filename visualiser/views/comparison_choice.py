"""The page on which the user chooses what to compare: a list, values of parameters, interpreters, how many runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visualiser.viewmodels import CompareOffer, CompareRequest
from visualiser.views.number_boxes import WholeNumberBox

HINT = "WORKERS=1,2,4"
FEW, USUAL, MOST = 1, 3, 100
ROW = 32
"""Height of an offer, pixels."""


class ComparisonChoice(QWidget):
    """Wish: `compare_requested(CompareRequest)`."""

    compare_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: Sequence[CompareOffer] = ()
        self.list, self.pythons = QListWidget(), QListWidget()
        self.list.setAccessibleName("What to compare")
        self.pythons.setAccessibleName("Interpreters")
        self.pythons.setMaximumHeight(150)
        self.values_edit, self.repeats_spin = QLineEdit(), WholeNumberBox()
        self.values_edit.setPlaceholderText(HINT)
        self.repeats_spin.setRange(FEW, MOST)
        self.repeats_spin.setValue(USUAL)
        self.repeats_spin.setSuffix(" of each way, in turns")
        self.start_button = QPushButton("Compare")
        self.start_button.setProperty("primary", True)
        self.start_button.setDefault(True)
        self._says, self._problem = QLabel(), QLabel()
        self._says.setProperty("role", "heading")
        self._lay_out()
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemActivated.connect(lambda _: self._start())
        self.start_button.clicked.connect(self._start)
        self.values_edit.returnPressed.connect(self._start)
        self._on_row(-1)

    def set_offers(self, offers: Sequence[CompareOffer]) -> None:
        """What there is to compare; the first one is chosen."""
        self._offers = offers
        self.list.clear()
        for offer in offers:
            item = QListWidgetItem(offer.title, self.list)
            item.setToolTip(offer.says)
            item.setSizeHint(QSize(0, ROW))
        self.list.setCurrentRow(0 if offers else -1)
        self.show_problem("")

    def choose(self, key: str) -> None:
        """Choose the offer of that key."""
        for row, offer in enumerate(self._offers):
            if offer.key == key:
                self.list.setCurrentRow(row)
                return

    def set_pythons(self, known: Sequence[tuple[str, str]]) -> None:
        """The interpreters that were found: (executable, label), this app's own first; what is ticked stays so."""
        ticked = set(self._ticked())
        self.pythons.clear()
        for executable, label in known:
            item = QListWidgetItem(f"Python {label}" if label[:1].isdigit() else label.capitalize(), self.pythons)
            item.setData(Qt.ItemDataRole.UserRole, executable)
            item.setToolTip(executable)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if executable in ticked else Qt.CheckState.Unchecked)

    def show_problem(self, sentence: str) -> None:
        """What was wrong with the choice; empty takes it away."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    @property
    def request(self) -> CompareRequest | None:
        """What is chosen now."""
        row = self.list.currentRow()
        if not 0 <= row < len(self._offers):
            return None
        offer = self._offers[row]
        texts = self.values_edit.text().replace(";", " ").split() if offer.takes_values else []
        return CompareRequest(offer, tuple(texts), tuple(self._ticked()) if offer.runs else (),
                              self.repeats_spin.value())  # fmt: skip

    # --- inner -------------------------------------------------------------------------------------------------------

    def _ticked(self) -> list[str]:
        items = (self.pythons.item(row) for row in range(self.pythons.count()))
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in items
                if item.checkState() == Qt.CheckState.Checked]  # fmt: skip

    def _on_row(self, row: int) -> None:
        offer = self._offers[row] if 0 <= row < len(self._offers) else None
        self._says.setText(offer.says if offer is not None else "")
        self._how.setVisible(offer is not None and offer.runs)
        self.values_edit.setEnabled(offer is not None and offer.takes_values)
        self.start_button.setEnabled(offer is not None)

    def _start(self) -> None:
        request = self.request
        if request is not None:
            self.show_problem("")
            self.compare_requested.emit(request)

    def _lay_out(self) -> None:
        title = QLabel("Do the same work several ways")
        title.setProperty("role", "title")
        for label in (self._says, self._problem):
            label.setWordWrap(True)
        self._problem.setProperty("role", "heading")
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._how = QWidget()
        form = QFormLayout(self._how)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        self.values_edit.setAccessibleName("Values")
        self.repeats_spin.setAccessibleName("Runs")
        form.addRow("&Values", self.values_edit)
        form.addRow("&Runs", self.repeats_spin)
        form.addRow("&Pythons", self.pythons)
        note = QLabel("Tick several to compare them; none: this app's own.")
        note.setProperty("role", "muted")
        form.addRow("", note)
        right = QVBoxLayout()
        right.setSpacing(16)
        for widget in (self._says, self._how, self._problem):
            right.addWidget(widget)
        right.addStretch(1)
        right.addWidget(self.start_button, 0, Qt.AlignmentFlag.AlignRight)
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addWidget(self.list, 1)
        across.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(title)
        column.addLayout(across, 1)
