"""The verdict about a program that has other processes do its work, and waits for each before it starts the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import visualiser.trace.units as units
from visualiser.trace.lives import Process
from visualiser.trace.values import State

from .figures import Figures
from .model import Sure, Verdict
from .stretches import Stretches, merged
from .words import many

WAIT_SHARE = 0.5
"""Of the run: how long one thread must wait for others' ends, to be said."""

MOST_AT_ONCE = 1.2
"""How many may run at once on average, to count as one after another."""


def in_turn(found: Figures) -> Iterator[Verdict]:
    """One thread waits most of the run for processes that it started, and they ran one after another."""
    for process in found.store.processes:
        for thread in process.threads:
            waits = merged(found.when(State.CHILD, threads=(thread,)))
            if waits.total < WAIT_SHARE * found.wall_ns:
                continue
            lives, names = _children(found, process, waits)
            covered = merged(lives)
            apart = lives.total <= MOST_AT_ONCE * covered.total
            if len(lives.start) >= 2 and covered.total > 0.8 * waits.total and apart:
                yield _verdict(found, thread, waits, lives, names)


def _children(found: Figures, process: Process, waits: Stretches) -> tuple[Stretches, list[str]]:
    """When those that mattered to the waits lived: each for more than a hundredth of them."""
    begin, end = int(waits.start[0]), int(waits.end[-1])
    some = [one for one in found.store.processes if one.parent == process.index and one.threads]
    start = np.array([max(one.start_ns, begin) for one in some], np.int64)
    stop = np.array([min(found.end if one.end_ns is None else one.end_ns, end) for one in some], np.int64)
    long = stop - start > 0.01 * waits.total
    return Stretches(start[long], stop[long]), [one.name for one, kept in zip(some, long, strict=True) if kept]


def _verdict(found: Figures, thread: int, waits: Stretches, lives: Stretches, names: list[str]) -> Verdict:
    store = found.store
    length = lives.end - lives.start
    longest = int(np.argmax(length))
    sharing = min(len(length), found.cpus or 1)
    wall = found.wall_ns - lives.total + max(int(length.max()), lives.total // max(sharing, 1))
    count, at_once = many(len(length), "process"), lives.total / max(merged(lives).total, 1)
    return Verdict(
        code="one-after-another",
        title="Processes run one after another",
        text=f"{store.threads[thread].name} waited {units.duration(waits.total)} for {count} that it had started,"
        f" {units.share(waits.total / found.wall_ns)} of the run; {units.digits(at_once)} of them at once on average."
        f" The longest, {names[longest]}, took {units.duration(int(length.max()))}.",
        advice=f"Start all of them, then wait (Popen first and communicate later, or a ThreadPoolExecutor that runs"
        f" them): {many(sharing, 'process')} at once would take about {units.duration(wall)} instead of"
        f" {units.duration(found.wall_ns)}, if none needs what another does and {sharing} CPUs are free."
        if sharing > 1 else "Do the work of several in one of them: each has to start first.",
        sure=Sure.CERTAIN if found.is_exact and not store.lost else Sure.LIKELY,
        span=(int(waits.start[0]), int(waits.end[-1])),
        cost_ns=waits.total,
        thread=thread,
        evidence={"thread": store.threads[thread].name, "processes": len(length), "waiting_ns": waits.total,
                  "at_once": at_once,
                  "longest_ns": int(length.max()),
                  **({"estimate": {"way": "at once", "wall_ns": wall}} if sharing > 1 else {})},
    )  # fmt: skip
