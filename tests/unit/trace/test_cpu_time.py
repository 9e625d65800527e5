"""Who was on which CPU, and how many at once, while the edges come in."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.cpu_time import CpuTime
from visualiser.trace.observed import EdgeKind, Edges


class Impatient(CpuTime):
    """Settles at once, so that short histories have settled parts."""

    SETTLED_NS = 3


def history(threads: list[list[int]]) -> Edges:
    """Edges of threads that come onto a CPU and leave it by turns, after so many ns each."""
    rows = []
    for tid, steps in enumerate(threads, start=1):
        t = tid % 3
        for turn, step in enumerate(steps):
            t += step
            rows.append((t, 7, tid, tid % 2, EdgeKind.BLOCKED if turn % 2 else EdgeKind.IN))
    columns = np.array(sorted(rows), "i8").reshape(-1, 5).T
    return Edges(*columns)


def told(found: CpuTime) -> tuple[object, ...]:
    spans = found.stretches
    assert (np.diff(spans.start) >= 0).all()
    rows = sorted(zip(*(getattr(spans, name).tolist() for name in ("start", "end", "thread", "cpu")), strict=True))
    return rows, [column.tolist() for column in found.at_once], found.cpus


@given(
    st.lists(st.lists(st.integers(1, 9), max_size=12), max_size=4),
    st.lists(st.integers(0, 48), max_size=4),
    st.integers(0, 5),
)
def test_it_makes_no_difference_in_how_many_pieces_the_edges_came(
    threads: list[list[int]], cuts: list[int], more: int
) -> None:
    edges = history(threads)
    end = (int(edges.t.max()) if len(edges) else 0) + more
    places = sorted({0, *(min(cut, len(edges)) for cut in cuts), len(edges)})
    pieces = [edges.rows(slice(a, b)) for a, b in pairwise(places)]
    growing = Impatient()
    for count in range(1, len(pieces) + 1):
        so_far = pieces[:count]
        growing.advance(so_far, [], max(int(one.t.max()) for one in so_far), lambda keys: keys)
    growing.advance(pieces, [], end, lambda keys: keys)
    at_once = CpuTime()
    at_once.advance([edges], [], end, lambda keys: keys)
    assert told(growing) == told(at_once)


def test_who_is_known_later_gets_the_time_that_was_settled_before() -> None:
    edges, found = history([[1, 4], [1, 4], [60, 4]]), Impatient()
    found.advance([edges.rows(slice(0, 5))], [], 20, lambda keys: np.where(keys == 2, 0, -1))
    assert found.stretches.thread.tolist() == [0]
    found.advance([edges.rows(slice(0, 5)), edges.rows(slice(5, None))], [], 90, lambda keys: keys)
    assert sorted(found.stretches.thread.tolist()) == [0, 1, 3]
    assert found.at_once[1].max() == 2
