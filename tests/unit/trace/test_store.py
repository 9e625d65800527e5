"""What the store answers besides tracks and lives."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.support import ORIGIN, STEP, RunBuilder, dump, trace_from
from visualiser.events import Table
from visualiser.trace import (
    RECORD_DTYPE,
    Chunk,
    EventBatch,
    Kind,
    Loss,
    RunInfo,
    Span,
    Stream,
    TraceStore,
    Wait,
    causes_of,
    stats,
)


def test_output_of_all_threads_is_in_order_of_time() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread("one").begin(0).output(1, "a").output(5, "c")
    process.thread("two").begin(0).output(3, "b", stream=Stream.STDERR).output(7, "d")
    store = run.store()
    outputs = store.outputs()
    assert [store.text(one) for one in outputs.text.tolist()] == ["a", "b", "c", "d"]
    assert outputs.thread.tolist() == [0, 1, 0, 1]
    assert outputs.flag.tolist() == [Stream.STDOUT, Stream.STDERR, Stream.STDOUT, Stream.STDOUT]


def test_marks_belong_to_their_thread() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread("one").begin(0).mark(1, "here")
    process.thread("two").begin(0).mark(2, "there", line=17)
    store = run.store()
    (mark,) = store.marks(1).text.tolist()
    assert store.text(mark) == "there"
    assert store.site(int(store.marks(1).site[0])).short == "bank.py:17"


def test_steps_go_to_every_moment_at_which_something_was_recorded() -> None:
    store = trace_from("a ?SS? / b ..LL")
    assert ((store.event_times() - ORIGIN) / STEP).tolist() == [0, 1, 2, 3, 4]
    assert ((store.event_times(1) - ORIGIN) / STEP).tolist() == [2, 4]


def test_equal_names_and_lines_of_two_processes_are_one() -> None:
    run = RunBuilder()
    for _ in range(2):
        process = run.process()
        process.thread("worker").begin(0).span("task", 1, 2, line=3).hold(3, 4, process.thing("a"))
    store = run.store()
    assert store.spans(0).label.tolist() == store.spans(1).label.tolist()
    assert store.spans(0).site.tolist() == store.spans(1).site.tolist()
    assert store.holds(0).object.tolist() != store.holds(1).object.tolist()  # but two processes share no lock


def test_a_lock_without_a_name_is_called_by_the_line_that_made_it() -> None:
    run = RunBuilder()
    process = run.process()
    process.thread().begin(0).hold(1, 2, process.thing(line=17)).hold(3, 4, process.thing("accounts"))
    store = run.store()
    labels = [store.object(one).label for one in store.holds(0).object.tolist()]
    assert labels == ["Lock (bank.py:17)", "Lock accounts"]


def test_ids_that_were_never_defined_mean_nothing() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).add(1, Kind.HOLD, 1, 4_000_000_000, 77).add(2, Kind.MARK, 0, 5)
    store = run.store()
    assert store.holds(0).object.tolist() == [0]
    assert store.object(0).label == ""
    assert (store.text(99), store.site(99).file) == ("", "")


def test_losses_are_totals_not_to_be_added_up_again() -> None:
    run = RunBuilder()
    run.process().thread().begin(0)
    store = run.store()
    for count in (5, 9):
        store.extend(EventBatch(losses=(Loss(0, 1, count, ORIGIN),)))
    assert store.lost == 9
    assert store.losses == (Loss(0, 1, 9, ORIGIN),)
    assert store.loss_of(0) == Loss(0, 1, 9, ORIGIN)


def test_records_that_come_too_late_are_counted_as_lost_and_said() -> None:
    run = RunBuilder()
    run.process().thread().begin(5)
    store = run.store(end=9)
    late = np.array([(Kind.MARK, 0, 0, 0, 0, ORIGIN + STEP)], RECORD_DTYPE)
    store.extend(EventBatch(chunks=(Chunk(0, 1, 100, 1, late),)))
    assert store.lost == 1
    assert "later than younger ones" in store.problems[0].text


def test_events_of_an_unknown_kind_are_kept_and_said() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).add(1, 999)
    store = run.store()
    assert store.events == 3
    assert "does not know" in store.problems[0].text


def test_records_of_a_process_that_never_introduced_itself_are_left_out() -> None:
    store = TraceStore(RunInfo(origin_ns=ORIGIN))
    record = np.array([(Kind.MARK, 0, 0, 0, 0, ORIGIN)], RECORD_DTYPE)
    store.extend(EventBatch(chunks=(Chunk(3, 1, 1, 1, record),)))
    assert store.events == 0
    assert len(store.problems) == 1


def test_the_run_lasts_as_long_as_anything_is_known_of_it() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).mark(4, "x")
    assert run.store().end_ns == ORIGIN + 4 * STEP
    assert run.store(end=6).end_ns == ORIGIN + 6 * STEP


def test_a_copy_is_what_the_store_was_when_it_was_ordered() -> None:
    run = RunBuilder()
    thread = run.process().thread().begin(0)
    for t in range(300):
        thread.wait(2, t, t + 0.5)
    store = run.store(end=300)
    store.add_problem("odd")
    before, copy = stats(store), store.copier()
    more = np.array([(Kind.MARK, 0, 0, 0, 0, ORIGIN + 999 * STEP)], RECORD_DTYPE)
    store.extend(EventBatch(chunks=(Chunk(0, 1, 100, 1, more),)))
    made = copy()
    assert stats(made) == before != stats(store)
    assert [problem.text for problem in made.problems] == ["odd"]


def test_the_kept_source_is_found_by_the_end_of_its_path(tmp_path: Path) -> None:
    (tmp_path / "program" / "bank").mkdir(parents=True)
    (tmp_path / "program" / "bank" / "main.py").write_text("inner")
    (tmp_path / "program" / "main.py").write_text("outer")
    store = TraceStore()
    store.directory = tmp_path
    assert store.source_text("/home/ada/bank/main.py") == "inner"
    assert store.source_text("/home/ada/shop/main.py") == "outer"
    assert store.source_text("/home/ada/other.py") is None


def test_drawings_come_back_as_they_were_drawn() -> None:
    for drawing in (
        "main SSPP?? / w1 ..LL?.",
        "main RRGGR. / w1 .GRRCC",
        "main ?PPP. // child .NNI. / helper ..SL.",
    ):
        assert dump(trace_from(drawing)) == drawing


def test_raw_records_are_handed_out_with_ids_that_hold_for_the_whole_run() -> None:
    run = RunBuilder()
    run.process().thread().begin(0)
    process = run.process("other")
    thing = process.thing("basket")
    thread = process.thread("eater").begin(0).add(1, Kind.NOTIFY, 20, thing, process.site(8), 3)
    thread.saw_process_end(2, 77, -9)
    store = run.store()
    records = store.records(1)
    told = records[records["kind"] == Kind.NOTIFY][0]
    assert store.object(int(told["a"])).name == "basket"
    assert int(told["a"]) == store.object_of(1, thing)
    assert store.site(int(told["site"])).line == 8
    begin = records[records["kind"] == Kind.THREAD_BEGIN][0]
    assert store.text(int(begin["a"])) == "eater"
    ended = records[records["kind"] == Kind.CHILD_ENDED][0]
    assert int(ended["a"]) == 0xFFFFFFF7  # an exit code is no text
    assert store.records(1, since=len(records)).tolist() == []
    assert store.record_count(1) == len(records)
    some = [Kind.NOTIFY, Kind.CHILD_ENDED]
    only = np.isin(records["kind"], some)
    assert only.any()
    assert not only.all()
    assert store.records(1, kinds=some).tolist() == records[only].tolist()


def test_what_processes_know_by_one_key_is_one_object_and_its_release_is_seen_by_all() -> None:
    run = RunBuilder()
    things = []
    for name in ("one", "two"):
        process = run.process(name)
        things.append([process.define(Table.OBJECT, f"Lock\t{process.site(3)}\t\t/mp-{key}") for key in "ab"])
    (first, _), (second, other) = things
    run.processes[0].thread("holder").begin(0).hold(1, 4, first).end(9)
    run.processes[1].thread("waiter").begin(0).wait(Wait.LOCK, 2, 4.5, second).wait(Wait.LOCK, 5, 6, other).end(9)
    store = run.store()
    assert store.object_of(0, first) == store.object_of(1, second) != store.object_of(1, other)
    assert store.object(store.object_of(0, first)).label == "Lock (bank.py:3)"
    states = store.states(1)
    rows = np.flatnonzero(states.kind == Kind.WAIT_BEGIN).tolist()
    released, unknown = ([one for one in causes_of(store, 1, row) if one.woke] for row in rows)
    assert [(one.how, one.thread, (one.t - ORIGIN) / STEP) for one in released] == [("released it", 0, 4)]
    assert unknown == []


def test_what_was_unpickled_is_named_at_its_end() -> None:
    run = RunBuilder()
    process = run.process()
    thread = process.thread().begin(0).add(1, Kind.SPAN_BEGIN, Span.UNPICKLE, 0, process.site(7), 90)
    thread.add(2, Kind.SPAN_END, Span.UNPICKLE, 0, process.text("list"), 90)
    thread.span("create shared memory", 3, 4, flag=Span.SHARED_MEMORY).end(5)
    store = run.store()
    spans = store.spans(0)
    assert [store.text(one) for one in spans.label.tolist()] == ["list", "create shared memory"]
    assert (int(spans.amount[0]), store.site(int(spans.site[0])).line) == (90, 7)
    assert [store.text(int(end["site"])) for end in store.records(0, kinds=[Kind.SPAN_END])] == ["list", ""]
