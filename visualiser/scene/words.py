"""The words of a picture: names of lanes, what a thread does, conditions, sources. Every number has its unit."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from visualiser.trace import Process, RunInfo, State, Thread, TraceStore, state_words, units

from .memory import extended, remembered
from .palette import STATE_LOOKS
from .shares import states_of, track
from .textfit import clean, text_width

DOT = " · "


def process_name(process: Process) -> str:
    """A process by its name."""
    return clean(process.name) or f"pid {process.pid}"


def thread_name(thread: Thread) -> str:
    """A thread by its name, or by its number where it has none."""
    return clean(thread.name) or f"thread {thread.tid}"


def process_detail(store: TraceStore, process: Process, playhead: int | None, folded: int, hidden: int = 0) -> str:
    """Its pid, its memory, how it ended and was born, how many threads are folded away or hidden."""
    number = f"pid {process.pid}" if process_name(process) != f"pid {process.pid}" else ""
    born = clean(process.method) if process.method and process.parent is not None else ""
    gil = "without the GIL" if process.gil_enabled is False else ""
    away = f"{folded} thread{'s' * (folded != 1)} folded" if folded else ""
    unseen = f"{hidden} thread{'s' * (hidden != 1)} hidden" if hidden else ""
    ended = process.end_ns is not None and (playhead is None or playhead >= process.end_ns)
    how = clean(process.ended_how) if ended else ""
    return DOT.join(part for part in (number, _memory(process, playhead), how, gil, born, away, unseen) if part)


def _memory(process: Process, playhead: int | None) -> str:
    times, rss = process.memory.t, process.memory.rss
    if not len(times):
        return ""
    if playhead is None:
        return f"peak {units.memory(int(rss.max()))}"
    at = int(times.searchsorted(playhead, "right")) - 1
    return units.memory(int(rss[at])) if at >= 0 else ""


def thread_detail(store: TraceStore, thread: Thread, playhead: int | None) -> str:
    """What it does at the playhead; without one, the letters of what it spent most of its time with, and how much."""
    if playhead is not None:
        told: dict[int, str] = remembered(store, ("doing", thread.index), dict)
        if playhead not in told:
            told.clear()
            told[playhead] = _doing(store, thread, playhead)
        return told[playhead]
    totals = track(store, thread.index).totals
    most = [state for state in np.argsort(-totals, kind="stable").tolist() if totals[state]][:2]
    return DOT.join(f"{STATE_LOOKS[state].letter} {units.duration(int(totals[state]))}" for state in most)


def _doing(store: TraceStore, thread: Thread, playhead: int) -> str:
    if playhead < thread.start_ns:
        return "not started yet"
    states = states_of(store, thread.index)
    row = int(np.searchsorted(states.start, playhead, "right")) - 1
    if row < 0 or playhead > states.end[row]:
        return "ended"
    said, site = state_words(store, states, row), store.site(int(states.site[row]))
    where = site.short if site.file and site.short not in said else ""
    since = "" if states.state[row] == State.UNKNOWN else units.duration(playhead - int(states.start[row]))
    return DOT.join(part for part in (clean(said), since, where) if part)


def fitted(text: str, room: float, size: float) -> str:
    """As many of the parts joined by dots as fit; of a single one, as much as fits."""
    while text_width(text, size) > room and DOT in text:
        text = text.rpartition(DOT)[0]
    return text


def subtitle(store: TraceStore) -> str:
    """Under what conditions: variant, parameters, Python, CPUs, how long, how many events were lost."""
    info = store.info
    cpus = info.machine.get("cpus")
    parts = [
        "" if info.scenario else clean(info.variant or ""),  # a scenario's title names its variant
        *(_parameter(info, str(name), value) for name, value in list(info.parameters.items())[:4]),
        f"Python {clean(info.python)}" if info.python else "",
        f"{cpus} CPU{'s' * (cpus != 1)}" if isinstance(cpus, int) else "",
        units.duration(store.end_ns - store.start_ns),
        f"{units.count(store.lost)} lost" if store.lost or "opened_from" not in info.sources else "",
        _outcome(store),
    ]
    return DOT.join(part for part in parts if part)


def _parameter(info: RunInfo, name: str, value: object) -> str:
    """A parameter by its label and with its unit, where the run says them; by its name else."""
    labels = info.extra.get("labels")
    said = labels.get(name) if isinstance(labels, dict) else None
    label, unit = said if isinstance(said, list) and len(said) == 2 else (name, "")
    return f"{clean(str(label)).lower()} {_value(value)} {clean(str(unit))[:12]}".rstrip()


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return units.count(value)
    return f"{value:g}" if isinstance(value, float) else clean(str(value))[:24]


def _outcome(store: TraceStore) -> str:
    info = store.info
    if info.stopped_by == "user":
        return "stopped"
    if info.signal:
        return f"killed by signal {info.signal}"
    return f"exit code {info.exit_code}" if info.exit_code else ""


def conditions(store: TraceStore) -> str:
    """When it ran and on what machine."""
    info = store.info
    machine = info.machine
    when = ""
    if info.started_wall_ns:
        moment = datetime.fromtimestamp(info.started_wall_ns / 1e9, UTC).astimezone()
        when = f"Recorded {moment.day} {moment:%B %Y, %H:%M}"
    system = " ".join(clean(str(machine[key])) for key in ("system", "release", "machine") if machine.get(key))
    memory = machine.get("memory_bytes")
    parts = (
        when,
        system,
        clean(str(machine.get("cpu_model") or "")),
        f"{units.memory(memory)} of memory" if isinstance(memory, int) else "",
    )
    return DOT.join(part for part in parts if part)


def memory_legend(store: TraceStore) -> str:
    """How often the memory of processes was looked at."""
    gaps = np.concatenate([np.diff(process.memory.t) for process in store.processes])
    usual = float(np.median(gaps)) / 1e9 if len(gaps) else 0.0
    if not usual:
        return "memory"
    often = f"{round(1 / usual)} times a second" if usual < 0.7 else f"every {units.duration(usual * 1e9)}"
    return f"memory, looked at {often}"


SELDOM = 32
"""While a run goes on, its sources are told anew when it has changed so often: they walk through all of it."""


def sources(store: TraceStore) -> str:
    """How the facts were obtained, what watching cost, and what was not measured; of a run that goes on, a moment
    ago."""

    def made(before: tuple[int, str] | None) -> tuple[int, str]:
        if before is not None and not store.finished and store.revision < before[0] + SELDOM:
            return before
        return store.revision, _sources(store)

    return extended(store, "sources", made)[1]


def _sources(store: TraceStore) -> str:
    told = store.sources or store.info.sources
    found = [("calls", "calls by the probe"), ("switches", "CPU and switches"), ("gil", "GIL holder")]
    found.append(("reasons", "other waits"))
    measured = [f"{words} ({told[key]})" for key, words in found if told.get(key, "none") != "none"]
    absent = [words for key, words in found if told.get(key, "none") == "none"]
    if any(len(process.memory.t) for process in store.processes):
        measured.append("memory (sampled)")
    share = (told.get("observer") or {}).get("cpu_share")
    origin = told.get("opened_from")  # another tool's file
    parts = (
        f"Opened from {clean(origin)}" if isinstance(origin, str) else "",
        f"Measured: {', '.join(measured) or 'nothing'}" if measured or origin is None else "",
        f"Watching cost {units.share(share)} of one CPU" if isinstance(share, float) else "",
        f"Not measured on this run: {', '.join(absent)}" if absent else "",
    )
    return DOT.join(part for part in parts if part)
