"""Totals of a run: the object that `stats --json` prints.

Times are in ns; those of processes and threads count from the run's origin, `origin_ns` on the machine's perf_counter.
What was not measured is None, never 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .deadlock import deadlock_facts, deadlocks
from .lives import Process, Thread
from .store import TraceStore
from .values import STATE_NAMES, State
from .verdicts import verdict_facts, verdicts

STATS_FORMAT = 1
SOURCES = ("switches", "gil", "reasons", "calls")

_NEEDS_OF_STATE = {
    State.RUNNING: "switches",
    State.NATIVE: "switches",
    State.READY: "switches",
    State.GIL: "gil",
    State.LOCK: "calls",
    State.IO: "reasons",
    State.SLEEP: "calls",
    State.CHILD: "calls",
}
"""Which of the run's sources must be there for a state to be told at all."""


def stats(store: TraceStore) -> dict[str, Any]:
    """Totals per process and thread: the contract of `stats --json`."""
    info = store.info
    python = info.python or next((one.python for one in store.processes if one.python), None)
    return {
        "format": STATS_FORMAT,
        "target": info.target,
        "variant": info.variant,
        "python": python,
        "origin_ns": store.start_ns,
        "wall_ns": store.end_ns - store.start_ns,
        "exit_code": info.exit_code,
        "events": store.events,
        "lost": store.lost,
        "sources": {name: info.sources.get(name, "none") for name in SOURCES} | {"why": dict(info.sources["why"])},
        "processes": [_process(store, process) for process in store.processes],
        "parallelism": _parallelism(store),
        "observer": store.sources.get("observer"),
        "verdict": [
            *(deadlock_facts(store, one) for one in deadlocks(store)),
            *(verdict_facts(store, one) for one in verdicts(store)),
        ],
    }


def _process(store: TraceStore, process: Process) -> dict[str, Any]:
    rss = process.memory.rss
    return {
        "pid": process.pid,
        "parent": None if process.parent is None else store.processes[process.parent].pid,
        "name": process.name,
        **_life(store, process),
        "exit_code": process.exit_code,
        "peak_rss_bytes": int(rss.max()) if len(rss) else None,
        "gil": _gil(store, process),
        "note": process.note or None,
        "threads": [_thread(store, store.threads[index]) for index in process.threads],
    }


def _thread(store: TraceStore, thread: Thread) -> dict[str, Any]:
    return {
        "tid": thread.tid,
        "name": thread.name,
        **_life(store, thread),
        "on_cpu_ns": store.on_cpu_ns(thread.index),
        "cpus": np.unique(store.thread_cpus(thread.index).cpu).tolist(),
        "states_ns": state_totals(store, thread.index),
        "gil_held_ns": gil_held_ns(store, thread),
        "note": thread.note or None,
    }


def _gil(store: TraceStore, process: Process) -> dict[str, Any]:
    lanes = store.gil_lanes(process.index)
    enabled = process.gil_enabled if process.gil_enabled is not None or not lanes else lanes[0].enabled
    counts = [lane.handovers for lane in lanes if lane.handovers is not None]
    return {"enabled": enabled, "handovers": sum(counts) if counts else None}


def gil_held_ns(store: TraceStore, thread: Thread) -> int | None:
    """How long a thread held a GIL; None when that was not watched, or there is none."""
    lanes = [lane for lane in store.gil_lanes(thread.process) if lane.enabled]
    if not lanes:
        return None
    return sum(int((lane.end - lane.start)[lane.thread == thread.index].sum()) for lane in lanes)


def _parallelism(store: TraceStore) -> dict[str, float | int | None]:
    """Threads on a CPU at once: the mean over the run's wall time, and the most; unknown if a part was not seen."""
    if store.blind_ns is not None:
        return {"mean": None, "max": None}
    wall = store.end_ns - store.start_ns
    steps = store.parallelism()
    if not len(steps):
        totals = [store.on_cpu_ns(thread.index) for thread in store.threads]
        known = [one for one in totals if one is not None]
        return {"mean": sum(known) / wall if known and len(known) == len(totals) and wall else None, "max": None}
    area = int((np.diff(steps.t) * steps.n[:-1]).sum())
    return {"mean": area / wall if wall else None, "max": int(steps.n.max())}


def _life(store: TraceStore, one: Process | Thread) -> dict[str, int | None]:
    end = one.end_ns
    return {"start_ns": one.start_ns - store.start_ns, "end_ns": None if end is None else end - store.start_ns}


def state_totals(store: TraceStore, thread: int) -> dict[str, int | None]:
    """ns in each state, by its name; None for a state that nothing in this run could tell."""
    spans = store.states(thread)
    totals = [int((spans.end - spans.start)[spans.state == state].sum(dtype=np.int64)) for state in State]
    told = told_states(store)
    return {
        name: totals[state] if totals[state] or state in told else None
        for state, name in zip(State, STATE_NAMES, strict=True)
    }


def told_states(store: TraceStore) -> frozenset[State]:
    """The states that the sources of this run can tell at all: of others, no time in them does not mean none."""
    sources = store.info.sources
    return frozenset(state for state in State if sources.get(_NEEDS_OF_STATE.get(state, "")) != "none")
