"""Cues: what a story may point at, and what is refused."""

from __future__ import annotations

import re

import pytest

from visualiser.scenarios import Cue, parse_cue


@pytest.mark.parametrize(
    ("data", "cue"),
    [
        ({"event": "end"}, Cue("end")),
        ({"event": "output", "text": "C", "nth": -1}, Cue("output", text="C", nth=-1)),
        (
            {"event": "wait_begin", "state": "sleep", "thread": "a-*", "nth": 2},
            Cue("wait_begin", state="sleep", thread="a-*", nth=2),
        ),
        ({"event": "together", "state": "running", "count": 2}, Cue("together", state="running", count=2)),
    ],
)
def test_a_cue_holds_what_the_story_says(data: object, cue: Cue) -> None:
    assert parse_cue(data) == cue


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("end", "a cue is an object"),
        ({"text": "C"}, "event None is none of start"),
        ({"event": ["end"]}, "is none of start"),
        ({"event": "end", "nth": 2}, "has no field 'nth'"),
        ({"event": "output", "txt": "C"}, "has no field 'txt'"),
        ({"event": "output", "text": ""}, "text must be a text that is not empty"),
        ({"event": "wait_begin"}, "needs the field 'state'"),
        ({"event": "wait_begin", "state": "running"}, "state 'running' is no waiting"),
        ({"event": "together", "state": "unknown", "count": 2}, "state 'unknown' is none of running"),
        ({"event": "together", "state": "sleep", "count": 1}, "count must be a whole number from 2 on"),
        ({"event": "output", "nth": 0}, "nth must be a whole number from 1 on, or -1 for the last"),
        ({"event": "output", "nth": True}, "nth must be a whole number"),
    ],
)
def test_a_cue_that_means_nothing_is_refused_with_its_field(data: object, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_cue(data)
