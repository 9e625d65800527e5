"""Reads the fields of one JSON file, and complains about each by file and field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from visualiser.scenarios.errors import ScenarioError


class Fields:
    """One object of a JSON file, under the name by which a complaint calls it ("steps[2].cue").

    It has all the fields that it needs, and besides them none but those it takes: making one raises ScenarioError
    otherwise. The readers raise it too, when a field is not of the kind asked for.
    """

    def __init__(
        self, file: Path, name: str, data: object, needs: Collection[str], takes: Collection[str] = ()
    ) -> None:
        self._file = file
        self._name = name
        if not isinstance(data, dict):
            raise self.wrong("", "must be an object")
        for field in sorted(set(needs) - set(data)):
            raise self.wrong(field, "is missing")
        for field in sorted(set(data) - set(needs) - set(takes)):
            raise self.wrong(field, "is not known to the format")
        self._data: dict[str, Any] = data

    @classmethod
    def of_file(cls, file: Path, needs: Collection[str], takes: Collection[str] = ()) -> Fields:
        """The whole file, UTF-8. Raises ScenarioError when it cannot be read or is no JSON."""
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise ScenarioError(file, "the file", f"cannot be read: {error}") from error
        return cls(file, "", data, needs, takes)

    def __contains__(self, field: str) -> bool:
        return field in self._data

    def raw(self, field: str) -> Any:
        """The field as it was decoded, for a reader of its own."""
        return self._data[field]

    def text(self, field: str, default: str | None = None) -> str:
        """A text that is not empty and holds no braces; `default`, if given, when the field is not there."""
        value = self.told(field, default)
        if "{" in value or "}" in value:
            raise self.wrong(field, "must not hold braces")
        return value

    def told(self, field: str, default: str | None = None) -> str:
        """A text that is not empty, braces and all; `default`, if given, when the field is not there."""
        if default is not None and field not in self._data:
            return default
        value: object = self._data.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(field, "must be a text that is not empty")
        return value

    def texts(self, field: str) -> list[str]:
        """A list of texts; empty when the field is not there."""
        values = self.many(field) if field in self._data else []
        if not all(isinstance(value, str) and value for value in values):
            raise self.wrong(field, "must be a list of texts")
        return values

    def version(self, field: str, default: tuple[int, int]) -> tuple[int, int]:
        """A version of Python, such as "3.13"."""
        if field not in self._data:
            return default
        version = re.fullmatch(r"(\d+)\.(\d+)", self.text(field))
        if version is None:
            raise self.wrong(field, 'must be a version such as "3.13"')
        return int(version[1]), int(version[2])

    def one_of(self, field: str, allowed: Collection[str]) -> str:
        """A text that is one of `allowed`."""
        value = self.text(field)
        if value not in allowed:
            raise self.wrong(field, f"{value!r} is none of {', '.join(allowed)}")
        return value

    def some_of(self, field: str, allowed: Collection[str], default: tuple[str, ...]) -> tuple[str, ...]:
        """Texts out of `allowed`, at least one; `default` when the field is not there."""
        if field not in self._data:
            return default
        values = self.many(field)
        for value in values:
            if value not in allowed:
                raise self.wrong(field, f"{value!r} is none of {', '.join(allowed)}")
        return tuple(values)

    def many(self, field: str) -> list[Any]:
        """A list that is not empty, of anything."""
        value = self._data[field]
        if not isinstance(value, list) or not value:
            raise self.wrong(field, "must be a list that is not empty")
        return list(value)

    def whole(self, field: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._data.get(field, default)
        if type(value) is not int:
            raise self.wrong(field, "must be a whole number")
        return value

    def number(self, field: str) -> float | None:
        """A number; None when the field is not there."""
        value = self._data.get(field)
        if field in self._data and type(value) not in (int, float):
            raise self.wrong(field, "must be a number")
        return value

    def truth(self, field: str, default: bool) -> bool:
        """True or false."""
        value = self._data.get(field, default)
        if type(value) is not bool:
            raise self.wrong(field, "must be true or false")
        return value

    def inner(self, field: str, needs: Collection[str], takes: Collection[str] = ()) -> Fields:
        """The object in this field; an empty one when the field is not there."""
        return Fields(self._file, self._named(field), self._data.get(field, {}), needs, takes)

    def entries(self, field: str, needs: Collection[str], takes: Collection[str] = ()) -> list[Callable[[], Fields]]:
        """The objects of the list in this field, none when it is not there; each is checked when it is called for."""
        name = self._named(field)
        found = self.many(field) if field in self._data else []
        return [partial(Fields, self._file, f"{name}[{index}]", data, needs, takes) for index, data in enumerate(found)]

    def mapping_of(self, field: str, takes: Collection[str]) -> dict[str, Fields]:
        """The objects in this field by their names; empty when the field is not there."""
        data = self._data.get(field, {})
        if not isinstance(data, Mapping):
            raise self.wrong(field, "must be an object")
        name = self._named(field)
        return {key: Fields(self._file, f"{name}.{key}", each, (), takes) for key, each in data.items()}

    def merged_with(self, other: Fields | None, takes: Collection[str]) -> Fields:
        """These fields, with those of `other` in their place where it has them."""
        if other is None:
            return self
        return Fields(self._file, other._name, {**self._data, **other._data}, (), takes)

    def wrong(self, field: str, problem: str) -> ScenarioError:
        """The complaint that `field` has this problem; "" is the whole object."""
        return ScenarioError(self._file, self._named(field) or "the file", problem)

    def _named(self, field: str) -> str:
        return f"{self._name}.{field}" if self._name and field else self._name or field
