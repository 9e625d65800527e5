"""Texts that name numbers of a run: `"It was lost {lost} times."`; a sentence whose number is not known is left out.

A placeholder is the name of a measure in braces. Before a run nothing is known, so only sentences without placeholders
are told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from visualiser.scenarios.measures import Measure

Words = Callable[[float], str]
"""How a number of one unit is written for people."""

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z{])")


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the measures in a text, in order. Raises ValueError for a brace that belongs to none."""
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise ValueError("holds a brace that is not part of a placeholder such as {wall}")
    return tuple(_PLACEHOLDER.findall(text))


def narrate(text: str, found: Mapping[str, Measure], words: Mapping[str, Words]) -> str:
    """The text with its numbers, each written by the words for its unit; sentences with an unknown one left out."""
    return " ".join(_told(each, found, words) for each in _SENTENCES.split(text) if _known(each, found))


def _known(sentence: str, found: Mapping[str, Measure]) -> bool:
    return all(name in found and found[name].value is not None for name in placeholders(sentence))


def _told(sentence: str, found: Mapping[str, Measure], words: Mapping[str, Words]) -> str:
    return _PLACEHOLDER.sub(lambda match: _written(found[match[1]], words), sentence)


def _written(measure: Measure, words: Mapping[str, Words]) -> str:
    assert measure.value is not None
    return words[measure.unit](measure.value)
