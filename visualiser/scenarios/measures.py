"""The measures of a recorded run: the numbers that a story may name, and by which a prediction is judged.

STANDARD holds those that every run has. A story describes more of its own, in "measures" of its story.json; each is one
of these, and `thread`, `process` and `wait` narrow it down as in a cue:

    {"output": REGEX, "unit": UNIT}     the number in the last match's first group; "count" is the default unit
    {"from": CUE, "to": CUE}            ns between two moments
    {"count": CUE}                      how many moments match the cue
    {"total": STATE}                    ns that threads were in this state, added up
    {"share": STATE}                    the same, as a part of those threads' lives
    {"longest": STATE}                  ns of the longest stretch in this state
    {"median": STATE}                   ns of the stretch in the middle, when they are sorted by length
    {"at_once": STATE}                  how many threads were in this state at once, at most
    {"overlap": STATE}                  of the time with at least one thread in this state, the part with two or more
    {"ratio": [MEASURE, MEASURE]}       the first by the second

A STATE may be "cpu", too: on a CPU in whatever state. Instead of one, "held" means a lock held (`holds`), and the name
of a span ("pickle") means those stretches.
A measure is None when it was not measured, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median_low
from types import MappingProxyType

from visualiser.scenarios.cues import ON_CPU, STATES, Cue
from visualiser.scenarios.facts import Facts, Stretch
from visualiser.scenarios.moments import moment, moments, observed, stretches_of, threads_like

UNITS = ("ns", "count", "share", "times", "bytes")
"""What a measure is counted in: nanoseconds, things, parts of 1, a ratio ("x 1.8"), bytes."""

IN_NS: Mapping[str, float] = MappingProxyType({"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1})
"""Units of time that a program may print."""

STRETCHED = ("total", "share", "longest", "median", "at_once", "overlap")


@dataclass(frozen=True)
class Measure:
    """One number of a run, with its unit (one of UNITS); `value` None: not measured."""

    value: float | None
    unit: str


@dataclass(frozen=True)
class MeasureRule:
    """How a story's own measure is found: `kind` is one of the words above, the rest what it is applied to."""

    kind: str
    unit: str
    pattern: str = ""
    factor: float = 1
    cues: tuple[Cue, ...] = ()
    of: str = ""
    names: tuple[str, ...] = ()


def measures(facts: Facts, own: Mapping[str, MeasureRule] | None = None) -> dict[str, Measure]:
    """All measures of a run by name: the standard ones, then the story's `own` in their order."""
    found = {name: Measure(rule(facts), unit) for name, (unit, rule) in STANDARD.items()}
    for name, rule in (own or {}).items():
        found[name] = Measure(_own(rule, facts, found), rule.unit)
    return found


def _own(rule: MeasureRule, facts: Facts, known: Mapping[str, Measure]) -> float | None:
    if rule.kind == "output":
        return None if facts.lost else _printed(rule, facts)
    if rule.kind == "between":
        return _between(rule, facts)
    if rule.kind == "count":
        return len(moments(rule.cues[0], facts)) if observed(rule.cues[0], facts) else None
    if rule.kind == "ratio":
        over, under = (known[name].value for name in rule.names)
        return over / under if over is not None and under else None
    return _stretched(rule, facts)


def _printed(rule: MeasureRule, facts: Facts) -> float | None:
    matches = re.findall(rule.pattern, facts.output)
    return float(matches[-1]) * rule.factor if matches else None


def _between(rule: MeasureRule, facts: Facts) -> float | None:
    begin, end = (moment(cue, facts) for cue in rule.cues)
    return None if begin is None or end is None else end - begin


