"""What happened between two moments: time per state and thread, how many ran at once, hand-overs, losses.

Every span counts with the part of it that lies in the range. What nothing in the run could tell is None, never 0.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from .columns import Int64s
from .stats import _NEEDS_OF_STATE as NEEDS_OF_STATE
from .store import TraceStore
from .text_table import aligned
from .units import count, digits, duration, moment
from .values import STATE_NAMES, State

EXACT_BELOW_NS = 20_000


@dataclass(frozen=True)
class ThreadTotals:
    """One thread in the range: ns it lived in it, and ns per state, by number (None: nothing could tell that one)."""

    thread: int
    name: str
    process: str
    pid: int
    alive_ns: int
    states: tuple[int | None, ...]


@dataclass(frozen=True)
class RangeTotals:
    """The range [t0, t1) in ns. `mean_parallelism`, `max_parallelism`: threads on a CPU at once, None: not measured;
    `handovers`: of all GILs, None: not measured; `outputs`: how many were printed; `lost`: events that are missing from
    the range, or may be: nobody knows more of the last ones lost than that they came after the first.
    """

    t0: int
    t1: int
    origin_ns: int
    threads: tuple[ThreadTotals, ...]
    states: tuple[int | None, ...]
    mean_parallelism: float | None
    max_parallelism: int | None
    handovers: int | None
    outputs: int
    lost: int

    @property
    def length_ns(self) -> int:
        """How long the range is."""
        return self.t1 - self.t0

    @property
    def moments(self) -> tuple[str, str]:
        """Its begin and end, counted from the start of the run, in words; a short one's to the nanosecond."""
        exact = self.length_ns < EXACT_BELOW_NS
        return moment(self.t0 - self.origin_ns, exact), moment(self.t1 - self.origin_ns, exact)

    def text(self) -> str:
        """All of it as plain text, in columns."""
        begin, end = self.moments
        lines = [
            f"From {begin} to {end}: {duration(self.length_ns)}",
            *(": ".join(fact) for fact in self.facts()),
        ]
        shown = [state for state, total in enumerate(self.states) if total]
        table = [["thread", "process", "lived", *(STATE_NAMES[state] for state in shown)]]
        for one in self.threads:
            cells = (_duration(one.states[state]) for state in shown)
            table.append([one.name, f"{one.process} ({one.pid})", duration(one.alive_ns), *cells])
        table.append(["all", "", "", *(_duration(self.states[state]) for state in shown)])
        return "\n".join([*lines, "", *aligned(table, words=2)]) + "\n"

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What holds for the range as a whole: (what, value) in words."""
        mean, most = self.mean_parallelism, self.max_parallelism
        return (
            ("Parallelism", "not measured" if mean is None else f"{digits(mean)} threads on a CPU on average"
             + (f", {most} at most" if most is not None else "")),
            ("GIL hand-overs", "not measured" if self.handovers is None else count(self.handovers)),
            ("Outputs", count(self.outputs)),
            ("Events lost", f"up to {count(self.lost)}" if self.lost else "0"),
        )  # fmt: skip

    def csv(self) -> str:
        """A row per thread, ns; an empty cell is what was not measured."""
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n").writerow
        write(["start_ns", "end_ns", "pid", "process", "thread", "alive_ns", *(f"{name}_ns" for name in STATE_NAMES)])
        for one in self.threads:
            head = [self.t0 - self.origin_ns, self.t1 - self.origin_ns, one.pid, _plain(one.process), _plain(one.name)]
            write([*head, one.alive_ns, *("" if total is None else total for total in one.states)])
        return out.getvalue()


def range_totals(store: TraceStore, t0: int, t1: int) -> RangeTotals:
    """The totals of [t0, t1) (ns, in either order). Cost: the spans in the range."""
    t0, t1 = sorted((t0, t1))
    told = _told(store)
    threads = []
    sums = np.zeros(len(STATE_NAMES), np.int64)
    for thread in store.threads:
        alive, totals = _of_thread(store, thread.index, t0, t1)
        if alive <= 0:
            continue
        sums += totals
        process = store.processes[thread.process]
        states = tuple(int(total) if total or known else None for total, known in zip(totals, told, strict=True))
        threads.append(ThreadTotals(thread.index, thread.name, process.name, process.pid, alive, states))
    mean, most = _parallelism(store, t0, t1)
    outputs = store.outputs().t
    return RangeTotals(
        t0=t0,
        t1=t1,
        origin_ns=store.start_ns,
        threads=tuple(threads),
        states=tuple(int(total) if total or known else None for total, known in zip(sums, told, strict=True)),
        mean_parallelism=mean,
        max_parallelism=most,
        handovers=_handovers(store, t0, t1),
        outputs=int(np.searchsorted(outputs, t1, "left") - np.searchsorted(outputs, t0, "left")),
        lost=sum(loss.count for loss in store.losses if loss.first_ns < t1),
    )


def _of_thread(store: TraceStore, thread: int, t0: int, t1: int) -> tuple[int, Int64s]:
    spans = store.states(thread)
    last = int(np.searchsorted(spans.start, t1, "left"))
    first = min(int(np.searchsorted(spans.end, t0, "right")), last)
    length = np.minimum(spans.end[first:last], t1) - np.maximum(spans.start[first:last], t0)
    sums = np.bincount(spans.state[first:last], weights=length, minlength=len(STATE_NAMES))  # exact up to 2**53 ns
    return int(length.sum()), sums.astype(np.int64)


def _parallelism(store: TraceStore, t0: int, t1: int) -> tuple[float | None, int | None]:
    steps = store.parallelism()
    blind = store.blind_ns
    if not len(steps) or t1 <= t0 or (blind is not None and blind < t1):
        return None, None
    first, last = (int(np.searchsorted(steps.t, t, "right")) for t in (t0, t1 - 1))
    edges = np.concatenate(([t0], steps.t[first:last], [t1]))
    counts = np.concatenate((steps.n[first - 1 : first] if first else [0], steps.n[first:last]))
    return float((np.diff(edges) * counts).sum() / (t1 - t0)), int(counts.max())


def _handovers(store: TraceStore, t0: int, t1: int) -> int | None:
    lanes = [lane for process in store.processes for lane in store.gil_lanes(process.index) if lane.enabled]
    if not lanes:
        return None
    found = (np.searchsorted(lane.handovers_t, t1, "left") - np.searchsorted(lane.handovers_t, t0, "left")
             for lane in lanes)  # fmt: skip
    return int(sum(found))


def _duration(ns: int | None) -> str:
    return "unknown" if ns is None else duration(ns)


def _plain(name: str) -> str:
    """A name that no table program takes for a formula."""
    return "'" + name if name[:1] in "=+-@\t\r" else name


def _told(store: TraceStore) -> tuple[bool, ...]:
    """By state: whether something in this run could tell it."""
    return tuple(store.info.sources.get(NEEDS_OF_STATE.get(state, "")) != "none" for state in State)
