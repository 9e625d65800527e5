"""run.json as a value."""

from __future__ import annotations

import json

import pytest

from visualiser.trace import RunInfo

RUN = {
    "format": 1,
    "target": "gil-relay-race",
    "title": "The GIL is a relay baton",
    "variant": "threads",
    "scenario": "gil-relay-race",
    "python": "3.11.7",
    "executable": "/usr/bin/python3",
    "argv": ["threads.py"],
    "parameters": {"COUNT": 5},
    "started_wall_ns": 1_700_000_000_000_000_000,
    "origin_ns": 12345,
    "machine": {"system": "Linux", "cpus": 2, "hostname": None},
    "sources": {"switches": "none", "gil": "none", "reasons": "none", "calls": "recorded", "why": {}},
    "end_ns": None,
    "exit_code": None,
    "signal": None,
    "stopped_by": None,
    "failure": None,
    "outlived": [7],
}


def test_a_run_comes_back_as_it_was_written_with_fields_of_later_versions() -> None:
    data = RUN | {"weather": "rain"}
    assert json.loads(RunInfo.from_json(json.dumps(data)).to_json()) == data


def test_missing_fields_are_unknown() -> None:
    info = RunInfo.from_json('{"format": 1}')
    assert (info.python, info.exit_code, info.end_ns) == (None, None, None)
    assert info.sources["switches"] == "none"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"format": 2}', '{"format": 1, "argv": "x"}', '{"format": 1, "origin_ns": 1.5}', "[" * 99999],
)
def test_what_is_no_run_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The description of the run .*\.$"):
        RunInfo.from_json(text)
