"""Reads the parts of a story: steps, predictions, measures, what to read next, and needs.

steps           [{"title", "text", "cue"?, "variants"?}]: cues are described in `cues`
predictions     [{"question", "answers": [{"text", "judge"}], "told"?, "variants"?}]: see `predictions`
measures        {name: {...}}: see `measures`
reading         [{"title", "url"}]
needs           {"cpus"?, "start_method"?, "gil"?, "exact"?, "python"?, "until"?, "platforms"?}: see `needs`
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from visualiser.scenarios.cues import ON_CPU, SPANS, Cue, parse_cue
from visualiser.scenarios.fields import Fields
from visualiser.scenarios.measures import IN_NS, STANDARD, STRETCHED, UNITS, MeasureRule
from visualiser.scenarios.model import PLATFORMS, Expectation, Reading, Step
from visualiser.scenarios.narration import narrate, placeholders
from visualiser.scenarios.needs import Needs
from visualiser.scenarios.predictions import Answer, Condition, Prediction

STEP = ({"title", "text"}, {"cue", "variants"})
PREDICTION = ({"question", "answers"}, {"told", "variants"})
READING = ({"title", "url"}, ())

_NEEDS = {"cpus", "start_method", "gil", "exact", "python", "until", "platforms"}
_CONDITION = {"measure", "at_least", "below", "is", "cue", "before", "output", "otherwise"}
_KINDS = {"output", "from", "count", "ratio", *STRETCHED}
_MEASURE = {*_KINDS, "to", "unit", "thread", "process", "wait"}


def own_or_common(entry: Fields, story: Fields, field: str) -> Fields:
    """Where to read the field: in the variant's own entry, if it is there, else in the story."""
    return entry if field in entry else story


def names_of(own: Mapping[str, MeasureRule]) -> frozenset[str]:
    """All measures that texts and conditions of a story may name."""
    return frozenset(STANDARD) | frozenset(own)


def step(entry: Fields, ids: Sequence[str], names: Collection[str]) -> Step:
    """One step of the story. Raises ScenarioError."""
    narration = _narration(entry, "text", names)
    text = narrate(narration, {}, {})
    if not text:
        raise entry.wrong("text", "needs a sentence without numbers, which can be told before the run")
    cue = _cue(entry, "cue") if "cue" in entry else None
    return Step(entry.text("title"), text, cue, entry.some_of("variants", ids, ()), narration)


def prediction(entry: Fields, ids: Sequence[str], names: Collection[str]) -> Prediction:
    """One question with its answers. Raises ScenarioError."""
    answers = [_answer(each(), names) for each in entry.entries("answers", {"text", "judge"})]
    if len(answers) < 2:
        raise entry.wrong("answers", "must be at least two")
    told = _narration(entry, "told", names) if "told" in entry else ""
    return Prediction(entry.text("question"), tuple(answers), told, entry.some_of("variants", ids, ()))


def reading(entry: Fields) -> Reading:
    """A page to read next. Raises ScenarioError."""
    url = entry.text("url")
    if not url.startswith("https://"):
        raise entry.wrong("url", "must begin with https://")
    return Reading(entry.text("title"), url)


def needs(source: Fields, expects: Expectation) -> Needs:
    """What a variant's claim needs, from the object "needs" of `source`. Raises ScenarioError."""
    entry = source.inner("needs", (), _NEEDS)
    return Needs(
        cpus=entry.whole("cpus", 1),
        start_method=entry.text("start_method", ""),
        gil=entry.truth("gil", False) if "gil" in entry else None,
        exact=entry.truth("exact", False),
        python=max(entry.version("python", (3, 9)), expects.minimum_python),
        until=entry.version("until", (0, 0)) if "until" in entry else None,
        platforms=entry.some_of("platforms", PLATFORMS, ()),
    )


def measures_of(story: Fields) -> dict[str, MeasureRule]:
    """The story's own measures by name. Raises ScenarioError."""
    rules: dict[str, MeasureRule] = {}
    for name, entry in story.mapping_of("measures", _MEASURE).items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in STANDARD:
            raise entry.wrong("", "must have a name of its own, in small letters, digits and _")
        rules[name] = _measure(entry, names_of(rules))
    return rules


