"""The player's buttons."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from visualiser.views import COMMANDS
from visualiser.views.icons import Icons
from visualiser.views.transport import KEYS, Transport


def test_the_player_shows_what_it_is_told_and_asks_by_command(qtbot: QtBot) -> None:
    transport = Transport(Icons())
    qtbot.addWidget(transport)
    transport.set_enabled(True)
    transport.set_playing(True)
    assert transport.play_button.accessibleName() == "Pause"
    with qtbot.waitSignal(transport.command_requested) as asked:
        transport.play_button.click()
    assert asked.args == ["play"]


@pytest.fixture
def transport(qtbot: QtBot) -> Transport:
    made = Transport(Icons())
    qtbot.addWidget(made)
    made.set_enabled(True)
    return made


def offered(transport: Transport) -> list[str]:
    combo = transport.step_combo
    return [combo.itemData(number) for number in range(combo.count())]


def test_only_what_the_run_has_is_offered_to_step_by(transport: Transport) -> None:
    transport.set_stops(["event", "switch", "output"])
    assert offered(transport) == ["event", "switch", "output"]
    transport.set_stops([])
    assert offered(transport) == ["event"]


def test_lines_are_stepped_by_where_there_are_any_and_a_choice_of_the_users_stays(transport: Transport) -> None:
    transport.set_stops(["event", "line", "output"])
    assert transport.stop.id == "line"
    transport.step_combo.setCurrentIndex(2)
    transport.step_combo.activated.emit(2)
    transport.set_stops(["event", "line", "handover", "output"])
    assert transport.stop.id == "output"


def test_the_step_buttons_ask_for_what_is_chosen(transport: Transport, qtbot: QtBot) -> None:
    transport.set_stops(["event", "line"])
    buttons = {each.accessibleName(): each for each in transport.findChildren(QToolButton)}
    with qtbot.waitSignal(transport.command_requested) as asked:
        buttons["To the line before, of all lanes"].click()
    assert asked.args == ["previous_line"]


def test_the_buttons_say_whose_moments_they_step_to(transport: Transport) -> None:
    transport.set_whose("burner-a")
    assert any(
        each.accessibleName() == "To the next event, of burner-a" for each in transport.findChildren(QToolButton)
    )


def test_the_loop_is_asked_for_and_shown(transport: Transport, qtbot: QtBot) -> None:
    with qtbot.waitSignal(transport.loop_requested) as asked:
        transport.loop_button.click()
    assert asked.args == [True]
    transport.set_loop(False)
    assert not transport.loop_button.isChecked()


def test_every_key_that_a_button_names_is_the_commands_own() -> None:
    keys = {command.id: command.keys for command in COMMANDS}
    for stop, (before, after) in ((stop, words.split()) for stop, words in KEYS.items()):
        assert before in keys[f"previous_{stop}"]
        assert after in keys[f"next_{stop}"]
