"""The window that compares: what to compare at first, then all ways on one time scale, with a table and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visualiser.viewmodels import ComparedWays, Scene
from visualiser.views.appearance import Appearance
from visualiser.views.comparison_canvas import ScenePane, StackCanvas
from visualiser.views.comparison_choice import ComparisonChoice
from visualiser.views.legend import Legend

DOUBLE = "Wheel: zoom. Drag: move. Click: playhead in all runs. Double click: this run alone. Home: all of it."


class ComparisonWindow(QWidget):
    """Wishes: `compare_requested(CompareRequest)`, `cancel_requested()`, `save_requested()`, `run_requested(way)`: show
    that run alone; the canvas has wishes of its own."""

    compare_requested = Signal(object)
    cancel_requested = Signal()
    save_requested = Signal()
    run_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Compare — Interleave")
        self.choice = ComparisonChoice()
        self.canvas, self.legend = StackCanvas(), Legend()
        self.plot = ScenePane("Speed-up by number of workers")
        self.table = _table()
        self.pages = QStackedWidget()
        self._make_progress()
        self.pages.addWidget(self.choice)
        self.pages.addWidget(self._waiting)
        self.pages.addWidget(self._results())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.choice.compare_requested.connect(self.compare_requested)
        self.table.cellDoubleClicked.connect(lambda row, _: self.run_requested.emit(row))
        QShortcut(QKeySequence("Esc"), self, self._back)
        self.resize(QSize(1240, 880).boundedTo(self.screen().availableSize()))

    def show_choice(self) -> None:
        """Ask what to compare."""
        self.pages.setCurrentWidget(self.choice)
        self.choice.list.setFocus()

    def set_busy(self, busy: bool, has_result: bool) -> None:
        """While it measures, say so; afterwards what came of it, or ask again."""
        if busy:
            self.set_progress("Looking for the programs", 0, 0)
            self.pages.setCurrentWidget(self._waiting)
        elif self.pages.currentWidget() is self._waiting:
            self.pages.setCurrentWidget(self._result if has_result else self.choice)

    def set_progress(self, words: str, done: int, of: int) -> None:
        """Which run is made now: the one after `done` of `of`."""
        self._doing.setText(words)
        self._bar.setRange(0, of)
        self._bar.setValue(done)

    def show_problem(self, sentence: str) -> None:
        """Say why nothing came of it, where it is chosen."""
        self.pages.setCurrentWidget(self.choice)
        self.choice.show_problem(sentence)

    def set_plot(self, plot: Scene | None) -> None:
        """The plot of speed-up by workers; None where there is nothing to plot."""
        self.plot.set_scene(plot)
        self.plot.setVisible(plot is not None)

    def show_result(self, result: ComparedWays) -> None:
        """The words and the table; canvas and plot are told by themselves."""
        first, *more = result.stacked.notes or ("",)
        self._title.setText(result.stacked.title)
        self._headline.setText(first)
        self._notes.setText("\n".join([result.stacked.subtitle, *more, *result.skipped]))
        _fill(self.table, result.head, result.rows)
        self.pages.setCurrentWidget(self._result)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        for pane in (self.canvas, self.plot, self.legend):
            pane.set_look(look)
        self.setStyleSheet(f"ComparisonWindow {{ background: {look.name('surface')}; }}")

    # --- inner -------------------------------------------------------------------------------------------------------

    def _make_progress(self) -> None:
        self._waiting = QWidget()
        self._doing, self._bar = QLabel(), QProgressBar()
        self._doing.setProperty("role", "heading")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(360)
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.clicked.connect(self.cancel_requested)
        note = QLabel("Leave the machine alone meanwhile: what else computes makes the times say less.")
        note.setProperty("role", "muted")
        column = QVBoxLayout(self._waiting)
        column.setSpacing(16)
        column.addStretch(1)
        for widget in (self._doing, self._bar, note, self.cancel_button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def _results(self) -> QWidget:
        self._result = QWidget()
        self._title, self._headline, self._notes = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._headline.setProperty("role", "heading")
        self._notes.setProperty("role", "muted")
        for label in (self._title, self._headline, self._notes):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QWidget()
        pictures = QVBoxLayout(inside)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(0)
        pictures.addWidget(self.canvas)
        pictures.addWidget(self.plot)
        pictures.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        column = QVBoxLayout(self._result)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(8)
        column.addLayout(self._head_row())
        column.addWidget(self._notes)
        column.addWidget(self.legend)
        column.addWidget(area, 1)
        hint = QLabel(DOUBLE)
        hint.setProperty("role", "muted")
        column.addWidget(hint)
        column.addWidget(self.table)
        return self._result

    def _head_row(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._headline)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(words, 1)
        self.again_button, self.save_button = QPushButton("Compare something else"), QPushButton("Save picture …")
        self.save_button.setProperty("primary", True)
        self.again_button.clicked.connect(self.show_choice)
        self.save_button.clicked.connect(self.save_requested)
        for button in (self.again_button, self.save_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _back(self) -> None:
        if self.pages.currentWidget() is self._waiting:
            self.cancel_requested.emit()
        elif self.pages.currentWidget() is self._result:
            self.show_choice()
        else:
            self.close()

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        self.cancel_requested.emit()
        super().closeEvent(event)


def _table() -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName("Figures of all ways")
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.setToolTip("Times are medians of all runs; from “on CPU” on, of the run in the middle")
    return table


def _fill(table: QTableWidget, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table.setColumnCount(len(head))
    table.setRowCount(len(rows))
    table.setHorizontalHeaderLabels([head[0] or "way", *head[1:]])
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(place, column, item)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(False)
    table.resizeRowsToContents()
    shown = min(len(rows), 6)
    height = header.sizeHint().height() + sum(table.rowHeight(row) for row in range(shown)) + 8
    table.setFixedHeight(height)


def ask_runs(parent: QWidget, folder: str) -> list[str]:
    """Which saved runs to compare; empty when none were chosen."""
    paths, _ = QFileDialog.getOpenFileNames(parent, "Saved runs to compare", folder, "Saved runs (*.ilv *.json *.gz)")
    return paths


def ask_picture_place(parent: QWidget, folder: str) -> str:
    """Where to save the picture; empty when nowhere."""
    suggestion = str(Path(folder or Path.home()) / "comparison.png")
    path, _ = QFileDialog.getSaveFileName(parent, "Save picture", suggestion, "Pictures (*.png *.svg *.pdf)")
    return path if not path or Path(path).suffix else f"{path}.png"
