"""A picture that is exported from the window has its lanes as the window has them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builder import RunBuilder
from visualiser.export import export_picture
from visualiser.trace import TraceStore
from visualiser.viewmodels.lanes import Everybody, Lanes


def crew(names: str) -> TraceStore:
    run = RunBuilder()
    process = run.process()
    for name in names:
        process.thread(name, tid=ord(name)).begin(0).end(9)
    return run.store(end=9)


def drawn(store: TraceStore, folder: Path, lanes: Lanes) -> str:
    path = folder / "picture.svg"
    export_picture(store, path, arrangement=lanes.window_fields())
    return path.read_text()


def test_hidden_threads_are_not_in_the_picture_and_pinned_ones_come_first(tmp_path: Path) -> None:
    text = drawn(crew("abcd"), tmp_path, Lanes(hidden=frozenset((1,)), pinned=(3,), order=(2, 0)))
    places = [text.index(f">{name}<") for name in ("d", "c", "a")]
    assert places == sorted(places)
    assert ">b<" not in text


@given(st.permutations((0, 1, 2, 3)), st.sets(st.integers(0, 3)), st.lists(st.integers(0, 3), unique=True))
def test_an_arrangement_means_the_same_threads_where_their_indices_are_others(
    places: list[int], hidden: set[int], order: list[int]
) -> None:
    known = Everybody(((1, 0),), tuple((1, one, one, 1) for one in range(4)))
    others = Everybody(((1, 0),), tuple(known.threads[one] for one in places))
    lanes = Lanes(hidden=frozenset(hidden), order=tuple(order), collapsed=frozenset((0,)))
    carried = lanes.carried(known, others)
    assert {others.threads[one] for one in carried.hidden} == {known.threads[one] for one in hidden}
    assert [others.threads[one] for one in carried.order] == [known.threads[one] for one in order]
    assert carried.collapsed == {0}


def test_who_is_not_in_the_other_store_is_left_out() -> None:
    known, others = Everybody.of(crew("abc")), Everybody.of(crew("ab"))
    assert Lanes(hidden=frozenset((1, 2)), pinned=(2,)).carried(known, others) == Lanes(hidden=frozenset((1,)))
