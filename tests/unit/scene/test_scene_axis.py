"""The time axis from hours to nanoseconds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.scene import text_width
from visualiser.scene.axis import STEPS, moment, moment_seen, ticks

MS, S, MIN, H = 10**6, 10**9, 60 * 10**9, 3600 * 10**9


@pytest.mark.parametrize(
    ("t0", "t1", "first_labels"),
    [
        (0, 400 * MS, ["0 ms", "50 ms", "100 ms"]),
        (0, 3 * H, ["0 s", "30 min", "1 h", "1 h 30 min"]),
        (0, 200 * S, ["0 s", "30 s", "1 min", "1 min 30 s"]),
        (0, 37, ["0 ns", "2 ns", "4 ns"]),
        (7 * MS, 9 * MS, ["7.0 ms", "7.2 ms"]),
        (3 * S, 3 * S + 5 * MS, ["3.0000 s", "3.0005 s"]),
    ],
)
def test_ticks_are_round_and_carry_their_unit(t0: int, t1: int, first_labels: list[str]) -> None:
    assert list(ticks(t0, t1, 900, 11).labels[: len(first_labels)]) == first_labels


def test_deep_in_a_run_ticks_are_offsets_from_a_round_time() -> None:
    made = ticks(12_345_678_901, 12_345_678_999, 900, 11)
    assert (made.base, made.labels[0], made.times[0]) == ("12.3456789 s", "+10 ns", 12_345_678_910)


@given(st.integers(0, 10**14), st.integers(1, 10**14), st.floats(60, 4000))
def test_labels_never_touch_and_ticks_lie_in_the_window(t0: int, length: int, width: float) -> None:
    made = ticks(t0, t0 + length, width, 11)
    assert all(t0 <= t <= t0 + length for t in made.times)
    assert made.step in STEPS
    shown = [(t, label) for t, label in zip(made.times, made.labels, strict=True) if label]
    assert len({label for _, label in shown}) == len(shown)
    for (t, label), (later, next_label) in pairwise(shown):
        gap = (later - t) * width / length
        assert gap > (text_width(label, 11) + text_width(next_label, 11)) / 2


@pytest.mark.parametrize(
    ("t", "resolution", "said"),
    [
        (137_600_000, 1000 * 100, "137.6 ms"),
        (137_600_000, 1000, "137.600 ms"),
        (0, MS, "0 ms"),
        (59_999_999_999, S, "60 s"),
        (3725 * S, S, "1 h 2 min 5 s"),
        (-1_500_000, 1000, "-1.500 ms"),
    ],
)
def test_a_moment_is_told_to_the_digits_that_a_pixel_is_worth(t: int, resolution: int, said: str) -> None:
    assert moment(t, resolution) == said


def test_moments_are_told_with_three_digits_unless_a_pixel_shows_more() -> None:
    assert moment_seen(350_226_349) == "350 ms"
    assert moment_seen(350_226_349, pixel=250_000.0) == "350.2 ms"
    assert moment_seen(350_226_349, pixel=0.5) == "350.226349 ms"
    assert moment_seen(12_345_678_901) == "12.3 s"
    assert moment_seen(0) == "0 ms"
