"""Chrome's trace JSON: what its viewers need, and how much of the run is in it."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder, trace_from
from tests.unit.files.test_native import rich_run
from visualiser.files import write_chrome
from visualiser.trace import TraceStore

Event = dict[str, Any]


def exported(store: TraceStore, path: Path, t_range: tuple[int, int] | None = None) -> list[Event]:
    write_chrome(store, path, t_range=t_range)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["displayTimeUnit"] == "ns"
    events: list[Event] = data["traceEvents"]
    return events


def named(events: list[Event], name: str) -> dict[tuple[int, int], str]:
    return {(one["pid"], one["tid"]): one["args"]["name"] for one in events if one["ph"] == "M" and one["name"] == name}


def test_processes_and_threads_have_small_numbers_and_names(tmp_path: Path) -> None:
    events = exported(rich_run().store(end=10), tmp_path / "x.json")
    assert sorted({one["pid"] for one in events}) == [1, 2]
    names = named(events, "thread_name")
    assert sorted(tid for _, tid in names) == list(range(1, len(names) + 1))
    assert {one["tid"] for one in events if one["ph"] == "X"} <= {tid for _, tid in names}
    assert list(named(events, "process_name").values()) == ["MainProcess (pid 100)", "child (pid 200)"]
    assert "MainThread: locks" in names.values()
    assert "MainThread: spans" in names.values()


def test_states_carry_their_object_line_and_source(tmp_path: Path) -> None:
    events = exported(rich_run().store(end=10), tmp_path / "x.json")
    wait = next(one for one in events if one.get("args", {}).get("state") == "lock")
    assert (wait["ts"], wait["dur"]) == (2500.0, 2500.0)
    assert wait["args"] == {"state": "lock", "object": "Lock accounts", "line": "bank.py:18", "source": "recorded"}


def test_arrows_lead_from_the_starter_to_the_started_forwards_in_time(tmp_path: Path) -> None:
    events = exported(rich_run().store(end=10), tmp_path / "x.json")
    ends = [one for one in events if one["ph"] in "sf"]
    assert [(one["name"], one["ph"], one["ts"]) for one in ends] == [
        ("starts thread", "s", 900.0),
        ("starts thread", "f", 1000.0),
        ("starts process", "s", 3000.0),
        ("starts process", "f", 3200.0),
    ]


def test_memory_is_a_counter_of_its_process(tmp_path: Path) -> None:
    events = exported(rich_run().store(end=10), tmp_path / "x.json")
    (sample,) = [one for one in events if one["ph"] == "C"]
    assert (sample["pid"], sample["ts"], sample["args"]) == (1, 2000.0, {"rss bytes": 2048 << 10})


def test_times_are_exact_to_the_nanosecond(tmp_path: Path) -> None:
    run = RunBuilder()
    run.process().thread().begin(0).span("s", 123_456.123457, 123_456.123458)
    events = exported(run.store(), tmp_path / "x.json")
    span = next(one for one in events if one.get("cat") == "spans")
    assert (round(span["ts"] * 1000), round(span["dur"] * 1000)) == (123_456_123_457, 1)


def test_a_range_leaves_out_what_does_not_touch_it(tmp_path: Path) -> None:
    store = trace_from("main SSPPSS")
    events = exported(store, tmp_path / "x.json", (ORIGIN + 3 * STEP, ORIGIN + 4 * STEP))
    assert [one["args"]["state"] for one in events if one["ph"] == "X"] == ["child"]


MOVES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), max_size=30)


@given(MOVES)
def test_nothing_overlaps_on_one_track_unless_it_nests(tmp_path_factory: Any, moves: list[tuple[int, int]]) -> None:
    run = RunBuilder()
    process = run.process()
    locks = [process.thing(name) for name in "abc"]
    threads = [process.thread(name).begin(0) for name in ("one", "two")]
    for t, (thread, move) in enumerate(moves, 1):
        lock = locks[move % 3]
        if move < 3:
            threads[thread].hold(t, None, lock)
        else:
            threads[thread].release(t, lock)
    events = exported(run.store(end=len(moves) + 1), tmp_path_factory.getbasetemp() / "x.json")
    spans = sorted(
        ((one["tid"], one["ts"], -one["dur"]) for one in events if one["ph"] == "X"),
    )
    for _, track in groupby(spans, key=lambda span: span[0]):
        open_: list[float] = []
        for _, start, length in track:
            end = start - length
            while open_ and open_[-1] <= start:
                open_.pop()
            assert not open_ or end <= open_[-1]
            open_.append(end)
