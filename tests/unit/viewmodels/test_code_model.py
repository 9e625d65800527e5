"""Who stands on which line at the playhead's moment, and whether that is known or only the last that was seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Kind, Wait
from visualiser.trace import TraceStore
from visualiser.viewmodels import CodeModel, LineTag, Player, SourceFile
from visualiser.viewmodels.own_files import imported_text

BANK = "/home/ada/bank.py"


def tags_at(run: RunBuilder, step: float) -> dict[str, Sequence[LineTag]]:
    player = Player()
    heard: list[dict[str, Sequence[LineTag]]] = [{}]
    model = CodeModel(player)
    model.tags_changed.connect(heard.append)
    store = run.store(end=20)
    player.begin(store.start_ns)
    player.grow(store.end_ns)
    model.set_store(store)
    player.seek(ORIGIN + round(step * STEP))
    model.refresh()
    return heard[-1]


def one_wait() -> RunBuilder:
    run = RunBuilder()
    process = run.process()
    thread = process.thread("worker").begin(0)
    thread.wait(Wait.LOCK, 2, 8, process.thing("accounts"), line=17).output(12, "done", line=30).end(16)
    return run


def test_a_waiting_thread_stands_on_the_line_that_waits(qtbot: QtBot) -> None:
    doing = "waits for a Lock: Lock accounts"
    assert tags_at(one_wait(), 5)[BANK] == (LineTag(17, 0, "worker", True, doing=doing),)


def test_between_calls_the_last_line_is_named_as_the_last_that_was_seen(qtbot: QtBot) -> None:
    assert tags_at(one_wait(), 10)[BANK] == (LineTag(17, 0, "worker", False),)
    assert tags_at(one_wait(), 14)[BANK] == (LineTag(30, 0, "worker", False),)


def test_a_thread_that_has_ended_or_has_not_been_seen_stands_nowhere(qtbot: QtBot) -> None:
    assert tags_at(one_wait(), 1) == {}
    assert tags_at(one_wait(), 18) == {}


def test_threads_of_several_processes_are_told_apart(qtbot: QtBot) -> None:
    run = RunBuilder()
    run.process("parent").thread().begin(0).wait(Wait.SLEEP, 1, 9, line=4)
    run.process("child").thread().begin(0).wait(Wait.SLEEP, 1, 9, line=4)
    assert [tag.name for tag in tags_at(run, 5)[BANK]] == ["parent", "child"]


def test_a_run_from_a_copy_is_shown_as_the_program_that_was_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.mkdir()
    (program / "bank.py").write_text("pass\n")
    store = one_wait().store(end=20)
    store.directory = tmp_path
    player = Player()
    heard: list[dict[str, Sequence[LineTag]]] = [{}]
    model = CodeModel(player)
    model.tags_changed.connect(heard.append)
    player.begin(store.start_ns)
    player.grow(store.end_ns)
    model.set_store(store, SourceFile("bank.py", "/resources/bank.py", "pass\n"))
    player.seek(ORIGIN + 5 * STEP)
    model.refresh()
    assert list(heard[-1]) == ["/resources/bank.py"]


def imported(tmp_path: Path, *, began_ns: int) -> tuple[TraceStore, Path]:
    """A run of `shop.py` that waits in the file `prices.py` beside it."""
    (tmp_path / "shop.py").write_text("import prices\n")
    beside = tmp_path / "prices.py"
    beside.write_text("price = 1\n")
    run = RunBuilder()
    process = run.process()
    thread = process.thread().begin(0)
    thread.add(2, Kind.WAIT_BEGIN, Wait.SLEEP, 0, process.site(1, "price_of", str(beside)))
    store = run.store(end=20, target=str(tmp_path / "shop.py"), started_wall_ns=began_ns)
    store.directory = tmp_path / "run"
    return store, beside


def test_an_imported_file_of_the_program_is_shown_and_kept_as_it_was_when_the_run_began(tmp_path: Path) -> None:
    store, beside = imported(tmp_path, began_ns=time.time_ns() + 10**12)
    store.attachments = {"program/shop.py": b"import prices\n"}
    assert imported_text(store, str(beside)) == "price = 1\n"
    assert store.source_text(str(beside)) == "price = 1\n"


def test_an_imported_file_that_was_changed_since_or_lies_elsewhere_is_not_shown(tmp_path: Path) -> None:
    store, beside = imported(tmp_path, began_ns=1)
    assert imported_text(store, str(beside)) is None
    later, _ = imported(tmp_path, began_ns=time.time_ns() + 10**12)
    assert imported_text(later, __file__) is None


def test_a_run_from_a_file_shows_nothing_of_this_machines_disk(tmp_path: Path) -> None:
    store, beside = imported(tmp_path, began_ns=time.time_ns() + 10**12)
    store.directory = None
    assert imported_text(store, str(beside)) is None
