"""Reads one scenario's folder: its story.json and the programs beside it, and refuses what the format does not know.

    story.json      {"format": 1, "title", "group", "order", "question", "summary", "takeaway", "misconception",
                     "default_variant", "parameters", "variants", "steps"}
    parameters      {NAME: {"label", "unit"?, "help"?, "minimum"?, "maximum"?, "choices"?}}: every upper-case constant
                    of the programs is described here, and nothing else is
    variants        [{"id", "title", "claims", "expects"?, "parameters"?}]: the program is `<id>.py`; "parameters" gives
                    other bounds or words for this variant alone
    expects         {"ends"?, "exit_code"?, "minimum_python"? ("3.13"), "platforms"? ([values of sys.platform])}
    steps           [{"title", "text", "cue"?, "variants"?}]: cues are described in `cues`

Texts are whole sentences. They hold no numbers of a run (those come from the run itself), hence no placeholders: the
braces { and } are refused, so that a later format may give them a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from visualiser.scenarios.cues import Cue, parse_cue
from visualiser.scenarios.errors import ParameterError, ScenarioError
from visualiser.scenarios.fields import Fields
from visualiser.scenarios.model import GROUPS, PLATFORMS, Expectation, Parameter, Scenario, Step, Variant
from visualiser.scenarios.parameters import check, parameters_of

FORMAT = 1
"""The number of the story's format that this version reads."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEXTS = ("title", "question", "summary", "takeaway", "misconception")
_STORY = {*_TEXTS, "format", "group", "order", "default_variant", "parameters", "variants", "steps"}
_DESCRIPTION = {"label", "unit", "help", "minimum", "maximum", "choices"}


def load_scenario(folder: Path) -> Scenario:
    """The scenario in `folder`, whose name is its id. Raises ScenarioError naming file and field."""
    story = Fields.of_file(folder / "story.json", _STORY)
    if story.raw("format") != FORMAT:
        raise story.wrong("format", f"is {story.raw('format')!r}; this version reads {FORMAT}")
    if not _ID.fullmatch(folder.name):
        raise story.wrong("", "its folder must be named in small letters, digits and hyphens")
    variants = _variants(folder, story)
    ids = [variant.id for variant in variants]
    return Scenario(
        id=folder.name,
        **{name: story.text(name) for name in _TEXTS},
        group=story.one_of("group", GROUPS),
        order=story.whole("order"),
        variants=variants,
        default_variant=story.one_of("default_variant", ids),
        steps=tuple(_step(entry, ids) for entry in story.list_of("steps", {"title", "text"}, {"cue", "variants"})),
    )


def _variants(folder: Path, story: Fields) -> tuple[Variant, ...]:
    described = story.mapping_of("parameters", _DESCRIPTION)
    entries = story.list_of("variants", {"id", "title", "claims"}, {"expects", "parameters"})
    variants = tuple(_variant(folder, entry, described) for entry in entries)
    if len({variant.id for variant in variants}) < len(variants):
        raise story.wrong("variants", "must each have an id of its own")
    used = {parameter.name for variant in variants for parameter in variant.parameters}
    for name in described.keys() - used:
        raise described[name].wrong("", "is in none of the programs")
    return variants


def _variant(folder: Path, entry: Fields, described: Mapping[str, Fields]) -> Variant:
    variant_id = entry.text("id")
    if not _ID.fullmatch(variant_id):
        raise entry.wrong("id", "must be small letters, digits and hyphens")
    path = folder / f"{variant_id}.py"
    own = entry.mapping_of("parameters", _DESCRIPTION)
    found = _constants(path)
    for name in own.keys() - {parameter.name for parameter in found}:
        raise own[name].wrong("", f"is not in {path.name}")
    for parameter in found:
        if parameter.name not in described:
            raise ScenarioError(path, parameter.name, "is not described among the parameters of story.json")
    merged = {name: described[name].merged_with(own.get(name), _DESCRIPTION) for name in described}
    parameters = tuple(_described(parameter, merged[parameter.name]) for parameter in found)
    expects = entry.inner("expects", (), {"ends", "exit_code", "minimum_python", "platforms"})
    return Variant(variant_id, entry.text("title"), path, parameters, entry.text("claims"), _expectation(expects))


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
            check(parameter, value)
    except ParameterError as error:
        raise words.wrong("", str(error)) from error
    return parameter


def _expectation(entry: Fields) -> Expectation:
    version = re.fullmatch(r"(\d+)\.(\d+)", entry.text("minimum_python", "3.9"))
    if version is None:
        raise entry.wrong("minimum_python", 'must be a version such as "3.13"')
    return Expectation(
        ends=entry.truth("ends", True),
        exit_code=entry.whole("exit_code", 0),
        minimum_python=(int(version[1]), int(version[2])),
        platforms=entry.some_of("platforms", PLATFORMS, PLATFORMS),
    )


def _step(entry: Fields, ids: Sequence[str]) -> Step:
    variants = entry.some_of("variants", ids, ())
    return Step(entry.text("title"), entry.text("text"), _cue(entry) if "cue" in entry else None, variants)


def _cue(entry: Fields) -> Cue:
    try:
        return parse_cue(entry.raw("cue"))
    except ValueError as error:
        raise entry.wrong("cue", str(error)) from error
