"""The arithmetic of the recorder, and where a call is said to come from."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.probe.places import NOWHERE, describe_place, find_place, in_library
from visualiser.probe.recorder import microseconds


@given(st.one_of(st.floats(), st.integers(), st.none(), st.text(), st.booleans()))
def test_any_time_out_fits_its_field(timeout: Any) -> None:
    assert 0 <= microseconds(timeout) < 2**32


@pytest.mark.parametrize(
    ("timeout", "said"),
    [(None, 0), (-1, 0), (float("nan"), 0), (float("inf"), 0), (0, 1), (0.5, 500_000), (1e8, 2**32 - 1), (True, 0)],
)
def test_a_time_out_is_told_in_microseconds(timeout: Any, said: int) -> None:
    assert microseconds(timeout) == said


def test_a_place_is_the_line_and_function_that_called() -> None:
    frame = sys._getframe()
    line, function, file = describe_place(find_place(frame)).split("\t")
    assert int(line) == frame.f_code.co_firstlineno + 2
    assert function == "test_a_place_is_the_line_and_function_that_called"
    assert file == os.path.abspath(__file__)


def test_a_call_from_the_library_is_said_to_come_from_its_caller() -> None:
    found = []

    def look(value: object) -> str:
        found.append(find_place(sys._getframe().f_back))
        return ""

    json.dumps(object(), default=look)
    assert describe_place(found[0]).split("\t")[1].startswith("test_a_call_from_the_library")


def test_no_frame_is_nowhere() -> None:
    assert find_place(None) is NOWHERE


def test_installed_packages_are_not_the_standard_library() -> None:
    assert in_library(json.__file__)
    assert not in_library(pytest.__file__)
    assert not in_library(__file__)
