"""The spans around a moment of a track that grows are those that a look at all of them finds."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualiser.events import Kind, Wait
from visualiser.trace import around
from visualiser.trace.around import LatestEnds
from visualiser.trace.tracks import HoldTrack
from visualiser.trace.values import RECORD_DTYPE


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 3)), min_size=1, max_size=12),
        min_size=1,
        max_size=10,
    ),
    st.integers(0, 10_000),
)
@settings(max_examples=200, deadline=None)
def test_locks_held_at_a_moment_are_found_also_where_holds_cross(
    batches: list[list[tuple[int, bool, int]]], seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(around, "BLOCK", 4)
        track, ends, t = HoldTrack(lambda t, what: None), LatestEnds(), 10
        for batch in batches:
            rows = []
            for lock, taken, later in batch:
                t += later
                rows.append((Kind.HOLD if taken else Kind.RELEASE, Wait.LOCK, lock, 1, 0, t))
            records = np.array(rows, RECORD_DTYPE)
            track.extend(records, records["a"].astype("i4"), records["site"].astype("i4"))
            if seed % 3 == 0 and len(track.open_rows) > 1:  # another thread lets the first one go
                track.end_elsewhere({int(track.open_rows[0]): t + 1})
            spans = track.spans(t + 2)
            for moment in (10, (10 + t) // 2, t, t + 1, t + 2):
                found, all_ = ends.around(spans, track.open_rows, moment), spans.at(moment)
                assert all(np.array_equal(getattr(found, one.name), getattr(all_, one.name)) for one in fields(all_))
