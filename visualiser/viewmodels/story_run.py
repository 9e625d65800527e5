"""A scenario's story along one recorded run: every step with its place and its words, and the question's verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from visualiser.scenarios import Facts as RunFacts
from visualiser.scenarios import Machine, Measure, Scenario, judge, measures, narrate, this_machine, unmet
from visualiser.trace import TraceStore, verdicts
from visualiser.viewmodels.names import who
from visualiser.viewmodels.story import WORDS, step_page, told, why_missing
from visualiser.viewmodels.story_facts import story_facts
from visualiser.viewmodels.story_places import StoryPlace, place_of, whole_run
from visualiser.viewmodels.words import moment

DISTURBED = "Other programs, this window among them, had the CPUs for some of this run: a quiet machine is faster."
MOST_JUDGED = 300_000
"""Events of a run that is judged for it: a verdict on more takes longer than the window may stand still."""
PLATFORMS = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}


@dataclass(frozen=True)
class StoryStep:
    """One step as it is told along this run. `happened` False: it did not; then `place` is the step's before.

    `is_moment`: it happened at a moment of its own, not just somewhen in the run.
    """

    title: str
    html: str
    place: StoryPlace
    happened: bool = True
    is_moment: bool = True


@dataclass(frozen=True)
class StoryRun:
    """The story of a run. `right`: which answer (index) the run proves; None: it proves none, or nothing was asked.

    `unmet`: why the claim cannot hold where the run was made; then `steps` are empty.
    """

    steps: tuple[StoryStep, ...]
    begin: StoryPlace
    end: StoryPlace
    right: int | None = None
    figures: str = ""
    unmet: tuple[str, ...] = ()

    @property
    def times(self) -> tuple[int, ...]:
        """The moments of the steps that happened (ns)."""
        return tuple(step.place.t for step in self.steps if step.is_moment)


def story_run(store: TraceStore, scenario: Scenario, variant_id: str) -> StoryRun:
    """Find the story of that variant in a run that is over. Raises UnknownScenario."""
    facts = story_facts(store, scenario, variant_id)
    found = measures(facts, scenario.measures)
    question, right, figures = scenario.prediction_for(variant_id), None, ""
    if question is not None:
        right = judge(question, facts, found)
        figures = narrate(question.told, found, WORDS) if question.told else ""
        figures = " ".join(part for part in (figures, _disturbed(store)) if part)
    reasons = unmet(scenario, machine_of(store), variant_id)
    steps = () if reasons else _steps(store, scenario, variant_id, facts, found)
    return StoryRun(steps, whole_run(facts), whole_run(facts, at_end=True), right, figures, reasons)


def _disturbed(store: TraceStore) -> str:
    """A warning where others had the CPUs: then the run says little about what is faster."""
    if store.events > MOST_JUDGED:
        return ""
    return DISTURBED if any(one.code == "machine-busy" for one in verdicts(store)) else ""


def _steps(store: TraceStore, scenario: Scenario, variant_id: str, facts: RunFacts,
           found: dict[str, Measure]) -> tuple[StoryStep, ...]:  # fmt: skip
    steps: list[StoryStep] = []
    place = whole_run(facts)
    for step in scenario.steps_for(variant_id):
        here = place_of(step.cue, facts)
        happened = here is not None
        place = here if here is not None else place
        missing = "" if happened else why_missing(step, facts)
        is_moment = happened and step.cue is not None and step.cue.kind not in ("start", "end")
        where = _where(store, place) if is_moment else ""
        html = step_page(step, told(step, found), where, missing)
        steps.append(StoryStep(step.title, html, place, happened, is_moment))
    return tuple(steps)


def _where(store: TraceStore, place: StoryPlace) -> str:
    """When, and of which thread."""
    when = f"at {moment(place.t - store.start_ns)}"
    return when if place.thread is None else f"{when} · {who(store, place.thread)}"


def machine_of(store: TraceStore) -> Machine:
    """The machine and the Python that a run was made with, as far as the run tells; else this machine's."""
    here = this_machine(*python_of(store.info.python or ""), switches=store.sources.get("switches"))
    cpus, system = store.info.machine.get("cpus"), store.info.machine.get("system")
    gils = {process.gil_enabled for process in store.processes if process.gil_enabled is not None}
    return replace(
        here,
        cpus=cpus if isinstance(cpus, int) else here.cpus,
        platform=PLATFORMS.get(str(system), here.platform),
        gil=gils.pop() if len(gils) == 1 else None if gils else here.gil,
    )


def python_of(label: str) -> tuple[tuple[int, int] | None, bool | None]:
    """The version and whether there is a GIL, out of "3.13.0 without a GIL"; Nones where the words do not say."""
    found = re.match(r"(\d+)\.(\d+)", label)
    return ((int(found[1]), int(found[2])), "without a GIL" not in label) if found else (None, None)
