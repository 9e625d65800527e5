"""The same run as a table: the spans in view, filtered and sorted, in step with what the timeline has selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from visualiser.viewmodels import STATE_LOOKS, STATE_NAMES, SpanFilter, SpanTableModel, parse_duration
from visualiser.views.appearance import Appearance
from visualiser.views.icons import Icons
from visualiser.views.tables import StateDelegate, close_button, dress_table, heading, table_view

PROCESS_COLUMN, STATE_COLUMN = 2, 4
WIDTHS = (128, 92, 150, 170, 112, 92, 330, 140, 56)
MENU_BUTTON = (
    "QToolButton { padding-right: 22px; } "
    "QToolButton::menu-indicator { subcontrol-origin: padding; subcontrol-position: center right; right: 6px; }"
)
ANY_STATE, ANY_PROCESS, ANY_THREAD = "Every state", "Every process", "Every thread"


class SpanTableView(QWidget):
    """Shows a SpanTableModel. `filter_requested(SpanFilter)`; `span_requested(row)`: select that row's span;
    `closed()`.
    """

    filter_requested = Signal(object)
    span_requested = Signal(int)
    closed = Signal()

    def __init__(self, model: SpanTableModel, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.table = table_view(model, "Spans in view", WIDTHS, self)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self._delegate = StateDelegate(self.table)
        self.table.setItemDelegateForColumn(STATE_COLUMN, self._delegate)
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self.table.clicked.connect(lambda index: self.span_requested.emit(index.row()))
        self._follows = False
        self._make_filter()
        self._note = QLabel()
        self._note.setProperty("role", "muted")
        self.heading = heading("Spans in view")
        self.close_button = close_button(icons, "spans")
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 0, 2)
        row.setSpacing(8)
        for widget in (
            self.heading,
            self.states,
            self.processes,
            self.threads,
            self._least_label,
            self.least,
            self.clear_button,
        ):
            row.addWidget(widget)
        row.addWidget(self._note, 1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        model.modelReset.connect(self._count)
        self._count()

    def set_lives(self, processes: Sequence[str], threads: Sequence[str]) -> None:
        """The processes and threads there are, by index, to filter by; what was chosen stays chosen."""
        for box, first, names in ((self.processes, ANY_PROCESS, processes), (self.threads, ANY_THREAD, threads)):
            if [box.itemText(number) for number in range(1, box.count())] == list(names):
                continue
            chosen = box.currentIndex()
            with QSignalBlocker(box):
                box.clear()
                box.addItems([first, *names])
                box.setCurrentIndex(chosen if 0 <= chosen <= len(names) else 0)
        self.processes.setVisible(len(processes) > 1)
        self.table.setColumnHidden(PROCESS_COLUMN, len(processes) < 2)

    def set_current(self, row: int | None) -> None:
        """The timeline has selected the span in this row; None: it is not in the table."""
        self._follows = True
        selection = self.table.selectionModel()
        if row is None:
            selection.clear()
        elif row != self.table.currentIndex().row() or not selection.hasSelection():
            index = self._model.index(row, max(self.table.currentIndex().column(), 0))
            select = QItemSelectionModel.SelectionFlag
            selection.setCurrentIndex(index, select.ClearAndSelect | select.Rows)
            self.table.scrollTo(index)
        self._follows = False

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._delegate.look = look
        dress_table(self.table, look)

    @property
    def filter(self) -> SpanFilter:
        """What is chosen."""
        states = frozenset(number for number, action in enumerate(self.state_actions) if action.isChecked())
        thread, process = self.threads.currentIndex() - 1, self.processes.currentIndex() - 1
        return SpanFilter(
            states=states or None,
            threads=frozenset({thread}) if thread >= 0 else None,
            processes=frozenset({process}) if process >= 0 else None,
            least_ns=self._least_ns() or 0,
        )

    def clear_filter(self) -> None:
        """Show every span again."""
        for action in self.state_actions:
            with QSignalBlocker(action):
                action.setChecked(False)
        for box in (self.threads, self.processes):
            with QSignalBlocker(box):
                box.setCurrentIndex(0)
        with QSignalBlocker(self.least):
            self.least.clear()
        self._on_filter()

    def forget_lives(self) -> None:
        """Another run: its processes and threads are others, and those chosen are gone."""
        if self.threads.currentIndex() > 0 or self.processes.currentIndex() > 0:
            for box in (self.threads, self.processes):
                with QSignalBlocker(box):
                    box.setCurrentIndex(0)
            self._on_filter()

    # --- inner -------------------------------------------------------------------------------------------------------

    def _make_filter(self) -> None:
        self.states = QToolButton()
        self.states.setText(ANY_STATE)
        self.states.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.states.setStyleSheet(MENU_BUTTON)
        self.states.setAccessibleName("Only these states")
        self.states.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.states)
        self.state_actions = [
            _checkable(menu, f"{one.letter} {name}") for one, name in zip(STATE_LOOKS, STATE_NAMES, strict=True)
        ]
        for action in self.state_actions:
            action.toggled.connect(self._on_filter)
        self.states.setMenu(menu)
        self.processes, self.threads = QComboBox(), QComboBox()
        for box, name, first in ((self.processes, "Only this process", ANY_PROCESS),
                                 (self.threads, "Only this thread", ANY_THREAD)):  # fmt: skip
            box.setAccessibleName(name)
            box.addItem(first)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(200)
            box.currentIndexChanged.connect(self._on_filter)
        self._least_label = QLabel("at least")
        self.least = QLineEdit()
        self.least.setAccessibleName("Only spans at least this long")
        self.least.setPlaceholderText("1 ms")
        self.least.setMaximumWidth(90)
        self._least_label.setBuddy(self.least)
        self._soon = QTimer(self, singleShot=True, interval=250)
        self._soon.setObjectName("filter")
        self._soon.timeout.connect(self._on_filter)
        self.least.textChanged.connect(lambda _: self._soon.start())
        self.clear_button = QToolButton()
        self.clear_button.setText("Clear")
        self.clear_button.setToolTip("Show every span in view again")
        self.clear_button.clicked.connect(self.clear_filter)

    def _least_ns(self) -> int | None:
        """The least length; None where what was typed is no time."""
        text = self.least.text().strip()
        if not text:
            return 0
        try:
            return parse_duration(text)
        except ValueError:
            return None

    def _on_filter(self, _: object = None) -> None:
        self._soon.stop()
        names = [name for name, action in zip(STATE_NAMES, self.state_actions, strict=True) if action.isChecked()]
        self.states.setText(ANY_STATE if not names else ", ".join(names) if len(names) < 4 else f"{len(names)} states")
        self.filter_requested.emit(self.filter)
        self._count()

    def _count(self) -> None:
        wrong = self._least_ns() is None
        self._note.setText("Write a length as 100us, 1 ms or 1.5s." if wrong else self._model.note)
        self.clear_button.setEnabled(not self.filter.is_off)

    def _on_current(self, current: QModelIndex, _: QModelIndex) -> None:
        if not self._follows and current.isValid():
            self.span_requested.emit(current.row())


def _checkable(menu: QMenu, name: str) -> QAction:
    action = menu.addAction(name)
    action.setCheckable(True)
    return action
