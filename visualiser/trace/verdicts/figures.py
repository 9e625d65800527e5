"""The figures that verdicts are made of, gathered once from a store: who computed, who waited for what, at what times.

Nothing here judges. Times are ns on the store's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from visualiser.trace.columns import Spans
from visualiser.trace.store import TraceStore
from visualiser.trace.values import State

from .stretches import Levels, Stretches, levels, merged, together

ON_CPU = (State.RUNNING, State.NATIVE)
BY_ITS_OWN_WISH = (State.IO, State.SLEEP)


@dataclass(frozen=True, eq=False)
class Figures:
    """A run, ready to be judged. `cpus`: how many the machine has; None when that is not known."""

    store: TraceStore
    cpus: int | None

    @property
    def begin(self) -> int:
        """When the program began."""
        return min((one.start_ns for one in self.store.processes), default=self.store.start_ns)

    @property
    def end(self) -> int:
        """When the last process of the program had ended."""
        ends = [self.store.end_ns if one.end_ns is None else one.end_ns for one in self.store.processes]
        return max(ends, default=self.store.end_ns)

    @cached_property
    def awake(self) -> int:
        """When Python had started and the program could begin: the first record of the first process; else `begin`."""
        first = min(self.store.processes, key=lambda one: one.start_ns, default=None)
        rows = [self.store.records(thread)[:1] for thread in first.threads] if first is not None else []
        return int(min((one["t"][0] for one in rows if len(one)), default=self.begin))

    @property
    def wall_ns(self) -> int:
        """How long the program took; never 0."""
        return max(self.end - self.begin, 1)

    @property
    def span(self) -> tuple[int, int]:
        """From the program's begin to its end."""
        return self.begin, self.end

    @cached_property
    def threads(self) -> tuple[int, ...]:
        """All threads, by index."""
        return tuple(one.index for one in self.store.threads)

    @cached_property
    def totals(self) -> dict[int, np.ndarray]:
        """ns per state, by thread."""
        return {thread: _totals(self.store.states(thread)) for thread in self.threads}

    def total(self, *states: State, threads: tuple[int, ...] | None = None) -> int:
        """ns in these states, of some threads or all."""
        chosen = self.threads if threads is None else threads
        return int(sum(self.totals[thread][list(states)].sum() for thread in chosen))

    def on_cpu(self, thread: int) -> int:
        """ns on a CPU; by the states where the kernel's own account is not there."""
        told = self.store.on_cpu_ns(thread)
        return self.total(*ON_CPU, threads=(thread,)) if told is None else told

    @cached_property
    def cpu_total(self) -> int:
        """ns on a CPU, all threads."""
        return sum(self.on_cpu(thread) for thread in self.threads)

    def lived(self, thread: int) -> int:
        """ns from a thread's start to its end; never 0."""
        life = self.store.threads[thread]
        return max((self.end if life.end_ns is None else life.end_ns) - life.start_ns, 1)

    def when(self, *states: State, threads: tuple[int, ...] | None = None) -> Stretches:
        """When threads were in these states: one stretch per span, so stretches of different threads overlap."""
        chosen = self.threads if threads is None else threads
        return together(_in_states(self.store.states(thread), states) for thread in chosen)

    @cached_property
    def cpu_stretches(self) -> Stretches:
        """When threads were on a CPU, one stretch per stay: the kernel's edges, else the states."""
        parts = []
        for thread in self.threads:
            cpus = self.store.thread_cpus(thread)
            parts.append(Stretches(cpus.start, cpus.end) if len(cpus) else self.when(*ON_CPU, threads=(thread,)))
        return together(parts)

    @cached_property
    def at_once(self) -> Levels:
        """How many threads were on a CPU at once."""
        return levels(self.cpu_stretches)

    @cached_property
    def busy(self) -> Stretches:
        """When at least one thread was on a CPU; merged."""
        return merged(self.cpu_stretches)

    @cached_property
    def knows_cpu(self) -> bool:
        """Whether anybody measured who was on a CPU, all of the time."""
        return self.store.info.sources.get("switches", "none") != "none" and self.store.blind_ns is None

    @cached_property
    def is_exact(self) -> bool:
        """Whether the kernel's own edges bound what threads did."""
        return self.store.info.sources.get("switches") == "exact" and self.store.blind_ns is None

    @cached_property
    def seen(self) -> float:
        """The share of all threads' lives of which something is known."""
        lives = sum(int(one.sum()) for one in self.totals.values())
        return max(1.0 - self.total(State.UNKNOWN) / lives, 0.0) if lives else 0.0


def figures(store: TraceStore) -> Figures:
    """The figures of a run."""
    cpus = store.info.machine.get("cpus")
    return Figures(store, int(cpus) if isinstance(cpus, int) and cpus > 0 else None)


def _totals(spans: Spans) -> np.ndarray:
    length = (spans.end - spans.start).astype(np.float64)
    totals: np.ndarray = np.bincount(spans.state, weights=length, minlength=len(State)).astype(np.int64)
    return totals


def _in_states(spans: Spans, states: tuple[State, ...]) -> Stretches:
    some = np.isin(spans.state, states)
    return Stretches(spans.start[some], spans.end[some])
