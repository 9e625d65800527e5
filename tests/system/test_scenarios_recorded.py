"""Every variant of every scenario, recorded: it ends as its story says, and the story finds its moments in the run.

Asserted are the moments that the program's own calls tell. Those of the GIL and of the CPUs depend on how the run could
be watched, and on who else used the machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.scenario_runs import attempts, cannot_run
from visualiser.files import load
from visualiser.run import Recording, record, resolve_target
from visualiser.scenarios import (
    Cue,
    Facts,
    Scenario,
    Variant,
    catalogue,
    facts_of,
    find,
    judge,
    load_scenario,
    measures,
    moment,
    narrate,
)
from visualiser.trace import deadlocks

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="recorded on POSIX systems only")

VARIANTS = [(scenario, variant) for scenario in catalogue() for variant in scenario.variants if variant.expects.ends]
OBSERVED = ("running", "native", "ready", "gil", "cpu")
"""States that only an observer can tell."""

ENDLESS = [("deadly-embrace", "opposite-order", ("Ann wants", "Bob wants")),
           ("producer-consumer", "no-closing-time", ("the baker goes home", "packed bun 8"))]  # fmt: skip

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example-scenario"

WORDS = dict.fromkeys(("ns", "count", "share", "times", "bytes"), str)


Recorded = Callable[..., Facts]


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """Records a variant and gives the facts of its run."""
    recordings: list[Recording] = []

    def run(scenario: Scenario, variant: Variant, values: Mapping[str, object]) -> Facts:
        target = resolve_target(scenario.id, variant=variant.id, values=values)
        recordings.append(record(target, own_terminal=False))
        store = recordings[-1].store
        assert store.info.exit_code == variant.expects.exit_code
        return facts_of(store, [one.start_ns for one in deadlocks(store)])

    yield run
    for one in recordings:
        one.close()


def _told_by_calls(cue: Cue | None) -> bool:
    """Whether the program's own calls tell the moment."""
    return cue is not None and cue.state not in OBSERVED and cue.kind not in ("gil_handover", "run_begin", "line")


@pytest.mark.parametrize(("scenario", "variant"), VARIANTS, ids=[f"{s.id}/{v.id}" for s, v in VARIANTS])
def test_a_story_finds_its_moments_in_the_recorded_run(
    recorded: Recorded, scenario: Scenario, variant: Variant
) -> None:
    if reason := cannot_run(variant):
        pytest.skip(reason)
    missing = [step for step in scenario.steps_for(variant.id) if _told_by_calls(step.cue)]
    for values in attempts(variant):
        facts = recorded(scenario, variant, values)
        missing = [step for step in missing if moment(step.cue, facts) is None]
        if not missing:
            break
    assert [step.title for step in missing] == []
    _judge_and_tell(scenario, variant, facts)


def _judge_and_tell(scenario: Scenario, variant: Variant, facts: Facts) -> None:
    """A prediction is judged unless it asks for what was not watched, and no text keeps a placeholder."""
    found = measures(facts, scenario.measures)
    prediction = scenario.prediction_for(variant.id)
    if prediction is not None:
        named = [answer.judge.measure for answer in prediction.answers if answer.judge.measure]
        unknown = [name for name in named if found[name].value is None]
        assert (judge(prediction, facts, found) is None) <= bool(unknown)
    for step in scenario.steps_for(variant.id):
        assert "{" not in narrate(step.narration, found, WORDS)


@pytest.mark.parametrize(("scenario_id", "variant_id", "last_words"), ENDLESS, ids=[each[1] for each in ENDLESS])
def test_a_story_without_an_end_finds_its_moments_when_the_run_is_stopped(
    tmp_path: Path, scenario_id: str, variant_id: str, last_words: tuple[str, ...]
) -> None:
    scenario, saved = find(scenario_id), tmp_path / "run.ilv"
    command = [sys.executable, "-m", "visualiser", "record", scenario_id, "--variant", variant_id, "-o", str(saved)]
    command += ["--set", "PAUSE=0.5"] if scenario_id == "deadly-embrace" else []
    spoken = {**os.environ, "PYTHONUNBUFFERED": "1"}  # what a program without an end prints, it would keep for ever
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=spoken
    ) as recorder:
        try:
            _listen(recorder, last_words)
        finally:
            recorder.send_signal(signal.SIGTERM)
        recorder.communicate(timeout=60)
    store = load(saved)
    facts = facts_of(store, [one.start_ns for one in deadlocks(store)])
    told = [step for step in scenario.steps_for(variant_id) if _told_by_calls(step.cue)]
    assert [step.title for step in told if moment(step.cue, facts) is None] == []
    prediction = scenario.prediction_for(variant_id)
    assert prediction is not None
    if scenario_id == "deadly-embrace":
        assert judge(prediction, facts, measures(facts, scenario.measures)) == 0


def _listen(recorder: subprocess.Popen[str], last_words: tuple[str, ...]) -> None:
    """Until the program has said its last words."""
    assert recorder.stdout
    heard = ""
    while not all(words in heard for words in last_words):
        line = recorder.stdout.readline()
        assert line, f"it ended: {heard}"
        heard += line


def test_the_manuals_example_finds_its_moments() -> None:
    example = load_scenario(EXAMPLE)
    for variant in example.variants:
        with record(resolve_target(str(variant.path)), own_terminal=False) as recording:
            facts = facts_of(recording.store)
            found = measures(facts, example.measures)
        told = [step for step in example.steps_for(variant.id) if step.title != "Occupied"]  # that comes by chance
        assert [step.title for step in told if moment(step.cue, facts) is None] == []
        assert found["dishes"].value == 6
        assert found["cooking"].value == 1 or variant.id == "two-stoves"
