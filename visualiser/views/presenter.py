"""Presenter mode: large type, only the story and the timeline, and the keys that a presenter's remote sends.

Page Down and Page Up step, F5 begins, Escape ends it; meanwhile no other command has these keys.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QDockWidget, QSplitter, QWidget

from visualiser.views.main_window import MainWindow

STORY_SHARE = 0.38
"""Of the window's width."""

KEPT_COMMANDS = ("presenter", "run", "stop", "play", "full_screen", "next_step", "previous_step", "quit")
"""Their keys count although the menus are hidden."""


class Presenter(QObject):
    """Changes the window, and changes it back. Wishes: `next_requested()`, `back_requested()`, `begin_requested()`,
    `end_requested()`."""

    next_requested = Signal()
    back_requested = Signal()
    begin_requested = Signal()
    end_requested = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hidden: list[QWidget] = []
        self._sizes = QByteArray()
        self._keys: dict[QAction, list[QKeySequence]] = {}
        self._shortcuts: list[QShortcut] = []

    @property
    def is_on(self) -> bool:
        """Whether the window is changed."""
        return bool(self._shortcuts)

    def set_on(self, on: bool) -> None:
        """Only story and timeline, or everything as it was."""
        if on == self.is_on:
            return
        if on:
            self._enter()
        else:
            self._leave()
        self._window.panel.story.set_presented(on)

    def _enter(self) -> None:
        window, panel = self._window, self._window.panel
        self._sizes = self._across.saveState()
        docks = window.findChildren(QDockWidget)
        others = (window.menuBar(), window.statusBar(), window.run_bar, window.sidebar, window.output,
                  window.transport, panel.code, panel.tabs.tabBar(), *docks)  # fmt: skip
        self._hidden = [each for each in others if not each.isHidden()]
        for each in self._hidden:
            each.hide()
        panel.tabs.setCurrentWidget(panel.story)
        panel.show()
        width = window.width()
        self._across.setSizes([0, round(width * (1 - STORY_SHARE)), round(width * STORY_SHARE)])
        self._take_keys()

    def _leave(self) -> None:
        self._give_keys_back()
        for each in self._hidden:
            each.show()
        self._hidden = []
        self._across.restoreState(self._sizes)

    def _take_keys(self) -> None:
        wishes = {"PgDown": self.next_requested, "PgUp": self.back_requested, "F5": self.begin_requested,
                  "Shift+F5": self.begin_requested, "Esc": self.end_requested}  # fmt: skip
        mine = {QKeySequence(key) for key in wishes}
        for action in self._window.actions_by_id.values():
            keys = action.shortcuts()
            if any(key in mine for key in keys):
                self._keys[action] = keys
                action.setShortcuts([key for key in keys if key not in mine])
        for name in KEPT_COMMANDS:
            self._window.addAction(self._window.actions_by_id[name])
        for key, wish in wishes.items():
            shortcut = QShortcut(QKeySequence(key), self._window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(wish)
            self._shortcuts.append(shortcut)

    def _give_keys_back(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        for name in KEPT_COMMANDS:
            self._window.removeAction(self._window.actions_by_id[name])
        for action, keys in self._keys.items():
            action.setShortcuts(keys)
        self._keys = {}

    @property
    def _across(self) -> QSplitter:
        splitter = self._window.panel.parentWidget()
        assert isinstance(splitter, QSplitter)
        return splitter
