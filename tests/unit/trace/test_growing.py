"""Arrays that grow while they are read: whatever is appended, cut and rewritten, they hold what a list would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualiser.trace import Growing, growing

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 40)),
        st.tuples(st.just("cut"), st.integers(0, 30)),
        st.tuples(st.just("put"), st.integers(0, 10_000)),
    ),
    max_size=120,
)


@given(MOVES)
@settings(max_examples=150, deadline=None)
def test_it_holds_what_a_list_would_also_while_it_moves_to_a_larger_place(moves: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(growing, "SMALL", 16)
        array, told, views = Growing("i8", room=20), [], []
        for number, (what, amount) in enumerate(moves):
            if what == "append":
                new = list(range(1000 * number, 1000 * number + amount))
                array.append(new)
                told += new
            elif what == "cut":
                length = max(len(told) - amount, 0)
                array.cut(length)
                del told[length:]
            elif told:
                array.put(np.array([amount % len(told), -1]), [-number, -number])
                told[amount % len(told)] = told[-1] = -number
            assert array.view.tolist() == told
            views.append(array.view)
        assert len(array) == len(told)


def test_what_was_read_stays_readable_when_it_has_moved_on() -> None:
    array = Growing("i4")
    array.append(range(50_000))
    before = array.view
    array.append(range(50_000, 300_000))
    assert before.tolist() == list(range(50_000))
    assert array.view[[0, 49_999, 50_000, -1]].tolist() == [0, 49_999, 50_000, 299_999]


class Watched(Growing):
    """Tells how many rows it copied at once when its room ended."""

    def __init__(self) -> None:
        super().__init__("i8")
        self.copied: list[int] = []

    def _grow(self, need: int) -> None:
        self.copied.append(self._length - self._moved)
        super()._grow(need)


def test_no_single_append_copies_a_long_array_at_once() -> None:
    array = Watched()
    for _ in range(4000):
        array.append(np.zeros(100, np.int64))
    assert len(array.copied) > 10
    assert max(array.copied) <= growing.SMALL
    assert max(one for one in array.copied[-3:]) == 0, "all was there already when the room ended"


def test_a_view_cannot_be_written_to() -> None:
    array = Growing("i8")
    array.append([1, 2, 3])
    with pytest.raises(ValueError, match="read-only"):
        array.view[0] = 5
