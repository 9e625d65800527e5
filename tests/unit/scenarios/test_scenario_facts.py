"""Moments, measures, texts and judgements: what a story finds in the facts of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.scenarios import (
    Answer,
    Condition,
    Cue,
    FactMoment,
    Facts,
    Life,
    Machine,
    Measure,
    MeasureRule,
    Needs,
    Prediction,
    Stretch,
    find,
    judge,
    measures,
    moment,
    moments,
    narrate,
    unmet,
)
from visualiser.scenarios.cues import ON_CPU, STATES
from visualiser.scenarios.needs import unmet_needs
from visualiser.trace import STATE_NAMES

# adder-a, to the end: sleeps 2..6, waits for a queue 7..8; adder-b, 1..9: sleeps 4..8, waits for the GIL 8..9, crashes
FACTS = Facts(
    start_ns=0,
    end_ns=12,
    processes=(Life("main", "main", 0, 12), Life("child", "child", 1, 9)),
    threads=(Life("adder-a", "main", 0, None, 5), Life("adder-b", "child", 1, 9, 1, "ValueError")),
    states=(
        Stretch(2, 6, 0, "sleep", "sleep"),
        Stretch(4, 8, 1, "sleep", "sleep"),
        Stretch(7, 8, 0, "lock", "queue_get"),
        Stretch(8, 9, 1, "gil"),
    ),
    holds=(Stretch(1, 3, 0), Stretch(3, 5, 1)),
    spans=(Stretch(5, 6, 0, "", "pickle"),),
    outputs=(FactMoment(3, 0, "got 41"), FactMoment(5, 1, "got 7\n")),
    handovers=(FactMoment(2, 1), FactMoment(6, 0)),
    gil_handovers=2,
    deadlocks=(11,),
    values=tuple(FactMoment(t, t % 2, text, "n") for t, text in enumerate(["1", "2", "1", "None", "3", "3"])),
    seen=frozenset({"gil"}),
)


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        (Cue("start"), [0]),
        (Cue("end"), [12]),
        (Cue("process_start", process="ch*"), [1]),
        (Cue("process_end"), [9, 12]),
        (Cue("thread_start", thread="adder-*"), [0, 1]),
        (Cue("thread_end"), [9]),
        (Cue("crash", text="Value"), [9]),
        (Cue("crash", text="Type"), []),
        (Cue("wait_begin", state="sleep"), [2, 4]),
        (Cue("wait_begin", state="lock", wait="queue_get"), [7]),
        (Cue("wait_begin", state="lock", wait="barrier"), []),
        (Cue("wait_end", state="sleep", process="child"), [8]),
        (Cue("longest_wait", state="gil"), [8]),
        (Cue("together", state="sleep", count=2), [4]),
        (Cue("together", state="sleep", count=3), []),
        (Cue("hold_begin", thread="adder-b"), [3]),
        (Cue("hold_end"), [3, 5]),
        (Cue("deadlock"), [11]),
        (Cue("gil_handover", thread="adder-a"), [6]),
        (Cue("span_end", span="pickle"), [6]),
        (Cue("output", text="got"), [3, 5]),
        (Cue("value", name="n", text="1"), [0, 2]),
        (Cue("loss", name="n"), [2]),
        (Cue("line", text="x"), []),
    ],
)
def test_a_cue_finds_its_moments(cue: Cue, expected: list[int]) -> None:
    assert moments(cue, FACTS) == expected


def test_nth_counts_the_moments_and_minus_one_is_the_last() -> None:
    def nth(n: int) -> int | None:
        return moment(Cue("output", nth=n), FACTS)

    assert [nth(1), nth(2), nth(3), nth(-1)] == [3, 5, None, 5]
    assert moment(None, FACTS) is None


def rule(kind: str, of: str = "sleep", thread: str | None = None, wait: str | None = None) -> MeasureRule:
    """A measure of the stretches in a state."""
    cue = Cue("wait_begin", state=of if of in ON_CPU else None, thread=thread, wait=wait)
    return MeasureRule(kind, "ns", cues=(cue,), of=of)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (rule("total"), 8),
        (rule("total", thread="adder-a"), 4),
        (rule("share"), 8 / 20),  # a lived for 12 (it never ended), b for 8
        (rule("longest"), 4),
        (rule("at_once"), 2),
        (rule("overlap"), 2 / 6),
        (rule("at_once", "held"), 1),
        (rule("median", "pickle"), 1),
        (rule("total", "lock", wait="barrier"), 0),
        (rule("total", "running"), None),  # nobody watched the CPUs
        (MeasureRule("output", "ns", r"got (\d+)", 1000), 7000),
        (MeasureRule("output", "ns", r"lost (\d+)"), None),
        (MeasureRule("between", "ns", cues=(Cue("start"), Cue("deadlock"))), 11),
        (MeasureRule("between", "ns", cues=(Cue("mark"), Cue("deadlock"))), None),
        (MeasureRule("count", "count", cues=(Cue("output"),)), 2),
        (MeasureRule("count", "count", cues=(Cue("line", text="x"),)), None),
        (MeasureRule("ratio", "times", names=("cpu", "wall")), 0.5),
        (MeasureRule("ratio", "times", names=("cpu", "most_at_once")), None),
    ],
)
def test_a_storys_own_measure_is_a_number_or_not_measured(measured: MeasureRule, expected: float | None) -> None:
    assert measures(FACTS, {"own": measured})["own"].value == expected


def test_every_run_has_the_standard_measures_and_says_which_were_not_measured() -> None:
    found = {name: one.value for name, one in measures(FACTS).items()}
    assert (found["wall"], found["cpu"], found["parallel"]) == (12, 6, 0.5)
    assert (found["processes"], found["threads"], found["lines"], found["handovers"]) == (2, 2, 1, 2)
    assert (found["longest_sleep"], found["gil_total"]) == (4, 1)
    assert found["most_at_once"] is found["switches"] is found["running_total"] is None


def test_on_a_cpu_is_seen_only_where_the_cpus_were_watched() -> None:
    own = {"overlap": rule("overlap", "cpu")}
    assert measures(FACTS, own)["overlap"].value is None
    watched = replace(FACTS, on_cpu=(Stretch(0, 4, 0), Stretch(2, 8, 1)), seen=frozenset({"switches"}))
    assert measures(watched, own)["overlap"].value == 2 / 8
    assert moments(Cue("together", state="cpu", count=2), watched) == [2]


def test_output_that_was_lost_is_not_counted() -> None:
    found = measures(replace(FACTS, lost=1), {"got": MeasureRule("output", "count", r"got (\d+)")})
    assert found["lines"].value is found["got"].value is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=12))
def test_overlap_is_a_part_of_the_time_and_at_once_its_height(found: list[tuple[int, int]]) -> None:
    states = tuple(Stretch(start, start + length, 0, "sleep") for start, length in sorted(found))
    facts = replace(FACTS, states=states)
    own = measures(facts, {"overlap": rule("overlap"), "most": rule("at_once"), "total": rule("total")})
    moments_of_each = [{t for t in range(80) if one.start <= t < one.end} for one in states]
    levels = [sum(t in one for one in moments_of_each) for t in range(80)]
    assert own["most"].value == max(levels)
    assert own["total"].value == sum(levels)
    busy, shared = sum(n > 0 for n in levels), sum(n > 1 for n in levels)
    assert own["overlap"].value == (shared / busy if busy else None)


WORDS = {"ns": lambda value: f"{value:g} ns", "count": lambda value: f"{value:g}"}


def test_a_sentence_whose_number_is_not_known_is_left_out() -> None:
    text = "It ran. It took {wall}, and {lost} were lost! Did it? {lines} lines."
    known = {"wall": Measure(12, "ns"), "lines": Measure(2, "count"), "lost": Measure(None, "count")}
    assert narrate(text, known, WORDS) == "It ran. Did it? 2 lines."
    assert narrate(text, {}, {}) == "It ran. Did it?"
    assert narrate(text, {**known, "lost": Measure(3, "count")}, WORDS) == text.format(wall="12 ns", lost=3, lines=2)


def test_the_first_answer_that_holds_is_right_and_nothing_is_when_it_was_not_measured() -> None:
    few, many = Answer("few", Condition("lost", below=10)), Answer("many", Condition())
    prediction = Prediction("How many?", (few, many))
    for value, expected in ((3, 0), (10, 1), (None, None)):
        assert judge(prediction, FACTS, {"lost": Measure(value, "count")}) == expected
    assert judge(prediction, FACTS, {}) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(cue=Cue("deadlock")), 0),
        (Condition(cue=Cue("mark")), 1),
        (Condition(cue=Cue("line", text="x")), None),  # no lines were recorded
        (Condition(cue=Cue("output"), before=Cue("deadlock")), 0),
        (Condition(cue=Cue("deadlock"), before=Cue("output")), 1),
        (Condition(cue=Cue("deadlock"), before=Cue("mark")), 0),
        (Condition(output=r"got 7$"), 0),
        (Condition(output=r"got 8"), 1),
        (Condition("wall", equal=12), 0),
        (Condition("wall", at_least=13), 1),
    ],
)
def test_an_answer_is_judged_by_what_the_run_holds(condition: Condition, expected: int | None) -> None:
    prediction = Prediction("What?", (Answer("this", condition), Answer("else", Condition())))
    assert judge(prediction, FACTS, measures(FACTS)) == expected


def test_states_are_those_of_the_trace_in_its_order() -> None:
    assert ("unknown", *STATES) == tuple(STATE_NAMES)


HERE = Machine(2, ("fork", "spawn"), (3, 13), True, "linux", "exact")


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        (Needs(cpus=4), "needs 4 CPUs, and this machine lends 2"),
        (Needs(start_method="forkserver"), "cannot be started by forkserver"),
        (Needs(gil=False), "a free-threaded one"),
        (Needs(python=(3, 14)), "needs Python 3.14 or newer, and 3.13 is chosen"),
        (Needs(until=(3, 12)), "true up to Python 3.12, and 3.13 is chosen"),
        (Needs(platforms=("win32", "darwin")), "This is so on Windows and macOS"),
    ],
)
def test_a_need_that_is_not_met_is_said_in_a_sentence(needs: Needs, words: str) -> None:
    [sentence] = unmet_needs(needs, HERE)
    assert words in sentence
    assert sentence.endswith(".")


def test_a_claim_about_cores_is_not_made_on_a_machine_with_one() -> None:
    scenario = find("two-processes-two-cores")
    assert unmet(scenario, HERE) == ()
    assert len(unmet(scenario, replace(HERE, cpus=1))) == 1
    assert unmet(scenario, replace(HERE, cpus=1), "serial") == ()
    assert unmet(scenario, replace(HERE, busy=0.05)) == ()
    assert "Other programs used this machine" in unmet(scenario, replace(HERE, busy=0.6))[0]
    assert unmet_needs(Needs(exact=True), replace(HERE, switches="sampled")) != ()
    assert unmet_needs(Needs(gil=True, exact=True), replace(HERE, gil=None, switches=None)) == ()
