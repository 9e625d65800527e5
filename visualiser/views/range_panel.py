"""The totals of a selected range: per thread and state, how many ran at once, hand-overs; to be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visualiser.viewmodels import STATE_LOOKS, STATE_NAMES, RangeTotals, ThreadTotals, duration
from visualiser.views.appearance import Appearance
from visualiser.views.tables import SWATCH, dress_table

EMPTY = "Hold Shift and drag over the timeline to measure a stretch of time."
WIDEST_NAME = 200
MOST_THREADS = 500
"""Threads that are listed; the copied table has all of them."""


class RangePanel(QWidget):
    """Shows `RangeTotals`, and copies them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._totals: RangeTotals | None = None
        self._look: Appearance | None = None
        self._title, self._facts, self._note = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "heading")
        for label in (self._title, self._facts, self._note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._note.setProperty("role", "muted")
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = QTableWidget()
        self.table.setAccessibleName("Time per thread and state in the range")
        self.table.setMinimumHeight(60)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.text_button = QPushButton("Copy as text")
        self.csv_button = QPushButton("Copy as CSV")
        self.text_button.setToolTip("Copy these totals as text, in columns")
        self.csv_button.setToolTip("Copy these totals as a table for a spreadsheet, in nanoseconds")
        self.text_button.clicked.connect(self.copy_text)
        self.csv_button.clicked.connect(self.copy_csv)
        self._lay_out()
        self.set_totals(None)

    @property
    def totals(self) -> RangeTotals | None:
        """What is shown."""
        return self._totals

    def set_totals(self, totals: RangeTotals | None) -> None:
        """Show these; None: say how to select a range."""
        self._totals = totals
        for widget in (self._facts, self.table, self.text_button, self.csv_button):
            widget.setVisible(totals is not None)
        self._note.setVisible(totals is None)
        self._title.setVisible(totals is not None)
        if totals is None:
            self._note.setText(EMPTY)
            return
        begin, end = totals.moments
        self._title.setText(f"{duration(totals.length_ns)}, from {begin} to {end}")
        self._facts.setText("\n".join(f"{what}: {value}" for what, value in totals.facts()))
        self._fill(totals)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        dress_table(self.table, look)
        if self._totals is not None:
            self._fill(self._totals)

    def copy_text(self) -> None:
        """Put the totals onto the clipboard, as text."""
        if self._totals is not None:
            QGuiApplication.clipboard().setText(self._totals.text())

    def copy_csv(self) -> None:
        """The same as CSV."""
        if self._totals is not None:
            QGuiApplication.clipboard().setText(self._totals.csv())

    # --- inner -------------------------------------------------------------------------------------------------------

    def _fill(self, totals: RangeTotals) -> None:
        shown = sorted((state for state, total in enumerate(totals.states) if total),
                       key=lambda state: -(totals.states[state] or 0))  # fmt: skip
        rows = totals.threads[:MOST_THREADS]
        self.table.setColumnCount(1 + len(shown))
        self.table.setRowCount(len(rows) + 1)
        self.table.setHorizontalHeaderLabels(["Thread", *(STATE_NAMES[state] for state in shown)])
        several = len({one.pid for one in totals.threads}) > 1
        for row, one in enumerate(rows, 1):
            self._put(row, 0, _name(one) if several else one.name)
            for column, state in enumerate(shown):
                self._put(row, column + 1, _words(one.states[state], one.alive_ns))
        self._put(0, 0, "All")
        for column, state in enumerate(shown):
            self._put(0, column + 1, _words(totals.states[state]))
        for column, state in enumerate(shown):
            item = self.table.horizontalHeaderItem(column + 1)
            if item is None:
                continue
            item.setToolTip(f"{STATE_LOOKS[state].letter}: {STATE_LOOKS[state].words}")
            if self._look is not None:
                item.setIcon(_swatch(self._look.theme.colour(f"state/{state}"), self.devicePixelRatioF()))
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(0, min(self.table.columnWidth(0), WIDEST_NAME))

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        right = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(right | Qt.AlignmentFlag.AlignVCenter)
        header = self.table.horizontalHeaderItem(column)
        said = f"{header.text()}: {text or 'none'}" if header is not None else text
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        self.table.setItem(row, column, item)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.text_button, self.csv_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        for widget in (self._note, self._title, self._facts):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        column.addStretch(0)


def _name(one: ThreadTotals) -> str:
    """A thread of one of several processes."""
    return f"{one.process} ({one.pid})" if one.name == "MainThread" else f"{one.process} ({one.pid}) / {one.name}"


def _swatch(colour: QColor, scale: float) -> QIcon:
    """A square in a state's colour: a header draws icons only."""
    square = QPixmap(round(SWATCH * scale), round(SWATCH * scale))
    square.setDevicePixelRatio(scale)
    square.fill(colour)
    return QIcon(square)


def _words(ns: int | None, of: int = 0) -> str:
    if ns is None:
        return "unknown"
    return duration(ns) if ns or not of else ""
