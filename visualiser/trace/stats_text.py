"""Totals of a run as a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .registry import signal_name
from .stats import stats
from .store import TraceStore
from .text_table import aligned, time_cell
from .units import count, digits, duration, memory, share
from .values import STATE_NAMES

UNKNOWN = "unknown"


def stats_text(store: TraceStore) -> str:
    """What `stats` says, for people: a head, then one table of threads by process. A state nothing told is left out."""
    facts = stats(store)
    shown = [name for name in STATE_NAMES if any(one["states_ns"][name] for one in _threads(facts))]
    on_cpu = any(thread["on_cpu_ns"] is not None for thread in _threads(facts))
    rows = [["", "lived", *(["on CPU"] if on_cpu else []), *shown]]
    for process in facts["processes"]:
        rows.append([_process(process), _lived(process, facts), *[""] * (len(shown) + on_cpu)])
        for thread in process["threads"]:
            times = [time_cell(thread["on_cpu_ns"])] if on_cpu else []
            times += [time_cell(thread["states_ns"][name]) for name in shown]
            rows.append([f"  {thread['name']}", _lived(thread, facts), *times])
    verdict = [line for one in facts["verdict"] for line in (*_verdict(one), "")]
    return "\n".join([*_head(store, facts), "", *aligned(rows), "", *verdict, *_foot(facts)])


def _verdict(one: dict[str, Any]) -> Iterator[str]:
    """What is concluded, how sure that is, and what helps."""
    told = one["evidence"]
    title, sure = told.get("title"), told.get("sure")
    yield f"{title} ({sure}): {one['text']}" if title else one["text"]
    if told.get("advice"):
        yield f"  What helps: {told['advice']}"


def _threads(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [thread for process in facts["processes"] for thread in process["threads"]]


def _head(store: TraceStore, facts: dict[str, Any]) -> list[str]:
    title = store.info.title or facts["target"] or "A run"
    variant = f" ({facts['variant']})" if facts["variant"] else ""
    python = f", Python {facts['python']}" if facts["python"] else ""
    code, number = facts["exit_code"], store.info.signal
    ended = f"killed ({signal_name(number)})" if number else f"exit code {'unknown' if code is None else code}"
    numbers = [
        duration(facts["wall_ns"]),
        _many(len(facts["processes"]), "process"),
        _many(len(_threads(facts)), "thread"),
        _many(facts["events"], "event"),
        *([] if "opened_from" in store.info.sources and not facts["lost"] else [f"{count(facts['lost'])} lost"]),
        ended,
    ]
    return [f"{title}{variant}{python}", ", ".join(numbers)]


def _many(number: int, what: str) -> str:
    plural = "es" if what.endswith("s") else "s"
    return f"{count(number)} {what}{plural if number != 1 else ''}"


def _process(process: dict[str, Any]) -> str:
    peak = process["peak_rss_bytes"]
    return f"{process['name']} (pid {process['pid']}" + (f", peak {memory(peak)})" if peak is not None else ")")


def _lived(one: dict[str, Any], facts: dict[str, Any]) -> str:
    end = facts["wall_ns"] if one["end_ns"] is None else one["end_ns"]
    return duration(end - one["start_ns"])


def _foot(facts: dict[str, Any]) -> Iterator[str]:
    for process in facts["processes"]:
        if process["gil"]["handovers"] is not None:
            yield f"{process['name']}: the GIL changed hands {_many(process['gil']['handovers'], 'time')}."
        elif process["gil"]["enabled"] is False:
            yield f"{process['name']} ran without a GIL."
    parallel = facts["parallelism"]
    if parallel["mean"] is not None:
        most = "" if parallel["max"] is None else f", {parallel['max']} at most"
        yield f"Threads on a CPU at once: {digits(parallel['mean'])} on average{most}."
    yield _sources(facts["sources"])
    yield from _observer(facts["observer"])


OBSERVER_SHARE = 0.05
"""Of one CPU: what watching may cost before it is said."""


def _observer(observer: dict[str, Any] | None) -> Iterator[str]:
    if observer and (observer["cpu_share"] or 0) > OBSERVER_SHARE:
        late = duration(observer["lateness_ns_p95"])
        yield f"Watching took {share(observer['cpu_share'])} of one CPU; its looks came up to {late} late."


def _sources(sources: dict[str, Any]) -> str:
    known = [f"{name} {sources.get(name)}" for name in ("switches", "gil", "reasons", "calls")]
    return "Sources: " + ", ".join(known) + "."
