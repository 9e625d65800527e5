"""A story is told as far as it is known: before the run, while it goes on, along it; and the way back is exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.support import ORIGIN, STEP, RunBuilder
from visualiser.events import Wait
from visualiser.scenarios import (
    Answer,
    Condition,
    Cue,
    Expectation,
    Machine,
    MeasureRule,
    Needs,
    Prediction,
    Reading,
    Scenario,
    Step,
    Variant,
)
from visualiser.trace import TraceStore
from visualiser.viewmodels import Player, StoryPage, StoryTelling, TimelineModel, python_of
from visualiser.viewmodels.story_run import machine_of

VARIANT = Variant("calm", "Calm", Path("/nowhere/calm.py"), (), "All sleep.")
SLEPT = MeasureRule("total", "ns", cues=(Cue("wait_begin", state="sleep", thread="*"),), of="sleep")
SCENARIO = Scenario(
    "naps",
    "Two naps",
    "SHARING",
    "Who sleeps?",
    "Two threads sleep.",
    (
        Step("Asleep", "One sleeps.", Cue("wait_begin", state="sleep"), narration="One sleeps. In all {slept} of it."),
        Step("A bell", "The bell rings.", Cue("output", text="bell")),
        Step("Awake", "It wakes up.", Cue("wait_end", state="sleep", nth=2)),
        Step("By line", "The line is reached.", Cue("line", text="sleep(")),
        Step("All of it", "That was all."),
    ),
    "Sleep is short.",
    "Sleep is long.",
    (VARIANT, replace(VARIANT, id="busy", path=Path("/nowhere/busy.py"), expects=Expectation(ends=False))),
    "calm",
    1,
    (
        Prediction(
            "For how long?",
            (Answer("Short", Condition("slept", below=6e6)), Answer("Long", Condition())),
            "They slept {slept}.",
        ),
    ),
    {"slept": SLEPT},
    (Reading("threading", "https://docs.python.org/3/library/threading.html"),),
)
HERE = Machine(2, ("spawn",), (3, 11), True, "linux")


def naps(last: float = 12) -> TraceStore:
    run = RunBuilder()
    process = run.process("naps", python="3.11.7")
    process.thread("first").begin(1).wait(Wait.SLEEP, 2, 4).end(30)
    process.thread("second").begin(1).wait(Wait.SLEEP, 10, last).output(15, "awake\n").end(30)
    return run.store(end=30)


class Told:
    """A telling with all that it moves."""

    def __init__(self) -> None:
        self.player = Player()
        self.line = TimelineModel(self.player)
        self.telling = StoryTelling(self.player, self.line)
        self.telling.set_machine(HERE)
        self.line.resize(800, 400)
        self.choose("calm")

    def choose(self, variant: str, scenario: Scenario = SCENARIO) -> None:
        self.telling.set_choice(scenario, scenario.variant(variant))

    def show(self, store: TraceStore) -> None:
        self.line.set_store(store)
        self.telling.set_run(store, running=False)

    @property
    def page(self) -> StoryPage:
        return self.telling.page

    @property
    def where(self) -> object:
        return self.player.playhead, self.line.viewport, self.line.selection, self.line.current


@pytest.fixture
def told(qtbot: QtBot) -> Iterator[Told]:
    made = Told()
    yield made
    made.telling.deleteLater()
    made.line.deleteLater()
    made.player.deleteLater()


def test_before_the_run_the_question_is_asked_and_no_step_is_told(told: Told) -> None:
    page = told.page
    assert "Who sleeps?" in page.html
    assert page.titles == ()
    assert page.question is not None
    assert page.question.answers == ("Short", "Long", "I do not know")
    assert page.question.open
    assert "One sleeps" not in page.html
    assert "Sleep is short" not in page.html


def test_while_it_runs_nothing_can_be_answered_and_an_endless_one_says_how_to_end_it(told: Told) -> None:
    told.telling.set_run(None, running=True)
    assert told.page.question is not None
    assert not told.page.question.open
    told.telling.answer(0)
    assert told.page.question.chosen is None
    assert "Stop" not in told.page.html
    told.choose("busy")
    told.telling.set_run(None, running=True)
    assert "Stop" in told.page.html


@pytest.mark.parametrize(
    ("answer", "last", "verdict"),
    [
        (0, 12, "You were right. They slept 4 ms."),
        (1, 12, "In this run it was otherwise. They slept 4 ms."),
        (1, 20, "You were right. They slept 12 ms."),
        (2, 12, "This is what happened in this run. They slept 4 ms."),
        (None, 12, "This is what happened in this run. They slept 4 ms."),
    ],
)
def test_the_answer_is_judged_with_this_runs_facts(told: Told, answer: int | None, last: float, verdict: str) -> None:
    if answer is not None:
        told.telling.answer(answer)
    told.show(naps(last))
    assert told.page.question is not None
    assert told.page.question.verdict == verdict
    assert told.page.question.right == (0 if last == 12 else 1)


def test_what_was_not_measured_is_not_judged(told: Told) -> None:
    unknown = replace(
        SCENARIO, predictions=(replace(SCENARIO.predictions[0], answers=(Answer("A", Condition("cpu", at_least=1)),)),)
    )
    told.choose("calm", unknown)
    told.show(naps())
    assert told.page.question is not None
    assert told.page.question.right is None
    assert told.page.question.verdict.startswith("This run does not tell")


def test_steps_name_this_runs_numbers_and_stand_at_its_moments(told: Told) -> None:
    told.show(naps())
    told.telling.next()
    assert "In all 4 ms of it." in told.page.html
    assert "at 2.000 ms · first" in told.page.html
    assert told.player.playhead.t == ORIGIN + 2 * STEP
    assert (told.line.selection.thread, told.line.selection.index) == (0, 1)
    told.telling.go(3)
    assert told.player.playhead.t == ORIGIN + 12 * STEP
    chosen = told.line.selection
    assert chosen.thread == 1
    assert told.line.store is not None
    assert chosen.index is not None
    assert int(told.line.store.states(1).end[chosen.index]) == ORIGIN + 12 * STEP


def test_a_step_that_did_not_happen_says_so_and_stays_where_the_story_was(told: Told) -> None:
    told.show(naps())
    told.telling.next()
    before = told.where
    told.telling.next()
    assert "did not happen in this run" in told.page.html
    assert told.where == before


def test_a_step_that_nobody_could_see_does_not_say_that_it_did_not_happen(told: Told) -> None:
    told.show(naps())
    told.telling.go(4)
    assert "lines of the program were not recorded" in told.page.html


def test_the_last_page_tells_what_to_take_away_and_what_to_read_and_offers_to_compare(told: Told) -> None:
    told.show(naps())
    assert told.page.can_compare
    told.telling.go(1)
    assert not told.page.can_compare
    told.telling.go(len(told.page.titles) - 1)
    page = told.page
    assert all(text in page.html for text in ("Sleep is long.", "Sleep is short.", "https://docs.python.org"))
    assert not page.can_next
    assert page.can_compare


def test_from_wherever_a_step_is_reached_it_looks_the_same_and_the_beginning_is_as_it_was_left(told: Told) -> None:
    told.show(naps())
    told.line.show_exactly(ORIGIN + 3 * STEP, ORIGIN + 11.5 * STEP)
    told.line.set_range(ORIGIN + 4 * STEP, ORIGIN + 5 * STEP)
    told.line.select(1, 0)
    told.player.seek(ORIGIN + 7 * STEP)
    places = [told.where]
    while told.page.can_next:
        told.telling.next()
        places.append(told.where)
    for place in reversed(places[:-1]):
        told.line.zoom(3.0)
        told.player.seek(ORIGIN)
        told.telling.back()
        assert told.where == place


def test_the_page_follows_the_playhead_and_the_beginning_stays_the_users(told: Told) -> None:
    told.show(naps())
    told.player.seek(ORIGIN + 5 * STEP)
    told.player.seek(ORIGIN + 12 * STEP)
    assert told.page.position == 3
    assert list(told.player.cue_times) == [ORIGIN + 2 * STEP, ORIGIN + 12 * STEP]
    told.telling.go(0)
    assert told.player.playhead.t == ORIGIN + 5 * STEP


def test_what_cannot_hold_here_is_said_before_the_run_and_told_instead_of_the_story(told: Told) -> None:
    many = replace(SCENARIO, variants=(replace(VARIANT, needs=Needs(cpus=64)),))
    told.choose("calm", many)
    assert "cannot be shown here today" in told.page.html
    assert "64 CPUs" in told.page.html
    store = naps()
    store.info = replace(store.info, machine={"cpus": 4, "system": "Linux"})
    told.show(store)
    assert "64 CPUs" in told.page.html
    assert told.page.titles == ("The question", "Take away")


def test_a_saved_run_is_judged_by_the_machine_that_it_was_made_on() -> None:
    store = naps()
    store.info = replace(store.info, python="3.13.1 without a GIL", machine={"cpus": 3, "system": "Darwin"})
    there = machine_of(store)
    assert (there.cpus, there.platform, there.python, there.switches) == (3, "darwin", (3, 13), "none")


@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("3.13.0 without a GIL", ((3, 13), False)),
        ("3.11.7 (this app's)", ((3, 11), True)),
        ("this app's own", (None, None)),
    ],
)
def test_what_an_interpreters_label_says(label: str, known: object) -> None:
    assert python_of(label) == known
