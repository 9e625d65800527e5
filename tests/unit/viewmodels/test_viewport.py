"""The stretch of time on the screen: zoom, pan, and following a run that grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.viewmodels.viewport import SHORTEST, Follow, Viewport

WHOLE = Viewport(start=0, end=1_000_000).fitted()

viewports = st.builds(
    lambda start, length, low, share: Viewport(start=start, end=start + length)
    .fitted()
    .showing(start + low * length, start + (low + share) * length),
    st.integers(0, 10**15), st.integers(SHORTEST, 10**12), st.floats(0, 0.9), st.floats(0, 1),
)  # fmt: skip


@given(viewports, st.floats(0.01, 100), st.floats(0, 1))
def test_zoom_keeps_the_moment_under_the_cursor_where_it_is(view: Viewport, factor: float, place: float) -> None:
    at = view.t0 + place * view.span
    zoomed = view.zoomed(factor, at)
    inside = zoomed.start < zoomed.t0 and zoomed.t1 < zoomed.end  # at the run's edge it may have to move
    if inside and zoomed.span > SHORTEST:
        assert (at - zoomed.t0) / zoomed.span == pytest.approx(place, abs=1e-3)


@given(viewports, st.floats(0.001, 1000), st.floats(-5, 5), st.floats(-1e15, 2e15))
def test_the_window_never_leaves_the_run(view: Viewport, factor: float, share: float, t: float) -> None:
    for moved in (view.zoomed(factor, view.t0), view.panned(share), view.showing(t, t + 5), view.revealing(round(t))):
        assert moved.start - 1 <= moved.t0 < moved.t1 <= moved.end + 1
        assert moved.span <= moved.end - moved.start + 1


def test_zooming_out_of_everything_follows_the_whole_run_again() -> None:
    assert WHOLE.zoomed(4, 500_000).zoomed(1 / 100, 500_000).follow is Follow.WHOLE


def test_a_fitted_window_shows_all_of_a_growing_run() -> None:
    grown = WHOLE.within(0, 5_000_000)
    assert (grown.t0, grown.t1) == (0, 5_000_000)


def test_a_window_that_the_user_moved_stays_while_the_run_grows() -> None:
    moved = WHOLE.zoomed(10, 500_000)
    grown = moved.within(0, 5_000_000)
    assert (grown.t0, grown.t1, grown.follow) == (moved.t0, moved.t1, Follow.NOT)


def test_following_keeps_the_length_and_moves_along_with_the_end() -> None:
    follows = WHOLE.zoomed(10, 500_000).following()
    grown = follows.within(0, 5_000_000)
    assert grown.t1 == 5_000_000
    assert grown.span == pytest.approx(100_000)


def test_panning_stops_following() -> None:
    assert WHOLE.zoomed(10, 500_000).following().panned(-0.5).follow is Follow.NOT


def test_a_moment_that_is_seen_moves_nothing() -> None:
    zoomed = WHOLE.zoomed(10, 500_000)
    assert zoomed.revealing(500_000) is zoomed
    assert zoomed.revealing(900_000).t0 <= 900_000 <= zoomed.revealing(900_000).t1


def test_a_run_without_length_still_has_a_window() -> None:
    assert Viewport(start=7, end=7).fitted().span == SHORTEST
