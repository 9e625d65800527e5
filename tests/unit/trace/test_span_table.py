"""The spans of a run as one table: what is in it, in which order, and that filters keep what they say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import ORIGIN, STEP, RunBuilder, trace_from
from visualiser.events import Wait
from visualiser.trace import State, TraceStore
from visualiser.trace.span_table import Column, SpanFilter, SpanTable, span_table

DRAWN = "main RRGGLLSS / w1 ..SSSSRR / w2 GGGGGGGG // child ..LLRR"


def rows(table: SpanTable) -> list[tuple[str, int, int]]:
    """(thread, start in steps, state) of each row."""
    found = []
    for thread, row in zip(table.thread.tolist(), table.row.tolist(), strict=True):
        spans = table.spans(thread)
        name = table.store.threads[thread].name
        found.append((name, int(spans.start[row] - ORIGIN) // STEP, int(spans.state[row])))
    return found


def test_all_spans_are_in_it_by_their_start() -> None:
    table = span_table(trace_from(DRAWN))
    assert len(table) == sum(len(table.store.states(one.index)) for one in table.store.threads)
    starts = [start for _, start, _ in rows(table)]
    assert starts == sorted(starts)


def test_a_window_has_the_spans_that_touch_it() -> None:
    table = span_table(trace_from(DRAWN), ORIGIN + 4 * STEP, ORIGIN + 5 * STEP)
    assert rows(table) == [("w2", 0, State.GIL), ("w1", 2, State.SLEEP), ("main", 4, State.LOCK),
                           ("child", 4, State.RUNNING)]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (SpanFilter(states=frozenset({State.GIL})), {"main", "w2"}),
        (SpanFilter(threads=frozenset({1})), {"w1"}),
        (SpanFilter(processes=frozenset({1})), {"child"}),
        (SpanFilter(least_ns=3 * STEP), {"w1", "w2"}),
        (SpanFilter(states=frozenset({State.GIL}), least_ns=3 * STEP), {"w2"}),
        (SpanFilter(states=frozenset()), set()),
    ],
)
def test_a_filter_keeps_what_it_says(chosen: SpanFilter, names: set[str]) -> None:
    assert {name for name, _, _ in rows(span_table(trace_from(DRAWN), chosen=chosen))} == names
    assert not chosen.is_off
    assert SpanFilter().is_off


def test_every_column_can_be_sorted_by_both_ways() -> None:
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("bob", "Ann"))
    ann.wait(Wait.LOCK, 1, 2, process.thing("b"), line=9).wait(Wait.LOCK, 4, 9, process.thing("a"), line=10)
    bob.wait(Wait.SLEEP, 1, 8, line=2)
    table = span_table(run.store(end=10))

    assert next(name for name, _, _ in rows(table.sort(Column.THREAD))) == "Ann"
    assert table.sort(Column.LENGTH, True).place(1, 1) == 0
    lines = [table.store.site(int(table.spans(t).site[r])).line for t, r in
             zip(table.sort(Column.LINE).thread, table.sort(Column.LINE).row, strict=True)]  # fmt: skip
    assert [line for line in lines if line] == [2, 9, 10]
    words = [table.sort(Column.WHAT, True).words(place) for place in range(3)]
    assert "Lock a" in " ".join(words)
    for column in Column:
        there, back = table.sort(column), table.sort(column, True)
        assert sorted(rows(there)) == sorted(rows(back)) == sorted(rows(table))
        assert (there.sorted_by, back.descending) == (column, True)
    assert table.sort(Column.LENGTH).sort(Column.START).row.tolist() == table.row.tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("RGLS", min_size=1, max_size=9), min_size=1, max_size=4))
def test_a_span_stands_where_the_table_says(lanes: list[str]) -> None:
    store = trace_from(" / ".join(f"t{number} {letters}" for number, letters in enumerate(lanes)))
    table = span_table(store).sort(Column.LENGTH, True)
    for thread in store.threads:
        for row in range(len(store.states(thread.index))):
            place = table.place(thread.index, row)
            assert place is not None
            assert (int(table.thread[place]), int(table.row[place])) == (thread.index, row)
    assert table.place(99, 0) is None


def test_a_run_without_threads_has_an_empty_table() -> None:
    table = span_table(TraceStore())
    assert len(table.sort(Column.WHAT, True)) == 0
