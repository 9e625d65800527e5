"""What a filter leaves of the timeline: what passes as ever, exactly; the rest pale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.drawn import trace_from
from visualiser.scene import Boxes, Scene, StateRects, Strip, ViewWindow, build
from visualiser.trace import SpanFilter, State, TraceStore

LETTERS = "RNCGLISP?"
ALL = frozenset(range(len(LETTERS) + 1))


def seen(store: TraceStore, chosen: SpanFilter | None, width: int = 400, t1: int | None = None) -> Scene:
    return build(store, ViewWindow(store.start_ns, t1 or store.end_ns, width, label_width=100, filter=chosen))


def drawn_states(scene: Scene) -> set[int]:
    found = {int(state) for one in scene.items if isinstance(one, StateRects) for state in one.state}
    for one in scene.items:
        if isinstance(one, Strip) and not one.inks:
            found |= set(np.flatnonzero(one.shares.max(axis=0)).tolist())
    return found


def time_of(scene: Scene, state: int) -> float:
    """Pixels that a state takes in all rectangles and, by its shares, in all strips."""
    rects = sum(
        float((one.x1 - one.x0)[one.state == state].sum()) for one in scene.items if isinstance(one, StateRects)
    )
    return rects + sum(float(one.shares[:, state].sum()) for one in scene.items if isinstance(one, Strip))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=LETTERS, min_size=1, max_size=150), st.sets(st.sampled_from(range(9)), min_size=1))
def test_only_states_that_pass_are_drawn_as_such_and_with_all_of_their_time(drawing: str, states: set[int]) -> None:
    store = trace_from(f"main {drawing}")
    whole, part = seen(store, None), seen(store, SpanFilter(states=frozenset(states)))
    assert drawn_states(part) == drawn_states(whole) & states
    for state in drawn_states(part):
        assert time_of(part, state) == pytest.approx(time_of(whole, state), abs=1e-6 * len(drawing) + 2.5)


def test_a_dense_strip_holds_the_exact_share_of_what_passes_only() -> None:
    store = trace_from("main " + "LS" * 5000)
    scene = seen(store, SpanFilter(states=frozenset({State.LOCK})))
    (strip,) = (one for one in scene.items if isinstance(one, Strip))
    assert strip.shares[:, State.LOCK].mean() == pytest.approx(0.5, abs=0.01)
    assert strip.shares[:, State.SLEEP].max() == 0


def test_a_length_lets_only_the_long_ones_through() -> None:
    store = trace_from("main LLLLSLLSLLLLL")
    scene = seen(store, SpanFilter(least_ns=3_000_000))
    (rects,) = (one for one in scene.items if isinstance(one, StateRects))
    assert rects.state.tolist() == [State.LOCK, State.LOCK]


def test_what_does_not_pass_is_pale_where_it_was() -> None:
    store = trace_from("main LLLLSSSS")
    whole, part = seen(store, None), seen(store, SpanFilter(states=frozenset({State.SLEEP})))
    lock = next(one for one in whole.items if isinstance(one, StateRects))
    (pale,) = (one for one in part.items if isinstance(one, Boxes) and one.fill == f"state_tint/{int(State.LOCK)}")
    row = int(np.flatnonzero(lock.state == State.LOCK)[0])
    assert pale.boxes.tolist() == [[lock.x0[row], lock.y0[row], lock.x1[row], lock.y1[row]]]


def test_a_thread_that_does_not_pass_has_no_state_drawn_but_its_lane() -> None:
    store = trace_from("main LLLL / w1 SSSS")
    scene = seen(store, SpanFilter(threads=frozenset({1})))
    assert [lane.thread for lane in scene.lanes if lane.thread is not None] == [0, 1]
    assert drawn_states(scene) == {State.SLEEP}


def test_another_filter_is_another_picture() -> None:
    store = trace_from("main LLLLSSSS")
    for states in ({State.LOCK}, {State.SLEEP}, {State.LOCK}):
        assert drawn_states(seen(store, SpanFilter(states=frozenset(states)))) == states
