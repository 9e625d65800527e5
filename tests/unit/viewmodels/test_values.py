"""What every process and thread had at a moment: values, memory, locks, and what crossed between them."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.stepped import READ, embrace, line, lost_update, two_worlds, value
from visualiser.viewmodels import Boxes, Player, ThreadBox, Value, ValuesModel
from visualiser.viewmodels.values import boxes_at


def at(run: RunBuilder, step: float, end: float = 20) -> Boxes:
    return boxes_at(run.store(end=end), ORIGIN + round(step * STEP))


def thread(boxes: Boxes, name: str) -> ThreadBox:
    return next(one for box in boxes.processes for one in box.threads if one.name == name)


def worth(values: tuple[Value, ...]) -> dict[str, str]:
    return {one.name: one.text for one in values}


def test_both_threads_are_seen_to_have_read_the_same_value_before_either_writes() -> None:
    boxes = at(lost_update(), 5)
    assert worth(boxes.processes[0].shared) == {"counter": "0"}
    assert worth(thread(boxes, "adder-a").locals) == worth(thread(boxes, "adder-b").locals) == {"seen": "0"}
    assert [thread(boxes, name).where for name in ("adder-a", "adder-b")] == ["bank.py:13", "bank.py:13"]


def test_a_value_lights_up_with_what_it_was_until_its_thread_goes_on_to_the_next_line() -> None:
    found = [at(lost_update(), step).processes[0].shared[0] for step in (7, 8, 8.2)]
    assert [(one.before, one.text, one.changed) for one in found] == [("", "0", False), ("0", "1", True),
                                                                      ("0", "1", True)]  # fmt: skip
    assert found[1].thread == 1


def test_a_local_of_another_call_is_not_taken_for_what_it_was_before() -> None:
    run = RunBuilder()
    adder = run.process("bank.py").thread().begin(0)
    for call in range(2):
        for turn in range(2):
            value(adder, 1.9 + 4 * call + turn, "seen", 10 * call + turn, own=True)
            line(adder, 2 + 4 * call + turn, READ)
        line(adder, 4 + 4 * call, READ, left=True)
    found = [thread(at(run, step), "main thread").locals[0] for step in (2, 3, 6, 7)]
    assert [(one.before, one.text) for one in found] == [("", "0"), ("0", "1"), ("", "10"), ("", "11")]


def test_a_local_is_gone_when_its_function_is_left() -> None:
    assert worth(thread(at(lost_update(), 7), "adder-a").locals) == {"seen": "0"}
    assert thread(at(lost_update(), 8.2), "adder-a").locals == ()


def test_one_global_in_two_processes_has_two_values_at_one_moment() -> None:
    boxes = at(two_worlds(), 5.5)
    assert {box.name: worth(box.shared) for box in boxes.processes} == {
        "shop.py": {"basket": "1"},
        "shopper": {"basket": "2"},
    }
    assert boxes.processes[1].origin == "a fork of shop.py"
    assert boxes.processes[1].memory == "memory not measured"


def test_what_is_pickled_is_told_while_it_goes_on_and_counted_in_bytes_afterwards() -> None:
    before, during, after = (at(two_worlds(), step).processes[1].traffic.out for step in (5.5, 6.5, 7.5))
    assert (before.words, before.now) == ("", "")
    assert during.now == "pickles list, 20 B"
    assert (after.words, after.now) == ("1 object, 20 B; last: list, 20 B", "")


def test_a_queue_is_told_with_what_was_put_into_it_so_far() -> None:
    assert at(two_worlds(), 7.9).crossings == ()
    (queue,) = at(two_worlds(), 8.5).crossings
    assert queue.words == "1 put in, last put in by shop.py"


def test_in_a_deadlock_each_thread_says_what_it_holds_and_who_holds_what_it_waits_for() -> None:
    boxes = at(embrace(), 10)
    first, second = (thread(boxes, f"philosopher-{number}") for number in (1, 2))
    assert first.waits
    assert second.waits
    assert "left" in first.holds[0]
    assert "right" in second.holds[0]
    assert first.doing.endswith("held by philosopher-2")
    assert second.doing.endswith("held by philosopher-1")


def test_at_the_very_end_it_is_told_what_everybody_had_last() -> None:
    assert thread(at(embrace(), 20), "philosopher-1").holds == thread(at(embrace(), 10), "philosopher-1").holds != ()


def test_a_process_that_has_ended_or_not_begun_has_no_box() -> None:
    assert [len(at(two_worlds(), step).processes) for step in (2, 5, 11)] == [1, 2, 1]


def test_the_values_follow_the_playhead_while_somebody_looks(qtbot: QtBot) -> None:
    player, store = Player(), lost_update().store(end=20)
    model = ValuesModel(player)
    player.begin(store.start_ns)
    player.grow(store.end_ns)
    model.set_store(store)
    player.seek(ORIGIN + 5 * STEP)
    assert model.boxes == Boxes()
    with qtbot.waitSignal(model.boxes_changed):
        model.set_shown(True)
    assert model.boxes == boxes_at(store, ORIGIN + 5 * STEP)
