"""The search bar above the timeline: type, go from hit to hit, close."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from visualiser.viewmodels import SearchState
from visualiser.views.elided import ElidedLabel
from visualiser.views.icons import Icons

PLACEHOLDER = "Find a thread, function, file, lock, output or state"


class SearchBar(QFrame):
    """Wishes: `typed(words)`, `next_requested()`, `previous_requested()`, `closed()`."""

    typed = Signal(str)
    next_requested = Signal()
    previous_requested = Signal()
    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(PLACEHOLDER)
        self.edit.setAccessibleName("Find in this run")
        self.edit.setClearButtonEnabled(True)
        self.edit.setMinimumWidth(220)
        self.edit.textChanged.connect(self.typed)
        self.edit.installEventFilter(self)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.found = ElidedLabel()
        self.found.setProperty("role", "muted")
        self.found.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.previous_button = _button(icons, "up", "Previous hit (Shift+Enter)")
        self.next_button = _button(icons, "down", "Next hit (Enter)")
        self.close_button = _button(icons, "close", "Close the search (Esc)")
        self.previous_button.clicked.connect(self.previous_requested)
        self.next_button.clicked.connect(self.next_requested)
        self.close_button.clicked.connect(self.shut)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.edit, 2)
        for widget in (self.previous_button, self.next_button, self.count):
            row.addWidget(widget)
        row.addWidget(self.found, 3)
        row.addWidget(self.close_button)
        self.hide()

    def open(self) -> None:
        """Show it, ready to be typed into."""
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def shut(self) -> None:
        """Put it away; what was typed stays for the next time."""
        self.hide()
        self.closed.emit()

    def set_state(self, state: SearchState) -> None:
        """How many there are, and where one stands."""
        self.count.setText(state.count_text)
        self.found.setText(state.found)
        self.found.setToolTip(state.found)
        for button in (self.previous_button, self.next_button):
            button.setEnabled(state.hits > 0)
        self.edit.setAccessibleDescription(" ".join((state.count_text, state.found)).strip())

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, back = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                (self.previous_requested if back else self.next_requested).emit()
                return True
            if key == Qt.Key.Key_Escape:
                self.shut()
                return True
        return super().eventFilter(watched, event)


def _button(icons: Icons, icon: str, tip: str) -> QToolButton:
    button = QToolButton()
    icons.put(button, icon)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    button.setMinimumSize(28, 28)
    return button
