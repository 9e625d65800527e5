"""Counters of other tools' files: which values at which moments they become, and that a saved run keeps them."""

from __future__ import annotations

import io
import json
import math
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.files.foreign_samples import Event, call, name_of
from tests.unit.files.test_bad_files import change_header, npy, pack, parts_of, refused
from visualiser.files import counters as gathering
from visualiser.files import load, save_ilv, write_chrome
from visualiser.trace import Counter, TraceStore, counters_of


def counted(ts: Any, name: str = "queue", pid: Any = 10, **values: Any) -> Event:
    """A counter's event."""
    return {"ph": "C", "pid": pid, "ts": ts, "name": name, "args": values}


def opened(folder: Path, events: list[Event]) -> TraceStore:
    (folder / "x.json").write_text(json.dumps({"traceEvents": events}))
    return load(folder / "x.json")


def told(store: TraceStore) -> dict[str, list[tuple[int, float]]]:
    """Moments after the origin and values, by label."""
    return {
        one.label: list(zip((one.t - store.start_ns).tolist(), one.value.tolist(), strict=True))
        for one in counters_of(store)
    }


def problems(store: TraceStore) -> str:
    return " ".join(map(str, store.problems))


# --- from a file


def test_values_stand_at_their_moments_in_order_of_time_by_series_and_process(tmp_path: Path) -> None:
    events = [call(1, 9, "a"), counted(4, value=2), counted(3, value=1), counted(5, "io", read=1, write=2.5)]
    store = opened(tmp_path, [*events, call(1, 9, "a", 20), counted(6, pid=20, value=-7)])
    assert [(one.label, one.process) for one in counters_of(store)] == [
        ("queue", 0), ("io: read", 0), ("io: write", 0), ("queue", 1)
    ]  # fmt: skip
    assert (counters_of(store, 0)[0].t - store.start_ns).tolist() == [2000, 3000]
    assert counters_of(store, 0)[0].value.tolist() == [1.0, 2.0]


def test_counters_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    store = opened(tmp_path, [{**counted(1, value=1), "id": 7}, {**counted(1, value=2), "id": 8}, call(1, 1, "a")])
    assert told(store) == {"queue 7": [(0, 1.0)], "queue 8": [(0, 2.0)]}


def test_they_move_with_the_times_of_a_file_that_begins_at_zero(tmp_path: Path) -> None:
    store = opened(tmp_path, [counted(-2, value=1), call(0, 5, "a"), counted(7, value=3)])
    assert told(store) == {"queue": [(0, 1.0), (9000, 3.0)]}
    assert store.end_ns - store.start_ns == 9000


def test_a_process_of_which_only_counters_are_told_is_there_under_its_name(tmp_path: Path) -> None:
    store = opened(tmp_path, [call(1, 1, "a"), counted(2, pid=77, value=1), name_of("process_name", "disk", 77)])
    assert [(one.pid, one.name) for one in store.processes] == [(10, "pid 10"), (77, "disk")]
    assert counters_of(store, 1)[0].value.tolist() == [1.0]
    assert [store.threads[one].name for one in store.processes[1].threads] == ["no thread is told"]


def test_a_file_of_nothing_but_counters_is_opened(tmp_path: Path) -> None:
    assert told(opened(tmp_path, [counted(3, value=1), counted(5, value=2)])) == {"queue": [(0, 1.0), (2000, 2.0)]}


@pytest.mark.parametrize(
    "event",
    [
        counted(2, value="many"), counted(2, value=None), counted(2, value=True), counted(2, value=[1]), counted(2),
        counted(2, value=10**400), counted(2, value=math.nan), counted(2, value=math.inf), counted("soon", value=1),
        {"ph": "C", "pid": 10, "ts": 2, "name": "queue", "args": [1]}, {"ph": "C", "pid": 10, "ts": 2},
    ],
)  # fmt: skip
def test_what_is_no_number_is_counted_and_left_out(tmp_path: Path, event: Event) -> None:
    store = opened(tmp_path, [call(1, 1, "a"), counted(1, value=4), event])
    assert told(store) == {"queue": [(0, 4.0)]}
    assert "make no sense: 1 event of the file" in problems(store)


def test_of_very_many_counters_the_first_are_kept_and_the_others_said(tmp_path: Path) -> None:
    many = [counted(2, f"c{n}", value=n) for n in range(gathering.MOST_OF_ONE + 3)]
    store = opened(tmp_path, [call(1, 1, "a"), *many])
    assert len(counters_of(store)) == gathering.MOST_OF_ONE
    assert "3 counter values" in problems(store)


