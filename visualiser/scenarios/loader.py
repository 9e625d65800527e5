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

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from visualiser.scenarios.cues import Cue, parse_cue
from visualiser.scenarios.errors import ParameterError, ScenarioError
from visualiser.scenarios.model import GROUPS, PLATFORMS, Expectation, Parameter, Scenario, Step, Variant
from visualiser.scenarios.parameters import check, parameters_of

FORMAT = 1
"""The number of the story's format that this version reads."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEXTS = ("title", "question", "summary", "takeaway", "misconception", "default_variant")
_DESCRIPTION = frozenset({"label", "unit", "help", "minimum", "maximum", "choices"})


def load_scenario(folder: Path) -> Scenario:
    """The scenario in `folder`, whose name is its id. Raises ScenarioError naming file and field."""
    return _Reader(folder).scenario()


class _Reader:
    """Reads one folder; every complaint names its story.json, or the program that is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "story.json"

    def scenario(self) -> Scenario:
        story = self._story()
        variants = tuple(self._variants(story))
        ids = [variant.id for variant in variants]
        if story["default_variant"] not in ids:
            raise self._wrong("default_variant", f"is none of {', '.join(ids)}")
        texts = {name: self._text(story, name, name) for name in _TEXTS}
        steps = tuple(self._step(f"steps[{i}]", step, ids) for i, step in enumerate(self._list(story, "steps")))
        return Scenario(id=self._folder.name, group=story["group"], order=story["order"],
                        steps=steps, variants=variants, **texts)  # fmt: skip

    def _story(self) -> dict[str, Any]:
        """The decoded file, with its fields known to be there and its plain ones known to be sound."""
        try:
            data = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self._wrong("the file", f"cannot be read: {error}") from error
        story = self._object("the file", data, {*_TEXTS, "format", "group", "order", "parameters", "variants", "steps"})
        if story["format"] != FORMAT:
            raise self._wrong("format", f"is {story['format']!r}; this version reads {FORMAT}")
        if not _ID.fullmatch(self._folder.name):
            raise self._wrong("the folder", "must be named in small letters, digits and hyphens")
        if story["group"] not in GROUPS:
            raise self._wrong("group", f"{story['group']!r} is none of {', '.join(GROUPS)}")
        if type(story["order"]) is not int:
            raise self._wrong("order", "must be a whole number")
        return story

    def _variants(self, story: Mapping[str, Any]) -> list[Variant]:
        described = self._descriptions("parameters", story["parameters"])
        variants = [self._variant(f"variants[{i}]", data, described)
                    for i, data in enumerate(self._list(story, "variants"))]  # fmt: skip
        ids = [variant.id for variant in variants]
        if not ids or len(set(ids)) < len(ids):
            raise self._wrong("variants", "must be at least one, each with an id of its own")
        used = {parameter.name for variant in variants for parameter in variant.parameters}
        for name in described:
            if name not in used:
                raise self._wrong(f"parameters.{name}", "is in none of the programs")
        return variants

    def _variant(self, field: str, data: object, described: Mapping[str, Mapping[str, Any]]) -> Variant:
        entry = self._object(field, data, {"id", "title", "claims"}, {"expects", "parameters"})
        variant_id = self._text(entry, "id", f"{field}.id")
        if not _ID.fullmatch(variant_id):
            raise self._wrong(f"{field}.id", "must be small letters, digits and hyphens")
        path = self._folder / f"{variant_id}.py"
        own = self._descriptions(f"{field}.parameters", entry.get("parameters", {}))
        parameters = tuple(self._parameter(field, found, described, own) for found in self._constants(path))
        for name in own:
            if name not in {parameter.name for parameter in parameters}:
                raise self._wrong(f"{field}.parameters.{name}", f"is not in {path.name}")
        title, claims = (self._text(entry, name, f"{field}.{name}") for name in ("title", "claims"))
        return Variant(variant_id, title, path, parameters, claims,
                       self._expectation(f"{field}.expects", entry.get("expects", {})))  # fmt: skip

    def _constants(self, path: Path) -> tuple[Parameter, ...]:
        try:
            return parameters_of(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError) as error:
            raise ScenarioError(path, "the program", f"cannot be read: {error}") from error

    def _descriptions(self, field: str, data: object) -> dict[str, dict[str, Any]]:
        """The descriptions of parameters by name; each may be partial, for a variant's complete the scenario's."""
        if not isinstance(data, dict):
            raise self._wrong(field, "must be an object of parameters by name")
        return {name: self._object(f"{field}.{name}", each, (), _DESCRIPTION) for name, each in data.items()}

    def _parameter(self, field: str, found: Parameter, described: Mapping[str, Mapping[str, Any]],
                   own: Mapping[str, Mapping[str, Any]]) -> Parameter:  # fmt: skip
        if found.name not in described:
            raise self._wrong("parameters", f"does not describe {found.name}, which {field} has")
        words = {**described[found.name], **own.get(found.name, {})}
        where = f"parameters.{found.name}"
        parameter = replace(
            found,
            label=self._text(words, "label", f"{where}.label"),
            unit=self._text(words, "unit", f"{where}.unit") if "unit" in words else "",
            help=self._text(words, "help", f"{where}.help") if "help" in words else "",
            minimum=self._bound(where, words, "minimum", found),
            maximum=self._bound(where, words, "maximum", found),
            choices=tuple(self._list(words, "choices")) if "choices" in words else (),
        )
        try:
            for value in (parameter.default, *parameter.choices):
                check(parameter, value)
        except ParameterError as error:
            raise self._wrong(where, str(error)) from error
        return parameter

    def _bound(self, field: str, words: Mapping[str, Any], name: str, parameter: Parameter) -> float | None:
        value = words.get(name)
        if value is None:
            return None
        if parameter.kind not in ("int", "float"):
            raise self._wrong(f"{field}.{name}", f"means nothing for {parameter.kind}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(f"{field}.{name}", "must be a number")
        return value

    def _expectation(self, field: str, data: object) -> Expectation:
        entry = self._object(field, data, (), {"ends", "exit_code", "minimum_python", "platforms"})
        expected = replace(Expectation(), **{name: entry[name] for name in ("ends", "exit_code") if name in entry})
        if type(expected.ends) is not bool or type(expected.exit_code) is not int:
            raise self._wrong(field, "ends must be true or false, exit_code a whole number")
        platforms = tuple(self._list(entry, "platforms")) if "platforms" in entry else PLATFORMS
        if not platforms or not set(platforms) <= set(PLATFORMS):
            raise self._wrong(f"{field}.platforms", f"must be some of {', '.join(PLATFORMS)}")
        version = re.fullmatch(r"(3)\.(\d{1,2})", str(entry.get("minimum_python", "3.9")))
        if version is None:
            raise self._wrong(f"{field}.minimum_python", 'must be a version such as "3.13"')
        return replace(expected, platforms=platforms, minimum_python=(int(version[1]), int(version[2])))

    def _step(self, field: str, data: object, ids: Sequence[str]) -> Step:
        entry = self._object(field, data, {"title", "text"}, {"cue", "variants"})
        variants = tuple(self._list(entry, "variants")) if "variants" in entry else ()
        for each in variants:
            if each not in ids:
                raise self._wrong(f"{field}.variants", f"{each!r} is none of {', '.join(ids)}")
        title, text = (self._text(entry, name, f"{field}.{name}") for name in ("title", "text"))
        return Step(title, text, self._cue(f"{field}.cue", entry["cue"]) if "cue" in entry else None, variants)

    def _cue(self, field: str, data: object) -> Cue:
        try:
            return parse_cue(data)
        except ValueError as error:
            raise self._wrong(field, str(error)) from error

    def _object(self, field: str, data: object, needs: Any, takes: Any = ()) -> dict[str, Any]:
        """`data` as an object that has all of `needs`, and besides them nothing but what is in `takes`."""
        if not isinstance(data, dict):
            raise self._wrong(field, "must be an object")
        for name in sorted(set(needs) - set(data)):
            raise self._wrong(field, f"lacks {name!r}")
        for name in sorted(set(data) - set(needs) - set(takes)):
            raise self._wrong(field, f"has {name!r}, which the format does not know")
        return data

    def _list(self, data: Mapping[str, Any], name: str) -> list[Any]:
        if not isinstance(data[name], list):
            raise self._wrong(name, "must be a list")
        return list(data[name])

    def _text(self, data: Mapping[str, Any], name: str, field: str) -> str:
        value = data.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(field, "must be a text that is not empty")
        if "{" in value or "}" in value:
            raise self._wrong(field, "must not hold braces")
        return value

    def _wrong(self, field: str, problem: str) -> ScenarioError:
        return ScenarioError(self._file, field, problem)
