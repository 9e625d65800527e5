"""What can be wrong with a scenario, a name or a parameter; each error is one plain sentence for the user."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class ScenarioError(ValueError):
    """A scenario's folder is not as the format asks: the message names the file and the field."""

    def __init__(self, file: Path, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}")
        self.file = file
        self.field = field


class UnknownScenario(ValueError):
    """No scenario or variant has this name: the message lists near matches."""


class ParameterError(ValueError):
    """A parameter's name or value cannot be used: the message says why, in one sentence."""


def near_matches(name: str, known: Iterable[str]) -> str:
    """The end of an error's sentence: names like `name` among `known`, or all of them when none is like it."""
    names = list(known)
    close = difflib.get_close_matches(name.lower(), [each.lower() for each in names], n=3, cutoff=0.5)
    like = [each for each in names if each.lower() in close]
    if like:
        return "Did you mean " + " or ".join(like) + "?"
    return "There is " + ", ".join(names) + "." if names else "There is none."
