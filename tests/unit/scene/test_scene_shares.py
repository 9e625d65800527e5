"""What tracks and levels answer, against span by span and column by column; grown bit by bit as when come at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from visualiser.scene.nested import Nested
from visualiser.scene.owners import of_threads
from visualiser.scene.palette import STATES
from visualiser.scene.shares import Track
from visualiser.trace import Spans, no_spans

Int64s = NDArray[np.int64]

lengths = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, STATES - 1)), max_size=700)
"""Length, gap before, state of spans."""


def columns_of(drawn: list[tuple[int, int, int]]) -> tuple[Int64s, Int64s, NDArray[np.uint8]]:
    numbers = np.array(drawn, np.int64).reshape(-1, 3)
    end = np.cumsum(numbers[:, 0] + numbers[:, 1])
    return end - numbers[:, 0], end, numbers[:, 2].astype(np.uint8)


def brute_shares(start: Int64s, end: Int64s, state: NDArray[np.uint8], edges: Int64s) -> NDArray[np.float64]:
    found = np.zeros((len(edges) - 1, STATES))
    for column, (t0, t1) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        for a, b, s in zip(start.tolist(), end.tolist(), state.tolist(), strict=True):
            found[column, s] += max(0, min(b, t1) - max(a, t0))
    return found / np.maximum(np.diff(edges), 1)[:, None]


edges_of = st.lists(st.integers(-20, 20_000), min_size=2, max_size=30, unique=True).map(
    lambda times: np.array(sorted(times), np.int64)
)


@settings(max_examples=60, deadline=None)
@given(lengths, edges_of)
def test_shares_are_the_time_of_each_state_to_the_nanosecond(drawn: list[tuple[int, int, int]], edges: Int64s) -> None:
    start, end, state = columns_of(drawn)
    shares = Track(start, end, state).shares(edges[:-1], edges[1:])
    np.testing.assert_allclose(shares, brute_shares(start, end, state, edges), rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(lengths, edges_of, st.lists(st.integers(0, 700), max_size=6))
def test_a_track_that_grew_answers_as_one_that_came_at_once(
    drawn: list[tuple[int, int, int]], edges: Int64s, stops: list[int]
) -> None:
    start, end, state = columns_of(drawn)
    grown: Track | None = None
    for stop in sorted(min(stop, len(start)) for stop in stops):
        until = end[:stop].copy()
        if stop:
            until[-1] += 7  # what goes on is longer each time somebody asks, until it has ended
        grown = Track(start[:stop], until, state[:stop], grown)
    grown, whole = Track(start, end, state, grown), Track(start, end, state)
    np.testing.assert_array_equal(grown.shares(edges[:-1], edges[1:]), whole.shares(edges[:-1], edges[1:]))
    np.testing.assert_array_equal(grown.totals, whole.totals)
    for shortest in (1, 15, 39):
        np.testing.assert_array_equal(grown.long_ones(0, len(end), shortest), np.flatnonzero(end - start >= shortest))


pictures = st.lists(st.tuples(st.integers(-30, 300), st.sampled_from([7, 10, 13]), st.integers(0, 700)), max_size=8)
"""First column, its width (ns), and how many spans there are by then."""


@settings(max_examples=60, deadline=None)
@given(lengths, pictures)
def test_columns_kept_from_the_last_picture_are_those_of_a_fresh_one(
    drawn: list[tuple[int, int, int]], moves: list[tuple[int, int, int]]
) -> None:
    start, end, state = columns_of(drawn)
    kept: Track | None = None
    for first, width, stop in sorted(moves, key=lambda move: move[2]):
        rows = min(stop, len(start))
        kept = Track(start[:rows], end[:rows], state[:rows], kept)
        edges = width * np.arange(first, first + 40, dtype=np.int64)
        for shift in (0, 3 * width, -5 * width):
            t = edges + shift
            fresh = Track(start[:rows], end[:rows], state[:rows])
            np.testing.assert_array_equal(kept.shares(t[:-1], t[1:]), fresh.shares(t[:-1], t[1:]))
            np.testing.assert_array_equal(kept.time_until(t), fresh.time_until(t))


@settings(max_examples=60, deadline=None)
@given(lengths, st.lists(st.tuples(st.integers(0, 700), st.integers(0, 700)), max_size=5), edges_of)
def test_owners_that_grew_and_changed_their_minds_answer_as_those_that_came_at_once(
    drawn: list[tuple[int, int, int]], changes: list[tuple[int, int]], edges: Int64s
) -> None:
    start, end, state = columns_of(drawn)
    who, known = state.astype(np.int32) - 1, None
    for rows, other in changes:
        rows = min(rows, len(start))
        told = who[:rows].copy()
        told[other:] += 1  # from there on somebody else, as it was understood then
        known = of_threads(start[:rows], end[:rows], told, known)
        if other % 2:
            known.track.shares(edges[:-1], edges[1:])
    grown, whole = of_threads(start, end, who, known), of_threads(start, end, who)
    np.testing.assert_array_equal(grown.track.shares(edges[:-1], edges[1:]), whole.track.shares(edges[:-1], edges[1:]))
    np.testing.assert_array_equal(grown.track.totals, whole.track.totals)


def test_long_spans_are_found_among_very_many_short_ones() -> None:
    length = np.ones(50_000, np.int64)
    length[[0, 7, 8, 255, 256, 30_000, 49_999]] = 100
    end = np.cumsum(length)
    track = Track(end - length, end, np.zeros(len(end), np.uint8))
    assert track.long_ones(0, 50_000, 100).tolist() == [0, 7, 8, 255, 256, 30_000, 49_999]
    assert track.long_ones(1, 49_999, 100).tolist() == [7, 8, 255, 256, 30_000]
    assert track.time_of(5, 40_000) == int(length[5:40_000].sum())


def test_other_spans_in_the_place_of_settled_ones_are_noticed() -> None:
    start, end, state = columns_of([(10, 0, 1)] * 600)
    first = Track(start, end, state)
    other = Track(start + 3, end + 3, np.full(600, 2, np.uint8), first)
    assert other.totals[2] == 6000
    assert other.totals[1] == 0


# --- levels -----------------------------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> Spans:
    """Spans sorted by start, nested or crossing at will; some of no length."""
    spans = draw(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60), st.integers(0, 3)), max_size=60))
    spans.sort(key=lambda one: one[0])
    numbers = np.array(spans, np.int64).reshape(-1, 3)
    nothing = {name: np.zeros(len(numbers), values.dtype) for name, values in vars(no_spans()).items()}
    start, depth = numbers[:, 0], numbers[:, 2].astype(np.uint8)
    return Spans(**{**nothing, "start": start, "end": start + numbers[:, 1], "depth": depth})


def clipped_time(table: Spans, rows: NDArray[np.intp], edges: Int64s) -> NDArray[np.float64]:
    a = np.maximum(table.start[rows][None, :], edges[:-1, None])
    b = np.minimum(table.end[rows][None, :], edges[1:, None])
    found: NDArray[np.float64] = np.maximum(b - a, 0).sum(axis=1) / np.diff(edges)
    return found


def touches(table: Spans, rows: NDArray[np.intp], edges: Int64s) -> NDArray[np.bool_]:
    start, end = table.start[rows][None, :], np.maximum(table.end[rows], table.start[rows] + 1)[None, :]
    return np.asarray(((start < edges[1:, None]) & (end > edges[:-1, None])).any(axis=1))


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(-5, 200), st.integers(1, 12), st.integers(1, 30), st.lists(st.integers(0, 60), max_size=3))
def test_levels_answer_as_one_who_looks_at_every_span(
    table: Spans, begin: int, step: int, shortest: int, stops: list[int]
) -> None:
    nested: Nested | None = None
    for stop in sorted(min(stop, len(table)) for stop in stops):
        nested = Nested(table.rows(slice(0, stop)), nested)
    nested = Nested(table, nested)
    edges = begin + step * np.arange(20)
    seen = np.flatnonzero((table.end >= edges[0]) & (table.start <= edges[-1]))
    narrow = np.flatnonzero(table.end - table.start < shortest)
    wide = np.setdiff1d(seen, narrow)
    t0, t1 = int(edges[0]), int(edges[-1])
    np.testing.assert_array_equal(nested.long_ones(t0, t1, shortest), wide)
    np.testing.assert_array_equal(nested.first_ones(t0, t1, 5), seen[:5])
    shares, touched = nested.narrow_shares(edges, shortest)
    np.testing.assert_allclose(shares, clipped_time(table, narrow, edges))
    np.testing.assert_array_equal(touched, touches(table, narrow, edges))
    assert nested.depth(t0, t1) == (int(table.depth[seen].max()) + 1 if len(seen) else 0)
    for level in range(3):
        deeper = np.intersect1d(narrow, np.flatnonzero(table.depth >= level))
        np.testing.assert_allclose(nested.narrow_shares(edges, shortest, level, True)[0],
                                   clipped_time(table, deeper, edges))  # fmt: skip


@pytest.mark.parametrize("open_ones", [0, 3])
def test_spans_that_never_end_do_not_make_the_others_be_looked_at(open_ones: int) -> None:
    start = np.arange(0, 10_000, 10, dtype=np.int64)
    end = start + 4
    end[:open_ones] = 1 << 40
    nothing = {name: np.zeros(len(start), values.dtype) for name, values in vars(no_spans()).items()}
    nested = Nested(Spans(**{**nothing, "start": start, "end": end}))
    assert len(nested.odd) == open_ones
    assert nested.long_ones(5000, 5010, 1000).tolist() == list(range(open_ones))
    assert nested.long_ones(5000, 5010, 4).tolist() == [*range(open_ones), 500, 501]
