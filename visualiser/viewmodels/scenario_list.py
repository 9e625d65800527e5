"""The list of scenarios with its groups, and the filter above it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from visualiser.scenarios import Scenario


@dataclass(frozen=True)
class Row:
    """A row of the list: a heading of a group (`id` empty), or a scenario with its question. `ran`: it was run."""

    id: str
    title: str
    question: str = ""
    ran: bool = False


def rows(scenarios: Sequence[Scenario], wanted: str = "", ran: Collection[str] = ()) -> tuple[Row, ...]:
    """The scenarios that hold every word of `wanted` somewhere in title, question or summary, under their groups.

    `ran`: the ids of those that were run.
    """
    found: list[Row] = []
    group = None
    for scenario in scenarios:
        if not _matches(scenario, wanted):
            continue
        if scenario.group != group:
            group = scenario.group
            found.append(Row("", group))
        found.append(Row(scenario.id, scenario.title, scenario.question, scenario.id in ran))
    return tuple(found)


def _matches(scenario: Scenario, wanted: str) -> bool:
    words = [scenario.title, scenario.question, scenario.summary, scenario.id, scenario.group, scenario.misconception]
    words += [variant.title for variant in scenario.variants]
    text = " ".join(words).casefold()
    return all(word in text for word in wanted.casefold().split())
