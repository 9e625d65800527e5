"""The table of commands, and the menus made from it: each has keys of its own and a status tip."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from visualiser.scenarios import find
from visualiser.viewmodels import OutputModel, RunSetup, RunState, recent_files
from visualiser.views import COMMANDS, MainWindow, appearance


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
