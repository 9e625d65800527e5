"""States made a little at a time are those that are made of everything at once."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualiser.events import Kind, Wait
from visualiser.trace import Evidence, Source, Spans, State
from visualiser.trace.growing_states import GrowingStates, WaitRows
from visualiser.trace.joined_track import Track, clipped
from visualiser.trace.thread_track import ThreadTrack, spans_from, wait_rows, waits_in
from visualiser.trace.tracks import StateTrack
from visualiser.trace.values import RECORD_DTYPE

STEP = 10


def recorded_until(track: StateTrack, since: int, until: int, gaps: list[int], open_: bool) -> bool:
    """Waits of different lengths, with gaps between some of them; whether one is open at the end."""
    rows, t = [], since
    while t < until:
        kind = Kind.WAIT_END if open_ else Kind.WAIT_BEGIN
        rows.append((kind, Wait.LOCK, 1, 1 + t % 3, int(open_), t))
        open_ = not open_
        t += 1 + gaps[t % len(gaps)]
    records = np.array(rows, RECORD_DTYPE)
    if len(records):
        track.extend(records, records["a"].astype("i4"), records["site"].astype("i4"))
    return open_


def piece(begin: int, end: int, recorded: Spans, widths: list[int]) -> Track:
    """Pieces on and off a CPU from one moment to another; those off it lie in the wait that there is then."""
    edges, t = [begin], begin
    while t < end:
        t = min(t + 1 + widths[t % len(widths)], end)
        edges.append(t)
    start, stop = np.array(edges[:-1]), np.array(edges[1:])
    row = np.searchsorted(recorded.start, start, "right") - 1
    waits = wait_rows(recorded)
    inside = (row >= 0) & np.isin(row, waits) & (start % 2 == 0)
    count = len(start)
    columns = {one.name: np.zeros(count, "i8") for one in fields(Track)}
    columns |= {"start": start, "end": stop, "cpu": start % 2}
    columns["state"] = np.where(inside, State.LOCK, State.RUNNING)
    columns["source"] = np.full(count, Source.EXACT)
    columns["evidence"] = np.full(count, Evidence.EDGES)
    columns["wait"] = np.where(inside, np.searchsorted(waits, row), -1)
    columns["seen"] = np.full(count, -1)
    return Track(**columns)


def told(spans: Spans) -> dict[str, list[int]]:
    return {one.name: getattr(spans, one.name).tolist() for one in fields(spans)}


@given(
    gaps=st.lists(st.integers(0, 12), min_size=1, max_size=5),
    widths=st.lists(st.integers(0, 6), min_size=1, max_size=5),
    behind=st.integers(1, 25),
    late=st.integers(0, 15),
    first=st.integers(0, 12),
    turns=st.lists(st.booleans(), min_size=1, max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_they_are_the_same_as_made_at_once(
    gaps: list[int], widths: list[int], behind: int, late: int, first: int, turns: list[bool]
) -> None:
    recorded, known = StateTrack(5, lambda t, what: None), 5
    growing, states, rows = ThreadTrack(), GrowingStates(), WaitRows()
    settled, is_open = first, False
    for number, asked in enumerate(turns, 1):
        now = first + number * STEP
        is_open = recorded_until(recorded, known, max(now - late, known), gaps, is_open)
        known = max(now - late, known)
        so_far = recorded.spans(now + 3)
        whole = piece(first, now, so_far, widths)
        until = max(now - behind, settled)
        growing.settle(clipped(whole, settled, until))
        growing.replace_rest(clipped(whole, until), now)
        settled = until
        if asked:
            waits = rows.of(so_far)
            assert waits.tolist() == wait_rows(so_far).tolist()
            found = states.spans(growing.track, growing.settled, so_far, waits, 0, now + 3)
            assert told(found) == told(spans_from(growing.track, so_far, 0, now + 3))
            since, whole_ones = waits_in(so_far, now - behind, waits), waits_in(so_far)
            assert since.start.tolist() == whole_ones.start[since.base :].tolist()
            assert (whole_ones.end[: since.base] <= now - behind).all()
