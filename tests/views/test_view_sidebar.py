"""The list of scenarios: choosing, filtering, and what an empty list says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidgetItem
from pytestqt.qtbot import QtBot

from visualiser.scenarios import catalogue, find
from visualiser.viewmodels import rows
from visualiser.views.icons import Icons
from visualiser.views.sidebar import Sidebar, broken


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


def test_what_was_run_is_ticked_and_said(sidebar: Sidebar) -> None:
    sidebar.resize(260, 1100)
    sidebar.show()
    plain = sidebar.list.grab().toImage()
    sidebar.set_rows(rows(catalogue(), ran={"lock-it"}))
    said = {
        sidebar.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(sidebar.list.count())
        if sidebar.list.item(row).data(Qt.ItemDataRole.UserRole)
    }
    assert f"{find('lock-it').title}, run before" in said
    assert find("lost-update").title in said
    assert sidebar.list.grab().toImage() != plain


def test_the_box_is_left_for_what_was_found_and_cleared_by_key(sidebar: Sidebar, qtbot: QtBot) -> None:
    with qtbot.waitActive(sidebar):
        sidebar.show()
    sidebar.filter_requested.connect(lambda text: sidebar.set_rows(rows(catalogue(), text)))
    sidebar.filter.setFocus()
    QTest.keyClicks(sidebar.filter, "baker")
    with qtbot.waitSignal(sidebar.scenario_requested) as asked:
        QTest.keyClick(sidebar.filter, Qt.Key.Key_Down)
    assert asked.args == ["producer-consumer"]
    assert sidebar.list.hasFocus()
    QTest.keyClick(sidebar.filter, Qt.Key.Key_Escape)
    assert sidebar.filter.text() == ""
    assert sidebar.list.currentItem().text() == find("producer-consumer").title


def test_the_arrows_pass_over_the_headings(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.show()
    sidebar.choose("who-sees-the-change")
    with qtbot.waitSignal(sidebar.scenario_requested) as asked:
        QTest.keyClick(sidebar.list, Qt.Key.Key_Down)
    assert asked.args == ["waiting-overlaps"]
    with qtbot.waitSignal(sidebar.scenario_run_requested):
        QTest.keyClick(sidebar.list, Qt.Key.Key_Return)


def test_the_scenarios_stand_in_teaching_order_under_their_groups(sidebar: Sidebar) -> None:
    listed = [sidebar.list.item(row) for row in range(sidebar.list.count())]
    ids = [item.data(Qt.ItemDataRole.UserRole) for item in listed]
    assert [each for each in ids if each] == [scenario.id for scenario in catalogue()]
    assert len([each for each in ids if not each]) == len({scenario.group for scenario in catalogue()})


def test_the_list_stays_where_it_was_scrolled_when_one_more_was_run(sidebar: Sidebar) -> None:
    sidebar.resize(240, 300)
    sidebar.show()
    bar = sidebar.list.verticalScrollBar()
    bar.setValue(7)
    sidebar.set_rows(rows(catalogue(), ran={"lock-it"}))
    assert bar.value() == 7


def test_a_long_title_is_read_whole_on_two_lines(sidebar: Sidebar) -> None:
    sidebar.resize(248, 900)
    sidebar.show()
    heights = {item.text(): sidebar.list.visualItemRect(item).height() for item in _scenarios(sidebar)}
    short, long = find("lost-update").title, find("birth-of-a-process").title
    assert heights[long] > heights[short]
    metrics = sidebar.list.fontMetrics()
    lines = broken(long, metrics, 180)
    assert " ".join(lines) == long
    assert all(metrics.horizontalAdvance(line) <= 180 for line in lines)


def test_a_word_that_is_too_long_for_the_list_is_cut(sidebar: Sidebar) -> None:
    metrics = sidebar.list.fontMetrics()
    (line,) = broken("Donaudampfschifffahrtsgesellschaft" * 2, metrics, 120)
    assert metrics.horizontalAdvance(line) <= 120


def test_a_click_on_the_last_row_that_is_half_in_sight_marks_that_row(sidebar: Sidebar) -> None:
    sidebar.resize(248, 500)
    sidebar.show()
    sidebar.scenario_requested.connect(sidebar.choose)
    listed, edge = sidebar.list, sidebar.list.viewport().height()
    seen = {item.text(): listed.visualItemRect(item) for item in _scenarios(sidebar)}
    last = next(rect for rect in seen.values() if rect.bottom() > edge - 8)
    sidebar.resize(248, 500 + last.top() + 8 - edge)  # so that eight pixels of it are in sight
    half = next(item for item in _scenarios(sidebar) if listed.visualItemRect(item).top() == last.top())
    assert listed.visualItemRect(half).bottom() > listed.viewport().height()
    at = listed.visualItemRect(half).topLeft() + QPoint(40, 4)
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert listed.selectedItems() == [listed.currentItem()] == [half]


def _scenarios(sidebar: Sidebar) -> list[QListWidgetItem]:
    items = (sidebar.list.item(row) for row in range(sidebar.list.count()))
    return [item for item in items if item.data(Qt.ItemDataRole.UserRole)]
