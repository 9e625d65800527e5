"""The table of commands, and the menus made from it: each has keys of its own and a status tip."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenuBar,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from visualiser.app import Desk
from visualiser.scenarios import find
from visualiser.settings import Settings, SettingsFile
from visualiser.viewmodels import OutputModel, RunSetup, RunState, recent_files
from visualiser.views import COMMANDS, MainWindow, appearance
from visualiser.views.commands import GESTURES, LANE_MENU, plain
from visualiser.views.dialogs import ShortcutsDialog
from visualiser.views.menus import WindowMenus


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    model = OutputModel()
    made = MainWindow(model)
    made.set_look(appearance("light"))
    made.allow_close()
    qtbot.addWidget(made)
    return made


def test_no_two_commands_share_a_key() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_every_key_is_one_that_qt_understands() -> None:
    assert all(QKeySequence(key).toString() for command in COMMANDS for key in command.keys)


def test_every_command_stands_in_a_menu_with_a_status_tip(window: MainWindow) -> None:
    inside = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}  # type: ignore[attr-defined]
    for command in COMMANDS:
        assert window.actions_by_id[command.id] in inside
        assert window.actions_by_id[command.id].statusTip()


def test_no_two_mnemonics_of_a_menu_clash() -> None:
    for menu in {command.menu for command in COMMANDS}:
        letters = [
            each.text[each.text.index("&") + 1].lower() for each in COMMANDS if each.menu == menu and "&" in each.text
        ]
        assert len(letters) == len(set(letters)), menu


def test_a_command_is_asked_for_by_its_id(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.command_requested) as asked:
        window.actions_by_id["fit"].trigger()
    assert asked.args == ["fit"]


def test_a_switch_that_is_shown_is_not_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.switch_requested):
        window.set_part_shown("sidebar", False)
    assert not window.actions_by_id["sidebar"].isChecked()
    assert window.sidebar.isHidden()


def test_what_can_be_done_is_the_same_in_menu_and_buttons(window: MainWindow) -> None:
    window.set_run_state(RunState(can_run=False, can_stop=True, has_run=False), active=True)
    assert not window.run_bar.run_button.isEnabled()
    assert not window.actions_by_id["run"].isEnabled()
    assert window.run_bar.stop_button.isEnabled()
    assert window.actions_by_id["stop"].isEnabled()
    assert not window.actions_by_id["export"].isEnabled()
    assert not window.sidebar.isEnabled()


def test_missing_recent_files_are_grey(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "here.py").touch()
    window.set_recent(recent_files([str(tmp_path / "here.py"), str(tmp_path / "gone.ilv")]))
    enabled = {action.text(): action.isEnabled() for action in window.recent_menu.actions() if action.text()}
    assert enabled["here.py"]
    assert not enabled["gone.ilv (not there any more)"]


def controls(window: MainWindow) -> list[QWidget]:
    setup = RunSetup()
    setup.choose_scenario(find("pool-map-squares"))
    window.show_choice(setup, "<p>story</p>")
    window.run_bar.set_arguments("", shown=True)
    window.set_run_state(RunState(True, True, True), active=False)
    window.transport.set_enabled(True)
    window.show()
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)
    found: list[QWidget] = [each for kind in kinds for each in window.findChildren(kind)]
    inner = {child for each in found for child in each.findChildren(QWidget)}
    return [each for each in found if each.isVisible() and each not in inner
            and each.metaObject().className() not in ("QTabBar", "CloseButton", "QToolBarExtension")
            and each.objectName() != "qt_menubar_ext_button"]  # fmt: skip


def test_every_control_has_a_name_for_who_cannot_see_it(window: MainWindow) -> None:
    nameless = [each for each in controls(window) if not each.accessibleName()]
    assert not nameless


def test_every_control_is_large_enough_to_hit(window: MainWindow) -> None:
    from PySide6.QtWidgets import QApplication

    from visualiser.views import dress

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before, font = app.styleSheet(), app.font()
    dress(app, appearance("light"))
    try:
        small = [
            (each.accessibleName(), each.size()) for each in controls(window) if min(each.height(), each.width()) < 28
        ]
    finally:
        app.setStyleSheet(before)
        app.setFont(font)
    assert not small


def test_the_list_of_keys_names_every_command_and_every_key(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(COMMANDS)
    qtbot.addWidget(dialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    for command in COMMANDS:
        if command.keys:
            keys = ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys)
            assert any(text.startswith(plain(command.text)) for text in said), command.id
            assert keys in said, command.id


def test_the_list_of_keys_says_what_the_mouse_does(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(COMMANDS)
    qtbot.addWidget(dialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert {what for what, _ in GESTURES} <= set(said)


def test_keys_that_count_everywhere_are_none_that_are_typed_into_a_field() -> None:
    everywhere = [key for command in COMMANDS if not command.local for key in command.keys]
    assert [key for key in everywhere if len(key) == 1] in ([], ["?"], ["/", "?"])


def test_every_entry_of_a_lanes_menu_is_a_command(window: MainWindow, qtbot: QtBot) -> None:
    menu = WindowMenus(QMenuBar(window), window.timeline.canvas).lane_menu()
    offered = {action.text() for action in menu.actions() if not action.isSeparator()}
    assert offered == {each.text for each in COMMANDS if each.id in LANE_MENU}


def test_every_command_does_something(qtbot: QtBot, tmp_path: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.styleSheet(), app.font(), app.palette()
    desk = Desk(SettingsFile(tmp_path / "settings.ini"))
    docks = {dock.objectName() for dock in desk.window.findChildren(QDockWidget)}
    kept = {field.name for field in fields(Settings)}
    for command in COMMANDS:
        if command.checkable:
            assert command.id in desk.switches.keys() | docks | kept, command.id
        else:
            assert command.id in desk.commands, command.id
    desk.end()
    desk.window.deleteLater()
    desk.deleteLater()
    app.setStyleSheet(before[0])
    app.setFont(before[1])
    app.setPalette(before[2])
