"""Verdicts: what made a run as slow as it is, from the trace alone, ranked, with figures, advice and how sure that is.

    figures.py    who computed, who waited, when: nothing is judged there
    waiting.py    the GIL, a lock, the world outside, a convoy
    computing.py  one CPU, all of them, too many workers, others on the machine, one worker that has more to do
    turns.py      processes that run one after another
    costs.py      tasks too small, starts too long, a run too short
    estimates.py  what another way would bring, with what is taken for granted

A judge takes the figures and yields verdicts; to add one, write it and name it in `JUDGES`. What was not measured is
never held against a run: a judge that needs a source that is not there stays silent.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from visualiser.trace.store import TraceStore

from . import computing, costs, turns, waiting
from .figures import figures
from .model import SURE_WORDS, Sure, Verdict
from .workers import worker_count

JUDGES = (
    waiting.gil_bound,
    waiting.lock_bound,
    waiting.io_bound,
    waiting.convoy,
    turns.in_turn,
    computing.one_core,
    computing.parallel_already,
    computing.no_free_cpu,
    computing.straggler,
    costs.tasks_too_small,
    costs.start_dominates,
)

OVERSHADOWED = {
    "tasks-too-small": {"parallel-already", "too-many-workers", "gil-bound", "io-bound"},
    "start-dominates": {"parallel-already", "too-many-workers", "one-core", "io-bound"},
    "straggler": {"one-core"},
    "one-after-another": {"io-bound", "one-core"},
}
"""What is not said beside such a verdict when it concerns half of the run: it is true of the cost, not of the work."""

_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, tuple[Verdict, ...]]] = WeakKeyDictionary()


def verdicts(store: TraceStore) -> tuple[Verdict, ...]:
    """What can be concluded from a run, what concerns most of its time first; remembered until the store changes."""
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        known = _KNOWN[store] = store.revision, _judged(store)
    return known[1]


def _judged(store: TraceStore) -> tuple[Verdict, ...]:
    if not store.threads:
        return ()
    found = figures(store)
    if short := tuple(costs.too_short(found)):
        return short
    given = [verdict for judge in JUDGES for verdict in judge(found)]
    if not given:
        return tuple(costs.too_little_seen(found))
    weighty = [one.code for one in given if one.cost_ns > 0.5 * found.wall_ns]
    hidden = {code for one in weighty for code in OVERSHADOWED.get(one, ())}
    return tuple(sorted((one for one in given if one.code not in hidden), key=lambda one: -one.cost_ns))


def verdict_facts(store: TraceStore, verdict: Verdict) -> dict[str, Any]:
    """A verdict as an entry of `verdict` in `stats --json`; `span` counts from the run's start."""
    begin, end = verdict.span
    told = {"title": verdict.title, "advice": verdict.advice, "sure": SURE_WORDS[verdict.sure]}
    return {
        "code": verdict.code,
        "text": verdict.text,
        "evidence": told | verdict.evidence,
        "span": [begin - store.start_ns, end - store.start_ns],
    }


__all__ = ["SURE_WORDS", "Sure", "Verdict", "verdict_facts", "verdicts", "worker_count"]
