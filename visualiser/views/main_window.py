"""The window: menus made from the table of commands, and the parts of the window where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from visualiser.settings import Settings, from_text, to_text
from visualiser.viewmodels import OutputModel, RecentFile, RunSetup, RunState
from visualiser.views.appearance import Appearance
from visualiser.views.banner import Banner
from visualiser.views.icons import Icons
from visualiser.views.menus import WindowMenus
from visualiser.views.output import OutputView
from visualiser.views.run_bar import RunBar
from visualiser.views.side_panel import SidePanel
from visualiser.views.sidebar import Sidebar
from visualiser.views.status_bar import StatusBar
from visualiser.views.timeline import TimelineView
from visualiser.views.transport import Transport

USUAL = QSize(1440, 900)
SIDEBAR, PANEL = (248, 190), (420, 384)
"""Pixels of the parts at the sides: in a window of the usual width, and at least. The timeline has what is left."""


class MainWindow(QMainWindow):
    """Wishes: `command_requested(id)`, `switch_requested(id, bool)`, `theme_requested(name)`, `file_requested(path)`,
    `clear_recent_requested()`, `level_requested()`: how a run could be observed better, `close_requested()`. The parts
    have wishes of their own. Fact: `drawn()`: its first picture stands, once."""

    command_requested = Signal(str)
    switch_requested = Signal(str, bool)
    theme_requested = Signal(str)
    file_requested = Signal(str)
    clear_recent_requested = Signal()
    level_requested = Signal()
    close_requested = Signal()
    drawn = Signal()

    def __init__(self, output: OutputModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icons = Icons()
        self.banner = Banner(self.icons)
        self.run_bar = RunBar(self.icons)
        self.sidebar = Sidebar(self.icons)
        self.timeline = TimelineView(self.icons)
        self.transport = Transport(self.icons)
        self.output = OutputView(output)
        self.panel = SidePanel()
        self._docks: list[QDockWidget] = []
        self._may_close = self._is_drawn = False
        self.setWindowTitle("Interleave")
        self.setAcceptDrops(True)
        self._lay_out()
        self.actions_by_id = self._make_menus()
        self.status = StatusBar()
        self.status.level_requested.connect(self.level_requested)
        self.setStatusBar(self.status)
        self.transport.command_requested.connect(self.command_requested)
        self.resize(USUAL.boundedTo(self.screen().availableSize()))
        self.share_width()

    # --- what is shown -----------------------------------------------------------------------------------------------

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.icons.recolour(**{role: look.colour(role) for role in ("text", "accent_text", "disabled")})
        for part in (self.timeline, self.output, self.panel):
            part.set_look(look)

    def set_run_state(self, state: RunState, active: bool) -> None:
        """What can be done now; `active`: a program runs, and what to run next cannot be chosen meanwhile."""
        self.run_bar.set_state(state.can_run, state.can_stop, state.has_run)
        for name, enabled in (("run", state.can_run), ("stop", state.can_stop), ("save", state.has_run),
                              ("export", state.has_run), ("export_data", state.has_run)):  # fmt: skip
            self.actions_by_id[name].setEnabled(enabled)
        for part in (self.sidebar, *self.run_bar.choices()):
            part.setEnabled(not active)
        self.timeline.set_live(active)

    def show_choice(self, setup: RunSetup, story: str) -> None:
        """What Run will run, everywhere it is seen, and the page that belongs to it."""
        scenario, variant = setup.scenario, setup.variant
        self.banner.tell("")
        self.sidebar.choose(scenario.id if scenario else "")
        self.run_bar.set_variants(scenario.variants if scenario else (), variant.id if variant else "")
        self.run_bar.set_parameters(setup.parameters, setup.value_of)
        self.run_bar.set_arguments(setup.arguments, shown=scenario is None and setup.chosen)
        self.panel.set_story(story)
        self.setWindowTitle(f"{setup.title} — Interleave" if setup.title else "Interleave")

    def set_switch(self, name: str, on: bool) -> None:
        """Show a checkable command as on or off, without a wish."""
        action = self.actions_by_id[name]
        was = action.blockSignals(True)
        action.setChecked(on)
        action.blockSignals(was)

    def set_theme_choice(self, name: str) -> None:
        """Which theme the menu shows as chosen."""
        self.actions_by_id[f"theme_{name}"].setChecked(True)

    def set_recent(self, files: Sequence[RecentFile]) -> None:
        """The files opened lately; those that are gone are grey."""
        self.recent_menu.clear()
        for each in files:
            action = self.recent_menu.addAction(each.label if each.exists else f"{each.label} (not there any more)")
            action.setStatusTip(each.path)
            action.setEnabled(each.exists)
            action.triggered.connect(lambda _=False, path=each.path: self.file_requested.emit(path))
        self.recent_menu.setEnabled(bool(files))
        if files:
            self.recent_menu.addSeparator()
            self.recent_menu.addAction("Forget these").triggered.connect(lambda: self.clear_recent_requested.emit())

    def set_handovers(self, any_known: bool) -> None:
        """Whether there are hand-overs of a GIL to go to."""
        self.transport.set_handovers(any_known)
        for name in ("next_handover", "previous_handover"):
            self.actions_by_id[name].setEnabled(any_known)

    def set_history(self, can_undo: bool, can_redo: bool) -> None:
        """Whether there are places to go back to and forth again."""
        self.actions_by_id["undo_view"].setEnabled(can_undo)
        self.actions_by_id["redo_view"].setEnabled(can_redo)

    def show_lane_menu(self, where: QPoint) -> None:
        """What can be done to the current lane, at a place of the screen."""
        menu = self._menus.lane_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def set_part_shown(self, name: str, shown: bool) -> None:
        """Show or fold away `sidebar`, `output` or `panel`."""
        {"sidebar": self.sidebar, "output": self.output, "panel": self.panel}[name].setVisible(shown)
        self.set_switch(name, shown)

    def add_dock(self, name: str, title: str, widget: QWidget) -> QDockWidget:
        """A table or panel below the timeline, beside the others there; hidden until the user wants it.

        `name`: the id of the checkable command that shows and hides it. Its place is remembered with the window's.
        """
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        dock.hide()
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.addDockWidget(bottom, dock)
        if self._docks:
            self.tabifyDockWidget(self._docks[-1], dock)
        self._docks.append(dock)
        action = self.actions_by_id[name]
        action.toggled.connect(dock.setVisible)
        action.toggled.connect(lambda on: dock.raise_() if on else None)
        dock.visibilityChanged.connect(lambda _: self.set_switch(name, not dock.isHidden()))
        return dock

    def set_full_screen(self, on: bool) -> None:
        """Use the whole screen, or as much as before."""
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def allow_close(self) -> None:
        """Everything is put away: the window may go."""
        self._may_close = True

    def restore(self, settings: Settings) -> None:
        """Look as it was left."""
        self.set_theme_choice(settings.theme)
        self.set_switch("presenter", settings.presenter)
        if settings.window:
            self.restoreGeometry(from_text(settings.window))
            self.resize(self.size().boundedTo(self.screen().availableSize()))
        for splitter, state in zip(self._splitters(), settings.splitters, strict=False):
            splitter.restoreState(from_text(state))
        for state in settings.splitters[len(self._splitters()) :]:
            self.restoreState(from_text(state))
        for name in ("sidebar", "output", "panel"):
            self.set_part_shown(name, getattr(settings, name))

    def remembered(self, settings: Settings) -> Settings:
        """The settings, with the window's own as they are now."""
        splitters = *(to_text(each.saveState()) for each in self._splitters()), to_text(self.saveState())
        return replace(settings, window=to_text(self.saveGeometry()), splitters=splitters)

    def _splitters(self) -> tuple[QSplitter, QSplitter, QSplitter]:
        return self._across, self._middle, self.panel.splitter

    # --- inner -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.transport)
        self._middle = _splitter(Qt.Orientation.Vertical, (upper, self.output), (4, 1))
        self._across = _splitter(Qt.Orientation.Horizontal, (self.sidebar, self._middle, self.panel), (0, 1, 0))
        self._middle.setSizes([620, 170])
        inside = QWidget()
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for widget in (self.run_bar, self.banner):
            outer.addWidget(widget)
        outer.addWidget(self._across, 1)
        self.setCentralWidget(inside)

    def share_width(self) -> None:
        """In a narrow window the sides give way as well, not the timeline alone."""
        share = self.width() / USUAL.width()
        side, panel = (max(round(usual * share), least) for usual, least in (SIDEBAR, PANEL))
        self._across.setSizes([side, self.width() - side - panel, panel])

    def _make_menus(self) -> dict[str, QAction]:
        made = WindowMenus(self.menuBar(), self.timeline.canvas)
        made.command_requested.connect(self.command_requested)
        made.switch_requested.connect(self.switch_requested)
        made.theme_requested.connect(self.theme_requested)
        self.recent_menu = made.recent
        self._menus = made
        return made.actions

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_drawn:
            self._is_drawn = True
            QTimer.singleShot(0, self, self.drawn.emit)
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close:
            self.close_requested.emit()
        event.setAccepted(self._may_close)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path:
            event.acceptProposedAction()
            self.file_requested.emit(path)


def _dropped(event: QDropEvent) -> str:
    """The one file, of any kind: who opens it says why it cannot be opened; empty when it is something else."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()]
    return paths[0] if len(paths) == 1 else ""


def _splitter(way: Qt.Orientation, widgets: Sequence[QWidget], stretches: Sequence[int]) -> QSplitter:
    splitter = QSplitter(way)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(5)
    for number, widget in enumerate(widgets):
        splitter.addWidget(widget)
        splitter.setStretchFactor(number, stretches[number])
    return splitter
