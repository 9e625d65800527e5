"""The line above the timeline that says what a filter lets through, while there is one, and lets go of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from visualiser.views.elided import ElidedLabel


class FilterBar(QFrame):
    """Shows words; hidden without. Wish: `clear_requested()`."""

    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.words = ElidedLabel()
        self.words.setAccessibleName("Filter")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.clear_button = QPushButton("Show everything")
        self.clear_button.setToolTip("Clear the filter (Shift+Esc on the timeline)")
        self.clear_button.clicked.connect(self.clear_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.clear_button)
        self.hide()

    def set_words(self, words: str) -> None:
        """What the filter lets through; empty: there is none."""
        self.words.setText(words)
        self.words.setToolTip(words)
        self.setVisible(bool(words))
