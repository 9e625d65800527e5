"""The table of spans as Qt sees it: a sound model, whatever is sorted, filtered and shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from tests.support import ORIGIN, STEP, trace_from
from visualiser.trace import SpanFilter, State
from visualiser.viewmodels import ContentionModel, SpanTableModel, tables
from visualiser.views import appearance
from visualiser.views.icons import Icons
from visualiser.views.span_table import SpanTableView

DRAWN = "main RRGGLLSS / w1 ..SSSSRR // child ..LLRR"


def test_the_models_are_sound_through_every_change(qtbot: QtBot) -> None:
    spans, waits = SpanTableModel(), ContentionModel()
    testers = [QAbstractItemModelTester(one, QAbstractItemModelTester.FailureReportingMode.Fatal)
               for one in (spans, waits)]  # fmt: skip
    store = trace_from(DRAWN)
    for model in (spans, waits):
        model.set_store(store)
    waits.refresh()
    assert spans.show_spans(ORIGIN, ORIGIN + 8 * STEP)
    assert not spans.show_spans(ORIGIN, ORIGIN + 8 * STEP)
    for column in range(spans.columnCount()):
        spans.sort(column, Qt.SortOrder.DescendingOrder)
        waits.sort(min(column, waits.columnCount() - 1))
    spans.filter = SpanFilter(states=frozenset({State.LOCK}))
    assert spans.show_spans(ORIGIN, ORIGIN + 8 * STEP)
    assert spans.rowCount() == 2
    for model in (spans, waits):
        model.set_store(None)
    assert (spans.rowCount(), waits.rowCount()) == (0, 0)
    del testers


def test_of_too_many_rows_the_first_are_shown_and_the_rest_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    model = SpanTableModel()
    model.set_store(trace_from(DRAWN))
    model.show_spans(ORIGIN, ORIGIN + 8 * STEP)
    assert model.rowCount() == 3
    assert model.note == f"the first 3 of {model.total} spans in view; zoom in, or filter"
    assert model.place(0, 3) is None


def test_processes_are_offered_as_soon_as_there_are_two(qtbot: QtBot) -> None:
    view = SpanTableView(SpanTableModel(), Icons())
    qtbot.addWidget(view)
    view.set_look(appearance("light"))
    view.set_lives(["a (1)"], ["main"])
    assert view.processes.isHidden()
    view.set_lives(["a (1)", "b (2)"], ["main", "kid"])
    assert not view.processes.isHidden()
    view.processes.setCurrentIndex(2)
    assert view.filter == SpanFilter(processes=frozenset({1}))
    view.set_lives(["a (1)", "b (2)", "c (3)"], ["main", "kid"])
    assert view.processes.currentText() == "b (2)"
