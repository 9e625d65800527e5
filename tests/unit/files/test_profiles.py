"""Firefox Profiler's format: calls from samples, states from markers of Python's sampler, one axis for all files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.files.foreign_samples import profile_text
from visualiser.files import BadFile, load
from visualiser.trace import SOURCE_NAMES, STATE_NAMES, TraceStore

MS = 1_000_000


def opened(folder: Path, text: str) -> TraceStore:
    (folder / "profile.json").write_text(text)
    return load(folder / "profile.json")


def calls(store: TraceStore) -> list[tuple[str, float, float, int]]:
    """(Label, start and end in ms after the origin, depth) of the first thread's spans."""
    spans = store.spans(0)
    times = ((spans.start - store.start_ns) / MS, (spans.end - store.start_ns) / MS)
    columns = (spans.label.tolist(), *(one.tolist() for one in times), spans.depth.tolist())
    return [(store.text(a), b, c, d) for a, b, c, d in zip(*columns, strict=True)]


def states(store: TraceStore, thread: int = 0) -> list[tuple[str, str, float]]:
    """(State, source, start in ms after the origin)."""
    spans = store.states(thread)
    columns = (spans.state.tolist(), spans.source.tolist(), ((spans.start - store.start_ns) / MS).tolist())
    return [(STATE_NAMES[a], SOURCE_NAMES[b], c) for a, b, c in zip(*columns, strict=True)]


def test_a_call_goes_on_from_its_first_sample_to_the_first_without_it(tmp_path: Path) -> None:
    store = opened(tmp_path, profile_text((0, 1, 1, None, 0, 0)))
    assert calls(store) == [("work", 0, 3, 0), ("inner", 1, 3, 1), ("work", 4, 5, 0)]
    assert store.site(int(store.spans(0).site[1])).short == "app.py:8"
    assert [(one.name, one.pid) for one in store.processes] == [("pid 77", 77)]
    assert [(one.name, one.tid) for one in store.threads] == [("MainThread", 77)]


def test_pythons_markers_become_states_as_seen_by_samples(tmp_path: Path) -> None:
    markers = [
        ("On CPU", 0, 3), ("Off CPU", 3, 4), ("Has GIL", 0, 1), ("No GIL", 1, 4), ("Waiting for GIL", 2, 3),
    ]  # fmt: skip
    store = opened(tmp_path, profile_text((0,) * 5, markers))
    assert states(store) == [
        ("running", "sampled", 0.0),
        ("native", "sampled", 1.0),
        ("gil", "sampled", 2.0),
        ("unknown", "sampled", 3.0),
    ]
    assert (store.sources["switches"], store.sources["gil"], store.sources["reasons"]) == ("sampled", "sampled", "none")
    assert store.sources["opened_from"] == "a profile of Python's sampler"


def test_a_thread_that_is_sampled_no_more_is_in_no_state_although_its_marker_goes_on(tmp_path: Path) -> None:
    long, short = (json.loads(profile_text((0,) * 100, tid=77)), json.loads(
        profile_text((0,) * 3, [("On CPU", 0, 99), ("Has GIL", 0, 99)], tid=78, main=False)))  # fmt: skip
    long["shared"]["stringArray"] = short["shared"]["stringArray"]
    long["threads"] += short["threads"]
    store = opened(tmp_path, json.dumps(long))
    assert states(store, 1) == [("running", "sampled", 0.0), ("unknown", "none", 3.0)]


def test_other_markers_are_marks(tmp_path: Path) -> None:
    store = opened(tmp_path, profile_text(markers=[("GC Collecting", 2, 3), ("No Exception", 0, 3)]))
    marks = store.marks(0)
    assert [store.text(one) for one in marks.text.tolist()] == ["GC Collecting"]
    assert (marks.t - store.start_ns).tolist() == [2 * MS]


def test_a_folder_of_profiles_comes_onto_one_axis(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(profile_text(tid=77, start=5000.0))
    (tmp_path / "p_78.json").write_text(profile_text(tid=78, start=5002.5))
    (tmp_path / "other.json").write_text("{}")
    store = load(tmp_path)
    assert [one.pid for one in store.processes] == [77, 78]
    assert [(one.start_ns - store.start_ns) / MS for one in store.threads] == [0.0, 2.5]
    assert "no profile is in it: 1 JSON file of the folder." in " ".join(map(str, store.problems))


def test_tables_that_all_threads_share_are_found(tmp_path: Path) -> None:
    profile = json.loads(profile_text())
    for table in ("stackTable", "frameTable", "funcTable"):
        profile["shared"][table] = profile["threads"][0].pop(table)
    profile["shared"]["funcTable"]["source"] = profile["shared"]["funcTable"].pop("fileName")
    profile["shared"]["funcTable"]["source"] = [0, 0]
    profile["shared"]["sources"] = {"filename": [1], "length": 1}
    store = opened(tmp_path, json.dumps(profile))
    assert calls(store)[0][0] == "work"
    assert store.site(int(store.spans(0).site[0])).short == "app.py:2"


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("stackTable", "prefix", [0, 0]),
        ("stackTable", "prefix", [None, 7]),
        ("stackTable", "frame", [0, 99]),
        ("frameTable", "func", [0, -1]),
        ("funcTable", "name", [0, 1000]),
        ("samples", "stack", [5, 0, 0, 0, 0]),
        ("samples", "time", [1e300, 0, 0, 0, 0]),
        ("samples", "stack", ["0"]),
    ],
)
def test_a_number_that_leads_nowhere_is_refused(tmp_path: Path, table: str, column: str, values: list[object]) -> None:
    profile = json.loads(profile_text())
    profile["threads"][0][table][column] = values
    with pytest.raises(BadFile, match="damaged"):
        opened(tmp_path, json.dumps(profile))


def test_what_firefox_writes_itself_is_told_how_to_be_opened(tmp_path: Path) -> None:
    profile = json.loads(profile_text())
    profile["threads"][0]["samples"] = {"schema": {"stack": 0, "time": 1}, "data": [[0, 1.0]]}
    with pytest.raises(BadFile, match="save it there"):
        opened(tmp_path, json.dumps(profile))
