"""A message across the top of the window, in plain sentences, that stays until it is closed or the next run begins."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from visualiser.views.icons import Icons


class Banner(QFrame):
    """Shows one message. `dismissed()`: the user closed it; `show_requested()`: the user wants to see the place it is
    about."""

    dismissed = Signal()
    show_requested = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._command = ""
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setAccessibleName("Message")
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.close_button = close = QToolButton()
        icons.put(close, "close")
        close.setAccessibleName("Close the message")
        close.setToolTip("Close the message")
        close.clicked.connect(self._on_close)
        self.show_button = QPushButton("Show")
        self.show_button.setToolTip("Put the playhead and the view there")
        self.show_button.clicked.connect(self.show_requested)
        self.copy_button = QPushButton("Copy command")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._command))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.addWidget(self._text)
        for button in (self.show_button, self.copy_button, close):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty when it is hidden."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def shown_format(self) -> Qt.TextFormat:
        """Whether words are taken as they are."""
        return self._text.textFormat()

    def tell(self, text: str, bad: bool = False, shows: bool = False, command: str = "") -> None:
        """Show a message; an empty one hides the banner. `bad`: something went wrong (said by its words too); `shows`:
        it is about a place that can be shown; `command`: can be copied."""
        self._text.setText(text)
        self._command = command
        self.show_button.setVisible(shows)
        self.copy_button.setVisible(bool(command))
        self.copy_button.setToolTip(command)
        self.setProperty("bad", bad)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setVisible(bool(text))

    def _on_close(self) -> None:
        self.tell("")
        self.dismissed.emit()
