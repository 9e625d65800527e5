"""The program's output: one line per write with its moment, its thread and whether it went to stderr.

A table and not a list view: a table whose rows are all of one height asks only for those it shows, also when a million
have been inserted.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from visualiser.viewmodels import LINE_ROLE, TIME_ROLE, OutputLine, OutputModel
from visualiser.views.appearance import Appearance

Index = QModelIndex | QPersistentModelIndex
MARGIN = 8
SHORT_NAME, LONG_NAME, ROOMY = 16, 26, 80
"""Digits that the names of threads have; the longer ones in a list that is so many digits wide."""


class OutputView(QFrame):
    """Shows an OutputModel. `seek_requested(t)`: the user chose a line; t in ns."""

    seek_requested = Signal(object)

    def __init__(self, model: OutputModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._heading = QLabel("Program output")
        self._heading.setProperty("role", "heading")
        self._note = QLabel("Nothing printed yet.")
        self._note.setProperty("role", "muted")
        self.table = _Table(model)
        self.table.setAccessibleName("Program output")
        self._delegate = OutputDelegate(self.table)
        self.table.setItemDelegate(self._delegate)
        self.table.clicked.connect(self._on_chosen)
        self.table.activated.connect(self._on_chosen)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 0)
        head.addWidget(self._heading)
        head.addWidget(self._note)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        for signal in (model.rowsInserted, model.modelReset):
            signal.connect(self._count)

    def set_playhead(self, t: int) -> None:
        """Mark the last line written at `t` or before, and bring it into sight."""
        row = self._model.row_at(t)
        if row != self.table.currentIndex().row():
            index = self._model.index(row, 0) if row >= 0 else QModelIndex()
            self.table.setCurrentIndex(index)
            if row >= 0:
                self.table.scrollTo(index)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._delegate.look = look
        self.table.set_row_height(self._delegate.row_height())

    def _count(self) -> None:
        rows = self._model.rowCount()
        self._note.setText(f"{rows:,}".replace(",", "\u202f") + (" line" if rows == 1 else " lines") if rows else
                           "Nothing printed yet.")  # fmt: skip

    def _on_chosen(self, index: QModelIndex) -> None:
        t = index.data(TIME_ROLE)
        if t is not None:
            self.seek_requested.emit(t)


class _Table(QTableView):
    def __init__(self, model: OutputModel) -> None:
        super().__init__()
        self.setModel(model)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)

    def set_row_height(self, height: int) -> None:
        """All rows, now and later, have this height."""
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)


class OutputDelegate(QStyledItemDelegate):
    """Paints: swatch, moment, thread, `stderr` where it is that, and the text."""

    look: Appearance | None = None

    def row_height(self) -> int:
        """Enough for a line of the code's font."""
        size = self.look.pixels(13) if self.look else 13
        return max(24, round(size * 1.8))

    def _font(self) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self.look.pixels(12) if self.look else 12)
        return font

    def _draw(self, painter: QPainter, look: Appearance, line: OutputLine, rect: QRect) -> None:
        font = self._font()
        painter.setFont(font)
        metrics = QFontMetrics(font)
        size = metrics.ascent() - 1
        x, y = rect.left() + MARGIN, rect.center().y() - size // 2
        painter.fillRect(x, y, size, size, look.theme.colour(f"thread/{line.thread}"))
        x += size + MARGIN
        digit = metrics.horizontalAdvance("0")
        name = LONG_NAME if rect.width() >= ROOMY * digit else SHORT_NAME
        columns = [(line.time, 13, "muted"), (line.name, name, "text")]
        columns += [("stderr", 7, "bad")] if line.stderr else []
        for text, width, role in columns:
            room = QRect(x, rect.top(), width * digit, rect.height())
            painter.setPen(look.colour(role))
            align = Qt.AlignmentFlag.AlignVCenter | (
                Qt.AlignmentFlag.AlignRight if role == "muted" else Qt.AlignmentFlag.AlignLeft
            )
            painter.drawText(room, align, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width()))
            x += room.width() + 2 * MARGIN
        painter.setPen(look.colour("text"))
        room = QRect(x, rect.top(), max(rect.right() - x - MARGIN, 0), rect.height())
        words = metrics.elidedText(line.text[:2000], Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(LINE_ROLE)
        look = self.look
        if look is None or not isinstance(line, OutputLine):
            return
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("selection"))
        self._draw(painter, look, line, rect)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self.row_height())
