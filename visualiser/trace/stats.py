"""Totals of a run: the object that `stats --json` prints.

Times are in ns; those of processes and threads count from the run's origin, `origin_ns` on the machine's perf_counter.
What was not measured is None, never 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .lives import Process, Thread
from .store import TraceStore
from .values import STATE_NAMES, State

STATS_FORMAT = 1

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
    """Totals per process and thread, as DESIGN's `stats --json` lists them."""
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
        "sources": dict(info.sources),
        "processes": [_process(store, process) for process in store.processes],
        "parallelism": {"mean": None, "max": None},
        "verdict": [],
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
        "gil": {"enabled": process.gil_enabled, "handovers": None},
        "threads": [_thread(store, store.threads[index]) for index in process.threads],
    }


def _thread(store: TraceStore, thread: Thread) -> dict[str, Any]:
    return {
        "tid": thread.tid,
        "name": thread.name,
        **_life(store, thread),
        "on_cpu_ns": None,
        "cpus": [],
        "states_ns": state_totals(store, thread.index),
        "gil_held_ns": None,
    }


def _life(store: TraceStore, one: Process | Thread) -> dict[str, int | None]:
    end = one.end_ns
    return {"start_ns": one.start_ns - store.start_ns, "end_ns": None if end is None else end - store.start_ns}


def state_totals(store: TraceStore, thread: int) -> dict[str, int | None]:
    """ns in each state, by its name; None for a state that nothing in this run could tell."""
    spans = store.states(thread)
    totals = [int((spans.end - spans.start)[spans.state == state].sum(dtype=np.int64)) for state in State]
    sources = store.info.sources
    told = {state: sources.get(_NEEDS_OF_STATE.get(state, "")) != "none" for state in State}
    return {
        name: totals[state] if totals[state] or told[state] else None
        for state, name in zip(State, STATE_NAMES, strict=True)
    }
