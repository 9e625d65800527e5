"""The list of scenarios: choosing, filtering, and what an empty list says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from visualiser.scenarios import catalogue, find
from visualiser.viewmodels import rows
from visualiser.views.icons import Icons
from visualiser.views.sidebar import Sidebar


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    made = Sidebar(Icons())
    qtbot.addWidget(made)
    made.set_rows(rows(catalogue()))
    return made


def test_a_chosen_scenario_is_asked_for_once(sidebar: Sidebar, qtbot: QtBot) -> None:
    listed = sidebar.list
    with qtbot.waitSignal(sidebar.scenario_requested) as asked:
        listed.setCurrentRow(1)
    with qtbot.assertNotEmitted(sidebar.scenario_requested):
        sidebar.choose(asked.args[0])


def test_a_heading_cannot_be_chosen(sidebar: Sidebar) -> None:
    heading = sidebar.list.item(0)
    assert heading.text() == "START HERE"
    assert not heading.flags() & Qt.ItemFlag.ItemIsSelectable


def test_filtering_keeps_the_choice_and_asks_for_nothing(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.choose("lock-it")
    with qtbot.assertNotEmitted(sidebar.scenario_requested):
        sidebar.set_rows(rows(catalogue(), "lock"))
        sidebar.set_rows(rows(catalogue()))
    assert sidebar.list.currentItem().text() == find("lock-it").title


def test_an_empty_list_says_what_to_do(sidebar: Sidebar) -> None:
    sidebar.set_rows(())
    assert not sidebar.nothing.isHidden()
