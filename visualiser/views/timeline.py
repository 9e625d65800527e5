"""The timeline card: title and legend above, the lanes with their scroll bar, or a word on what to do."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from visualiser.viewmodels import Facts, Follow, Lanes, Scene, TimelineModel
from visualiser.views.appearance import Appearance
from visualiser.views.canvas import TimelineCanvas
from visualiser.views.elided import ElidedLabel
from visualiser.views.icons import Icons
from visualiser.views.legend import Legend
from visualiser.views.overview import OverviewStrip

EMPTY = "Choose a scenario on the left, or open a Python file, then press Run."
FREEZE, THAW = "Freeze", "Frozen: go on"
FREEZE_TIP = "Keep the picture as it is; the program goes on and is recorded all the same (Shift+F)"
THAW_TIP = "Show all that was recorded meanwhile, and go on with the run (Shift+F)"


class TimelineView(QFrame):
    """Shows scenes. Wishes of the mouse are the canvas's; its own are `scroll_requested(top)`, `follow_requested()`,
    `freeze_requested(bool)` and `show_all_requested()`: of the lanes that are hidden."""

    scroll_requested = Signal(float)
    follow_requested = Signal()
    freeze_requested = Signal(bool)
    show_all_requested = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.canvas = TimelineCanvas()
        self.legend = Legend()
        self.overview = OverviewStrip()
        self._title, self._subtitle = _line("title"), ElidedLabel()
        self.canvas.set_empty_text(EMPTY)
        self._subtitle.setProperty("role", "muted")
        self._subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.follow_button = _button("Follow the end", "Follow the end of the run",
                                     "Move along with the running program again (F)")  # fmt: skip
        icons.put(self.follow_button, "follow")
        self.follow_button.clicked.connect(self.follow_requested)
        self.freeze_button = _button(FREEZE, "Freeze the picture", FREEZE_TIP)
        self.freeze_button.setCheckable(True)
        self._icons = icons
        icons.put(self.freeze_button, "pause")
        self.freeze_button.clicked.connect(self.freeze_requested)
        self.hidden_button = _button("", "Show the hidden lanes", "Show every lane again (Shift+X)")
        self.hidden_button.clicked.connect(self.show_all_requested)
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical)
        self.scroll_bar.setAccessibleName("Scroll through the lanes")
        self.scroll_bar.valueChanged.connect(self._on_scrolled)
        self._live, self._follow, self._frozen = False, Follow.WHOLE, False
        self._lay_out()
        self.canvas.scroll_requested.connect(self.scroll_by)
        self.set_scene(None)

    def attach(self, model: TimelineModel) -> None:
        """Show what this model announces, and tell it what the mouse and the scroll bar want."""
        canvas = self.canvas
        canvas.resized.connect(model.resize)
        canvas.zoom_requested.connect(model.zoom)
        canvas.pan_requested.connect(model.pan_pixels)
        canvas.pan_share_requested.connect(model.pan)
        canvas.press_requested.connect(model.press)
        canvas.open_requested.connect(model.open)
        canvas.range_requested.connect(model.draw_range)
        canvas.range_ended.connect(model.end_range)
        canvas.seek_requested.connect(model.seek_pixel)
        canvas.hover_requested.connect(model.hover)
        canvas.left.connect(model.leave)
        self.scroll_requested.connect(model.scroll_to)
        self.follow_requested.connect(model.follow)
        self.freeze_requested.connect(model.set_frozen)
        self.overview.centre_requested.connect(model.centre)
        self.overview.range_requested.connect(model.show_exactly)
        self.overview.zoom_requested.connect(model.zoom)
        model.current_changed.connect(canvas.set_current)
        model.lanes_changed.connect(self.set_arrangement)
        model.frozen_changed.connect(self.set_frozen)
        model.scene_changed.connect(self.set_scene)
        model.follow_changed.connect(self.set_follow)
        model.hover_changed.connect(self.set_facts)

    def take_keyboard(self) -> None:
        """The keys are the timeline's from now on, unless the user types or chooses somewhere."""
        now = QApplication.focusWidget()
        if now is None or isinstance(now, QAbstractButton | QComboBox):
            self.canvas.setFocus()

    def scroll_by(self, dy: float) -> None:
        """Move the lanes up by some pixels, as far as there are any."""
        self.scroll_bar.setValue(self.scroll_bar.value() + round(dy))

    def scroll_page(self, pages: int) -> None:
        """Move the lanes up by nearly as much as is seen."""
        self.scroll_by(0.9 * pages * self.scroll_bar.pageStep())

    def set_scene(self, scene: Scene | None) -> None:
        """Show a scene; None: say what to do."""
        self.canvas.set_scene(scene)
        for widget in (self._title, self._subtitle, self.legend, self.overview):
            widget.setVisible(scene is not None)
        if scene is None:
            self.scroll_bar.hide()
            return
        self._title.setText(scene.title)
        self._subtitle.setText(scene.subtitle)
        self._subtitle.setToolTip(f"{scene.subtitle}\n{scene.conditions}".strip())
        self.legend.set_entries(scene.legend)
        self.canvas.setAccessibleDescription(
            f"{scene.title}. {scene.subtitle}. Lanes: " + ", ".join(lane.name for lane in scene.lanes)
        )
        self.overview.set_lanes(scene)
        self._set_scroll(scene)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.canvas.set_look(look)
        self.legend.set_look(look)
        self.overview.set_look(look)

    def set_facts(self, facts: Facts) -> None:
        """What is known of the place under the mouse."""
        self.canvas.set_facts(facts)

    def set_empty_text(self, text: str) -> None:
        """What to say while there is nothing to show."""
        self.canvas.set_empty_text(text)

    def set_live(self, live: bool) -> None:
        """Whether the run is still growing: then there is an end to follow."""
        self._live = live
        self._show_follow()

    def set_follow(self, follow: Follow) -> None:
        """Whether the window goes along with the run."""
        self._follow = follow
        self._show_follow()

    def set_frozen(self, frozen: bool) -> None:
        """Whether the picture stands still while the run goes on."""
        self._frozen = frozen
        self.freeze_button.setChecked(frozen)
        self.freeze_button.setText(THAW if frozen else FREEZE)
        self.freeze_button.setToolTip(THAW_TIP if frozen else FREEZE_TIP)
        self._icons.put(self.freeze_button, *(("play", "accent_text") if frozen else ("pause",)))
        self._show_follow()

    def set_arrangement(self, lanes: Lanes) -> None:
        """How many lanes are hidden."""
        hidden = lanes.hidden_count
        self.hidden_button.setText(f"{hidden} hidden: show")
        self.hidden_button.setVisible(hidden > 0)

    def _show_follow(self) -> None:
        self.follow_button.setVisible(self._live and self._follow is Follow.NOT and not self._frozen)
        self.freeze_button.setVisible(self._live or self._frozen)

    def _set_scroll(self, scene: Scene) -> None:
        room = max(scene.body.y1 - scene.body.y0, 1.0)
        with QSignalBlocker(self.scroll_bar):
            self.scroll_bar.setPageStep(round(room))
            self.scroll_bar.setSingleStep(30)
            self.scroll_bar.setRange(0, max(round(scene.content_height - room), 0))
            self.scroll_bar.setValue(round(scene.window.top))
        self.scroll_bar.setVisible(self.scroll_bar.maximum() > 0)

    def _on_scrolled(self, value: int) -> None:
        self.scroll_requested.emit(float(value))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 0)
        head.addLayout(words, 1)
        for button in (self.hidden_button, self.freeze_button, self.follow_button):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        legend = QHBoxLayout()
        legend.setContentsMargins(16, 4, 16, 4)
        legend.addWidget(self.legend)
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.scroll_bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(legend)
        column.addLayout(row, 1)
        strip = QHBoxLayout()
        strip.setContentsMargins(8, 0, 4, 0)
        strip.addWidget(self.overview)
        column.addLayout(strip)


def _button(text: str, name: str, tip: str) -> QPushButton:
    """A button in the head, not there at first."""
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard with the timeline
    button.hide()
    return button


def _line(role: str) -> QLabel:
    """A line that may be cut short by the window, and never makes it wider."""
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
