"""The program's output as rows: what is a row, how it grows, where the playhead is in it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.trace import RunInfo, TraceStore
from visualiser.viewmodels import OutputModel


def two_threads() -> RunBuilder:
    run = RunBuilder()
    process = run.process("main")
    process.thread("a").begin(0).output(1, "1").output(2, "\n").output(5, "2")
    process.thread("b").begin(0).output(6, "C").output(8, "\n")
    run.processes[0].threads[0].output(7, "\n").output(9, "lost", stream=2)
    return run


def texts(model: OutputModel) -> list[str]:
    return [model.line(row).text for row in range(model.rowCount())]


def test_what_one_print_writes_in_pieces_is_one_line(qtbot: QtBot) -> None:
    run = RunBuilder()
    run.process().thread().begin(0).output(1, "a").output(2, " ").output(3, "b").output(4, "\n").output(5, "c")
    model = OutputModel()
    model.set_store(run.store())
    assert texts(model) == ["a b", "c"]


def test_an_end_of_line_right_after_its_text_is_no_row_of_its_own(qtbot: QtBot) -> None:
    model = OutputModel()
    model.set_store(two_threads().store())
    assert texts(model)[:2] == ["1", "2"]


def test_lines_that_ran_together_keep_their_ends_as_rows(qtbot: QtBot) -> None:
    model = OutputModel()
    model.set_store(two_threads().store())
    assert texts(model) == ["1", "2", "C", "↵", "↵", "lost"]


def test_two_processes_do_not_run_each_others_lines_together(qtbot: QtBot) -> None:
    run = RunBuilder()
    run.process("one").thread().begin(0).output(1, "x").output(3, "\n")
    run.process("two").thread().begin(0).output(2, "y").output(4, "\n")
    model = OutputModel()
    model.set_store(run.store())
    assert texts(model) == ["x", "y"]
    assert [model.line(row).name for row in range(2)] == ["one", "two"]


def test_stderr_is_told_in_words(qtbot: QtBot) -> None:
    model = OutputModel()
    model.set_store(two_threads().store())
    last = model.line(model.rowCount() - 1)
    assert last.stderr
    assert "stderr" in last.spoken


def test_the_row_of_a_moment_is_the_last_one_written_by_then(qtbot: QtBot) -> None:
    model = OutputModel()
    model.set_store(two_threads().store())
    assert [model.row_at(ORIGIN + round(t * STEP)) for t in (0.5, 1, 5.5, 100)] == [-1, 0, 1, 5]


def test_growing_inserts_rows_and_keeps_the_rules_of_a_model(qtbot: QtBot) -> None:
    run = RunBuilder()
    thread = run.process("main").thread("a").begin(0).output(1, "first\n")
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    model = OutputModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_store(store)
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    thread.rows.clear()
    definitions = len(thread.process.definitions)
    thread.output(2, "second\n")
    batch = run.batch()
    store.extend(type(batch)(chunks=batch.chunks, definitions=batch.definitions[definitions:]))
    model.refresh()
    assert inserted == [(1, 1)]
    assert texts(model) == ["first", "second"]


def test_output_that_comes_to_light_late_takes_its_place(qtbot: QtBot) -> None:
    run = RunBuilder()
    run.process("one").thread().begin(0).output(5, "late in time")
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    model = OutputModel()
    model.set_store(store)
    other = RunBuilder(list(run.processes))
    other.process("two").thread().begin(0).output(2, "early in time")
    batch = other.batch()
    store.extend(type(batch)(batch.headers[1:], batch.chunks[1:], batch.definitions[-3:]))
    model.refresh()
    assert texts(model) == ["early in time", "late in time"]


def test_no_run_has_no_rows(qtbot: QtBot) -> None:
    model = OutputModel()
    model.set_store(two_threads().store())
    model.set_store(None)
    assert model.rowCount() == 0
    assert model.rowCount(QModelIndex()) == 0


def test_a_line_that_is_still_being_written_grows_in_its_row(qtbot: QtBot) -> None:
    run = RunBuilder()
    thread = run.process("main").thread("a").begin(0).output(1, ".")
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    store.extend(run.batch())
    model = OutputModel()
    model.set_store(store)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last: changed.append(first.row()))
    thread.rows.clear()
    thread.output(2, ".")
    store.extend(type(run.batch())(chunks=run.batch().chunks))
    model.grow()
    qtbot.waitUntil(lambda: changed == [0])
    assert texts(model) == [".."]
