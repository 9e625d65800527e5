"""Chrome's trace JSON of other tools: what it becomes, exactly as told, and nothing besides."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.files.foreign_samples import Event, call, name_of, py_spy_text, ray_text, viz_tracer_text
from visualiser.files import BadFile, json_pieces, load, save_ilv, write_chrome
from visualiser.trace import SOURCE_NAMES, STATE_NAMES, TraceStore, counters_of, stats


def opened(folder: Path, what: str | bytes | Sequence[Event], name: str = "x.json") -> TraceStore:
    path = folder / name
    text = what if isinstance(what, (str, bytes)) else json.dumps(what)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path)


def calls(store: TraceStore, thread: str) -> list[tuple[str, int, int, int]]:
    """(Label, start and end after the origin, depth) of a thread's spans."""
    index = next(one.index for one in store.threads if one.name == thread)
    spans = store.spans(index)
    columns = (spans.label.tolist(), spans.start.tolist(), spans.end.tolist(), spans.depth.tolist())
    return [(store.text(a), b - store.start_ns, c - store.start_ns, d) for a, b, c, d in zip(*columns, strict=True)]


def problems(store: TraceStore) -> str:
    return " ".join(map(str, store.problems))


# --- dialects


def test_viz_tracers_calls_are_spans_with_their_lines_in_named_lanes(tmp_path: Path) -> None:
    store = opened(tmp_path, viz_tracer_text())
    assert [(one.name, one.pid) for one in store.processes] == [("MainProcess", 10)]
    assert [(one.name, one.tid) for one in store.threads] == [("MainThread", 10), ("worker-1", 11)]
    assert calls(store, "MainThread") == [("work", 0, 4000, 0), ("time.sleep", 1375, 2625, 1)]
    site = store.site(int(store.spans(0).site[0]))
    assert (site.short, site.function) == ("app.py:2", "work")
    assert store.source_text(site.file) == "import time\ndef work():\n    time.sleep(1)\n"
    assert store.sources["opened_from"] == "VizTracer's JSON"
    assert not store.problems
    assert [(one.label, one.value.tolist()) for one in counters_of(store)] == [("garbage: collected", [3.0])]


def test_what_the_file_does_not_tell_is_unknown(tmp_path: Path) -> None:
    store = opened(tmp_path, viz_tracer_text())
    for thread in store.threads:
        states = store.states(thread.index)
        assert {STATE_NAMES[one] for one in states.state} == {"unknown"}
        assert {SOURCE_NAMES[one] for one in states.source} == {"none"}
    facts = stats(store)
    assert facts["exit_code"] is None
    assert {one for name, one in facts["sources"].items() if name != "why"} == {"none"}
    assert "VizTracer" in facts["sources"]["why"]["switches"]


def test_that_viz_tracers_buffer_was_full_is_told(tmp_path: Path) -> None:
    assert "buffer was full" in problems(opened(tmp_path, viz_tracer_text(overflow=True)))
    assert "buffer was full" not in problems(opened(tmp_path, viz_tracer_text()))


def test_py_spys_outer_spans_name_the_thread_and_are_no_calls(tmp_path: Path) -> None:
    store = opened(tmp_path, py_spy_text())
    assert [(one.name, one.tid) for one in store.threads] == [("worker-1", 12)]
    assert calls(store, "worker-1") == [("work", 0, 300_000, 0), ("inner", 0, 300_000, 1)]
    assert store.site(int(store.spans(0).site[1])).short == "app.py:9"
    assert store.sources["opened_from"] == "py-spy's chrometrace"


def test_rays_nodes_and_workers_keep_their_names_and_times_their_nanoseconds(tmp_path: Path) -> None:
    store = opened(tmp_path, ray_text())
    assert [one.name for one in store.processes] == ["Node 10.0.0.1"]
    assert calls(store, "worker:4711") == [("task::square", 0, 250_500, 0), ("execute", 43_211, 143_461, 1)]
    assert store.start_ns == 1_700_000_000_123_456_789
    assert store.sources["opened_from"] == "Ray's timeline"


# --- phases


