"""Numbers as people read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace import units
from visualiser.trace.units import parse_duration


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_000, "1 µs"),
        (12_345, "12.3 µs"),
        (999_600, "1 ms"),
        (12_345_678, "12.3 ms"),
        (-1_230_000, "-1.23 ms"),
        (1_230_000_000, "1.23 s"),
        (119_400_000_000, "119 s"),
        (125_000_000_000, "2 min 5 s"),
        (10_920_000_000_000, "3 h 2 min"),
    ],
)
def test_durations_have_a_unit_and_three_digits(ns: int, text: str) -> None:
    assert units.duration(ns) == text


@given(st.integers(0, 10**20))
def test_no_duration_shows_more_than_three_digits_that_matter(ns: int) -> None:
    text = units.duration(ns)
    if (" s" in text and "min" not in text) or "ms" in text or "µs" in text:
        number = text.split()[0].replace(".", "").lstrip("0")
        assert len(number.rstrip("0")) <= 3
        assert float(text.split()[0]) < 1000


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (512, "512 B"), (14_234_567, "14.2 MB"), (999_960, "1 MB"), (2_147_483_648, "2.15 GB")],
)
def test_memory_has_a_unit(size: int, text: str) -> None:
    assert units.memory(size) == text


def test_counts_are_exact_and_shares_are_percentages() -> None:
    assert units.count(1_234_567) == "1\u202f234\u202f567"
    assert units.share(0.1234) == "12.3 %"
    assert units.share(1) == "100 %"
    assert units.share(0) == "0 %"


@pytest.mark.parametrize(
    ("text", "ns"),
    [("0", 0), ("800", 800), ("100ms", 100_000_000), ("1.5s", 1_500_000_000), ("12 us", 12_000), ("2min", 120 * 10**9)],
)
def test_durations_are_read_as_people_write_them(text: str, ns: int) -> None:
    assert parse_duration(text) == ns


@pytest.mark.parametrize("text", ["", "ms", "-1s", "1.2.3s", "5 parsecs", "1e3", "nan"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("write it as 100ms")):
        parse_duration(text)