def _measure(entry: Fields, names: Collection[str]) -> MeasureRule:
    kinds = [kind for kind in sorted(_KINDS) if kind in entry]
    if len(kinds) != 1:
        raise entry.wrong("", f"must have exactly one of {', '.join(sorted(_KINDS))}")
    if kinds[0] == "output":
        return _printed(entry)
    if kinds[0] == "from":
        return MeasureRule("between", "ns", cues=(_cue(entry, "from"), _cue(entry, "to")))
    if kinds[0] == "count":
        return MeasureRule("count", "count", cues=(_cue(entry, "count"),))
    if kinds[0] == "ratio":
        return MeasureRule("ratio", "times", names=_two_of(entry, names))
    return _stretched(entry, kinds[0])


def _printed(entry: Fields) -> MeasureRule:
    regex, unit = _regex(entry), entry.text("unit", "count")
    if regex.groups != 1:
        raise entry.wrong("output", "must have one group, around the number")
    if unit not in (*UNITS, *IN_NS):
        raise entry.wrong("unit", f"{unit!r} is none of {', '.join((*UNITS, *IN_NS))}")
    return MeasureRule("output", "ns" if unit in IN_NS else unit, regex.pattern, IN_NS.get(unit, 1))


def _regex(entry: Fields) -> re.Pattern[str]:
    try:
        return re.compile(entry.told("output"))
    except re.error as error:
        raise entry.wrong("output", f"is no regular expression: {error}") from error


def _two_of(entry: Fields, names: Collection[str]) -> tuple[str, ...]:
    two = entry.texts("ratio")
    if len(two) != 2 or not set(two) <= set(names):
        raise entry.wrong("ratio", "must be two measures that are described before it")
    return tuple(two)


def _stretched(entry: Fields, kind: str) -> MeasureRule:
    of = entry.one_of(kind, (*ON_CPU, "held", *SPANS))
    cue = Cue(
        "wait_begin",
        thread=entry.text("thread", "*"),
        process=entry.text("process", "*"),
        state=of if of in ON_CPU else None,
        wait=entry.text("wait") if "wait" in entry else None,
    )
    return MeasureRule(
        kind, {"share": "share", "overlap": "share", "at_once": "count"}.get(kind, "ns"), cues=(cue,), of=of
    )


def _narration(entry: Fields, field: str, names: Collection[str]) -> str:
    text = entry.told(field)
    try:
        unknown = [name for name in placeholders(text) if name not in names]
    except ValueError as error:
        raise entry.wrong(field, str(error)) from error
    if unknown:
        raise entry.wrong(field, f"names the measure {unknown[0]!r}, which is none of {', '.join(sorted(names))}")
    return text


def _answer(entry: Fields, names: Collection[str]) -> Answer:
    return Answer(entry.text("text"), _condition(entry.inner("judge", (), _CONDITION), names))


def _condition(entry: Fields, names: Collection[str]) -> Condition:
    kinds = [kind for kind in ("measure", "cue", "output", "otherwise") if kind in entry]
    if len(kinds) != 1:
        raise entry.wrong("", "must have exactly one of measure, cue, output, otherwise")
    if kinds[0] == "output":
        return Condition(output=_regex(entry).pattern)
    if kinds[0] == "cue":
        return Condition(cue=_cue(entry, "cue"), before=_cue(entry, "before") if "before" in entry else None)
    if kinds[0] == "otherwise":
        return Condition()
    least, below, equal = (entry.number(field) for field in ("at_least", "below", "is"))
    if (least, below, equal) == (None, None, None):
        raise entry.wrong("", "must have at_least, below or is")
    return Condition(entry.one_of("measure", sorted(names)), least, below, equal)


def _cue(entry: Fields, field: str) -> Cue:
    try:
        return parse_cue(entry.raw(field))
    except KeyError:
        raise entry.wrong(field, "is missing") from None
    except ValueError as error:
        raise entry.wrong(field, str(error)) from error
