"""Firefox Profiler's format written: states and sections as markers, own spans as stacks that hold until a change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder, trace_from
from tests.unit.files.test_native import rich_run
from visualiser.files import load, write_gecko
from visualiser.trace import TraceStore

Profile = dict[str, Any]


def exported(store: TraceStore, path: Path, t_range: tuple[int, int] | None = None) -> Profile:
    write_gecko(store, path, t_range=t_range)
    found: Profile = json.loads(path.read_text(encoding="utf-8"))
    return found


def markers(profile: Profile, thread: int) -> list[dict[str, Any]]:
    """A thread's, each with its name as a text."""
    table, strings = profile["threads"][thread]["markers"], profile["shared"]["stringArray"]
    columns = ("name", "startTime", "endTime", "phase", "data")
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*(table[one] for one in columns), strict=True)]
    return [{**row, "name": strings[row["name"]]} for row in rows]


def test_threads_keep_their_names_and_numbers(tmp_path: Path) -> None:
    store = rich_run().store(end=10)
    profile = exported(store, tmp_path / "x.json")
    found = [(one["processName"], one["pid"], one["name"], one["tid"]) for one in profile["threads"]]
    wanted = [(store.processes[one.process], one) for one in store.threads]
    assert found == [(process.name, str(process.pid), one.name, one.tid) for process, one in wanted]


def test_a_state_is_an_interval_with_its_object_line_and_source(tmp_path: Path) -> None:
    profile = exported(rich_run().store(end=10), tmp_path / "x.json")
    every = [one for thread in range(len(profile["threads"])) for one in markers(profile, thread)]
    wait = next(one for one in every if one["name"] == "lock")
    assert (wait["startTime"], wait["endTime"], wait["phase"]) == (2.5, 5.0, 1)
    assert wait["data"] == {
        "type": "State",
        "about": "waits for a Lock: Lock accounts",
        "object": "Lock accounts",
        "line": "bank.py:18",
        "source": "recorded",
    }


def test_every_list_is_as_long_as_its_table_says(tmp_path: Path) -> None:
    profile = exported(rich_run().store(end=10), tmp_path / "x.json")
    for thread in profile["threads"]:
        tables = [table for table in thread.values() if isinstance(table, dict) and "length" in table]
        assert len(tables) >= 6
        for table in tables:
            assert {len(one) for one in table.values() if isinstance(one, list)} <= {table["length"]}
        assert thread["markers"]["startTime"] == sorted(thread["markers"]["startTime"])
        assert thread["samples"]["time"] == sorted(thread["samples"]["time"])


def test_a_range_leaves_out_what_does_not_touch_it(tmp_path: Path) -> None:
    profile = exported(trace_from("main SSPPSS"), tmp_path / "x.json", (ORIGIN + 3 * STEP, ORIGIN + 4 * STEP))
    assert [one["name"] for one in markers(profile, 0)] == ["child"]


SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from("abc")), max_size=8)


@given(SPANS)
def test_own_spans_are_the_same_when_the_profile_is_opened(
    tmp_path_factory: Any, told: list[tuple[int, int, str]]
) -> None:
    run = RunBuilder()
    thread = run.process().thread("t").begin(0)
    t = 1
    for gap, length, name in told:
        t += gap + 1
        thread.span(name, t, t + length)
        t += length
    store = run.store(end=t + 1)
    path = tmp_path_factory.getbasetemp() / "spans.json"
    write_gecko(store, path)
    first = store.spans(0)
    if not len(first):
        return
    again = load(path)
    second = again.spans(0)
    assert [store.text(one) for one in first.label] == [again.text(one) for one in second.label]
    assert (first.end - first.start).tolist() == (second.end - second.start).tolist()
    assert (first.start - first.start[0]).tolist() == (second.start - second.start[0]).tolist()
