"""What is said about a run: deadlocks with their place, losses, and how watching could be better."""

from __future__ import annotations

from dataclasses import replace

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.support.drawn import trace_from
from tests.support.seen import watch
from visualiser.events import Kind, Stream, Wait
from visualiser.trace import EventBatch, Loss, RunInfo, TraceStore
from visualiser.viewmodels import DeadlockWatch, Notice, deadlock_so_far, level_notice, notice_of


def embrace() -> TraceStore:
    """Two threads that each wait for the lock of the other: the second begins to wait at step 6."""
    run = RunBuilder()
    process = run.process("dinner.py")
    main, ann, bob = (process.thread(name) for name in ("MainThread", "Ann", "Bob"))
    fork, knife = process.thing("fork", line=3), process.thing("knife", line=4)
    main.begin(0)
    ann.begin(1).hold(2, None, fork, line=7).wait(Wait.LOCK, 5, None, knife, line=9)
    bob.begin(1).hold(3, None, knife, line=7).wait(Wait.LOCK, 6, None, fork, line=9)
    main.add(20, Kind.PROCESS_END)
    return run.store()


def test_a_deadlock_is_said_with_its_place_beside_how_the_run_ended() -> None:
    notice = notice_of(embrace(), RunInfo(stopped_by="user"))
    assert notice.text.startswith("Stopped.")
    assert "Ann waits at" in notice.text
    assert notice.bad
    assert notice.show == (ORIGIN + 5 * STEP, ORIGIN + 6 * STEP)


def test_a_deadlock_is_said_while_the_program_hangs() -> None:
    notice = DeadlockWatch().look(embrace())
    assert notice is not None
    assert "press Stop" in notice.text
    assert deadlock_so_far(trace_from("main LLLL / w1 SSSS")) is None


def test_an_ordinary_run_needs_no_words() -> None:
    store = trace_from("main LLLL")
    assert notice_of(store) == Notice()
    assert level_notice(store) is None
    assert level_notice(None) is None


def test_lost_events_are_said_at_the_end() -> None:
    store = trace_from("main LLLL")
    store.extend(EventBatch(losses=(Loss(0, 1, 7, store.start_ns),)))
    assert "7 events could not be kept" in notice_of(store).text


def test_a_refused_level_comes_with_the_command_that_allows_it() -> None:
    store = trace_from("main LLLL")
    told = {"switches": "sampled", "why": {"switches": "The kernel keeps switches from users."}, "advice": "sudo it"}
    store.info = replace(store.info, sources=told)
    notice = level_notice(store)
    assert notice is not None
    assert notice.command == "sudo it"
    assert notice.text == (
        "The kernel keeps switches from users. For more exact runs, type this into a terminal: sudo it"
    )


def test_dear_watching_is_said_and_cheap_watching_is_not() -> None:
    for used, said in ((1, False), (3, True)):
        store = trace_from("main LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL")
        store.extend(EventBatch(blocks=(watch((0, 0, 4_500_000), (40, used * STEP, 4_500_000)),)))
        notice = level_notice(store)
        assert (notice is not None) is said
        assert notice is None or "8 % of one CPU; its looks came up to 4.5 ms late" in notice.text


def crashed(*written: str) -> TraceStore:
    """A program that wrote this to its standard error, in pieces, and ended with exit code 1."""
    run = RunBuilder()
    main = run.process("work.py").thread()
    main.begin(0)
    for at, text in enumerate(written, 1):
        main.output(at, text, stream=Stream.STDERR)
    main.output(len(written) + 1, "and this to its standard output\n")
    return run.store(exit_code=1)


def test_what_was_wrong_is_said_in_the_programs_own_last_words() -> None:
    notice = notice_of(crashed("Traceback (most recent call last):\n", "KeyError: ", "'apple'\n", "\n"))
    assert notice == Notice("The program ended with exit code 1: KeyError: 'apple'", True)
    assert notice_of(crashed()).text == "The program ended with exit code 1. Its output may say why."


def test_a_program_that_wants_input_is_told_where_it_can_have_some() -> None:
    text = notice_of(crashed("EOFError: EOF when reading a line\n")).text
    assert "asked for input" in text
    assert "record" in text
