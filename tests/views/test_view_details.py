"""The details panel: what it shows first, and that what a program is called is never taken for HTML."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import DetailRow, Details, Facts, Link
from visualiser.views import appearance
from visualiser.views.details import DetailsPanel, html_style

DETAILS = Details("w1 <b>", (DetailRow("State", "waits for a <Lock>"), DetailRow("Woken by", "w2 & co", Link(1, 5))),
                  Link(1, 5))  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot) -> DetailsPanel:
    made = DetailsPanel()
    qtbot.addWidget(made)
    made.set_style(html_style(appearance("light")))
    return made


def test_what_is_pointed_at_covers_what_is_selected_until_the_mouse_has_gone(panel: DetailsPanel) -> None:
    panel.set_selected(Facts("w1", (("State", "in short"),)))
    panel.set_details(DETAILS)
    assert "in short" not in panel.text()
    panel.set_hovered(Facts("w2", (("State", "sleeps"),)))
    assert "sleeps" in panel.text()
    panel.set_hovered(Facts())
    assert "waits for a <Lock>" in panel.text()
    panel.set_details(Details())
    assert "in short" in panel.text()


def test_names_are_shown_as_they_are(panel: DetailsPanel) -> None:
    panel.set_details(DETAILS)
    assert panel.text().splitlines()[0] == "w1 <b>"
    assert "w2 & co" in panel.text()


def test_only_what_leads_somewhere_is_a_link(panel: DetailsPanel, qtbot: QtBot) -> None:
    panel.set_details(DETAILS)
    assert panel.browser.toHtml().count("href=") == 1
    with qtbot.waitSignal(panel.jump_requested) as asked:
        panel.browser.anchorClicked.emit("#1")
    assert asked.args == [Link(1, 5)]


def test_buttons_are_there_for_a_span_and_copy_all_of_it(panel: DetailsPanel) -> None:
    panel.show()
    assert not panel.cause_button.isVisible()
    panel.set_details(DETAILS)
    assert panel.cause_button.isVisible()
    assert panel.cause_button.isEnabled()
    panel.copy_button.click()
    assert QGuiApplication.clipboard().text() == "w1 <b>\nState: waits for a <Lock>\nWoken by: w2 & co"
    panel.set_details(Details("w1", (DetailRow("State", "runs"),)))
    assert not panel.cause_button.isEnabled()
