"""What the observer says arrives as values, and in words where a user needs to know."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.run import Report
from visualiser.run.status import parse_report, sentence


def test_a_report_has_its_fields_in_their_types() -> None:
    line = json.dumps({"what": "processes", "seen": [[12, 3.5]]}).encode()
    assert parse_report(line) == Report("processes", seen=((12, 3.5),))
    line = json.dumps({"what": "exited", "pid": 4, "exit_code": None, "signal": 9, "t_ns": 1}).encode()
    assert parse_report(line) == Report("exited", pid=4, signal=9, t_ns=1)


@given(st.binary() | st.recursive(st.none() | st.integers(), st.lists).map(lambda x: json.dumps(x).encode()))
def test_a_line_that_is_no_report_is_none(line: bytes) -> None:
    assert parse_report(line) is None


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report("rung", rung="ask", count=1), "1 process asked to stop."),
        (Report("rung", rung="kill", count=3), "3 processes killed."),
        (Report("outlived", names=("python (7)",)), "Ended because they outlived the program: python (7)."),
        (Report("ended", pids=(7, 8)), "Could not be ended: process 7, 8."),
        (Report("ended"), ""),
        (Report("started", pid=7), ""),
    ],
)
def test_what_the_user_needs_to_know_is_a_sentence(report: Report, words: str) -> None:
    assert sentence(report) == words
