"""Verdicts about who computed where: on one CPU, on all of them, in too many threads, beside others, unevenly."""

from __future__ import annotations

from collections.abc import Iterator

import visualiser.trace.units as units
from visualiser.trace.values import State

from .estimates import in_processes
from .figures import Figures
from .model import Verdict
from .stretches import Stretches, common, merged
from .words import capital, many, named, sure
from .workers import Worker, workers

ONE_CORE, PARALLEL = 0.7, 0.75
READY_SHARE, OTHERS_SHARE = 0.25, 0.15
"""Of the time in which threads could run: how much of it they had no CPU, to be said."""

TAIL_SHARE = 0.3
"""Of the workers' time: how long the last one goes on alone, to be said."""


def one_core(found: Figures) -> Iterator[Verdict]:
    """One thread computes nearly all the time, and no other wants to."""
    if not found.knows_cpu or not found.threads:
        return
    alone = found.at_once.where(1, 1)
    both = found.at_once.where(2)
    top = max(found.threads, key=found.on_cpu)
    if alone.total < ONE_CORE * found.wall_ns or both.total > 0.1 * found.wall_ns:
        return
    if found.on_cpu(top) < 0.6 * found.wall_ns or found.total(State.GIL) > 0.1 * found.wall_ns:
        return
    native = found.total(State.NATIVE, threads=(top,)) / max(found.on_cpu(top), 1)
    guess = in_processes(found, (top,), workers=found.cpus)
    lets_go = native > 0.5
    yield Verdict(
        code="one-core",
        title="One thread computes, on one CPU at a time",
        text=f"{found.store.threads[top].name} was on a CPU for {units.duration(found.on_cpu(top))},"
        f" {units.share(found.on_cpu(top) / found.wall_ns)} of the run; {units.share(native)} of that without the GIL."
        + (f" {many(found.cpus, 'CPU').capitalize()} were there." if found.cpus and found.cpus > 1 else ""),
        advice="Most of it let the GIL go, so threads could share it as well as processes: " + guess.text if lets_go
        else "It is Python code, so threads would only take turns. Processes can share it: " + guess.text,
        sure=sure(found),
        span=(int(alone.start[0]), int(alone.end[-1])),
        cost_ns=alone.total,
        thread=top,
        evidence={
            "thread": found.store.threads[top].name,
            "on_cpu_ns": found.on_cpu(top),
            "native_share": native,
            **guess.evidence("threads" if lets_go else "processes"),
        },
    )  # fmt: skip


def parallel_already(found: Figures) -> Iterator[Verdict]:
    """As many threads compute at once as there are CPUs for."""
    if not found.knows_cpu or found.cpus is None or not found.busy.total:
        return
    computing = [thread for thread in found.threads if found.on_cpu(thread) > 0.2 * found.wall_ns]
    could = min(found.cpus, len(computing))
    mean = found.cpu_total / found.busy.total
    if could < 2 or mean < PARALLEL * could or found.busy.total < 0.5 * found.wall_ns:
        return
    both = found.at_once.where(2)
    places = {found.store.threads[thread].process for thread in computing}
    where = f"in {many(len(places), 'process')}" if len(places) > 1 else "in one process, without the GIL"
    yield Verdict(
        code="parallel-already",
        title="It computes in parallel already",
        text=f"{capital(many(len(computing), 'thread'))} {where} computed at once: {units.digits(mean)} threads on a"
        f" CPU on average while anything ran, on {found.cpus} CPUs.",
        advice="More workers would not help, since the CPUs are taken; a better algorithm would, or more CPUs."
        if could == found.cpus else f"The machine has {found.cpus} CPUs: as many workers could be busy.",
        sure=sure(found, least=0.5),
        span=(int(both.start[0]), int(both.end[-1])),
        cost_ns=both.total // 2,
        evidence={"mean_parallelism": mean, "computing_threads": len(computing), "cpus": found.cpus},
    )  # fmt: skip


