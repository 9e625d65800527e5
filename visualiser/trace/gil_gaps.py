"""Who can have held a GIL between two looks that lie several hand-overs apart: every way it can have gone, at once.

The interpreter's own count says how many hand-overs there were, the looks who had it first and last, the kernel's edges
who could take it when, and each record that a thread wrote says that it had it then: the probe is Python. All
ways that fit are followed together; where all of them have the same holder, it is known, else it is UNSURE.

- Who comes onto a CPU while the GIL is free may take it, and does if it had waited for it.
- Who comes while another has it only asks.
- Who leaves by blocking gives it up; who is on a CPU then may take it.
- A thread that had waited for the GIL and then was on a CPU for long has taken it: nothing else lets it go on.

A thread may also hand it over while it stays on a CPU, keep it while it blocks, and let it lie: only the ways with the
fewest of these count, and none with more than `MOST_ODD`. If none is left, nothing is told. Source: take_gil, drop_gil
(Python/ceval_gil.c).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

from .arrivals import Arrivals
from .observed import GilLooks

Array = npt.NDArray[Any]
State = tuple[int, bool]  # whose it is or was last, and whether it is held
Ways = dict[State, int]  # how many hand-overs there may have been by then, as bits
Moves = dict[State, list[tuple[State, int]]]

FREE, UNSURE = 0, -1
TAKEN_NS = 100_000
"""A thread that had waited for the GIL and was on a CPU for so long has taken it."""
MOST_EVENTS, MOST_STEPS, MOST_ODD = 500, 250, 3
EVENT_ROWS = 3
"""What an event costs, in rows of joining."""
COME, LEAVE, HAS = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Proofs:
    """Moments at which a thread surely had the GIL, in order. t i8 ns; tid i8."""

    t: Array
    tid: Array


def no_proofs() -> Proofs:
    """Nothing is proved."""
    return Proofs(np.empty(0, "i8"), np.empty(0, "i8"))


def holders_in(
    looks: GilLooks, gaps: Array, came: Arrivals, proofs: Proofs
) -> Generator[int, None, tuple[Array, Array, Array]]:
    """For the gaps behind these looks: (times, holders from then on), and which gaps it tells something of (bool).
    Every step tells what it cost in rows, about.
    """
    times: list[int] = []
    holders: list[int] = []
    told = np.zeros(len(gaps), bool)
    happened = _Events(came, proofs)
    for row, gap in enumerate(gaps.tolist()):
        t0, t1 = int(looks.t[gap]), int(looks.t[gap + 1])
        count = int(looks.handovers[gap + 1] - looks.handovers[gap])
        events = happened.between(t0, t1)
        if count > MOST_STEPS or events is None:
            continue
        first, last = _state(looks, gap), _state(looks, gap + 1)
        found = _ways(events, first, last, count)
        if found:
            told[row] = True
            times.extend([t0 + 1, *(event[0] for event in events)])
            holders.extend(found)
        yield EVENT_ROWS * len(events)
    return np.array(times, "i8"), np.array(holders, "i8"), told


def _state(looks: GilLooks, row: int) -> State:
    return int(looks.tid[row]), bool(looks.held[row] == blocks.Held.HELD)


Event = tuple[int, int, int, bool, tuple[int, ...]]
"""t; COME, LEAVE or HAS; tid; whether it had waited for the GIL; who else is on a CPU then."""


class _Events:
    """What happened to the threads of a process, to be asked for stretch by stretch."""

    def __init__(self, came: Arrivals, proofs: Proofs) -> None:
        self._came = came
        self._latest_off = np.maximum.accumulate(came.off) if len(came.t) else came.off
        t, tid = _taken(came)
        t, tid = np.concatenate([proofs.t, t]), np.concatenate([proofs.tid, tid])
        order = np.argsort(t, kind="stable")
        self._has_t, self._has_tid = t[order], tid[order]

    def between(self, t0: int, t1: int) -> list[Event] | None:
        """The events of that stretch in order; None: too many."""
        came = self._came
        first, last = np.searchsorted(self._latest_off, t0, "right"), np.searchsorted(came.t, t1, "left")
        has = slice(*np.searchsorted(self._has_t, (t0 + 1, t1)).tolist())
        if last - first + has.stop - has.start > MOST_EVENTS:
            return None
        rows = slice(int(first), int(last))
        columns = (came.t, came.tid, came.off, came.gone, came.waited)
        stays = list(zip(*(column[rows].tolist() for column in columns), strict=True))
        found = [(t, COME, tid, waited) for t, tid, _, _, waited in stays if t > t0]
        found += [(gone, LEAVE, tid, False) for _, tid, _, gone, _ in stays if t0 < gone < t1]
        found += [
            (t, HAS, tid, False) for t, tid in zip(self._has_t[has].tolist(), self._has_tid[has].tolist(), strict=True)
        ]
        found.sort()
        return [
            (t, kind, tid, waited, tuple({who for a, who, b, _, _ in stays if a <= t < b and who != tid}))
            for t, kind, tid, waited in found
        ]


def _taken(came: Arrivals) -> tuple[Array, Array]:
    """By when those who came from waiting for the GIL and stayed had taken it, and who they are."""
    long = came.waited & (came.off - came.t > TAKEN_NS)
    return came.t[long] + TAKEN_NS, came.tid[long]


def _ways(events: list[Event], first: State, last: State, count: int) -> list[int] | None:
    """The holder from the first look on and behind each event; None: it cannot have gone so."""
    width = count + 2  # bits: so many hand-overs, and as many again for each time that is against the rules
    kept = sum(((2 << count) - 1) << width * odd for odd in range(MOST_ODD + 1))
    forward: list[Ways] = [{first: 1}]
    moves: list[Moves] = []
    for event in events:
        step = {state: [(to, more + width * odd) for to, more, odd in _moves(state, event)] for state in forward[-1]}
        after: Ways = {}
        for state, ways in forward[-1].items():
            for other, more in step[state]:
                reached = ways << more & kept
                if reached:
                    after[other] = after.get(other, 0) | reached
        moves.append(step)
        forward.append(after)
    for odd in range(MOST_ODD + 1):
        goal = forward[-1].get(last, 0) & 1 << count + width * odd
        if goal:
            return list(_agreed(forward, moves, {last: goal}))[::-1]
    return None


def _agreed(forward: list[Ways], moves: list[Moves], back: Ways) -> Iterator[int]:
    """From the end to the beginning: whom all ways that arrive have as holder."""
    yield _holder(back)
    for ways, step in zip(forward[-2::-1], moves[::-1], strict=True):
        before: Ways = {}
        for state, known in ways.items():
            fitting = 0
            for other, more in step[state]:
                fitting |= back.get(other, 0) >> more
            if known & fitting:
                before[state] = known & fitting
        back = before
        yield _holder(back)


def _holder(ways: Ways) -> int:
    found = {tid if held else FREE for tid, held in ways}
    return found.pop() if len(found) == 1 else UNSURE


def _moves(state: State, event: Event) -> list[tuple[State, int, int]]:
    """What can become of it, how many hand-overs that is, and whether it is against the rules (0 or 1)."""
    _, kind, tid, waited, others = event
    whose, held = state
    taken, more = (tid, True), int(whose != tid)
    if kind == HAS:
        return [(taken, more, 0)]
    if kind == COME:
        if held:
            return [(state, 0, 0)] if whose == tid else [(state, 0, 0), (taken, more, 1)]
        return [(state, 0, int(waited)), (taken, more, 0)]
    if held and whose != tid:
        return [(state, 0, 0)]
    found = [((whose, False), 0, 0), *(((who, True), int(who != whose), 0) for who in others)]
    return [*found, (state, 0, 1)] if held else found
