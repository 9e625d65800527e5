"""The sampled level while a run goes on: as it is told later, and at the same cost however long it has gone on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.support.drawn_edges import MS, PID
from visualiser.events.blocks import Held, Seen
from visualiser.trace.joiner import Facts, Joined, place_all
from visualiser.trace.joining import Waits
from visualiser.trace.observed import Edges, GilLooks, Looks, Losses, Totals
from visualiser.trace.placer import Placer
from visualiser.trace.values import State

Array = npt.NDArray[Any]
THREADS = (1, 2, 3)
SEEN = (Seen.RUNNABLE, Seen.GIL, Seen.IO, Seen.LOCK)


def looks_of(tid: int, t: Array, chance: np.random.Generator) -> Looks:
    """Looks at a thread that goes on with what it does for some looks."""
    states = chance.choice(SEEN, len(t))
    held = np.maximum.accumulate(np.where(chance.random(len(t)) < 0.3, np.arange(len(t)), 0))
    none = np.zeros(len(t), "i8")
    return Looks(t + tid * 9000, none + 4000, none + PID, none + tid, states[held], none, none)


def totals_of(looks: Looks, chance: np.random.Generator) -> Totals:
    """Accounts that grow now and then."""
    count = len(looks)
    on, waited = (np.cumsum(chance.integers(0, 700_000, count) * (chance.random(count) < 0.5)) for _ in range(2))
    times = 1 + np.cumsum(chance.integers(0, 2, count))
    return Totals(looks.t - 2000, looks.pid, looks.tid, on, waited, times)


def run_of(seconds: float, seed: int) -> tuple[Facts, Totals, dict[int, tuple[int, int]]]:
    """A process with three threads that is looked at every two milliseconds."""
    chance = np.random.default_rng(seed)
    t = MS + np.arange(MS, round(seconds * 1000 * MS), 2 * MS)
    looks = [looks_of(tid, t, chance) for tid in THREADS]
    totals = Totals.join(totals_of(one, chance) for one in looks)
    none = np.zeros(len(t), "i8")
    held = chance.choice((Held.HELD, Held.FREE), len(t), p=(0.9, 0.1))
    gils = GilLooks(t, none + 3000, none + PID, chance.choice(THREADS, len(t)), none, held, np.arange(len(t)))
    begin = (
        MS + np.sort(chance.choice(np.arange(0, round(seconds * 1000), 40), round(seconds * 10), replace=False)) * MS
    )
    waits = {2: Waits(begin, begin + chance.integers(MS, 30 * MS, len(begin)), np.full(len(begin), State.LOCK, "u1"))}
    end = int(t[-1]) + MS
    facts = Facts(Edges.join([]), Looks.join(looks), gils, Losses.join([]), waits, end)
    return facts, totals, {1: (MS, end), 2: (MS, end), 3: (MS, end // 2)}


def updates(
    facts: Facts, totals: Totals, lives: dict[int, tuple[int, int]], ms: int
) -> Iterator[tuple[Joined, Joined]]:
    """What a placer hands out while that comes in, some at a time."""
    placer = Placer()
    before = 0
    for until in range(ms * MS, int(facts.looks.t[-1]) + ms * MS, ms * MS):
        looks, gils, accounts = (_between(one, before, until) for one in (facts.looks, facts.gils, totals))
        waits = {tid: _known(one, until) for tid, one in facts.waits.items()}
        new = replace(facts, looks=looks, gils=gils, waits=waits, end=until)
        alive = {tid: (begin, min(end, until)) for tid, (begin, end) in lives.items()}
        yield placer.advance(new, accounts, alive)
        before = until


def _between(table: Any, begin: int, end: int) -> Any:
    return table.rows((table.t >= begin) & (table.t < end))


def _known(waits: Waits, until: int) -> Waits:
    """The waits that have begun; those that have not ended last until now."""
    begun = waits.start < until
    return Waits(waits.start[begun], np.minimum(waits.end[begun], until), waits.state[begun])


@pytest.mark.parametrize("seed", range(4))
def test_what_was_told_while_the_run_went_on_is_what_is_told_of_it_later(seed: int) -> None:
    facts, totals, lives = run_of(4.0, seed)
    whole = place_all(facts, totals, lives)
    parts = list(updates(facts, totals, lives, 130))
    for tid in THREADS:
        tracks = [settled.threads[tid] for settled, _ in parts if tid in settled.threads]
        tracks += [parts[-1][1].threads[tid]] if tid in parts[-1][1].threads else []
        start, state = (np.concatenate([getattr(one, name) for one in tracks]) for name in ("start", "state"))
        at = np.arange(lives[tid][0], lives[tid][1], MS // 5)
        live, later = (
            states[np.searchsorted(starts, at, "right") - 1]
            for starts, states in ((start, state), (whole.threads[tid].start, whole.threads[tid].state))
        )
        assert np.array_equal(live, later)


def test_an_update_goes_through_as_many_rows_after_a_long_time_as_after_a_short_one() -> None:
    facts, totals, lives = run_of(8.0, 1)
    rows = [sum(len(track) for track in rest.threads.values()) for _, rest in updates(facts, totals, lives, 100)]
    assert max(rows[60:]) <= 1.5 * max(rows[10:20])


def test_threads_are_placed_one_by_one() -> None:
    facts, totals, lives = run_of(0.5, 2)
    costs = list(Placer().steps(facts, totals, lives))
    assert len(costs) >= len(THREADS)
    assert max(costs) < 2 * len(facts.looks)