def _stretched(rule: MeasureRule, facts: Facts) -> float | None:
    cue = rule.cues[0]
    if not observed(cue, facts):
        return None
    lengths = [each.end - each.start for each in _chosen(rule, facts)]
    if rule.kind == "at_once":
        return _at_once(_chosen(rule, facts))
    if rule.kind == "overlap":
        return _overlap(_chosen(rule, facts))
    if rule.kind == "total":
        return sum(lengths)
    if rule.kind == "share":
        return _part(sum(lengths), _lived(facts, threads_like(cue, facts)))
    if not lengths:
        return None
    return max(lengths) if rule.kind == "longest" else median_low(lengths)


def _chosen(rule: MeasureRule, facts: Facts) -> Iterator[Stretch]:
    """The stretches that the rule speaks of."""
    cue = rule.cues[0]
    if rule.of in ON_CPU:
        yield from stretches_of(cue, facts)
        return
    wanted = threads_like(cue, facts)
    for each in facts.holds if rule.of == "held" else facts.spans:
        if each.thread in wanted and (rule.of == "held" or each.what == rule.of):
            yield each


def _at_once(found: Iterable[Stretch]) -> int:
    return max((now for _, now in _levels(found)), default=0)


def _overlap(found: Iterable[Stretch]) -> float | None:
    levels = _levels(found)
    times = [(end - start, now) for (start, now), (end, _) in pairwise(levels)]
    return _part(sum(ns for ns, now in times if now > 1), sum(ns for ns, now in times if now))


def _levels(found: Iterable[Stretch]) -> list[tuple[int, int]]:
    """From when on how many of the stretches lasted at once; at the same moment ends come before beginnings."""
    edges = sorted((t, by) for each in found for t, by in ((each.start, 1), (each.end, -1)))
    return list(zip((t for t, _ in edges), accumulate(by for _, by in edges), strict=True))


def _part(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _lived(facts: Facts, threads: set[int]) -> int:
    lives = (facts.threads[index] for index in threads)
    return sum((facts.end_ns if life.end is None else life.end) - life.start for life in lives)


def _wall(facts: Facts) -> float:
    return facts.end_ns - facts.start_ns


def _cpu(facts: Facts) -> float | None:
    totals = [life.on_cpu_ns for life in facts.threads]
    known = [one for one in totals if one is not None]
    return sum(known) if known and len(known) == len(totals) else None


def _parallel(facts: Facts) -> float | None:
    cpu = _cpu(facts)
    return None if cpu is None else _part(cpu, _wall(facts))


def _most(facts: Facts) -> float | None:
    return None if facts.on_cpu is None else _at_once(facts.on_cpu)


def _switches(facts: Facts) -> float | None:
    """How often a thread came onto a CPU."""
    return None if facts.on_cpu is None else len(facts.on_cpu)


def _in_state(state: str, kind: str) -> Callable[[Facts], float | None]:
    rule = MeasureRule(kind, "ns", cues=(Cue("wait_begin", state=state),), of=state)
    return lambda facts: _stretched(rule, facts)


def _printed_lines(facts: Facts) -> float | None:
    return None if facts.lost else facts.output.count("\n")


STANDARD: Mapping[str, tuple[str, Callable[[Facts], float | None]]] = MappingProxyType(
    {
        "wall": ("ns", _wall),  # from start to end of the run
        "cpu": ("ns", _cpu),  # the CPU time of all threads together
        "parallel": ("times", _parallel),  # CPU time by wall time: how many CPUs were at work on average
        "most_at_once": ("count", _most),  # threads on a CPU at once, at most
        "switches": ("count", _switches),  # how often a thread came onto a CPU
        "handovers": ("count", lambda facts: facts.gil_handovers),  # how often the GIL changed hands
        "processes": ("count", lambda facts: len(facts.processes)),
        "threads": ("count", lambda facts: len(facts.threads)),
        "lines": ("count", _printed_lines),  # lines of output
        **{f"{state}_total": ("ns", _in_state(state, "total")) for state in STATES},
        **{f"longest_{state}": ("ns", _in_state(state, "longest")) for state in STATES},
    }
)
"""Measures of every run: the unit, and how each is found. `gil_total`, `longest_lock` and so on for each state."""
