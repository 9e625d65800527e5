"""What a run can answer of the decision guide's questions, with the figures that say so."""

from __future__ import annotations

import re

import numpy as np

from visualiser.trace import Span, State, TraceStore, async_tasks, units

Answers = dict[str, tuple[str, str]]
"""By question: the id of the answer ("" where the run does not say), and the figures in words."""

WAITS, COMPUTES = 0.2, 0.8
"""Of the run's time in which a thread was on a CPU, or could have been had others not had it: at most, at least."""

MANY = 500
TINY_NS, SHORT_NS = 1_000_000, 10_000_000
BIG = 1_000_000
INTERPRETER_POOL = (3, 14)


def answers_from(store: TraceStore | None, pythons: tuple[str, ...]) -> Answers:
    """All that is known."""
    found = _of_pythons(store, pythons)
    if store is None or not store.finished or not store.threads:
        return found
    for part in (_does, _where, _waits, _jobs, _locks):
        found |= part(store)
    return found


def _does(store: TraceStore) -> Answers:
    """From when threads were on a CPU or waited for one, as they do on a busy machine: the share of the run in which
    any did, and how many were on a CPU on average."""
    if store.info.sources.get("switches", "none") == "none":
        return {}
    spans = [_on_cpu(store, one.index) for one in store.threads]
    start, end = (np.concatenate(each) for each in zip(*spans, strict=True))
    if not len(start):
        return {}
    whole = max(store.end_ns - store.start_ns, 1)
    mean = float((end - start).sum()) / whole
    spans += [_in_states(store, one.index, (State.READY,)) for one in store.threads]
    busy = _covered(*(np.concatenate(each) for each in zip(*spans, strict=True))) / whole
    answer = "waits" if busy < WAITS else "computes" if busy > COMPUTES else "both"
    figures = f"on a CPU, or ready for one, in {units.share(busy)} of the run"
    return {"does": (answer, f"{figures}; {units.digits(mean)} threads on a CPU on average")}


def _on_cpu(store: TraceStore, thread: int) -> tuple[np.ndarray, np.ndarray]:
    """(start, end) of a thread's stays on a CPU: the kernel's edges, else its states."""
    cpus = store.thread_cpus(thread)
    return (cpus.start, cpus.end) if len(cpus) else _in_states(store, thread, (State.RUNNING, State.NATIVE))


def _in_states(store: TraceStore, thread: int, which: tuple[State, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(start, end) of a thread's spans in these states."""
    states = store.states(thread)
    some = np.isin(states.state, which)
    return states.start[some], states.end[some]


def _covered(start: np.ndarray, end: np.ndarray) -> float:
    """How long at least one of these spans lasted."""
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order])
    before = np.concatenate((start[:1], reach[:-1]))
    return float(np.maximum(reach - np.maximum(start, before), 0).sum())


def _where(store: TraceStore) -> Answers:
    if store.info.sources.get("gil", "none") == "none":
        return {}
    running, native = (_total(store, state) for state in (State.RUNNING, State.NATIVE))
    if not running + native:
        return {}
    share = native / (running + native)
    return {"where": ("native" if share > 0.5 else "python", f"{units.share(share)} of it without the GIL")}


def _waits(store: TraceStore) -> Answers:
    """How many waits there were in all: at once they can be no more, if they were all started together."""
    waits = sum(int(np.isin(store.states(one.index).state, (State.IO, State.SLEEP)).sum()) for one in store.threads)
    tasks = len(async_tasks(store))
    found: Answers = {"async": ("yes", f"{units.count(tasks)} asyncio tasks")} if tasks else {}
    count = max(waits, tasks)
    if count and count <= MANY:
        found["many"] = ("few", f"{units.count(count)} waits in the whole run")
    elif count:
        found["many"] = ("", f"{units.count(count)} waits in the whole run; how many could wait at once is not known")
    return found


def _jobs(store: TraceStore) -> Answers:
    """From tasks that a pool or an executor was given, and what was pickled for them."""
    tasks = [store.spans(one.index) for one in store.threads]
    length = np.concatenate([rows.end[rows.flag == Span.TASK] - rows.start[rows.flag == Span.TASK] for rows in tasks])
    found: Answers = {}
    if len(length):
        median = float(np.median(length))
        answer = "tiny" if median < TINY_NS else "short" if median <= SHORT_NS else "long"
        found["job"] = (answer, f"{units.count(len(length))} tasks, {units.duration(median)} in the median")
    amounts = np.concatenate([rows.amount[(rows.flag == Span.PICKLE) & (rows.amount >= 0)] for rows in tasks])
    if len(amounts):
        most = int(amounts.max())
        found["data"] = ("big" if most > BIG else "small", f"the largest thing pickled had {units.memory(most)}")
    return found


def _locks(store: TraceStore) -> Answers:
    """Whether data were handed over through queues or pipes; that locks were held says that some are common."""
    holds = sum(len(store.holds(one.index)) for one in store.threads)
    return {"common": ("yes", f"locks were held {units.count(holds)} times")} if holds else {}


def _of_pythons(store: TraceStore | None, pythons: tuple[str, ...]) -> Answers:
    free = [one for one in pythons if "without a GIL" in one]
    found: Answers = {}
    if store is not None and any(one.gil_enabled is False for one in store.processes):
        found["free"] = ("yes", "this run had no GIL")
    elif free:
        found["free"] = ("", f"found here: Python {free[0]}")
    elif pythons:
        found["free"] = ("no", "no such Python was found here")
    newer = [one for one in pythons if _version(one) >= INTERPRETER_POOL]
    if newer:
        found["interpreters"] = ("", f"found here: Python {newer[0]}")
    elif pythons:
        found["interpreters"] = ("no", "no such Python was found here")
    return found


def _version(text: str) -> tuple[int, ...]:
    match = re.match(r"(\d+)\.(\d+)", text)
    return tuple(int(part) for part in match.groups()) if match else (0, 0)


def _total(store: TraceStore, state: State) -> int:
    total = 0
    for thread in store.threads:
        rows = store.states(thread.index)
        some = rows.state == state
        total += int((rows.end[some] - rows.start[some]).sum())
    return total
