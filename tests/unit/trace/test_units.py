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


@pytest.mark.parametrize(
    ("ns", "text", "exact"),
    [
        (0, "0.000 ms", "0.000 000 ms"),
        (137_600_123, "137.600 ms", "137.600 123 ms"),
        (-1_500, "-0.002 ms", "-0.001 500 ms"),
        (999_999_499, "999.999 ms", "999.999 499 ms"),
        (999_999_500, "1.000 000 s", "999.999 500 ms"),
        (30_000_202_384, "30.000 202 s", "30.000 202 384 s"),
        (3_600_000_000_001, "3600.000 000 s", "3600.000 000 001 s"),
    ],
)
def test_moments_have_a_unit_and_groups_of_three_digits(ns: int, text: str, exact: str) -> None:
    assert units.moment(ns).replace("\u202f", " ") == text
    assert units.moment(ns, exact=True).replace("\u202f", " ") == exact


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
