"""What is said beside a run that was opened from a file."""

from __future__ import annotations

import json
from pathlib import Path

from visualiser.files import load
from visualiser.scene import ViewWindow, build
from visualiser.trace import RunInfo, TraceStore
from visualiser.viewmodels import opened_from, opened_page, sources_line, status_of


def chrome(tmp_path: Path, *more: dict[str, object]) -> TraceStore:
    """Another tool's file: two calls of one thread, and what more is in it."""
    events = [*({"ph": "X", "pid": 7, "tid": 7, "ts": at, "dur": 5, "name": "f <x>"} for at in (1, 10)), *more]
    path = tmp_path / "other & more.json"
    path.write_text(json.dumps({"traceEvents": events}))
    return load(path)


def test_another_tools_file_is_called_that_and_nothing_in_it_can_be_run(tmp_path: Path) -> None:
    store = chrome(tmp_path)
    page = opened_page(store)
    assert opened_from(store)
    assert opened_from(store) in page
    assert "other &amp; more.json" in page
    assert "2 calls and spans" in page
    assert "who held the GIL" in page.partition("does not tell")[2]
    assert "nothing here to run" in page


def test_counters_are_among_what_another_tools_file_tells(tmp_path: Path) -> None:
    assert "counter" not in opened_page(chrome(tmp_path))
    counted: dict[str, object] = {"ph": "C", "pid": 7, "ts": 3, "name": "queue", "args": {"size": 2}}
    assert "1 counter" in opened_page(chrome(tmp_path, counted))


def test_nobody_says_of_another_tools_file_that_nothing_was_lost(tmp_path: Path) -> None:
    store = chrome(tmp_path)
    assert "lost" not in status_of(store).numbers
    assert sources_line(store).startswith(f"Opened from {opened_from(store)}")
    assert "not observed" not in sources_line(store)


def test_the_legend_calls_another_tools_spans_no_spans_of_the_programs_own(tmp_path: Path) -> None:
    store = chrome(tmp_path)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, width=600))
    assert [entry.words for entry in scene.legend if entry.mark == "span"] == ["call or span"]


def test_a_run_recorded_here_says_how_it_ran_and_offers_no_run() -> None:
    store = TraceStore(RunInfo(title="a<b>.py", python="3.12.1", argv=("a b.py", "-x"), started_wall_ns=10**18))
    page = opened_page(store)
    assert not opened_from(store)
    assert "A saved run" in page
    assert "&#x27;a b.py&#x27; -x" in page
    assert "Python 3.12.1" in page
    assert "2001" in page
    assert "<b>.py" not in page
    assert "none lost" in status_of(store).numbers


def test_what_is_missing_of_a_damaged_file_is_said_before_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text('[{"ph": "X", "pid": 7, "tid": 7, "ts": 1, "dur": 5, "name": "f"}, {"ph": "X", "pi')
    store = load(path)
    (problem,) = store.problems
    assert problem.text in opened_page(store).partition("What the file tells")[0]
