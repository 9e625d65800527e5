"""The timeline card: title and legend above, the lanes with their scroll bar, or a word on what to do."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollBar, QSizePolicy, QVBoxLayout, QWidget

from visualiser.viewmodels import Facts, Follow, Scene, TimelineModel
from visualiser.views.appearance import Appearance
from visualiser.views.canvas import TimelineCanvas
from visualiser.views.elided import ElidedLabel
from visualiser.views.icons import Icons
from visualiser.views.legend import Legend
from visualiser.views.overview import OverviewStrip

EMPTY = "Choose a scenario on the left, or open a Python file, then press Run."


class TimelineView(QFrame):
    """Shows scenes. Wishes of the mouse are the canvas's; `scroll_requested(top)`, `follow_requested()` its own."""

    scroll_requested = Signal(float)
    follow_requested = Signal()

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
        self.follow_button = QPushButton("Follow the end")
        self.follow_button.setAccessibleName("Follow the end of the run")
        self.follow_button.setToolTip("Move along with the running program again (F)")
        icons.put(self.follow_button, "follow")
        self.follow_button.clicked.connect(self.follow_requested)
        self.follow_button.hide()
        self.scroll_bar = QScrollBar(Qt.Orientation.Vertical)
        self.scroll_bar.setAccessibleName("Scroll through the lanes")
        self.scroll_bar.valueChanged.connect(self._on_scrolled)
        self._live, self._follow = False, Follow.WHOLE
        self._lay_out()
        self.canvas.scroll_requested.connect(lambda dy: self.scroll_bar.setValue(self.scroll_bar.value() + round(dy)))
        self.set_scene(None)

    def attach(self, model: TimelineModel) -> None:
        """Show what this model announces, and tell it what the mouse and the scroll bar want."""
        canvas = self.canvas
        canvas.resized.connect(model.resize)
        canvas.zoom_requested.connect(model.zoom)
        canvas.pan_requested.connect(model.pan_pixels)
        canvas.pan_share_requested.connect(model.pan)
        canvas.press_requested.connect(model.press)
        canvas.seek_requested.connect(model.seek_pixel)
        canvas.hover_requested.connect(model.hover)
        canvas.left.connect(model.leave)
        self.scroll_requested.connect(model.scroll_to)
        self.follow_requested.connect(model.follow)
        self.overview.centre_requested.connect(model.centre)
        model.scene_changed.connect(self.set_scene)
        model.follow_changed.connect(self.set_follow)
        model.hover_changed.connect(self.set_facts)

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

    def _show_follow(self) -> None:
        self.follow_button.setVisible(self._live and self._follow is Follow.NOT)

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
        head.addWidget(self.follow_button, 0, Qt.AlignmentFlag.AlignTop)
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


def _line(role: str) -> QLabel:
    """A line that may be cut short by the window, and never makes it wider."""
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
