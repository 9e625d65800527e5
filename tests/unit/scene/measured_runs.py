"""Drawn runs whose GIL and CPUs were measured: lanes of digits say which thread had them.

measured("a RRGG / b GGRR", gil="0011", cpus=("0...", "..11"))        "." is: nobody, "?": somebody unknown
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from tests.support.builder import ORIGIN, STEP
from tests.support.drawn import trace_from
from visualiser.trace import CpuSpans, GilLane, Source, Steps, ThreadCpus, TraceStore


class Measured(TraceStore):
    """A store whose answers about GIL and CPUs are given."""

    lanes: tuple[GilLane, ...]
    ran: dict[int, CpuSpans]

    def gil_lanes(self, process: int) -> tuple[GilLane, ...]:
        return self.lanes if process == 0 else ()

    @property
    def cpus(self) -> tuple[int, ...]:
        return tuple(self.ran)

    def cpu_spans(self, cpu: int) -> CpuSpans:
        return self.ran[cpu]

    def thread_cpus(self, thread: int) -> ThreadCpus:
        rows = [
            (start, end, cpu)
            for cpu, spans in self.ran.items()
            for start, end, who in zip(spans.start, spans.end, spans.thread, strict=True)
            if who == thread
        ]
        columns = np.array(sorted(rows), "i8").reshape(-1, 3).T
        return ThreadCpus(columns[0], columns[1], columns[2].astype("i2"))

    def parallelism(self) -> Steps:
        edges = [(int(t), 1) for spans in self.ran.values() for t in spans.start]
        edges += [(int(t), -1) for spans in self.ran.values() for t in spans.end]
        times = sorted({t for t, _ in edges})
        return Steps(np.array(times, "i8"), np.array([sum(step for at, step in edges if at <= t) for t in times], "i4"))


def owned(drawing: str, step: int = STEP) -> CpuSpans:
    """A lane of digits as spans."""
    rows, at = [], 0
    for digit, same in groupby(drawing):
        length = len(list(same))
        if digit != ".":
            who = -1 if digit == "?" else int(digit)
            rows.append((ORIGIN + at * step, ORIGIN + (at + length) * step, who))
        at += length
    columns = np.array(rows, "i8").reshape(-1, 3).T
    return CpuSpans(columns[0], columns[1], columns[2].astype("i4"))


def gil_lane(
    drawing: str, step: int = STEP, *, enabled: bool | None = True, interval: int | None = 5 * STEP
) -> GilLane:
    """A GIL lane whose hand-overs are where one digit follows another."""
    spans = owned(drawing, step)
    changed = np.flatnonzero(spans.thread[1:] != spans.thread[:-1]) + 1
    source = np.full(len(spans), Source.EXACT, "u1")
    times = spans.start[changed]
    return GilLane(0, "GIL", enabled, spans.start, spans.end, spans.thread, source, times, len(times), interval)


def measured(drawing: str, *, gil: str = "", cpus: tuple[str, ...] = (), step: int = STEP, **more: bool) -> Measured:
    """The drawn run, with these holders of its GIL and these threads on its CPUs."""
    lanes = (gil_lane(gil, step, **more),) if gil or more else ()
    return as_measured(trace_from(drawing, step=step), lanes, {cpu: owned(one, step) for cpu, one in enumerate(cpus)})


def as_measured(store: TraceStore, lanes: tuple[GilLane, ...], ran: dict[int, CpuSpans]) -> Measured:
    """The store, with these answers from now on."""
    store.__class__ = Measured
    assert isinstance(store, Measured)
    store.lanes, store.ran = lanes, ran
    return store
