"""Who was on which CPU, and how many at once, while the edges come in."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visualiser.trace.columns import ThreadCpus
from visualiser.trace.cpu_time import CpuTime, with_edges
from visualiser.trace.observed import EdgeKind, Edges, Totals


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


def charged(*accounts: tuple[int, int]) -> int:
    """Of a thread that was on a CPU from 10 to 20, 30 to 40 and 50 to 60: accounts as (t, ns on a CPU)."""
    start = np.array([10, 30, 50])
    rows = np.array(accounts, "i8").reshape(-1, 2).T
    none = np.zeros(rows.shape[1], "i8")
    spans = ThreadCpus(start, start + 10, np.zeros(3, "i2"))
    return with_edges(Totals(rows[0], none, none, rows[1], none, none), spans)


def test_time_on_a_cpu_is_the_last_account_and_what_edges_tell_after_it() -> None:
    assert charged() == 30
    assert charged((25, 14)) == 14 + 20
    assert charged((5, 0), (25, 14), (45, 27), (70, 41)) == 41
    assert charged((5, 3)) == 3 + 30


def test_an_account_that_was_read_while_the_thread_was_on_a_cpu_is_not_believed() -> None:
    assert charged((35, 14)) == 30
    assert charged((25, 14), (55, 28)) == 14 + 20


def test_a_thread_without_an_edge_has_its_account() -> None:
    one = np.array([7], "i8")
    none = np.empty(0, "i8")
    assert with_edges(Totals(one, one, one, one, one, one), ThreadCpus(none, none, none.astype("i2"))) == 7
