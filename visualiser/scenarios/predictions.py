"""The question before a run, the answers to choose from, and which of them the recorded run proves right.

In story.json: `{"question", "answers": [{"text", "judge"}], "told"?, "variants"?}`. The answers' conditions are tried
in their order; the first one that holds is right. A condition is one of

    {"measure": NAME, "at_least": X}      and "below": Y, "is": Z, alone or together
    {"cue": CUE}                          the run holds such a moment
    {"cue": CUE, "before": CUE}           ... and the first one comes before the second
    {"output": REGEX}                     it stands somewhere in what was printed
    {"otherwise": true}                   none of those before it, though all of them could be judged

When a condition asks for what was not measured, the run proves nothing, and the verdict says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from visualiser.scenarios.cues import Cue
from visualiser.scenarios.facts import Facts
from visualiser.scenarios.measures import Measure
from visualiser.scenarios.moments import moment, observed


@dataclass(frozen=True)
class Condition:
    """When an answer is right: a measure within bounds, moments of the run, or its output; none means "otherwise"."""

    measure: str = ""
    at_least: float | None = None
    below: float | None = None
    equal: float | None = None
    cue: Cue | None = None
    before: Cue | None = None
    output: str = ""


@dataclass(frozen=True)
class Answer:
    """One of the answers to choose from, and when it is right."""

    text: str
    judge: Condition


@dataclass(frozen=True)
class Prediction:
    """A question before the run. `told` is said after it, with placeholders; `variants` as of a step."""

    question: str
    answers: tuple[Answer, ...]
    told: str = ""
    variants: tuple[str, ...] = ()


def judge(prediction: Prediction, facts: Facts, found: Mapping[str, Measure]) -> int | None:
    """Which answer (its index) this run proves right; None when what decides was not measured."""
    for index, answer in enumerate(prediction.answers):
        holds = _holds(answer.judge, facts, found)
        if holds is None:
            return None
        if holds:
            return index
    return None


def _holds(condition: Condition, facts: Facts, found: Mapping[str, Measure]) -> bool | None:
    if condition.measure:
        return _within(condition, found[condition.measure].value if condition.measure in found else None)
    if condition.output:
        return None if facts.lost else re.search(condition.output, facts.output) is not None
    if condition.cue is None:
        return True
    return _happened(condition.cue, condition.before, facts)


def _within(condition: Condition, value: float | None) -> bool | None:
    if value is None:
        return None
    enough = condition.at_least is None or value >= condition.at_least
    below = condition.below is None or value < condition.below
    return enough and below and (condition.equal is None or value == condition.equal)


def _happened(cue: Cue, before: Cue | None, facts: Facts) -> bool | None:
    first, second = moment(cue, facts), moment(before, facts)
    if first is None:
        return False if observed(cue, facts) else None
    if before is None:
        return True
    if second is None:
        return True if observed(before, facts) else None
    return first < second
