"""The menus, made from the table of commands; each command is one action wherever it is offered."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from visualiser.views.commands import COMMANDS, LANE_MENU, MENUS, THEME_NAMES, Command


class WindowMenus(QObject):
    """Fills a menu bar. `local`: the widget on which local shortcuts count. `actions`: by id of the command, and
    `theme_...`; `recent`: the menu of files opened lately.

    Wishes: `command_requested(id)`, `switch_requested(id, bool)`, `theme_requested(name)`.
    """

    command_requested = Signal(str)
    switch_requested = Signal(str, bool)
    theme_requested = Signal(str)

    def __init__(self, bar: QMenuBar, local: QWidget) -> None:
        super().__init__(bar)
        self._local = local
        self.actions: dict[str, QAction] = {}
        used = {command.menu for command in COMMANDS}
        menus = {name: bar.addMenu(name) for name in MENUS if name in used}
        for command in COMMANDS:
            if command.before == "-":
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(self._action(command))
        self.recent = QMenu("Open &recent", bar)
        self.recent.setEnabled(False)
        menus["&File"].insertMenu(self.actions["save"], self.recent)
        menus["&View"].insertMenu(self.actions["presenter"], self._theme_menu(bar))

    def lane_menu(self) -> QMenu:
        """What can be done to a lane, as a menu to pop up: the same actions as in the menu bar."""
        menu = QMenu(self._local)
        menu.setAccessibleName("Lane")
        for name in LANE_MENU:
            if name:
                menu.addAction(self.actions[name])
            else:
                menu.addSeparator()
        return menu

    def _theme_menu(self, parent: QWidget) -> QMenu:
        themes = QMenu("T&heme", parent)
        group = QActionGroup(self)
        for name, text in THEME_NAMES:
            action = themes.addAction(text)
            action.setCheckable(True)
            action.setStatusTip("Follow the desktop" if name == "system" else f"Always {name}")
            action.triggered.connect(lambda _=False, name=name: self.theme_requested.emit(name))
            group.addAction(action)
            self.actions[f"theme_{name}"] = action
        return themes

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setStatusTip(command.tip)
        action.setCheckable(command.checkable)
        if command.checkable:
            action.toggled.connect(lambda on: self.switch_requested.emit(command.id, on))
        else:
            action.triggered.connect(lambda: self.command_requested.emit(command.id))
        if command.local:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._local.addAction(action)
        self.actions[command.id] = action
        return action
