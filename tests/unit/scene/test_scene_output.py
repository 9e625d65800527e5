"""Flags for what was printed: placed without overlap, and counting those that have no room."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualiser.scene.output import place


@given(
    st.lists(st.floats(0, 400), max_size=40).map(sorted),
    st.lists(st.floats(1, 300), min_size=40, max_size=40),
)
def test_every_output_has_a_flag_or_is_counted_by_the_flag_before_it(xs: list[float], widths: list[float]) -> None:
    flags = place(np.array(xs, float), lambda index: widths[index], 0.0, 400.0, 200.0)
    if flags:
        assert sum(1 + flag.more for flag in flags) == len(xs) - flags[0].index
    assert all(flag.x1 <= 400.0 for flag in flags)


def test_nothing_has_room_at_the_very_edge() -> None:
    assert place(np.array([399.9]), lambda index: 50.0, 399.0, 400.0, 200.0) == []
