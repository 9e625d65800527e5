"""Reads one scenario's folder: its story.json and the programs beside it, and refuses what the format does not know.

    story.json      {"format": 1, "title", "question", "summary", "takeaway", "misconception", "default_variant",
                     "variants", "steps", "group"?, "order"?, "parameters"?, "predictions"?, "measures"?, "reading"?,
                     "watch"?, "lines"?, "needs"?, "same_work"?}
    parameters      {NAME: {"label", "unit"?, "help"?, "minimum"?, "maximum"?, "choices"?}}: every upper-case constant
                    of the programs is described here, and nothing else is
    variants        [{"id", "title", "claims", "expects"?, "parameters"?, "needs"?, "watch"?, "lines"?}]: the program is
                    `<id>.py`; the rest gives other bounds, words or needs for this variant alone
    expects         {"ends"?, "exit_code"?, "errors"?, "seconds"?, "processes"?, "minimum_python"? ("3.13"),
                     "platforms"? ([values of sys.platform])}
    steps, predictions, measures, reading, needs      described in `story_parts`

Texts are whole sentences. Those of steps and predictions may name numbers of the run, as placeholders: see `narration`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from visualiser.scenarios import story_parts as parts
from visualiser.scenarios.errors import ParameterError, ScenarioError
from visualiser.scenarios.fields import Fields
from visualiser.scenarios.model import GROUPS, OWN_GROUP, PLATFORMS, Expectation, Parameter, Scenario, Variant
from visualiser.scenarios.parameters import check as check_value
from visualiser.scenarios.parameters import parameters_of

FORMAT = 1
"""The number of the story's format that this version reads."""

_Read = TypeVar("_Read")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEXTS = ("title", "question", "summary", "takeaway", "misconception")
_NEEDED = {*_TEXTS, "format", "default_variant", "variants", "steps"}
_TAKEN = {"group", "order", "parameters", "predictions", "measures", "reading", "watch", "lines", "needs", "same_work"}
_DESCRIPTION = {"label", "unit", "help", "minimum", "maximum", "choices"}
_EXPECTED = {"ends", "exit_code", "errors", "seconds", "processes", "minimum_python", "platforms"}


