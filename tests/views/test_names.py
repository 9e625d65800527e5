"""Who cannot see the window hears what each control is: everything that takes the keyboard, and every button, has a
name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.support.desks import open_desk
from tests.support.drawn import trace_from
from visualiser import viewmodels
from visualiser.app import Desk
from visualiser.views.commands import COMMANDS
from visualiser.views.dialogs import ExportDialog, ShortcutsDialog, TextDialog
from visualiser.views.search_bar import SearchBar

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def is_qts_own(widget: QWidget) -> bool:
    """Inner parts of Qt's own controls: they are named through the control, or are said with it."""
    parent = widget.parentWidget()
    inner = isinstance(widget, QScrollBar | QHeaderView) or widget.objectName().startswith("qt_")
    in_field = isinstance(parent, QLineEdit) and isinstance(widget, QAbstractButton)
    in_list = parent is not None and isinstance(parent.parentWidget(), QComboBox)
    return inner or in_field or in_list


def nameless(window: QWidget) -> list[str]:
    """Controls without a name, and where they are."""
    found = []
    for widget in window.findChildren(QWidget):
        takes_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if is_qts_own(widget) or not (takes_keys or isinstance(widget, QAbstractButton)):
            continue
        heard = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        if not heard and not (isinstance(widget, QTabBar) and widget.count() == 0):
            parent = widget.parentWidget()
            found.append(f"{type(widget).__name__} in {type(parent).__name__}")
    return found


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(qtbot, tmp_path) as made:
        qtbot.waitUntil(lambda: made.window.findChild(SearchBar) is not None)
        yield made


def test_every_control_of_the_window_has_a_name(desk: Desk) -> None:
    assert nameless(desk.window) == []
    desk.work.show(viewmodels.Kept(trace_from("main LLLLSSSS / w1 SSSSLLLL"), saved=True))
    for action in desk.window.actions_by_id.values():
        if action.isCheckable() and not action.isChecked() and action.actionGroup() is None:
            action.trigger()
    assert nameless(desk.window) == []


@pytest.mark.parametrize(
    "dialog",
    [lambda: ExportDialog("A run", "light", "0 ms to 3 ms"), lambda: ShortcutsDialog(COMMANDS),
     lambda: TextDialog("About", "Words.", "Details.")],
    ids=["export", "shortcuts", "about"],
)  # fmt: skip
def test_every_control_of_a_dialog_has_a_name(qtbot: QtBot, dialog: type[QDialog]) -> None:
    made = dialog()
    qtbot.addWidget(made)
    assert nameless(made) == []


def test_every_command_says_what_it_does() -> None:
    assert [command.id for command in COMMANDS if not command.tip or not command.text] == []
