"""The order of lanes is the order of containment: a process, its GIL, its threads, the processes it started; then the
machine's CPUs and how many ran at once; then the output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from visualiser.trace import Process, Thread, TraceStore

from .detail import WIDE
from .frame import COMPACT, CROWD, PRESENTER, ROOMY, Measures
from .measured import gils
from .model import Lane, LaneKind, ViewWindow
from .nested import Nested, held_locks, own_spans
from .textfit import clean
from .words import process_name, thread_name

MOST_ROWS = 3
"""Rows of own spans above a bar; deeper ones are drawn in the last."""

MOST_NOTCHED = 8.0
"""Pixels that spans may take in all and still have no row of their own."""


@dataclass(frozen=True)
class Group:
    """What belongs to one process: from y0 to y1, `depth` processes deep."""

    process: int
    depth: int
    y0: float
    y1: float


@dataclass(frozen=True)
class Upper:
    """How many rows a thread needs above its bar for what is in view: own spans and tasks, locks held, marks."""

    spans: int = 0
    holds: int = 0
    marks: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.spans + self.holds + self.marks


@dataclass
class Layout:
    """Lanes with y counted from the top of the content; `height` of all; `strips`: threads have one for their CPU."""

    lanes: list[Lane] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    uppers: dict[int, Upper] = field(default_factory=dict)
    strips: bool = False
    height: float = 0.0


def measures_for(store: TraceStore, window: ViewWindow) -> Measures:
    """Larger for an audience, smaller for a crowd."""
    if window.presenter:
        return PRESENTER
    shown = sum(1 for thread in store.threads if _is_shown(thread, window))
    return COMPACT if shown > CROWD else ROOMY


def lay_out(store: TraceStore, window: ViewWindow, measures: Measures) -> Layout:
    """Every lane of a run, one below the other."""
    made = Layout(strips=bool(store.cpus))
    for process, depth in in_order(store):
        _add_process(made, store, window, measures, process, depth)
    _add_machine(made, store, measures)
    if len(store.outputs()):
        first, last = np.searchsorted(store.outputs().t, (window.t0, window.t1 + 1))
        rows = OUTPUT_ROWS if last > first else 1
        height = 2 * measures.pad + rows * (measures.row + 4) + 6
        made.height += measures.gap
        lane = Lane(LaneKind.OUTPUT, made.height, made.height + height, (0, 0), "Output")
        _append(made, lane, height)
    return made


OUTPUT_ROWS = 2


def in_order(store: TraceStore) -> Iterator[tuple[Process, int]]:
    """Processes, each followed by those it started, with their depth."""
    children: dict[int | None, list[Process]] = {}
    known = {process.index for process in store.processes}
    for process in sorted(store.processes, key=lambda one: (one.start_ns, one.index)):
        parent = process.parent if process.parent in known and process.parent != process.index else None
        children.setdefault(parent, []).append(process)
    waiting = [(process, 0) for process in reversed(children.get(None, []))]
    while waiting:
        process, depth = waiting.pop()
        yield process, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(process.index, []))]


def _is_shown(thread: Thread, window: ViewWindow) -> bool:
    return thread.index not in window.hidden and thread.process not in window.collapsed


def _add_process(
    made: Layout, store: TraceStore, window: ViewWindow, measures: Measures, process: Process, depth: int
) -> None:
    made.height += measures.gap if made.lanes else 0.0
    top = made.height
    lane = Lane(LaneKind.PROCESS, top, top + measures.process, (0, 0), process_name(process), "", process.index)
    _append(made, lane, measures.process)
    if process.index not in window.collapsed:
        _add_gils(made, store, measures, process)
    for index in process.threads:
        thread = store.threads[index]
        if _is_shown(thread, window):
            _add_thread(made, store, measures, thread, window)
    made.height += measures.pad / 2
    made.groups.append(Group(process.index, depth, top, made.height))


def _add_gils(made: Layout, store: TraceStore, measures: Measures, process: Process) -> None:
    for number, gil in enumerate(gils(store, process.index)):
        y0 = made.height + measures.pad
        height = max(measures.lane, 2 * measures.pad + measures.row) if measures.details else measures.row + 6
        lane = Lane(
            LaneKind.GIL, made.height, made.height + height, (y0, y0 + measures.row), clean(gil.label) or "GIL",
            process=process.index, number=number,
        )  # fmt: skip
        _append(made, lane, height)


def _add_machine(made: Layout, store: TraceStore, measures: Measures) -> None:
    """A heading and a lane per CPU, and the lane of how many ran at once; nothing that was not measured."""
    if store.cpus:
        made.height += measures.gap
        height = 1.7 * measures.small
        _append(made, Lane(LaneKind.CPUS, made.height, made.height + height, (0, 0), "CPUs"), height)
    for cpu in store.cpus:
        y0, height = made.height + 3.0, measures.row + 8.0
        bar = (y0, y0 + measures.row + 2)
        _append(made, Lane(LaneKind.CPU, made.height, made.height + height, bar, f"CPU {cpu}", number=cpu), height)
    if len(store.parallelism()):
        made.height += measures.gap
        height = measures.curve + 1.4 * measures.small
        y0 = made.height + 0.7 * measures.small
        lane = Lane(LaneKind.PARALLEL, made.height, made.height + height, (y0, y0 + measures.curve), "In parallel")
        _append(made, lane, height)


def strip_room(measures: Measures) -> float:
    """How much of a lane is below its bar for the strip that tells the CPU: the strip, and what keeps it apart."""
    return measures.strip + 3.0


def _add_thread(made: Layout, store: TraceStore, measures: Measures, thread: Thread, window: ViewWindow) -> None:
    scale = window.width / max(window.t1 - window.t0, 1)
    upper = made.uppers[thread.index] = upper_rows(store, thread.index, (window.t0, window.t1), scale)
    below = strip_room(measures) if made.strips else 0.0
    height = max(measures.lane, 2 * measures.pad + upper.rows * measures.row + measures.bar) + below
    y1 = made.height + height - measures.pad - below
    name = thread_name(thread)
    bar = (y1 - measures.bar, y1)
    lane = Lane(LaneKind.THREAD, made.height, made.height + height, bar, name, "", thread.process, thread.index)
    _append(made, lane, height)


def _append(made: Layout, lane: Lane, height: float) -> None:
    made.lanes.append(lane)
    made.height += height


def upper_rows(store: TraceStore, thread: int, view: tuple[int, int], scale: float) -> Upper:
    """How many rows a thread needs above its bar for what lies between two moments (ns), at so many pixels per ns."""
    spans, holds, marks = own_spans(store, thread), held_locks(store, thread), store.marks(thread)
    first, last = np.searchsorted(marks.t, view[0]), np.searchsorted(marks.t, view[1], "right")
    rows = min(_depth(spans, view, scale), MOST_ROWS)
    return Upper(rows, min(_depth(holds, view, scale), 1), 1 if last > first else 0)


def _depth(spans: Nested, view: tuple[int, int], scale: float) -> int:
    """How deep the spans are nested that touch the view; 0 when they are so few and short that notches will do."""
    if not len(spans) or spans.is_slight(*view, WIDE / scale, MOST_NOTCHED / scale):
        return 0
    return spans.depth(*view)
