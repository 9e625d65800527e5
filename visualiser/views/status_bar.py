"""The line at the bottom of the window: what is going on, messages, the run's numbers and how they were obtained."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from visualiser.viewmodels import Status
from visualiser.views.elided import ElidedLabel

LEAST_SOURCES, WIDEST = 80, (1 << 24) - 1
"""Pixels that the words on how the facts were obtained may take, while a message is shown and else."""


class StatusBar(QStatusBar):
    """Wish: `level_requested()`: how a run could be observed better."""

    level_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(12, 0, 12, 0)
        self._doing, self._numbers, self._sources = QLabel(), QLabel(), ElidedLabel()
        self._numbers.setObjectName("numbers")
        self._doing.setAccessibleName("What is going on")
        self._numbers.setAccessibleName("Numbers of the run")
        self._sources.setAccessibleName("How the facts were obtained")
        self._progress = _progress()
        self.level_button = _level_button()
        self.level_button.clicked.connect(self.level_requested)
        self.addWidget(self._progress)
        self.addWidget(self._doing)
        for widget in (self._numbers, self._sources, self.level_button):
            self.addPermanentWidget(widget)
        self.messageChanged.connect(self._make_room)

    def set_numbers(self, status: Status, sources: str, improvable: bool = False) -> None:
        """The numbers of the run, and how they were obtained; `improvable`: there is a way to obtain better ones."""
        self._numbers.setText(status.numbers)
        self._numbers.setToolTip(status.lost)
        self._sources.setText(sources)
        self._sources.setToolTip(sources)
        self._sources.setVisible(bool(sources))
        self.level_button.setVisible(improvable)

    def set_doing(self, words: str) -> None:
        """What is going on; empty when nothing is. What was said before is past, and would lie below it."""
        if words:
            self.clearMessage()
        self._doing.setText(words)
        self._doing.setMinimumWidth(self._doing.sizeHint().width() if words else 0)
        self._progress.setVisible(bool(words))

    def _make_room(self, message: str) -> None:
        """A message is read whole; how the facts were obtained can be read afterwards."""
        taken = self.fontMetrics().horizontalAdvance(message) + self._numbers.sizeHint().width() + 60
        taken += self.level_button.sizeHint().width() if self.level_button.isVisible() else 0
        room = max(self.window().width() - taken, LEAST_SOURCES) if message else WIDEST
        self._sources.setMaximumWidth(room)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sources.updateGeometry()


def _progress() -> QProgressBar:
    """Moves as long as something goes on, which may take any time."""
    made = QProgressBar()
    made.setRange(0, 0)
    made.setFixedWidth(80)
    made.setTextVisible(False)
    made.setAccessibleName("Something is going on")
    made.hide()
    return made


def _level_button() -> QToolButton:
    made = QToolButton()
    made.setText("Why? …")
    made.setToolTip("What kept this run from being observed more exactly, or cheaper, and what to do about it")
    made.hide()
    return made
