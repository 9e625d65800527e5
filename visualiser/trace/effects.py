"""Causes the other way: whose waits the deeds of a thread ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .causes import VERBS
from .replies import ledger_of
from .store import TraceStore
from .woken import NEVER, woken_by


@dataclass(frozen=True)
class Effect:
    """What a deed of a thread did to another: `thread` (index) waited from `start` to `end` (ns) and was let go at `t`
    by what `how` says; `object`: its id.
    """

    how: str
    t: int
    thread: int
    object: int
    start: int
    end: int


MOST_EFFECTS = 20


def effects_of(store: TraceStore, thread: int, t0: int, t1: int) -> tuple[Effect, ...]:
    """Whose waits a thread ended between t0 and t1 (ns), as far as is known; the first 20."""
    mine = ledger_of(store).of_thread(thread)
    first, last = int(np.searchsorted(mine.t, t0, "left")), int(np.searchsorted(mine.t, t1, "right"))
    about = mine.object[first:last] > 0
    pairs = zip(mine.object[first:last][about].tolist(), mine.flag[first:last][about].tolist(), strict=True)
    found: list[Effect] = []
    for thing, flag in dict.fromkeys(pairs):
        woken = woken_by(store, thing, flag)
        known = np.flatnonzero(woken.by != NEVER)
        deeds = woken.replies.rows(woken.by[known])
        rows = np.flatnonzero((deeds.thread == thread) & (deeds.t >= t0) & (deeds.t <= t1))
        for row in rows[:MOST_EFFECTS]:
            at = int(known[row])
            found.append(Effect(VERBS[flag], int(deeds.t[row]), int(woken.thread[at]), thing, int(woken.start[at]),
                                int(woken.end[at])))  # fmt: skip
        if len(found) >= MOST_EFFECTS:
            break
    return tuple(sorted(found, key=lambda one: one.t)[:MOST_EFFECTS])
