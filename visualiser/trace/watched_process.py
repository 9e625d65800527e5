"""One process as it was observed: its threads' tracks and its GILs', brought up to date when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .elsewhere import Elsewhere
from .gil_track import GilTrack
from .growing import Growing
from .joined_track import Track
from .joiner import Facts, Joined, Joiner, by_thread, join, place_all
from .joining import Waits
from .observed import Edges, GilLooks, Intervals, Looks, Losses, Table, Totals
from .placer import Placer
from .sightings import SeenOfProcess
from .thread_track import ThreadTrack
from .turns import THREAD_ROWS

Array = npt.NDArray[Any]
OneTable = TypeVar("OneTable", bound=Table)


@dataclass(frozen=True)
class Around:
    """What joining a process needs beside its own sightings. Keys are those of `sightings`.

    waits: recorded ones by thread; lives: begin and end of each thread (ns); end: now, or the process's end (ns).
    """

    waits: Mapping[int, Waits]
    lives: Mapping[int, tuple[int, int]]
    losses: Sequence[Losses]
    end: int


MOST_EDGES = 20_000
"""So many new edges are joined in one go while a run goes on; what is more waits for the next time."""


A_WHILE = 1 << 30
"""Rows: more than anybody does in one go."""


class Allowance:
    """How much may be done in one state of the store: `rows`, counted and not timed, so the same on any machine."""

    def __init__(self, rows: int) -> None:
        self._most = self._left = rows

    def renew(self) -> None:
        """All of it again."""
        self._left = self._most

    @property
    def left(self) -> bool:
        """Whether there is any."""
        return self._left > 0

    def spend(self, rows: int) -> bool:
        """Take that much; whether there is more."""
        self._left -= rows
        return self._left > 0


class WatchedProcess:
    """`tracks` by thread, `gils` by interpreter; both as of the latest `update`, which `number` counts."""

    def __init__(self, seen: SeenOfProcess) -> None:
        self.number = 0
        self.tracks: dict[int, Track] = {}
        self.gils: dict[int, GilTrack] = {}
        self._seen = seen
        self._joiner, self._placer = Joiner(), Placer()
        self._growing: dict[int, ThreadTrack] = {}
        self._gils: dict[int, _GrowingGil] = {}
        self._taken = {"edges": 0, "looks": 0, "gils": 0, "totals": 0}
        self._accounts: tuple[int, dict[int, Totals]] = (0, {})
        self._losses = 0
        self._counts: dict[int, tuple[int, int]] = {}  # interpreter: its count, and by how much it rose
        self._counted = 0
        self._steps: Iterator[int] | None = None

    @property
    def tells_states(self) -> bool:
        """Whether more than totals was seen."""
        return bool(self._seen.edges or self._seen.looks)

    @property
    def exact(self) -> bool:
        """Whether the kernel told of its switches."""
        return bool(self._seen.edges)

    @property
    def settled_ns(self) -> int:
        """What ended before that (ns) changes no more while the run goes on."""
        return self._joiner.settled_ns if self.exact else self._placer.settled_ns

    @property
    def behind(self) -> bool:
        """Whether an update takes in only a part of what there is."""
        return self._taken["edges"] < len(self._seen.edges)

    @property
    def under_way(self) -> bool:
        """Whether an update was begun that is not complete yet."""
        return self._steps is not None

    def update(self, around: Around, finished: bool, allowance: Allowance | None = None) -> bool:
        """Join what is new; once all is there, everything at once, so that a saved run is told the same way.

        Whether the update is complete: with an `allowance` only so much is done now, and the rest by later calls.
        """
        if finished:
            self._become(self._joined(around, around.waits))
            return True
        if self._steps is None:
            self._steps = self._advance(around)
        for rows in self._steps:
            if allowance is not None and not allowance.spend(rows):
                return False
        self._steps, self.number = None, self.number + 1
        return True

    def completing(self, around: Around) -> Iterator[int]:
        """Join everything at once, in a thread of its own; in steps that tell their number of rows, the last of which
        changes the answers.
        """
        waits = {}
        for key in around.waits:
            waits[key] = around.waits[key]
            yield THREAD_ROWS
        work = Elsewhere(lambda: self._joined(around, waits))
        yield from work.steps(A_WHILE)
        self._become(work.outcome())

    def _joined(self, around: Around, waits: Mapping[int, Waits]) -> Joined:
        facts = Facts(*self._tables(), Losses.join(around.losses), waits, around.end)
        return join(facts) if self.exact else place_all(facts, Totals.join(self._seen.totals), around.lives)

    def _become(self, joined: Joined) -> None:
        self._steps, self.number = None, self.number + 1
        self.tracks, self.gils = joined.threads, joined.gils
        self._growing.clear()

    def settled_rows(self, thread: int) -> int:
        """So many rows of the thread's track stay as they are but for the end of the last; 0 once all was joined."""
        return self._growing[thread].settled if thread in self._growing else 0

    def handovers(self, interpreter: int) -> int | None:
        """By how much the interpreter's own count rose while it was watched; None: never read."""
        for table in self._seen.gils[self._counted :]:
            for number in np.unique(table.interpreter).tolist():
                counts = table.handovers[table.interpreter == number]
                last, total = self._counts.get(number, (int(counts[0]), 0))
                rose = np.maximum(np.diff(counts, prepend=last), 0)  # an exec begins again at 0
                self._counts[number] = int(counts[-1]), total + int(rose.sum())
        self._counted = len(self._seen.gils)
        return self._counts[interpreter][1] if interpreter in self._counts else None

    def interval_ns(self, interpreter: int) -> int | None:
        """The latest switch interval; None: not read."""
        table = Intervals.join(self._seen.intervals)
        own = table.micros[table.interpreter == interpreter]
        return int(own[-1]) * 1000 if len(own) else None

    def last_sign(self) -> int:
        """When anything was last seen of it (ns)."""
        edges = (int(table.t[-1]) for table in self._seen.edges[-8:])  # CPUs by turns
        return max([*edges, *(int(table.t[-1]) for table in self._seen.gils[-1:])], default=0)

    def accounts(self, thread: int) -> Totals:
        """The kernel's own accounts of a thread, in order of time; for good until there are more."""
        count = len(self._seen.totals)
        if self._accounts[0] != count:
            self._accounts = count, by_thread(Totals.join(self._seen.totals))
        return self._accounts[1].get(thread, NO_ACCOUNTS)

    def _tables(self) -> tuple[Edges, Looks, GilLooks]:
        seen = self._seen
        return Edges.join(seen.edges), Looks.join(seen.looks), GilLooks.join(seen.gils)

    def _fresh(self, name: str, tables: Sequence[OneTable], most: int | None = None) -> Sequence[OneTable]:
        """Tables that are new: all, or the first of them that have `most` rows together."""
        first, rows = self._taken[name], 0
        last = first
        while last < len(tables) and (most is None or rows < most):
            rows += len(tables[last])
            last += 1
        self._taken[name] = last
        return tables[first:last]

    def _advance(self, around: Around) -> Iterator[int]:
        """Join what is new, or as much of it as one update may take, in steps that tell their number of rows."""
        seen = self._seen
        losses, self._losses = around.losses[self._losses :], len(around.losses)
        edges = Edges.join(self._fresh("edges", seen.edges, MOST_EDGES))
        end = min(around.end, int(edges.t[-1])) if self.behind and len(edges) else around.end
        new = Facts(
            edges,
            Looks.join(self._fresh("looks", seen.looks)),
            GilLooks.join(self._fresh("gils", seen.gils)),
            Losses.join(losses),
            around.waits,
            end,
        )
        if self.exact:
            settled, rest = yield from self._joiner.steps(new)
        else:
            totals = Totals.join(self._fresh("totals", seen.totals))
            settled, rest = yield from self._placer.steps(new, totals, around.lives)
        self._take(settled, rest, end)

    def _take(self, settled: Joined, rest: Joined, end: int) -> None:
        for tid, part in settled.threads.items():
            self._growing.setdefault(tid, ThreadTrack()).settle(part)
        for tid, growing in self._growing.items():
            growing.replace_rest(rest.threads.get(tid), end)
        for number, gil in settled.gils.items():
            self._gils.setdefault(number, _GrowingGil()).settle(gil)
        self.tracks = {tid: growing.track for tid, growing in self._growing.items()}
        self.gils = {number: growing.with_rest(rest.gils.get(number)) for number, growing in self._gils.items()}


NO_ACCOUNTS = Totals.join([])


class _GrowingGil:
    """A GIL's track whose last changes are replaced again and again."""

    def __init__(self) -> None:
        self._t, self._holder = Growing("i8"), Growing("i8")
        self._settled = 0
        self._has_gil = True

    def settle(self, part: GilTrack) -> None:
        """Put behind what is settled."""
        self._cut()
        self._append(part)
        self._settled = len(self._t)

    def with_rest(self, rest: GilTrack | None) -> GilTrack:
        """All of it, with this behind the settled; good until the next change."""
        self._cut()
        if rest is not None:
            self._append(rest)
        return GilTrack(self._t.view, self._holder.view, self._has_gil)

    def _cut(self) -> None:
        self._t.cut(self._settled)
        self._holder.cut(self._settled)

    def _append(self, part: GilTrack) -> None:
        self._t.append(part.t)
        self._holder.append(part.holder)
        self._has_gil = part.has_gil