def no_free_cpu(found: Figures) -> Iterator[Verdict]:
    """Threads could run and have no CPU: because there are too many of them, or because others have it."""
    if not found.is_exact or found.cpus is None:
        return
    waits = found.when(State.READY)
    ready = merged(waits)
    share = waits.total / max(waits.total + found.cpu_total, 1)
    if share < OTHERS_SHARE or ready.total < 0.1 * found.wall_ns:
        return
    own = common(ready, found.at_once.where(found.cpus)).total / ready.total
    hungry = [thread for thread in found.threads if found.on_cpu(thread) > 0.05 * found.wall_ns]
    if own >= 0.6 and len(hungry) > found.cpus and share >= READY_SHARE:
        yield _too_many(found, hungry, waits, ready, share)
    elif own < 0.4:
        yield _others(found, waits, ready, share, own)


def _too_many(found: Figures, hungry: list[int], waits: Stretches, ready: Stretches, share: float) -> Verdict:
    assert found.cpus is not None
    return Verdict(
        code="too-many-workers",
        title="More workers than CPUs",
        text=f"{capital(many(len(hungry), 'thread'))} computed on {many(found.cpus, 'CPU')}: they could run and had no"
        f" CPU for {units.duration(waits.total)} in all, {units.share(share)} of the time in which they could.",
        advice=f"{capital(many(found.cpus, 'worker'))} would do the same work in the same time, with less memory and"
        " fewer switches.",
        sure=sure(found),
        span=(int(ready.start[0]), int(ready.end[-1])),
        cost_ns=ready.total // 2,
        evidence={"computing_threads": len(hungry), "cpus": found.cpus, "ready_ns": waits.total, "ready_share": share},
    )


def _others(found: Figures, waits: Stretches, ready: Stretches, share: float, own: float) -> Verdict:
    return Verdict(
        code="machine-busy",
        title="Others used the machine",
        text=f"Threads of the program could run and had no CPU for {units.duration(waits.total)}, {units.share(share)}"
        f" of the time in which they could; and in {units.share(1 - own)} of that time the program itself did not have"
        " all CPUs. Other programs did, or this one may not use them.",
        advice="Take no times from this run. End what else computes, and run it again.",
        sure=sure(found),
        span=(int(ready.start[0]), int(ready.end[-1])),
        cost_ns=ready.total,
        evidence={"ready_ns": waits.total, "ready_share": share, "own_share": own},
    )


def straggler(found: Figures) -> Iterator[Verdict]:
    """One worker goes on long after all others are done, though they began together."""
    for group in workers(found):
        begin, end = min(one.begin for one in group), max(one.end for one in group)
        by_end = sorted(group, key=lambda one: one.end)
        last, before = by_end[-1], by_end[-2]
        tail, length = last.end - before.end, max(end - begin, 1)
        together = max(one.begin for one in group) - begin < 0.2 * length
        if (
            together
            and tail > TAIL_SHARE * length
            and tail > 0.1 * found.wall_ns
            and not _idles(found, last, before.end)
        ):
            yield _straggler_verdict(found, group, last, tail, before.end)


def _idles(found: Figures, last: Worker, since: int) -> bool:
    """Whether it did nothing but wait for others in that time (a join, a queue, a task)."""
    waits = merged(found.when(State.LOCK, State.CHILD, threads=(last.thread,)).within(since, last.end)).total
    return waits > 0.5 * (last.end - since)


def _straggler_verdict(found: Figures, group: tuple[Worker, ...], last: Worker, tail: int, since: int) -> Verdict:
    even = sum(one.end - one.begin for one in group) // len(group)
    others = named(found.store, [one.thread for one in group if one is not last]) if len(group) < 4 else "all others"
    whole = max(last.end - last.begin, 1)
    return Verdict(
        code="straggler",
        title="One worker has more to do than the others",
        text=f"{capital(last.name)} went on for {units.duration(tail)} after {others} had finished: "
        f"{units.share(tail / whole)} of its own time, in which it worked alone.",
        advice=f"Evenly shared, the {len(group)} of them would have needed about {units.duration(even)} instead of"
        f" {units.duration(whole)}. Cut the work into smaller pieces, the longest first, and let each worker take the"
        " next one when it is done (imap_unordered, chunksize 1).",
        sure=sure(found, least=0.5),
        span=(since, last.end),
        cost_ns=tail,
        thread=last.thread,
        evidence={"worker": last.name, "alone_ns": tail, "workers": len(group),
                  "estimate": {"way": "even", "wall_ns": found.wall_ns - whole + even}},
    )  # fmt: skip
