"""The range panel: what was not measured is said to be unknown, and the worst comes first."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.support import ORIGIN, STEP, trace_from
from visualiser.trace import range_totals
from visualiser.views import appearance
from visualiser.views.range_panel import RangePanel


def test_states_are_columns_the_longest_first_and_all_threads_are_the_first_row(qtbot: QtBot) -> None:
    panel = RangePanel()
    qtbot.addWidget(panel)
    panel.set_look(appearance("dark"))
    store = trace_from("main RRSSSS / w1 LLLRRR // child GG....")
    panel.set_totals(range_totals(store, ORIGIN, ORIGIN + 6 * STEP))
    table = panel.table
    heads = [table.horizontalHeaderItem(column) for column in range(table.columnCount())]
    assert [head.text() for head in heads if head is not None] == ["Thread", "running", "sleep", "lock", "gil"]
    cells = [[item.text() if (item := table.item(row, column)) else "" for column in range(5)] for row in range(4)]
    assert cells == [
        ["All", "5 ms", "4 ms", "3 ms", "2 ms"],
        ["MainProcess (100) / main", "2 ms", "4 ms", "", ""],
        ["MainProcess (100) / w1", "3 ms", "", "3 ms", ""],
        ["Process-1 (200) / child", "", "", "", "2 ms"],
    ]


def test_a_range_without_threads_has_a_table_without_rows(qtbot: QtBot) -> None:
    panel = RangePanel()
    qtbot.addWidget(panel)
    panel.set_totals(range_totals(trace_from("main ..SS"), ORIGIN, ORIGIN + STEP))
    assert (panel.table.rowCount(), panel.table.columnCount()) == (1, 1)
    panel.copy_csv()
    panel.set_totals(None)
    assert panel.totals is None


def test_a_state_of_the_table_has_its_colour_and_the_words_of_the_legend(qtbot: QtBot) -> None:
    panel, look = RangePanel(), appearance("light")
    qtbot.addWidget(panel)
    panel.set_look(look)
    panel.set_totals(range_totals(trace_from("main GGRR"), ORIGIN, ORIGIN + 4 * STEP))
    head = panel.table.horizontalHeaderItem(1)
    assert head is not None
    assert head.toolTip() == "R: running"
    assert head.icon().pixmap(8, 8).toImage().pixelColor(2, 2) == look.theme.colour("state/1")
