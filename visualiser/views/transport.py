"""The player's buttons: to the start, event by event, play, to the end, how fast, and the moment in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMargins, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from visualiser.viewmodels import SPEEDS, speed_words
from visualiser.views.flow import FlowLayout
from visualiser.views.icons import Icons

LONG, SHORT = "Hand-over", "GIL"


class Transport(QFrame):
    """Wishes: `command_requested(id of a command)`, `speed_requested(float)`."""

    command_requested = Signal(str)
    speed_requested = Signal(float)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._flow = FlowLayout(gap=4, margins=QMargins(16, 8, 8, 8))
        self.setLayout(self._flow)
        self._flow.addWidget(self._tool("to-start", "to_start", "To the start of the run (Ctrl+Home)"))
        self.play_button = self._tool("play", "play", "Play (Space)")
        self._flow.addWidget(self.play_button)
        self._flow.addWidget(self._tool("to-end", "to_end", "To the end of the run (Ctrl+End)"))
        self._flow.addWidget(self._steps("Event", "event", "event", ", ."))
        self.handovers = self._steps(LONG, "handover", "hand-over of the GIL", "Shift+H H")
        self._flow.addWidget(self.handovers)
        self.time = QLabel()
        self.time.setAccessibleName("Playhead")
        self.time.setMinimumHeight(28)
        self._flow.addWidget(self.time)
        self._speed = QComboBox()
        self._speed.setAccessibleName("Speed of playing")
        self._speed.setToolTip("How fast it is played, as a share of the speed at which it happened ([ and ])")
        for speed in SPEEDS:
            self._speed.addItem(f"\u00d7 {speed_words(speed)}", speed)
        self._speed.activated.connect(lambda index: self.speed_requested.emit(self._speed.itemData(index)))
        self._flow.addWidget(self._speed)
        self._flow.addWidget(self._tool("fit", "fit", "The whole run (Home)"))
        self.set_handovers(False)
        self.set_enabled(False)

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is a run to move in."""
        self.setEnabled(enabled)
        if not enabled:
            self.time.setText("")

    def set_handovers(self, any_known: bool) -> None:
        """Whether there are hand-overs of a GIL to go to."""
        if self.handovers.isHidden() == any_known:
            self.handovers.setVisible(any_known)
            self._flow.invalidate()
            self._fit()

    def set_time(self, text: str) -> None:
        """The playhead's moment, in words. The room it takes only grows: what stands beside it stays in its place."""
        self.time.setText(text)
        if self.time.sizeHint().width() > self.time.minimumWidth():
            self.time.setMinimumWidth(self.time.sizeHint().width())
            self._fit()

    def set_playing(self, playing: bool) -> None:
        """Whether it plays now."""
        words = "Pause" if playing else "Play"
        self.play_button.setToolTip(f"{words} (Space)")
        self.play_button.setAccessibleName(words)
        self._icons.put(self.play_button, words.lower())

    def set_speed(self, speed: float) -> None:
        """How fast it plays."""
        nearest = min(range(len(SPEEDS)), key=lambda each: abs(SPEEDS[each] - speed))
        self._speed.setCurrentIndex(nearest)

    def _fit(self) -> None:
        """Say hand-overs shorter where one row would not do otherwise."""
        label = self.handovers.findChild(QLabel)
        assert isinstance(label, QLabel)
        label.setText(LONG)
        self.handovers.updateGeometry()
        margins = self._flow.contentsMargins()
        row = max(each.sizeHint().height() for each in (self.handovers, self._speed, self.play_button, self.time))
        if self._flow.heightForWidth(self.width()) > row + margins.top() + margins.bottom():
            label.setText(SHORT)

    def _steps(self, text: str, what: str, words: str, keys: str) -> QWidget:
        """Two buttons with a word between them: to the one before, to the next."""
        before, after = keys.split()
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(4)
        row.addWidget(self._tool("previous", f"previous_{what}", f"To the {words} before ({before})"))
        label = QLabel(text)
        row.addWidget(label)
        row.addWidget(self._tool("next", f"next_{what}", f"To the next {words} ({after})"))
        return holder

    def _tool(self, icon: str, command: str, tip: str) -> QToolButton:
        button = QToolButton()
        self._icons.put(button, icon)
        button.setToolTip(tip)
        button.setAccessibleName(tip.rsplit(" (", 1)[0])
        button.clicked.connect(self._asker(command))
        return button

    def _asker(self, command: str) -> Callable[[], None]:
        return lambda: self.command_requested.emit(command)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
