"""The values of this room: a scenario with its variants, parameters and steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visualiser.scenarios.cues import Cue
from visualiser.scenarios.errors import UnknownScenario, near_matches

GROUPS = ("START HERE", "WAITING AND COMPUTING", "SHARING", "COSTS")
"""The headings of the list of scenarios, in teaching order."""

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
    """

    ends: bool = True
    exit_code: int = 0
    minimum_python: tuple[int, int] = (3, 9)
    platforms: tuple[str, ...] = PLATFORMS


@dataclass(frozen=True)
class Variant:
    """One program of a scenario. `claims` says in words what each of its runs shows; the system tests prove it."""

    id: str
    title: str
    path: Path
    parameters: tuple[Parameter, ...]
    claims: str
    expects: Expectation = Expectation()


@dataclass(frozen=True)
class Step:
    """One paragraph of the story. `cue` is its moment in the run; None belongs to the run as a whole.

    `variants` are the ids of the variants that it speaks of; empty speaks of all.
    """

    title: str
    text: str
    cue: Cue | None = None
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A question, the programs that answer it, and the story that is told along a recorded run of one of them."""

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


def as_json(scenario: Scenario) -> dict[str, object]:
    """One entry of `scenarios --json`: id, title, group, question, and variants with their parameters."""
    return {
        "id": scenario.id,
        "title": scenario.title,
        "group": scenario.group,
        "question": scenario.question,
        "variants": [
            {"id": each.id, "title": each.title, "parameters": [_parameter_as_json(one) for one in each.parameters]}
            for each in scenario.variants
        ],
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
