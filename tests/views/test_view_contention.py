"""The table of waits: what it says when there is nothing to say, and which columns are worth their room."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.support import RunBuilder, trace_from
from visualiser.events import Wait
from visualiser.trace import TraceStore
from visualiser.viewmodels import ContentionModel
from visualiser.views import appearance
from visualiser.views.contention import PROCESS, ContentionView
from visualiser.views.icons import Icons


@pytest.fixture
def view(qtbot: QtBot) -> ContentionView:
    made = ContentionView(ContentionModel(), Icons())
    qtbot.addWidget(made)
    made.set_look(appearance("light"))
    return made


def show(view: ContentionView, store: TraceStore | None) -> ContentionModel:
    model = view.table.model()
    assert isinstance(model, ContentionModel)
    model.set_store(store)
    view.set_has_run(store is not None)
    model.refresh()
    return model


def said(view: ContentionView) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel))


def test_it_says_what_to_do_and_when_nobody_waited(view: ContentionView) -> None:
    assert "Run a program" in said(view)
    show(view, trace_from("main RRSS"))
    assert "No thread of this run waited" in said(view)
    assert view.table.isHidden()
    show(view, trace_from("main RRGG"))
    assert "longest wait" in said(view)
    assert not view.table.isHidden()


def test_processes_are_named_as_soon_as_there_are_two(view: ContentionView) -> None:
    show(view, trace_from("main RRGG"))
    assert view.table.isColumnHidden(PROCESS)
    show(view, trace_from("main RRGG // child GGRR"))
    assert not view.table.isColumnHidden(PROCESS)


def test_a_wait_that_was_never_over_is_counted_in_a_column_of_its_own(view: ContentionView) -> None:
    run = RunBuilder()
    process = run.process()
    lock = process.thing("till")
    process.thread("a").begin(0).wait(Wait.LOCK, 1, None, lock)
    model = show(view, run.store(end=9))
    assert [model.text(0, column) for column in range(5)] == ["Lock till", "1", "8 ms", "8 ms", "1"]
    assert not model.refresh()