def test_halves_are_matched_and_what_has_not_ended_goes_on(tmp_path: Path) -> None:
    def half(phase: str, ts: float, **more: Any) -> Event:
        return {"ph": phase, "pid": 1, "tid": 1, "ts": ts, **more}

    events = [half("B", 1, name="outer"), half("B", 2, name="inner"), half("E", 5), half("B", 7, name="last")]
    store = opened(tmp_path, [*events, name_of("thread_name", "t", 1, 1), call(9, 1, "other", 1, 2)])
    assert calls(store, "t") == [("outer", 0, 9000, 0), ("inner", 1000, 4000, 1), ("last", 6000, 9000, 1)]


def test_an_end_without_a_beginning_is_counted_and_left_out(tmp_path: Path) -> None:
    store = opened(tmp_path, [{"ph": "E", "pid": 1, "tid": 1, "ts": 1}, call(2, 1, "a"), call(2, -1, "b")])
    assert "they make no sense: 2 events" in problems(store)


def test_instants_are_marks_of_their_thread(tmp_path: Path) -> None:
    store = opened(tmp_path, [call(1, 5, "a"), {"ph": "i", "s": "t", "pid": 10, "tid": 11, "ts": 2.5, "name": "here"}])
    marks = store.marks(0)
    assert (store.text(int(marks.text[0])), int(marks.t[0]) - store.start_ns) == ("here", 1500)


def test_tasks_that_overlap_lie_in_lanes_beside_each_other(tmp_path: Path) -> None:
    def task(phase: str, number: int, ts: float) -> Event:
        return {"ph": phase, "pid": 1, "tid": 1, "cat": "fetch", "id": number, "name": f"page {number}", "ts": ts}

    store = opened(tmp_path, [task("b", 1, 1), task("b", 2, 2), task("e", 1, 4), task("e", 2, 5)])
    assert [one.name for one in store.threads] == ["fetch (tasks)", "fetch (tasks) (2)"]
    assert calls(store, "fetch (tasks)") == [("page 1", 0, 3000, 0)]
    assert calls(store, "fetch (tasks) (2)") == [("page 2", 1000, 4000, 0)]


def test_calls_that_overlap_without_nesting_are_not_cut(tmp_path: Path) -> None:
    store = opened(tmp_path, [call(1, 4, "a"), call(3, 4, "b"), name_of("thread_name", "t")])
    assert calls(store, "t") == [("a", 0, 4000, 0)]
    assert calls(store, "t (2)") == [("b", 2000, 6000, 0)]
    assert not store.problems


def test_times_that_begin_at_zero_are_moved_and_stay_as_far_apart(tmp_path: Path) -> None:
    store = opened(tmp_path, [call(0, 2, "a"), call(-3, 1, "b"), name_of("thread_name", "t")])
    assert calls(store, "t") == [("b", 0, 1000, 0), ("a", 3000, 5000, 0)]
    assert store.start_ns > 0


def test_arrows_are_said_not_to_be_shown(tmp_path: Path) -> None:
    arrow = {"pid": 1, "tid": 1, "ts": 1, "id": 1, "name": "a", "cat": "c"}
    store = opened(tmp_path, [call(1, 1, "a"), {**arrow, "ph": "s"}, {**arrow, "ph": "f"}])
    assert "Not shown of this file: 2 ends of an arrow." in problems(store)


# --- forms


@pytest.mark.parametrize("ending", ["", "]", ",", ",\n", ",\n]", "\n]  \n"])
def test_an_array_is_opened_however_it_ends(tmp_path: Path, ending: str) -> None:
    store = opened(tmp_path, "[" + json.dumps(call(1, 1, "a")) + ending)
    assert store.events == 4  # two of the span, two names
    assert ("The file ends before its end" in problems(store)) == ("]" not in ending)


def test_a_file_cut_off_anywhere_keeps_what_was_complete(tmp_path: Path) -> None:
    whole = json.dumps({"traceEvents": [call(n + 1, 0.5, "a") for n in range(5)]})
    for length in range(whole.index("}") + 1, len(whole) - 2):
        store = opened(tmp_path, whole[:length])
        assert len(store.spans(0)) == whole[:length].count("}")
        assert "what was to follow is missing" in problems(store)


