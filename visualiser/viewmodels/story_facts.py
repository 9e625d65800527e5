"""The facts of a recorded run that a scenario's story is told from: taken out of the trace, as far as the story asks.

Lines and values are taken only where the story speaks of them: a run may hold hundreds of thousands of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from visualiser.scenarios import Cue, FactMoment, Scenario, facts_of
from visualiser.scenarios import Facts as RunFacts
from visualiser.trace import LEFT, Site, TraceStore, changes, deadlocks, has_lines, has_values, lines_of


def story_facts(store: TraceStore, scenario: Scenario, variant_id: str) -> RunFacts:
    """The facts of a run that is over, for the story that is told along a run of that variant."""
    cues = tuple(_cues(scenario, variant_id))
    texts = {cue.text for cue in cues if cue.kind == "line" and cue.text}
    names = {cue.name for cue in cues if cue.name}
    return facts_of(
        store,
        [one.start_ns for one in deadlocks(store)],
        tuple(_lines(store, texts)) if has_lines(store) else None,
        tuple(_values(store, names)) if has_values(store) else None,
    )


def _cues(scenario: Scenario, variant_id: str) -> Iterator[Cue]:
    """Every cue that the story of a variant looks for: of steps, of measures, and of the question's answers."""
    yield from (step.cue for step in scenario.steps_for(variant_id) if step.cue is not None)
    for rule in scenario.measures.values():
        yield from rule.cues
    question = scenario.prediction_for(variant_id)
    for answer in question.answers if question is not None else ():
        yield from (cue for cue in (answer.judge.cue, answer.judge.before) if cue is not None)


def _lines(store: TraceStore, texts: set[str]) -> Iterator[FactMoment]:
    """When a thread was about to run a line that holds one of the texts."""
    sources: dict[str, list[str]] = {}
    for thread in store.threads:
        lines = lines_of(store, thread.index)
        for number in np.unique(lines.site).tolist():
            said = _line(store, sources, store.site(number))
            if any(text in said for text in texts):
                rows = (lines.site == number) & (lines.flag != LEFT)
                yield from (FactMoment(t, thread.index, said) for t in lines.t[rows].tolist())


def _line(store: TraceStore, sources: dict[str, list[str]], site: Site) -> str:
    if site.file not in sources:
        sources[site.file] = (store.source_text(site.file) or "").splitlines()
    known: Sequence[str] = sources[site.file]
    return known[site.line - 1].strip() if 0 < site.line <= len(known) else ""


def _values(store: TraceStore, names: set[str]) -> Iterator[FactMoment]:
    """Each value that a watched name was seen with."""
    for name in sorted(names):
        yield from (FactMoment(one.since, one.thread, one.text, name) for one in changes(store, name))
