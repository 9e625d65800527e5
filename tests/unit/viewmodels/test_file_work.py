"""Files written and read in a worker: all of a run gets there, and what cannot be written is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.support import RunBuilder
from tests.support.seen import gils, switches
from visualiser.events.blocks import Held
from visualiser.files import load, save_ilv, write_chrome, write_csv
from visualiser.trace import EventBatch, RunInfo, TraceStore, stats
from visualiser.viewmodels import FileFunctions, FileWork, Jobs

SOURCES = {"switches": "exact", "gil": "sampled", "reasons": "none", "calls": "recorded", "why": {}}


def watched() -> TraceStore:
    """A thread that was watched from outside: exact switches, looks at the GIL."""
    run = RunBuilder()
    run.process(gil=True).thread("main").begin(1).end(9)
    store = TraceStore(RunInfo(origin_ns=run.batch().headers[0].start_ns, sources=SOURCES))
    store.extend(run.batch())
    store.extend(EventBatch(blocks=(switches("RRR...RRRR", 100, 100), gils(100, (2, 100, Held.HELD, 7)))))
    store.finish(store.info)
    return store


@pytest.fixture
def work(qtbot: QtBot) -> Iterator[FileWork]:
    jobs = Jobs()
    yield FileWork(jobs, FileFunctions(load, save_ilv, lambda *_: None, write_csv, write_chrome))
    assert jobs.close()


def test_a_run_that_is_saved_keeps_what_was_seen_from_outside(work: FileWork, qtbot: QtBot, tmp_path: Path) -> None:
    store = watched()
    path = tmp_path / "run.ilv"
    with qtbot.waitSignal(work.saved):
        work.save(store, str(path))
    opened = load(path)
    assert opened.cpus == store.cpus != ()
    assert len(opened.gil_lanes(0)) == len(store.gil_lanes(0)) == 1
    assert stats(opened)["processes"][0]["threads"] == stats(store)["processes"][0]["threads"]


@pytest.mark.parametrize("write", ["save", "export_data"])
def test_a_place_that_cannot_be_written_to_is_named_as_the_user_named_it(
    work: FileWork, qtbot: QtBot, tmp_path: Path, write: str
) -> None:
    path = str(tmp_path / "no folder" / "run.csv")
    with qtbot.waitSignal(work.refused) as refused:
        getattr(work, write)(watched(), path)
    assert refused.args == [f"{path} could not be written: No such file or directory. Choose another place, or make "
                            "room there."]  # fmt: skip
