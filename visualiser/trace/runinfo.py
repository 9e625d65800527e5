"""What is known about a run as a whole: the content of its run.json, as a value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

RUN_FILE = "run.json"
RUN_FORMAT = 1


def no_sources() -> dict[str, Any]:
    """What the sources are while nobody says better: recorded calls, and nothing else."""
    return {"switches": "none", "gil": "none", "reasons": "none", "calls": "recorded", "why": {}}


@dataclass(frozen=True)
class RunInfo:
    """A run: what was run, on what, from when to when, and how it ended. Times in ns; None: not known (yet).

    `origin_ns`: perf_counter_ns just before launch, the zero of every time axis. `sources`: DESIGN's "sources" object.
    `extra`: fields of run.json this version does not know; they are kept when it is written again.
    """

    target: str = ""
    title: str = ""
    variant: str | None = None
    scenario: str | None = None
    python: str | None = None
    executable: str | None = None
    argv: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    started_wall_ns: int | None = None
    origin_ns: int = 0
    machine: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=no_sources)
    end_ns: int | None = None
    exit_code: int | None = None
    signal: int | None = None
    stopped_by: str | None = None
    failure: str | None = None
    outlived: tuple[int, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str | bytes) -> RunInfo:
        """Read run.json. Raises ValueError with one sentence when it is no such object."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError("The description of the run is not JSON.") from None
        return cls.from_data(data)

    @classmethod
    def from_data(cls, data: object) -> RunInfo:
        """The same from decoded JSON."""
        if not isinstance(data, dict) or data.get("format") != RUN_FORMAT:
            raise ValueError("The description of the run is not in a format this version knows.")
        known = {name: _checked(name, data[name]) for name in _TYPES if name in data}
        sources = {**no_sources(), **known.pop("sources", {})}
        extra = {name: value for name, value in data.items() if name not in _TYPES and name != "format"}
        return cls(**known, sources=sources, extra=extra)

    def to_data(self) -> dict[str, Any]:
        """As an object for JSON."""
        data = asdict(self)
        extra = data.pop("extra")
        return {"format": RUN_FORMAT, **data, **extra}

    def to_json(self) -> str:
        """As the text of run.json."""
        return json.dumps(self.to_data(), indent=1)


_TEXTS = ("target", "title", "variant", "scenario", "python", "executable", "stopped_by", "failure")
_NUMBERS = ("started_wall_ns", "origin_ns", "end_ns", "exit_code", "signal")
_OBJECTS = ("parameters", "machine", "sources")
_LISTS = {"argv": str, "outlived": int}
_TYPES: dict[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(_NUMBERS, int),
    **dict.fromkeys(_OBJECTS, dict),
    **dict.fromkeys(_LISTS, list),
}
_NEVER_NULL = {"target", "title", "origin_ns", *_OBJECTS, *_LISTS}
assert set(_TYPES) == {one.name for one in fields(RunInfo)} - {"extra"}


def _checked(name: str, value: Any) -> Any:
    """The value if it is what the field takes; a list as a tuple."""
    if value is None and name not in _NEVER_NULL:
        return None
    right = isinstance(value, _TYPES[name]) and not isinstance(value, bool)
    if right and name in _LISTS:
        right = all(isinstance(one, _LISTS[name]) for one in value)
        value = tuple(value)
    if not right or (isinstance(value, int) and abs(value) >= 1 << 63):
        raise ValueError(f"The description of the run has a wrong {name}.")
    return value
