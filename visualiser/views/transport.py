"""The player's buttons: to the start, play, to the end, loop, step by step, how fast, and the moment in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMargins, QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from visualiser.viewmodels import SPEEDS, STOPS, Stop, speed_words
from visualiser.views.elided import ElidedLabel
from visualiser.views.flow import FlowLayout
from visualiser.views.icons import Icons

KEYS = {"event": ", .", "line": "Shift+L L", "switch": "Shift+C C", "handover": "Shift+H H", "output": "Shift+P P",
        "cue": "Shift+N N"}  # fmt: skip
"""To the one before, to the next; as `views.commands` has them."""

GAP, WHOSE = 4, 104
"""Pixels between the parts, and for the name of whose moments are stepped to."""

OFTEN = "line", "event"
"""What one steps by until something else is chosen: the first that the run has."""


class Transport(QFrame):
    """Wishes: `command_requested(id of a command)`, `speed_requested(float)`, `loop_requested(bool)`."""

    command_requested = Signal(str)
    speed_requested = Signal(float)
    loop_requested = Signal(bool)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._known: tuple[str, ...] = ("event",)
        self._chosen = ""
        self._flow = FlowLayout(gap=GAP, margins=QMargins(12, 8, 4, 8))
        self.setLayout(self._flow)
        self._flow.addWidget(self._tool("to-start", "to_start", "To the start of the run (Ctrl+Home)"))
        self.play_button = self._tool("play", "play", "Play (Space)")
        self._flow.addWidget(self.play_button)
        self._flow.addWidget(self._tool("to-end", "to_end", "To the end of the run (Ctrl+End)"))
        self.loop_button = self._loop()
        self._flow.addWidget(self.loop_button)
        self.step_combo = self._step_combo()
        self._flow.addWidget(self._steps())
        self.time = QLabel()
        self.time.setAccessibleName("Playhead")
        self.time.setMinimumHeight(28)
        self._flow.addWidget(self.time)
        self._speed = self._speeds()
        self._flow.addWidget(self._speed)
        self._flow.addWidget(self._tool("fit", "fit", "The whole run (Home)"))
        self._put_stops()
        self.set_whose("")
        self.set_enabled(False)

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is a run to move in."""
        self.setEnabled(enabled)
        if not enabled:
            self.time.setText("")

    def set_stops(self, known: Sequence[str]) -> None:
        """The kinds of moments (`STOPS`, by id) that this run has; the others are not offered."""
        if tuple(known) != self._known:
            self._known = tuple(known)
            self._put_stops()

    def set_whose(self, name: str) -> None:
        """Of whom the moments are that are stepped to: a thread's name, empty for all."""
        self._whose.setText(f"of {name}" if name else "of all lanes")
        self._whose.setToolTip("Click on a lane to step through its moments alone; Esc: through those of all lanes")
        self._name_steps()

    def set_handovers(self, any_known: bool) -> None:
        """Whether there are hand-overs of a GIL to go to."""
        known = {*self._known, "handover"} if any_known else {*self._known} - {"handover"}
        self.set_stops([each.id for each in STOPS if each.id in known])

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

    def set_loop(self, on: bool) -> None:
        """Whether a stretch is played again and again."""
        self.loop_button.setChecked(on)

    @property
    def stop(self) -> Stop:
        """What the step buttons go by."""
        chosen = self.step_combo.currentData()
        return next(each for each in STOPS if each.id == chosen)

    # --- inner -------------------------------------------------------------------------------------------------------

    def _put_stops(self) -> None:
        """Offer what the run has, and keep what the user has chosen."""
        with QSignalBlocker(self.step_combo):
            self.step_combo.clear()
            for each in STOPS:
                if each.id in self._known or each.id == "event":
                    self.step_combo.addItem(each.title, each.id)
            wanted = (self._chosen, *OFTEN)
            self.step_combo.setCurrentIndex(next(at for each in wanted if (at := self.step_combo.findData(each)) >= 0))
        self._name_steps()

    def _name_steps(self) -> None:
        before, after = KEYS[self.stop.id].split()
        whose = f" {self._whose.text()}"
        for button, words in ((self._before, f"To the {self.stop.noun} before,{whose} ({before})"),
                              (self._after, f"To the next {self.stop.noun},{whose} ({after})")):  # fmt: skip
            button.setToolTip(words)
            button.setAccessibleName(words.rsplit(" (", 1)[0])
        self._fit()

    def _on_chosen(self) -> None:
        self._chosen = self.stop.id
        self._name_steps()

    def _fit(self) -> None:
        """Say whose moments they are only where one row holds it all the same."""
        margins, gap = self._flow.contentsMargins(), GAP
        parts = [self._flow.itemAt(number) for number in range(self._flow.count())]
        wide = sum(part.sizeHint().width() + gap for part in parts if part is not None) - gap
        wide += (0 if self._whose.isVisibleTo(self._holder) else WHOSE + gap) + margins.left() + margins.right()
        if self._whose.isVisibleTo(self._holder) != (wide <= self.width()):
            self._whose.setVisible(wide <= self.width())

    def _steps(self) -> QWidget:
        """What to step by, to the one before, to the next, and whose."""
        self._holder = QWidget()
        row = QHBoxLayout(self._holder)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(GAP)
        self._before = self._asker_tool("previous")
        self._after = self._asker_tool("next")
        self._whose = ElidedLabel()
        self._whose.setProperty("role", "muted")
        self._whose.setFixedWidth(WHOSE)
        self._whose.hide()
        for widget in (self._before, self.step_combo, self._after, self._whose):
            row.addWidget(widget)
        return self._holder

    def _asker_tool(self, way: str) -> QToolButton:
        button = QToolButton()
        self._icons.put(button, way)
        button.clicked.connect(lambda: self.command_requested.emit(f"{way}_{self.stop.id}"))
        return button

    def _step_combo(self) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName("What to step by")
        combo.setToolTip("What the buttons beside this step by")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.activated.connect(self._on_chosen)
        return combo

    def _speeds(self) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName("Speed of playing")
        combo.setToolTip("How fast it is played, as a share of the speed at which it happened ([ and ])")
        for speed in SPEEDS:
            combo.addItem(f"\u00d7 {speed_words(speed)}", speed)
        combo.activated.connect(lambda index: self.speed_requested.emit(combo.itemData(index)))
        return combo

    def _loop(self) -> QToolButton:
        button = QToolButton()
        self._icons.put(button, "loop")
        button.setCheckable(True)
        button.setAccessibleName("Repeat the range")
        button.setToolTip("Repeat the selected range, else the whole run (Shift+Space)")
        button.clicked.connect(self.loop_requested)
        button.toggled.connect(lambda on: self._icons.put(button, "loop", "accent_text" if on else "text"))
        return button

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
