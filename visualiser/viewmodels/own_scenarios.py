"""Scenarios that the user or somebody else wrote: folders opened, checked, remembered, dropped when gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from visualiser.scenarios import GROUPS, Scenario, ScenarioError, check, load_scenario

OWN_GROUP = GROUPS[-1]
MOST_SAID = 4
"""Complaints that are told at once; who has more to mend begins with these."""


class OwnScenarios(QObject):
    """Facts: `changed()`: others are there; `complained(text)`: what is wrong with a folder.

    A scenario's `id` is its folder's path here, so that it is never taken for one that ships with the project.
    """

    changed = Signal()
    complained = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: dict[str, tuple[Scenario, ...]] = {}

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that were opened, in that order."""
        return tuple(self._found)

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios in them."""
        return tuple(scenario for some in self._found.values() for scenario in some)

    def get(self, scenario_id: str) -> Scenario | None:
        """The scenario of that id, if it is one of these."""
        return next((each for each in self.scenarios if each.id == scenario_id), None)

    def open(self, folder: str) -> Scenario | None:
        """Take in the scenarios of a folder, or of the folders in it, and return the first; what is wrong is told."""
        place = Path(folder).absolute()
        complaints = check(place)
        found = _readable(place)
        if found:
            self._found[str(place)] = found
            self.changed.emit()
        if complaints:
            self.complained.emit(_said(place, complaints))
        return found[0] if found else None

    def restore(self, folders: Iterable[str]) -> None:
        """Those of an earlier session, without those that are gone or cannot be read any more."""
        self._found = {folder: found for folder in folders if (found := _readable(Path(folder)))}
        self.changed.emit()

    def drop_gone(self) -> None:
        """Forget what is not there any more."""
        there = {folder: _there(some) for folder, some in self._found.items()}
        if there != self._found:
            self._found = {folder: some for folder, some in there.items() if some}
            self.changed.emit()


def is_own(scenario: Scenario) -> bool:
    """Whether it is none of those that ship with the project."""
    return scenario.group == OWN_GROUP


def _there(some: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    return tuple(each for each in some if all(variant.path.is_file() for variant in each.variants))


def _readable(folder: Path) -> tuple[Scenario, ...]:
    """The scenarios that can be read, whatever is wrong with others beside them."""
    try:
        alone = (folder / "story.json").exists()
        places = [folder] if alone else sorted(story.parent for story in folder.glob("*/story.json"))
    except OSError:
        return ()
    found = []
    for place in places:
        try:
            found.append(replace(load_scenario(place), id=str(place), group=OWN_GROUP))
        except (ScenarioError, OSError):
            continue
    return tuple(sorted(found, key=lambda each: (each.order, each.title)))


def _said(folder: Path, complaints: list[str]) -> str:
    """The complaints as a text of some lines."""
    short = [each.replace(f"{folder}/", "") for each in complaints]
    count = "Something is" if len(short) == 1 else f"{len(short)} things are"
    more = [f"and {len(short) - MOST_SAID} more; “scenarios --check” lists them all."] if len(short) > MOST_SAID else []
    return "\n".join([f"{count} wrong in {folder}:", *short[:MOST_SAID], *more])