def test_gzip_is_opened_and_so_is_what_is_left_of_it(tmp_path: Path) -> None:
    packed = gzip.compress(viz_tracer_text().encode())
    assert len(opened(tmp_path, packed, "x.json.gz").threads) == 2
    many = json.dumps([call(n + 1, 0.5, f"name {n * n}") for n in range(3000)]).encode()
    some = opened(tmp_path, gzip.compress(many)[:8000])
    assert 100 < len(some.spans(0)) < 3000
    assert "what was to follow is missing" in problems(some)


def test_what_json_does_not_allow_but_tools_write_is_read(tmp_path: Path) -> None:
    text = '[{"ph":"X","pid":1,"tid":1,"ts":1,"dur":2,"name":"a","args":{"loss":NaN}},{"ph":"X","name":["odd"]},7]'
    store = opened(tmp_path, text)
    assert len(store.spans(0)) == 1
    assert "they make no sense: 2 events" in problems(store)


PIECES = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 1000),
        st.text(max_size=8),
        st.sampled_from([None, {"a": [{"}": "},{"}, {}]}, {"s": '"},{"\\'}]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60)
@given(PIECES, st.integers(1, 300), st.booleans())
@example([(99999, 10, "0\x1f", {"a": [{"}": "},{"}, {}]}), (0, 0, "", None)], 1, False)
def test_where_a_text_is_cut_into_pieces_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, int, str, Any]], size: int, is_object: bool
) -> None:
    events = [call(t + 1, length, name, args=args) for t, length, name, args in told]
    text = json.dumps({"a": [{}], "traceEvents": events, "b": "]}"} if is_object else events).encode()
    parts = iter([text[at : at + size] for at in range(0, len(text), size)])
    pieces = json_pieces.JsonPieces(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_pieces, "PIECE", size)
        assert pieces.find_array(("traceEvents",)) == ("traceEvents" if is_object else "")
        found = [one for some in pieces.items(json.loads) for one in some]
    assert found == events
    assert not pieces.cut
    assert json.loads(pieces.rest()) == ({"b": "]}"} if is_object else {})


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 12)), min_size=1, max_size=25))
def test_every_call_is_there_once_with_its_time_and_no_two_of_a_lane_cross(
    tmp_path_factory: pytest.TempPathFactory, times: list[tuple[int, int]]
) -> None:
    events = [call(start + 1, length, f"{n}") for n, (start, length) in enumerate(times)]
    store = opened(tmp_path_factory.getbasetemp(), events)
    found: dict[str, tuple[int, int]] = {}
    for thread in store.threads:
        rows = calls(store, thread.name)
        found |= {label: (start + store.start_ns, end + store.start_ns) for label, start, end, _ in rows}
        for _, start, end, depth in rows:
            around = [one for one in rows if one[1] <= start and end <= one[2]]
            assert len(around) > depth
            assert not any(one[1] < start < one[2] < end for one in rows)
    assert found == {f"{n}": ((t + 1) * 1000, (t + 1 + d) * 1000) for n, (t, d) in enumerate(times)}
    assert not store.problems


# --- saved again


def test_what_was_opened_can_be_saved_and_opened_again(tmp_path: Path) -> None:
    store = opened(tmp_path, viz_tracer_text())
    save_ilv(store, tmp_path / "x.ilv")
    again = load(tmp_path / "x.ilv")
    assert calls(again, "MainThread") == calls(store, "MainThread")
    assert again.sources["opened_from"] == "VizTracer's JSON"
    assert again.source_text("/home/ada/app.py") == store.source_text("/home/ada/app.py")


def test_what_was_opened_can_be_exported_and_opened_again(tmp_path: Path) -> None:
    store = opened(tmp_path, viz_tracer_text())
    write_chrome(store, tmp_path / "export.json")
    again = load(tmp_path / "export.json")
    assert again.sources["opened_from"] == "Interleave's Chrome export"
    lane = next(one.name for one in again.threads if one.name == "MainThread: spans")
    assert calls(again, lane) == calls(store, "MainThread")


def test_a_trace_of_too_many_threads_or_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="more than 5000 threads"):
        opened(tmp_path, [call(1, 1, "a", n) for n in range(5001)])
    with pytest.raises(BadFile, match="nothing happens"):
        opened(tmp_path, [name_of("thread_name", "t")])
