"""What a filter of spans lets through, in words: what is pale on the timeline is so because of it."""

from __future__ import annotations

from visualiser.scene import STATE_LOOKS
from visualiser.trace import SpanFilter, TraceStore
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import duration

MOST_NAMED = 4


def filter_words(store: TraceStore | None, chosen: SpanFilter) -> str:
    """`Filtered: sleeps, of t1, 1 ms or longer. The rest is pale.`; empty for a filter that is off."""
    if chosen.is_off:
        return ""
    states = [STATE_LOOKS[state].words for state in sorted(chosen.states or ())]
    parts = [_one_of(states), *(f"of {name}" for name in _whose(store, chosen))]
    if chosen.least_ns:
        parts.append(f"{duration(chosen.least_ns)} or longer")
    return f"Filtered: {', '.join(part for part in parts if part)}. The rest is pale."


def _one_of(names: list[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} states"
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _whose(store: TraceStore | None, chosen: SpanFilter) -> list[str]:
    """Processes and threads by name; the run that they are of may be gone already."""
    if store is None:
        return []
    processes = [store.processes[one] for one in sorted(chosen.processes or ()) if one < len(store.processes)]
    threads = [who(store, one) for one in sorted(chosen.threads or ()) if one < len(store.threads)]
    found = ([f"{one.name} ({one.pid})" for one in processes], threads)
    return [_one_of(names) if len(names) <= MOST_NAMED else f"{len(names)} threads" for names in found if names]