class Complaints(list[ScenarioError]):
    """What is wrong with a folder, as far as it can be told in one reading."""

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps the error of one part, so that the parts after it are read too."""
        try:
            yield
        except ScenarioError as error:
            self.append(error)

    def each(self, entries: Iterable[Callable[[], Fields]], read: Callable[[Fields], _Read]) -> list[_Read]:
        """What `read` makes of the entries that are as they should be."""
        made = []
        for entry in entries:
            with self.kept():
                made.append(read(entry()))
        return made


def load_scenario(folder: Path) -> Scenario:
    """The scenario in `folder`, whose name is its id. Raises ScenarioError naming file and field."""
    complaints = Complaints()
    scenario = read_scenario(folder, complaints)
    if scenario is None:
        raise complaints[0]
    return scenario


def read_scenario(folder: Path, complaints: Complaints) -> Scenario | None:
    """The scenario in `folder`; None when something is wrong with it, and then all of that is in `complaints`."""
    with complaints.kept():
        story = Fields.of_file(folder / "story.json", _NEEDED, _TAKEN)
        if story.raw("format") != FORMAT:
            raise story.wrong("format", f"is {story.raw('format')!r}; this version reads {FORMAT}")
        if not _ID.fullmatch(folder.name):
            raise story.wrong("", "its folder must be named in small letters, digits and hyphens")
        scenario = _scenario(folder, story, complaints)
        return None if complaints else scenario
    return None


def _scenario(folder: Path, story: Fields, complaints: Complaints) -> Scenario:
    """The scenario, as far as its parts could be read."""
    texts: dict[str, Any] = dict.fromkeys(_TEXTS, "")
    for name in texts:
        with complaints.kept():
            texts[name] = story.text(name)
    group, order = OWN_GROUP, 0
    with complaints.kept():
        group = story.one_of("group", GROUPS) if "group" in story else OWN_GROUP
        order = story.whole("order", 0)
    variants = _variants(folder, story, complaints)
    ids = [variant.id for variant in variants]
    scenario = Scenario(folder.name, group=group, order=order, variants=variants, default_variant="", steps=(), **texts)
    if complaints:  # the rest speaks of the variants
        return scenario
    with complaints.kept():
        scenario = replace(scenario, default_variant=story.one_of("default_variant", ids))
    return _with_the_story(scenario, story, ids, complaints)


def _with_the_story(scenario: Scenario, story: Fields, ids: list[str], complaints: Complaints) -> Scenario:
    own = {}
    with complaints.kept():
        own = parts.measures_of(story)
    names = parts.names_of(own)
    with complaints.kept():
        steps = complaints.each(story.entries("steps", *parts.STEP), lambda each: parts.step(each, ids, names))
        scenario = replace(scenario, steps=tuple(steps))
    with complaints.kept():
        entries = story.entries("predictions", *parts.PREDICTION)
        predictions = complaints.each(entries, lambda each: parts.prediction(each, ids, names))
        scenario = replace(scenario, predictions=tuple(predictions))
    with complaints.kept():
        reading = complaints.each(story.entries("reading", *parts.READING), parts.reading)
        scenario = replace(scenario, reading=tuple(reading))
    with complaints.kept():
        scenario = replace(scenario, same_work=story.truth("same_work", True))
    return replace(scenario, measures=own)


def _variants(folder: Path, story: Fields, complaints: Complaints) -> tuple[Variant, ...]:
    described: dict[str, Fields] = {}
    with complaints.kept():
        described = story.mapping_of("parameters", _DESCRIPTION)
    with complaints.kept():
        takes = {"expects", "parameters", "needs", "watch", "lines"}
        entries = story.entries("variants", {"id", "title", "claims"}, takes)
        variants = complaints.each(entries, lambda each: _variant(folder, story, each, described))
        if complaints:
            return ()
        if len({variant.id for variant in variants}) < len(variants):
            raise story.wrong("variants", "must each have an id of its own")
        used = {parameter.name for variant in variants for parameter in variant.parameters}
        complaints.extend(
            described[name].wrong("", "is in none of the programs") for name in sorted(described.keys() - used)
        )
        return tuple(variants)
    return ()


def _variant(folder: Path, story: Fields, entry: Fields, described: Mapping[str, Fields]) -> Variant:
    variant_id = entry.text("id")
    if not _ID.fullmatch(variant_id):
        raise entry.wrong("id", "must be small letters, digits and hyphens")
    path = folder / f"{variant_id}.py"
    parameters = _parameters(path, entry.mapping_of("parameters", _DESCRIPTION), described)
    expects = _expectation(entry.inner("expects", (), _EXPECTED))
    return Variant(
        variant_id,
        entry.text("title"),
        path,
        parameters,
        entry.text("claims"),
        expects,
        parts.needs(parts.own_or_common(entry, story, "needs"), expects),
        tuple(parts.own_or_common(entry, story, "watch").texts("watch")),
        parts.own_or_common(entry, story, "lines").truth("lines", False),
    )


def _parameters(path: Path, own: Mapping[str, Fields], described: Mapping[str, Fields]) -> tuple[Parameter, ...]:
    """The upper-case constants of a program, with their words and bounds."""
    found = _constants(path)
    for name in own.keys() - {parameter.name for parameter in found}:
        raise own[name].wrong("", f"is not in {path.name}")
    for parameter in found:
        if parameter.name not in described:
            raise ScenarioError(path, parameter.name, "is not described among the parameters of story.json")
    merged = {name: described[name].merged_with(own.get(name), _DESCRIPTION) for name in described}
    return tuple(_described(parameter, merged[parameter.name]) for parameter in found)


def _constants(path: Path) -> tuple[Parameter, ...]:
    try:
        return parameters_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError) as error:
        raise ScenarioError(path, "the program", f"cannot be read: {error}") from error


def _described(found: Parameter, words: Fields) -> Parameter:
    """The parameter found in a program, with its words and bounds from the story."""
    parameter = replace(
        found,
        label=words.text("label"),
        unit=words.text("unit", ""),
        help=words.text("help", ""),
        minimum=words.number("minimum"),
        maximum=words.number("maximum"),
        choices=tuple(words.many("choices")) if "choices" in words else (),
    )
    if found.kind in ("str", "bool") and (parameter.minimum, parameter.maximum) != (None, None):
        raise words.wrong("", f"{found.name} is no number and has no bounds")
    try:
        for value in (parameter.default, *parameter.choices):
            check_value(parameter, value)
    except ParameterError as error:
        raise words.wrong("", str(error)) from error
    return parameter


def _expectation(entry: Fields) -> Expectation:
    seconds = entry.number("seconds")
    return Expectation(
        ends=entry.truth("ends", True),
        exit_code=entry.whole("exit_code", 0),
        errors=entry.truth("errors", False),
        seconds=Expectation.seconds if seconds is None else seconds,
        processes=entry.whole("processes", Expectation.processes),
        minimum_python=entry.version("minimum_python", (3, 9)),
        platforms=entry.some_of("platforms", PLATFORMS, PLATFORMS),
    )
