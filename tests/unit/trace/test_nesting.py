"""Matching beginnings with ends, compared with the plainest way to do it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.columns import Int64s
from visualiser.trace.nesting import NEVER, Bools, innermost, match, match_crossing, piece_by_piece

EVENTS = st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=30)


def columns(events: list[tuple[bool, int]]) -> tuple[Bools, Int64s]:
    return np.array([begin for begin, _ in events], bool), np.array([key for _, key in events], np.int64)


def naive(events: list[tuple[bool, int]]) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """{beginning: its end}, the innermost beginning after each event that is no stray end."""
    stack: list[int] = []
    ends: dict[int, int] = {}
    tops: dict[int, int] = {}
    for place, (begin, key) in enumerate(events):
        if begin:
            stack.append(place)
            ends[place] = NEVER
        else:
            same = [one for one in stack if events[one][1] == key]
            if not same:
                continue
            while stack[-1] != same[-1]:
                ends[stack.pop()] = place
            ends[stack.pop()] = place
        tops[place] = stack[-1] if stack else NEVER
    return ends, list(tops.items())


@given(EVENTS)
def test_ends_are_matched_with_the_innermost_open_beginning_of_their_kind(events: list[tuple[bool, int]]) -> None:
    matched = match(*columns(events))
    ends, tops = naive(events)
    assert dict(zip(matched.begin.tolist(), matched.end.tolist(), strict=True)) == ends
    places, inner = innermost(matched, len(events))
    assert list(zip(places.tolist(), inner.tolist(), strict=True)) == tops


@given(EVENTS, st.integers(1, 7))
def test_pieces_of_a_run_are_matched_as_the_whole_of_it(events: list[tuple[bool, int]], piece: int) -> None:
    pieces = piece_by_piece(*columns(events), piece)
    ends, tops = naive(events)
    assert dict(zip(pieces.begin.tolist(), pieces.end.tolist(), strict=True)) == ends
    places, inner = innermost(pieces, len(events))
    assert list(zip(places.tolist(), inner.tolist(), strict=True)) == tops
    whole = match(*columns(events))
    assert (pieces.stray, sorted(pieces.cut)) == (whole.stray, sorted(whole.cut))


@st.composite
def nested(draw: Any) -> list[tuple[bool, int]]:
    """Well-formed nesting, perhaps with some still open at the end."""
    events: list[tuple[bool, int]] = []
    stack: list[int] = []
    for _ in range(draw(st.integers(0, 40))):
        if stack and draw(st.booleans()):
            events.append((False, stack.pop()))
        else:
            stack.append(draw(st.integers(1, 3)))
            events.append((True, stack[-1]))
    return events


@given(nested())
def test_the_vectorised_way_and_the_plain_way_agree_on_what_nests(events: list[tuple[bool, int]]) -> None:
    matched = match(*columns(events))
    assert dict(zip(matched.begin.tolist(), matched.end.tolist(), strict=True)) == naive(events)[0]
    assert not matched.stray
    assert not matched.cut


@given(EVENTS, st.booleans())
def test_of_crossing_spans_no_two_of_one_level_overlap(events: list[tuple[bool, int]], once: bool) -> None:
    begins, keys = columns(events)
    matched = match_crossing(begins, keys, np.full(len(events), once), np.empty(0, np.int64))
    replaced = _replaced(events) if once else set()
    ends = [
        NEVER if begin in replaced else end
        for begin, end in zip(matched.begin.tolist(), matched.end.tolist(), strict=True)
    ]
    spans = list(zip(matched.begin.tolist(), ends, matched.level.tolist(), strict=True))
    for number, (begin, end, level) in enumerate(spans):
        for later, _, other in spans[number + 1 :]:
            if begin in replaced:
                break
            assert level != other or (end != NEVER and end < later)


def _replaced(events: list[tuple[bool, int]]) -> set[int]:
    """Beginnings after which the same began again before it ended."""
    open_: dict[int, int] = {}
    found = set()
    for place, (begin, key) in enumerate(events):
        if begin:
            found |= {open_[key]} if key in open_ else set()
            open_[key] = place
        else:
            open_.pop(key, None)
    return found


@given(EVENTS)
def test_crossing_ends_end_only_their_own(events: list[tuple[bool, int]]) -> None:
    begins, keys = columns(events)
    matched = match_crossing(begins, keys, np.zeros(len(events), bool), np.empty(0, np.int64))
    for begin, end in zip(matched.begin.tolist(), matched.end.tolist(), strict=True):
        assert end == NEVER or events[begin][1] == events[end][1]
    used = [end for end in matched.end.tolist() if end != NEVER]
    assert sorted(used + matched.stray) == [place for place, (begin, _) in enumerate(events) if not begin]
