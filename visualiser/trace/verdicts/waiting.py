"""Verdicts about what threads waited for: the GIL, a lock, the world outside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import visualiser.trace.units as units
from visualiser.trace.contention import LOCKS, Contention, contention
from visualiser.trace.deadlock import deadlocks
from visualiser.trace.lives import Process
from visualiser.trace.values import State

from .estimates import in_processes, with_threads
from .figures import BY_ITS_OWN_WISH, Figures
from .model import Sure, Verdict
from .stretches import merged
from .words import capital, many, named, sure

HUNGRY = 0.2
"""The share of the run that a thread runs, or wants to run, Python, to count as one that computes."""

GIL_SHARE = 0.25
LOCK_SHARE = 0.2
IDLE_SHARE, AWAY_SHARE = 0.25, 0.5
"""I/O-bound: the CPUs are used in at most that share of the run, and something is waited for in at least that share."""

LEAST_WAKES, CONVOY_NS, LIGHT_SHARE = 5, 2_000_000, 0.25
"""A convoy: that many wake-ups at least, the GIL that late in the median, by a thread that computes that little."""


def gil_bound(found: Figures) -> Iterator[Verdict]:
    """Several threads of a process want to run Python at the same time."""
    for process in found.store.processes:
        hungry = _hungry(found, process)
        waits = found.when(State.GIL, threads=hungry)
        waited, ran = merged(waits), found.total(State.RUNNING, threads=hungry)
        if len(hungry) < 2 or waited.total < GIL_SHARE * found.wall_ns or waits.total < 0.3 * (waits.total + ran):
            continue
        share = waits.total / (waits.total + ran)
        guess = in_processes(found, hungry)
        yield Verdict(
            code="gil-bound",
            title="Threads take turns at the GIL",
            text=f"{capital(many(len(hungry), 'thread'))} of {process.name} ({named(found.store, hungry)}) wanted to"
            f" run Python at the same time, and the GIL lets only one of them. Together they waited"
            f" {units.duration(waits.total)} for it: {units.share(share)} of the time in which they wanted to run.",
            advice="More threads do not make Python code faster. Processes have a GIL each: " + guess.text,
            sure=sure(found),
            span=(int(waited.start[0]), int(waited.end[-1])),
            cost_ns=waited.total,
            evidence={
                "pid": process.pid,
                "threads": [found.store.threads[one].name for one in hungry],
                "gil_wait_ns": waits.total,
                "running_ns": ran,
                "gil_wait_share": share,
                **guess.evidence("processes"),
            },
        )


def _hungry(found: Figures, process: Process) -> tuple[int, ...]:
    def wants(thread: int) -> bool:
        ran = found.total(State.RUNNING, threads=(thread,))
        return ran > 0.05 * found.wall_ns and ran + found.total(State.GIL, threads=(thread,)) > HUNGRY * found.wall_ns

    return tuple(thread for thread in process.threads if wants(thread))


def lock_bound(found: Figures) -> Iterator[Verdict]:
    """Threads spend much of their lives waiting for one lock, which others hold meanwhile."""
    stuck = {link.object for one in deadlocks(found.store) for link in one.links}
    for row in contention(found.store):
        if row.flag not in LOCKS or row.object in stuck or not row.held:
            continue
        share = row.total_ns / sum(found.lived(thread) for thread, _ in row.by)
        held = sum(ns for _, ns in row.held)
        if (
            row.total_ns >= LOCK_SHARE * found.wall_ns
            and share >= LOCK_SHARE
            and held >= 0.3 * row.total_ns / len(row.by)
        ):
            yield _lock_verdict(found, row, share)


def _lock_verdict(found: Figures, row: Contention, share: float) -> Verdict:
    store = found.store
    thing = store.object(row.object)
    assert row.held is not None
    holder, held = row.held[0]
    where = store.site(row.longest_site).short if row.longest_site else "an unknown line"
    who = named(store, [thread for thread, _ in row.by])
    return Verdict(
        code="lock-bound",
        title="Threads queue up for a lock",
        text=f"{capital(who)} waited {units.duration(row.total_ns)} for {thing.label}, in {many(row.waits, 'wait')}: "
        f"{units.share(share)} of their time. The longest, {units.duration(row.longest_ns)}, began at {where}. While "
        f"others waited, {store.threads[holder].name} had it the most: {units.duration(held)}.",
        advice="Do less while it is held: compute, print and wait before or after, and keep inside only what must not"
        " be interrupted. Or give each thread a part of its own and put the parts together at the end.",
        sure=Sure.CERTAIN,
        span=(row.longest_start, row.longest_start + row.longest_ns),
        cost_ns=min(row.total_ns, found.wall_ns),
        thread=row.longest_thread,
        evidence={
            "pid": store.processes[row.process].pid,
            "lock": thing.label,
            "waits": row.waits,
            "wait_ns": row.total_ns,
            "longest_ns": row.longest_ns,
            "longest_at": where,
            "share": share,
            "held_by": store.threads[holder].name,
            "held_ns": held,
        },
    )


def io_bound(found: Figures) -> Iterator[Verdict]:
    """The CPUs idle while threads wait for files, sockets, or the clock."""
    waits = found.when(*BY_ITS_OWN_WISH)
    away = merged(waits)
    if away.total < AWAY_SHARE * found.wall_ns:
        return
    if found.knows_cpu and found.busy.total > IDLE_SHARE * found.wall_ns:
        return
    at_once = waits.total / away.total
    used = f"used a CPU in {units.share(found.busy.total / found.wall_ns)} of it" if found.knows_cpu else ""
    guess = with_threads(found)
    overlapping = at_once >= 1.5
    yield Verdict(
        code="io-bound",
        title="The program waits" + (", and its waits overlap" if overlapping else ", one thing after another"),
        text=f"In {units.share(away.total / found.wall_ns)} of the run something was waited for (I/O or a sleep), "
        f"{units.digits(at_once)} {'waits' if at_once >= 1.05 else 'wait'} at once on average"
        + (f"; the program {used}." if used else "."),
        advice="Threads suit this, and asyncio does: they wait together. More of them help as long as the other side"
        " keeps up."
        if overlapping
        else "Waiting together costs no more than waiting once. " + guess.text,
        sure=sure(found, least=0.8) if found.knows_cpu else Sure.POSSIBLE,
        span=(int(away.start[0]), int(away.end[-1])),
        cost_ns=away.total,
        evidence={
            "waiting_ns": away.total,
            "waits_at_once": at_once,
            "busy_ns": found.busy.total if found.knows_cpu else None,
            **({} if overlapping else guess.evidence("threads")),
        },
    )


def convoy(found: Figures) -> Iterator[Verdict]:
    """A thread that mostly waits gets the GIL late at each wake-up, because another computes."""
    for process in found.store.processes:
        ran = np.array([found.total(State.RUNNING, threads=(one,)) for one in process.threads])
        for thread in process.threads:
            lived = found.lived(thread)
            if found.on_cpu(thread) > LIGHT_SHARE * lived:
                continue
            late = _late_wakes(found, thread)
            if len(late[0]) < LEAST_WAKES or np.median(late[1] - late[0]) < CONVOY_NS:
                continue
            busy = [process.threads[at] for at in np.flatnonzero(ran > 0.3 * lived).tolist()]
            if busy := [one for one in busy if one != thread]:
                yield _convoy_verdict(found, process, thread, busy, late)


def _late_wakes(found: Figures, thread: int) -> tuple[np.ndarray, np.ndarray]:
    """(start, end) of its waits for the GIL that follow a wait of another kind, at once or after a moment."""
    spans = found.store.states(thread)
    rows = np.flatnonzero(spans.state == State.GIL)
    before = np.zeros(len(rows), bool)
    waits = np.isin(spans.state, (*BY_ITS_OWN_WISH, State.LOCK))
    for back in (1, 2, 3):  # in between: awake for some microseconds, to ask for the GIL
        there = rows >= back
        before[there] |= waits[rows[there] - back]
    return spans.start[rows[before]], spans.end[rows[before]]


def _convoy_verdict(
    found: Figures, process: Process, thread: int, busy: list[int], late: tuple[np.ndarray, np.ndarray]
) -> Verdict:
    store = found.store
    length = late[1] - late[0]
    median, total = int(np.median(length)), int(length.sum())
    interval = next((lane.switch_interval_ns for lane in store.gil_lanes(process.index) if lane.enabled), None)
    worst = int(np.argmax(length))
    each = f" (the switch interval is {units.duration(interval)})" if interval else ""
    return Verdict(
        code="convoy",
        title="A waiting thread comes late",
        text=f"{store.threads[thread].name} woke up {units.count(len(length))} times and then waited"
        f" {units.duration(median)} for the GIL in the median{each}, because {named(store, busy)} computed:"
        f" {units.duration(total)} in all.",
        advice="Compute in another process: it has a GIL of its own and delays nobody here. A shorter"
        " sys.setswitchinterval() makes the delays shorter, and the computing slower.",
        sure=sure(found),
        span=(int(late[0][worst]), int(late[1][worst])),
        cost_ns=min(total, found.wall_ns),
        thread=thread,
        evidence={
            "pid": process.pid,
            "thread": store.threads[thread].name,
            "wakes": len(length),
            "median_ns": median,
            "total_ns": total,
            "switch_interval_ns": interval,
            "computing": [store.threads[one].name for one in busy],
        },
    )