# --- in words


@pytest.mark.parametrize(
    ("name", "series", "value", "label", "words"),
    [
        ("queue", "value", 3.0, "queue", "3"),
        ("memory", "rss bytes", 14_200_000.0, "memory: rss bytes", "14.2 MB"),
        ("Memory (MB)", "value", 12.5, "Memory (MB)", "12.5 MB"),
        ("load", "cpu %", 30.0, "load: cpu %", "30 %"),
        ("load", "cpu [percent]", 0.0, "load: cpu [percent]", "0 %"),
        ("wait", "p99 (us)", -1.5, "wait: p99 (us)", "-1.5 µs"),
        ("queue (main)", "", 1e18, "queue (main)", "1e+18"),
        ("size bytes", "value", 1e200, "size bytes", "1e+200 B"),
    ],
)
def test_a_value_has_the_unit_that_its_name_tells_and_no_other(
    name: str, series: str, value: float, label: str, words: str
) -> None:
    counter = Counter(0, name, series, np.array([1]), np.array([value]))
    assert (counter.label, counter.words(value)) == (label, words)


def test_a_value_holds_until_the_next_and_after_the_last_nothing_is_known() -> None:
    counter = Counter(0, "a", "", np.array([10, 20, 20, 30]), np.array([1.0, 2.0, 3.0, 4.0]))
    assert [counter.at(t) for t in (9, 10, 19, 20, 29, 30, 31)] == [None, 1.0, 1.0, 3.0, 3.0, 4.0, None]


# --- kept


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9), st.sampled_from("abc"), st.floats(-1e300, 1e300) | st.integers(-(2**60), 2**60)
        ),
        min_size=1, max_size=30,
    )
)  # fmt: skip
def test_a_saved_run_has_the_same_counters(rows: list[tuple[int, str, float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = opened(Path(folder), [call(1, 1, "a"), *(counted(t, name, value=value) for t, name, value in rows)])
        save_ilv(store, Path(folder) / "x.ilv")
        again = load(Path(folder) / "x.ilv")
    assert sum(map(len, told(store).values())) == len(rows)
    assert told(again) == told(store)
    assert [one.process for one in counters_of(again)] == [one.process for one in counters_of(store)]


def test_chromes_trace_json_has_them_again(tmp_path: Path) -> None:
    store = opened(tmp_path, [call(1, 9, "a"), counted(2, "io", read=1, write=2.5), counted(5, "io", read=7)])
    write_chrome(store, tmp_path / "y.json")
    assert told(load(tmp_path / "y.json")) == told(store)
    write_chrome(store, tmp_path / "part.json", (store.start_ns + 2000, store.end_ns))
    assert told(load(tmp_path / "part.json"))["io: read"][-1][1] == 7.0


def test_a_run_without_counters_is_saved_in_the_older_format(tmp_path: Path) -> None:
    formats = []
    for events in ([call(1, 1, "a")], [call(1, 1, "a"), counted(1, value=1)]):
        save_ilv(opened(tmp_path, events), tmp_path / "x.ilv")
        with zipfile.ZipFile(tmp_path / "x.ilv") as archive:
            formats.append(json.loads(archive.read("header.json"))["format"])
    assert formats == [2, 4]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    store = opened(tmp_path, [call(1, 9, "a"), counted(2, value=1), counted(4, value=2)])
    save_ilv(store, tmp_path / "x.ilv")
    return tmp_path / "x.ilv"


@pytest.mark.parametrize(
    "counter",
    [[1, "queue", "value", 2], [-1, "queue", "value", 2], [0, None, "value", 2], [0, "queue", 5, 2],
     [0, "queue", "value", 3], [0, "queue", "value", 0], [0, "queue", "value"], {}, None],
)  # fmt: skip
def test_a_damaged_description_of_a_counter_is_refused(saved: Path, counter: Any) -> None:
    refused(pack(saved, change_header(parts_of(saved), counters=[counter])))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("t", np.array([5, 4], "<i8")), ("t", np.array([-1, 4], "<i8")),
        ("value", np.array([1, math.nan])), ("value", np.array([math.inf, 1])), ("value", np.array([1e308, 1])),
    ],
)  # fmt: skip
def test_counters_that_make_no_sense_are_refused(saved: Path, column: str, values: Any) -> None:
    parts = parts_of(saved)
    name = f"counters/0/{column}.npy"
    assert np.lib.format.read_array(io.BytesIO(parts[name]), allow_pickle=False).shape == (2,)
    assert "make no sense" in refused(pack(saved, parts | {name: npy(values)}))
