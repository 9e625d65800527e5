"""The player's buttons."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from visualiser.views.icons import Icons
from visualiser.views.transport import Transport


def test_the_player_shows_what_it_is_told_and_asks_by_command(qtbot: QtBot) -> None:
    transport = Transport(Icons())
    qtbot.addWidget(transport)
    transport.set_enabled(True)
    transport.set_playing(True)
    assert transport.play_button.accessibleName() == "Pause"
    with qtbot.waitSignal(transport.command_requested) as asked:
        transport.play_button.click()
    assert asked.args == ["play"]
