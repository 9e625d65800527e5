"""The order of lanes is the order of containment: a process, its threads, the processes it started; then the output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from visualiser.trace import Process, Thread, TraceStore

from .frame import COMPACT, CROWD, PRESENTER, ROOMY, Measures
from .memory import remembered
from .model import Lane, LaneKind, ViewWindow
from .words import process_name, thread_name

MOST_ROWS = 3
"""Rows of own spans above a bar; deeper ones are drawn in the last."""


@dataclass(frozen=True)
class Group:
    """What belongs to one process: from y0 to y1, `depth` processes deep."""

    process: int
    depth: int
    y0: float
    y1: float


@dataclass(frozen=True)
class Upper:
    """How many rows a thread needs above its bar: own spans and tasks, locks held, marks. The same at every zoom."""

    spans: int = 0
    holds: int = 0
    marks: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.spans + self.holds + self.marks


@dataclass
class Layout:
    """Lanes with y counted from the top of the content; `height` of all."""

    lanes: list[Lane] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    uppers: dict[int, Upper] = field(default_factory=dict)
    height: float = 0.0


def measures_for(store: TraceStore, window: ViewWindow) -> Measures:
    """Larger for an audience, smaller for a crowd."""
    if window.presenter:
        return PRESENTER
    shown = sum(1 for thread in store.threads if _is_shown(thread, window))
    return COMPACT if shown > CROWD else ROOMY


def lay_out(store: TraceStore, window: ViewWindow, measures: Measures) -> Layout:
    """Every lane of a run, one below the other."""
    made = Layout()
    for process, depth in in_order(store):
        _add_process(made, store, window, measures, process, depth)
    if len(store.outputs()):
        height = 2 * measures.pad + OUTPUT_ROWS * (measures.row + 4) + 6
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
    for index in process.threads:
        thread = store.threads[index]
        if _is_shown(thread, window):
            _add_thread(made, store, measures, thread)
    made.height += measures.pad / 2
    made.groups.append(Group(process.index, depth, top, made.height))


def _add_thread(made: Layout, store: TraceStore, measures: Measures, thread: Thread) -> None:
    upper = made.uppers[thread.index] = upper_rows(store, thread.index)
    height = max(measures.lane, 2 * measures.pad + upper.rows * measures.row + measures.bar)
    y1 = made.height + height - measures.pad
    name = thread_name(thread)
    bar = (y1 - measures.bar, y1)
    lane = Lane(LaneKind.THREAD, made.height, made.height + height, bar, name, "", thread.process, thread.index)
    _append(made, lane, height)


def _append(made: Layout, lane: Lane, height: float) -> None:
    made.lanes.append(lane)
    made.height += height


def upper_rows(store: TraceStore, thread: int) -> Upper:
    """How many rows a thread needs above its bar."""
    return remembered(store, ("upper", thread), lambda: _upper(store, thread))


def _upper(store: TraceStore, thread: int) -> Upper:
    spans, holds, marks = store.spans(thread), store.holds(thread), store.marks(thread)
    rows = min(int(spans.depth.max()) + 1, MOST_ROWS) if len(spans) else 0
    return Upper(rows, 1 if len(holds) else 0, 1 if len(marks) else 0)
