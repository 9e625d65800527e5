"""`stats` keeps to its schema, and says null where nothing was measured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support import STEP, RunBuilder, check_stats, trace_from
from visualiser.trace import EventBatch, Kind, Loss, TraceStore, stats, stats_text

STORES = {
    "recorded": lambda: trace_from("main ?SSLL? / w1 ..PP?? // child .?LL"),
    "measured": lambda: trace_from("main RRGGR. / w1 .GRRCC"),
    "empty": lambda: RunBuilder().store(end=1),
    "threadless": lambda: _threadless(),
}


def _threadless() -> TraceStore:
    run = RunBuilder()
    run.process()
    return run.store(end=1)


@pytest.mark.parametrize("name", STORES)
def test_stats_are_exactly_what_the_schema_says(name: str) -> None:
    facts = stats(STORES[name]())
    check_stats(facts)
    check_stats(json.loads(json.dumps(facts)))


def states_of(store: TraceStore) -> list[dict[str, Any]]:
    return [thread["states_ns"] for process in stats(store)["processes"] for thread in process["threads"]]


def test_what_no_source_could_tell_is_null_and_what_was_not_is_unknown() -> None:
    (states,) = states_of(trace_from("main ?SSLL?"))
    assert states == {
        "unknown": 2 * STEP,
        "running": None,
        "native": None,
        "ready": None,
        "gil": None,
        "lock": 2 * STEP,
        "io": None,
        "sleep": 2 * STEP,
        "child": 0,
    }


def test_times_in_states_add_up_to_the_threads_life() -> None:
    store = trace_from("main RRGG.. / w1 .GSRLL // child ..IIP.")
    for process in stats(store)["processes"]:
        for thread in process["threads"]:
            total = sum(ns for ns in thread["states_ns"].values() if ns is not None)
            assert total == thread["end_ns"] - thread["start_ns"]


def test_times_count_from_the_origin_and_lost_events_are_told() -> None:
    store = trace_from("main .?S")
    store.extend(EventBatch(losses=(Loss(0, 1, 7, 1),)))
    facts = stats(store)
    thread = facts["processes"][0]["threads"][0]
    assert (thread["start_ns"], thread["end_ns"], facts["wall_ns"], facts["lost"]) == (STEP, 3 * STEP, 3 * STEP, 7)


def test_peak_memory_is_the_highest_sample_or_null() -> None:
    run = RunBuilder()
    run.process(pid=100).thread().begin(0)
    assert stats(run.store())["processes"][0]["peak_rss_bytes"] is None
    observer = run.process(pid=50, role="observer").thread()
    for t, size in ((1, 100), (2, 300), (3, 200)):
        observer.add(t, Kind.MEMORY, 0, 100, 0, size)
    assert stats(run.store())["processes"][0]["peak_rss_bytes"] == 300 << 10


def test_the_schema_refuses_what_differs() -> None:
    facts = stats(trace_from("main ?S"))
    facts["processes"][0]["threads"][0]["states_ns"]["gil"] = -1
    with pytest.raises(AssertionError, match=r"processes\[0\]\.threads\[0\]\.states_ns\.gil"):
        check_stats(facts)
    with pytest.raises(AssertionError, match="missing or too many"):
        check_stats({"format": 1})


def test_the_table_for_people_names_states_with_units_and_leaves_out_the_unmeasured() -> None:
    text = stats_text(trace_from("main ?SSLL? / w1 ..PP??"))
    assert "2 threads" in text
    assert "0 lost" in text
    head = next(line for line in text.splitlines() if "lived" in line)
    assert head.split() == ["lived", "unknown", "lock", "sleep", "child"]
    main = next(line for line in text.splitlines() if line.startswith("  main"))
    assert main.split()[1:] == ["6", "ms", "2", "ms", "2", "ms", "2", "ms", "-"]
