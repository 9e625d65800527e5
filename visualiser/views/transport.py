"""The player's buttons: to the start, event by event, play, to the end, how fast, and the moment in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton, QToolButton, QWidget

from visualiser.viewmodels import SPEEDS, speed_words
from visualiser.views.flow import FlowLayout
from visualiser.views.icons import Icons


class Transport(QFrame):
    """Wishes: `command_requested(id of a command)`, `speed_requested(float)`."""

    command_requested = Signal(str)
    speed_requested = Signal(float)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._flow = FlowLayout(gap=4)
        self.setLayout(self._flow)
        self._tool("to-start", "to_start", "To the start of the run (Ctrl+Home)")
        self._push("Event", "previous", "previous_event", "To the event before (,)", "Previous event")
        self.play_button = self._push("Play", "play", "play", "Play what happened (Space)", "Play")
        self._push("Event", "next", "next_event", "To the next event (.)", "Next event")
        self._tool("to-end", "to_end", "To the end of the run (Ctrl+End)")
        self.time = QLabel()
        self.time.setAccessibleName("Playhead")
        self.time.setMinimumWidth(96)
        self.time.setMinimumHeight(28)
        self._flow.addWidget(self.time)
        self._speed = QComboBox()
        self._speed.setAccessibleName("Speed of playing")
        self._speed.setToolTip("How fast it is played, as a share of the speed at which it happened ([ and ])")
        self._speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._speed.setMinimumContentsLength(9)
        for speed in SPEEDS:
            self._speed.addItem(f"speed {speed_words(speed)}", speed)
        self._speed.activated.connect(lambda index: self.speed_requested.emit(self._speed.itemData(index)))
        self._flow.addWidget(self._speed)
        self._tool("fit", "fit", "The whole run (Home)")
        self.set_enabled(False)

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is a run to move in."""
        self.setEnabled(enabled)
        if not enabled:
            self.time.setText("")

    def set_time(self, text: str) -> None:
        """The playhead's moment, in words."""
        self.time.setText(text)

    def set_playing(self, playing: bool) -> None:
        """Whether it plays now."""
        words = "Pause" if playing else "Play"
        self.play_button.setText(words)
        self.play_button.setAccessibleName(words)
        self._icons.put(self.play_button, words.lower())

    def set_speed(self, speed: float) -> None:
        """How fast it plays."""
        nearest = min(range(len(SPEEDS)), key=lambda each: abs(SPEEDS[each] - speed))
        self._speed.setCurrentIndex(nearest)

    def _push(self, text: str, icon: str, command: str, tip: str, name: str) -> QPushButton:
        button = QPushButton(text)
        self._icons.put(button, icon)
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.clicked.connect(self._asker(command))
        self._flow.addWidget(button)
        return button

    def _tool(self, icon: str, command: str, tip: str) -> None:
        button = QToolButton()
        self._icons.put(button, icon)
        button.setToolTip(tip)
        button.setAccessibleName(tip.rsplit(" (", 1)[0])
        button.clicked.connect(self._asker(command))
        self._flow.addWidget(button)

    def _asker(self, command: str) -> Callable[[], None]:
        return lambda: self.command_requested.emit(command)
