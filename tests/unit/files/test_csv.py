"""CSV: what stands in which column, and that no spreadsheet computes it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.support import ORIGIN, STEP, RunBuilder, trace_from
from visualiser.files import write_csv
from visualiser.trace import TraceStore, Wait


def rows(store: TraceStore, folder: Path, t_range: tuple[int, int] | None = None) -> list[dict[str, str]]:
    write_csv(store, folder / "x.csv", t_range=t_range)
    with open(folder / "x.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_is_one_row_per_span_with_times_after_the_origin(tmp_path: Path) -> None:
    found = rows(trace_from("main ?SS // child .LL"), tmp_path)
    assert ",".join(found[0]) == "pid,process,tid,thread,track,state,start_ns,end_ns,cpu,source,detail"
    assert [",".join(row.values()) for row in found] == [
        f"100,MainProcess,100,main,states,unknown,0,{STEP},,none,not observed",
        f"100,MainProcess,100,main,states,sleep,{STEP},{3 * STEP},,recorded,sleeps",
        f"200,Process-1,200,child,states,lock,{STEP},{3 * STEP},,recorded,waits for a Lock",
    ]


def test_locks_spans_marks_and_output_have_tracks_of_their_own(tmp_path: Path) -> None:
    run = RunBuilder()
    process = run.process()
    thread = process.thread("w").begin(0).hold(1, 2, process.thing("accounts"), line=17).span("load", 3, 4)
    thread.mark(5, "here").output(6, 'hej,\n"du" ä\n').wait(Wait.SLEEP, 7, 8)
    found = {row["track"]: row for row in rows(run.store(), tmp_path)}
    assert found["locks"]["detail"] == "holds Lock accounts @ bank.py:17"
    assert found["spans"]["detail"] == "load"
    assert found["marks"]["detail"] == "here"
    assert found["output"]["detail"] == 'hej,\n"du" ä'
    assert found["marks"]["start_ns"] == found["marks"]["end_ns"] == str(5 * STEP)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(tmp_path: Path, text: str) -> None:
    run = RunBuilder()
    run.process(text).thread(text).begin(0).mark(1, text)
    mark = next(row for row in rows(run.store(), tmp_path) if row["track"] == "marks")
    assert (mark["process"], mark["thread"], mark["detail"]) == ("'" + text,) * 3


def test_a_range_keeps_what_touches_it_whole(tmp_path: Path) -> None:
    found = rows(trace_from("main SSPPSS"), tmp_path, (ORIGIN + 3 * STEP, ORIGIN + 4 * STEP))
    assert [(row["state"], row["start_ns"], row["end_ns"]) for row in found] == [
        ("child", str(2 * STEP), str(4 * STEP))
    ]
