"""The catalogue: every scenario that ships with the project, in teaching order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from visualiser.assets import resource_path
from visualiser.scenarios.errors import ScenarioError, UnknownScenario, near_matches
from visualiser.scenarios.loader import load_scenario
from visualiser.scenarios.model import GROUPS, Scenario
from visualiser.scenarios.parameters import with_parameters


def catalogue() -> tuple[Scenario, ...]:
    """All scenarios in teaching order, read from the disk once. Raises ScenarioError if one is not as it should be."""
    return _read(resource_path("scenarios"))


def find(scenario_id: str) -> Scenario:
    """The scenario of that id. Raises UnknownScenario, whose message lists near matches."""
    scenarios = catalogue()
    for scenario in scenarios:
        if scenario.id == scenario_id:
            return scenario
    known = (scenario.id for scenario in scenarios)
    raise UnknownScenario(f"There is no scenario {scenario_id!r}. {near_matches(scenario_id, known)}")


def prepare(scenario: Scenario, variant_id: str | None, values: Mapping[str, object], directory: Path) -> Path:
    """Writes the variant's program, with `values` in place, into `directory`, and returns the path of that copy.

    The directory is made if need be. The copy keeps the program's file name and line numbers: it is what is run and
    what the code pane shows.
    Raises UnknownScenario, ParameterError, OSError.
    """
    variant = scenario.variant(variant_id)
    source = with_parameters(variant.path.read_text(encoding="utf-8"), values, variant.parameters)
    directory.mkdir(parents=True, exist_ok=True)
    copy = directory / variant.path.name
    copy.write_text(source, encoding="utf-8")
    return copy


def read_catalogue(folder: Path) -> tuple[Scenario, ...]:
    """The scenarios of all subfolders of `folder` that hold a story.json, in teaching order. Raises ScenarioError."""
    scenarios = read_folder(folder)
    for earlier, later in pairwise(scenarios):
        if earlier.order == later.order:
            raise ScenarioError(folder / later.id / "story.json", "order", f"{earlier.id} has the same")
        if GROUPS.index(earlier.group) > GROUPS.index(later.group):
            raise ScenarioError(folder / later.id / "story.json", "order", f"comes after {earlier.group}")
    return scenarios


def read_folder(folder: Path) -> tuple[Scenario, ...]:
    """The scenario in `folder`, or those in its subfolders, sorted by order and title. Raises ScenarioError.

    This is how scenarios that somebody wrote are opened. An empty tuple: there is no story.json.
    """
    scenarios = (load_scenario(each) for each in stories_in(folder))
    return tuple(sorted(scenarios, key=lambda each: (each.order, each.title)))


def stories_in(folder: Path) -> list[Path]:
    """The folders with a story.json: `folder` itself, or else its subfolders, by name."""
    if (folder / "story.json").exists():
        return [folder]
    return sorted(story.parent for story in folder.glob("*/story.json"))


_read = cache(read_catalogue)
