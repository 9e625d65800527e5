"""The values of this room: a scenario with its variants, parameters and steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from visualiser.scenarios.cues import Cue
from visualiser.scenarios.errors import UnknownScenario, near_matches
from visualiser.scenarios.measures import MeasureRule
from visualiser.scenarios.needs import Machine, Needs, unmet_needs
from visualiser.scenarios.predictions import Prediction

OWN_GROUP = "YOUR OWN"
GROUPS = ("START HERE", "WAITING AND COMPUTING", "SHARING", "COSTS", "STOPPING AND CHOOSING", OWN_GROUP)
"""The headings of the list of scenarios, in teaching order; the last one is for those that somebody wrote."""

Literal = int | float | str | bool
"""What a parameter may hold."""

PLATFORMS = ("linux", "darwin", "win32")
"""Values of `sys.platform` on which programs are expected to run."""


@dataclass(frozen=True)
class Parameter:
    """An upper-case constant at the top of a program, and what may be put in its place.

    `kind` is "int", "float", "str" or "bool". `minimum` and `maximum` are inclusive; None is no bound (numbers only).
    `choices`, unless empty, are the only values allowed. `label`, `unit` and `help` are words for the user.
    """

    name: str
    default: Literal
    kind: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Literal, ...] = ()
    label: str = ""
    unit: str = ""
    help: str = ""


@dataclass(frozen=True)
class Expectation:
    """How a run of a program is to end, and where it can be run at all.

    `ends` is False for a program that goes on until it is stopped (a deadlock); its `exit_code` then says nothing.
    `minimum_python` is the first version (major, minor) that runs it; `platforms` are values of `sys.platform`.
    Guards: a run that takes longer than `seconds`, or has more than `processes` at once, is to be stopped. `errors` is
    True for a program that is meant to write to standard error.
    """

    ends: bool = True
    exit_code: int = 0
    errors: bool = False
    seconds: float = 60.0
    processes: int = 40
    minimum_python: tuple[int, int] = (3, 9)
    platforms: tuple[str, ...] = PLATFORMS


@dataclass(frozen=True)
class Variant:
    """One program of a scenario. `claims` says in words what each of its runs shows; the system tests prove it.

    `needs` is what the claim needs of the machine. `watch` are names whose values are worth recording, and `lines` says
    whether every executed line is, because the lesson is about lines and not about time.
    """

    id: str
    title: str
    path: Path
    parameters: tuple[Parameter, ...]
    claims: str
    expects: Expectation = Expectation()
    needs: Needs = field(default_factory=Needs)
    watch: tuple[str, ...] = ()
    lines: bool = False


@dataclass(frozen=True)
class Step:
    """One paragraph of the story. `cue` is its moment in the run; None belongs to the run as a whole.

    `text` can be told before any run. `narration` is the same with sentences that name numbers of the run, as
    placeholders for `narrate`. `variants` are the ids of the variants that it speaks of; empty speaks of all.
    """

    title: str
    text: str
    cue: Cue | None = None
    variants: tuple[str, ...] = ()
    narration: str = ""


@dataclass(frozen=True)
class Reading:
    """A page to read next."""

    title: str
    url: str


@dataclass(frozen=True)
class Scenario:
    """A question, the programs that answer it, and the story that is told along a recorded run of one of them.

    `same_work`: the variants get the same done, so that one of them can be called faster than another.
    """

    id: str
    title: str
    group: str
    question: str
    summary: str
    steps: tuple[Step, ...]
    takeaway: str
    misconception: str
    variants: tuple[Variant, ...]
    default_variant: str
    order: int
    predictions: tuple[Prediction, ...] = ()
    measures: Mapping[str, MeasureRule] = field(default_factory=dict)
    reading: tuple[Reading, ...] = ()
    same_work: bool = True

    def variant(self, variant_id: str | None = None) -> Variant:
        """The variant of that id, the default one for None. Raises UnknownScenario with near matches."""
        wanted = self.default_variant if variant_id is None else variant_id
        for variant in self.variants:
            if variant.id == wanted:
                return variant
        known = (variant.id for variant in self.variants)
        raise UnknownScenario(f"The scenario {self.id} has no variant {wanted!r}. {near_matches(wanted, known)}")

    def steps_for(self, variant_id: str) -> tuple[Step, ...]:
        """The steps that are told along a run of that variant, in order."""
        return tuple(step for step in self.steps if not step.variants or variant_id in step.variants)

    def prediction_for(self, variant_id: str) -> Prediction | None:
        """The question that is asked before a run of that variant, if there is one."""
        fitting = (one for one in self.predictions if not one.variants or variant_id in one.variants)
        return next(fitting, None)


def unmet(scenario: Scenario, machine: Machine, variant_id: str | None = None) -> tuple[str, ...]:
    """Why what that variant claims cannot hold on this machine today: whole sentences; none when it can.

    Raises UnknownScenario.
    """
    return unmet_needs(scenario.variant(variant_id).needs, machine)


def as_json(scenario: Scenario) -> dict[str, object]:
    """One entry of `scenarios --json`: what the scenario is about, and its variants with their parameters."""
    return {
        "id": scenario.id,
        "title": scenario.title,
        "group": scenario.group,
        "order": scenario.order,
        "question": scenario.question,
        "summary": scenario.summary,
        "takeaway": scenario.takeaway,
        "misconception": scenario.misconception,
        "reading": [asdict(each) for each in scenario.reading],
        "default_variant": scenario.default_variant,
        "variants": [_variant_as_json(each) for each in scenario.variants],
    }


def _variant_as_json(variant: Variant) -> dict[str, object]:
    return {
        "id": variant.id,
        "title": variant.title,
        "claims": variant.claims,
        "lines": variant.lines,
        "watch": list(variant.watch),
        "needs": asdict(variant.needs),
        "parameters": [_parameter_as_json(one) for one in variant.parameters],
    }


def _parameter_as_json(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "default": parameter.default,
        "min": parameter.minimum,
        "max": parameter.maximum,
        "choices": list(parameter.choices),
        "label": parameter.label,
        "unit": parameter.unit,
    }
