"""The order of lanes is the order of containment: a process, its GIL, its threads, the processes it started; then the
machine's CPUs and how many ran at once; then the output. Within that the user arranges them (`ViewWindow`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from visualiser.trace import Points, Process, Span, Thread, TraceStore

from .counters import counter_lanes
from .crowd import crowd_name, crowd_of
from .detail import WIDE
from .frame import COMPACT, CROWD, PRESENTER, ROOMY, Measures
from .measured import gils
from .memory import remembered
from .model import Lane, LaneKind, ViewWindow
from .nested import Nested, held_locks, own_spans
from .tasks import task_lanes
from .textfit import clean
from .words import process_name, thread_name

MOST_ROWS = 3
"""Rows of own spans above a bar; deeper ones are drawn in the last."""

MOST_CALL_ROWS = 8
"""The same of calls that another tool told: their stacks are deep, and there is little else to show of such a run."""

MOST_NOTCHED = 8.0
"""Pixels that spans may take in all and still have no row of their own."""

NOBODY = -1
"""The process of the group that pinned threads stand in."""

OUT_OF_SIGHT = -1e6
"""Where lanes go that are covered by pinned ones."""


@dataclass(frozen=True)
class Group:
    """What belongs to one process (NOBODY: pinned threads): from y0 to y1, `depth` processes deep."""

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


NO_ROWS = Upper()


@dataclass(eq=False)
class Layout:
    """Lanes with y counted from the top of the content; `height` of all; `strips`: threads have one for their CPU.
    `output_rows`: of flags, where there is output. The same one means: of the same run, arrangement and scroll."""

    lanes: list[Lane] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    uppers: dict[int, Upper] = field(default_factory=dict)
    strips: bool = False
    height: float = 0.0
    output_rows: int = 0


def measures_for(store: TraceStore, window: ViewWindow) -> Measures:
    """Larger for an audience, smaller for a crowd."""
    if window.presenter:
        return PRESENTER
    shown = sum(len(_threads(store, window, process)) for process in store.processes if _is_open(process, window))
    return COMPACT if shown + len(window.pinned) > CROWD else ROOMY


def lay_out(store: TraceStore, window: ViewWindow, measures: Measures) -> Layout:
    """Every lane of a run, one below the other."""
    made = Layout(strips=bool(store.cpus))
    _add_pinned(made, store, window, measures)
    pinned = len(made.lanes)
    for process, depth in in_order(store, window.process_order):
        if process.index not in window.hidden_processes and process.index not in window.pinned_processes:
            _add_process(made, store, window, measures, process, depth)
    _add_machine(made, store, window, measures)
    if LaneKind.OUTPUT not in window.without:
        _add_output(made, store, window, measures)
    return _with_pinned_in_sight(made, window, measures, pinned)


OUTPUT_ROWS = 2


def in_order(store: TraceStore, first: tuple[int, ...] = ()) -> Iterator[tuple[Process, int]]:
    """Processes, each followed by those it started, with their depth. `first`: come first among their siblings."""
    children: dict[int | None, list[Process]] = {}
    known = {process.index for process in store.processes}
    for process in sorted(store.processes, key=lambda one: (one.start_ns, one.index)):
        parent = process.parent if process.parent in known and process.parent != process.index else None
        children.setdefault(parent, []).append(process)
    place = {index: number for number, index in enumerate(first)}
    for some in children.values() if place else ():
        some.sort(key=lambda one: place.get(one.index, len(place)))
    waiting = [(process, 0) for process in reversed(children.get(None, []))]
    while waiting:
        process, depth = waiting.pop()
        yield process, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(process.index, []))]


def _is_open(process: Process, window: ViewWindow) -> bool:
    return process.index not in window.collapsed and process.index not in window.hidden_processes


def _threads(store: TraceStore, window: ViewWindow, process: Process) -> list[int]:
    """The threads of an open process that have lanes of their own there, in the user's order."""
    away = window.hidden.union(window.pinned)
    if process.index not in window.unfolded:
        away = away.union(crowd_of(store, window, process.index))
    return in_wanted_order((index for index in process.threads if index not in away), window.order)


def in_wanted_order(indices: Iterable[int], first: tuple[int, ...]) -> list[int]:
    """Those in `first` come first, in its order; the others as they were."""
    if not first:
        return list(indices)
    place = {index: number for number, index in enumerate(first)}
    return sorted(indices, key=lambda index: place.get(index, len(place)))


# --- pinned ----------------------------------------------------------------------------------------------------------


def _add_pinned(made: Layout, store: TraceStore, window: ViewWindow, measures: Measures) -> None:
    for index in window.pinned_processes:
        if index < len(store.processes) and index not in window.hidden_processes:
            _add_process(made, store, window, measures, store.processes[index], 0)
    threads = [index for index in window.pinned if index < len(store.threads) and index not in window.hidden]
    if not threads:
        return
    made.height += measures.gap if made.lanes else 0.0
    top = made.height
    several = len(store.processes) > 1
    for index in threads:
        thread = store.threads[index]
        home = f" ({process_name(store.processes[thread.process])})" if several else ""
        _add_thread(made, store, measures, thread, window, home)
    made.height += measures.pad / 2
    made.groups.append(Group(NOBODY, 0, top, made.height))


def _with_pinned_in_sight(made: Layout, window: ViewWindow, measures: Measures, pinned: int) -> Layout:
    """Pinned lanes stay where they are while the others scroll under them, if they leave those half of the room."""
    if not pinned or window.top <= 0 or window.height is None:
        return made
    height = made.lanes[pinned - 1].y1 + measures.pad
    if height > (window.height - measures.axis) / 2:
        return made
    covered = window.top + height
    for number, lane in enumerate(made.lanes):
        if number < pinned:
            made.lanes[number] = _moved(lane, window.top)
        elif lane.y0 < covered:
            made.lanes[number] = _moved(lane, OUT_OF_SIGHT)
    made.groups = [
        replace(one, y0=one.y0 + window.top, y1=one.y1 + window.top) if one.y1 <= height
        else replace(one, y0=max(one.y0, covered), y1=max(one.y1, covered))
        for one in made.groups
    ]  # fmt: skip
    return made


def _moved(lane: Lane, dy: float) -> Lane:
    return replace(lane, y0=lane.y0 + dy, y1=lane.y1 + dy, bar=(lane.bar[0] + dy, lane.bar[1] + dy))


# --- the lanes -------------------------------------------------------------------------------------------------------


def _add_process(
    made: Layout, store: TraceStore, window: ViewWindow, measures: Measures, process: Process, depth: int
) -> None:
    made.height += measures.gap if made.lanes else 0.0
    top = made.height
    lane = Lane(LaneKind.PROCESS, top, top + measures.process, (0, 0), process_name(process), "", process.index)
    _append(made, lane, measures.process)
    if process.index not in window.collapsed:
        _add_threads(made, store, window, measures, process)
    made.height += measures.pad / 2
    made.groups.append(Group(process.index, depth, top, made.height))


def _add_threads(made: Layout, store: TraceStore, window: ViewWindow, measures: Measures, process: Process) -> None:
    """The GILs, the threads with lanes of their own, the crowd (folded, or with its threads below it), the counters."""
    if LaneKind.GIL not in window.without:
        _add_gils(made, store, measures, process)
    crowd = crowd_of(store, window, process.index)
    members = frozenset(crowd)
    threads = _threads(store, window, process)
    for index in (one for one in threads if one not in members):
        _add_thread(made, store, measures, store.threads[index], window)
    if crowd:
        _add_crowd(made, measures, process, len(crowd), process.index in window.unfolded)
    for index in (one for one in threads if one in members):
        _add_thread(made, store, measures, store.threads[index], window)
    if LaneKind.COUNTER not in window.without:
        for lane in counter_lanes(store, measures, process.index, made.height):
            _append(made, lane, lane.y1 - lane.y0)


def _add_crowd(made: Layout, measures: Measures, process: Process, count: int, unfolded: bool) -> None:
    height = max(measures.process, 2.5 * measures.normal + measures.small)
    bar = (made.height + measures.pad, made.height + height - measures.pad)
    name = crowd_name(count, unfolded)
    _append(made, Lane(LaneKind.CROWD, made.height, made.height + height, bar, name, "", process.index), height)


def _add_gils(made: Layout, store: TraceStore, measures: Measures, process: Process) -> None:
    for number, gil in enumerate(gils(store, process.index)):
        y0 = made.height + measures.pad
        height = max(measures.lane, 2 * measures.pad + measures.row) if measures.details else measures.row + 6
        lane = Lane(
            LaneKind.GIL, made.height, made.height + height, (y0, y0 + measures.row), clean(gil.label) or "GIL",
            process=process.index, number=number,
        )  # fmt: skip
        _append(made, lane, height)


def _add_machine(made: Layout, store: TraceStore, window: ViewWindow, measures: Measures) -> None:
    """A heading and a lane per CPU, and the lane of how many ran at once; nothing that was not measured."""
    if store.cpus and LaneKind.CPUS not in window.without:
        made.height += measures.gap
        height = 1.7 * measures.small
        _append(made, Lane(LaneKind.CPUS, made.height, made.height + height, (0, 0), "CPUs"), height)
        for cpu in store.cpus:
            y0, height = made.height + 3.0, measures.row + 8.0
            bar = (y0, y0 + measures.row + 2)
            _append(made, Lane(LaneKind.CPU, made.height, made.height + height, bar, f"CPU {cpu}", number=cpu), height)
    if len(store.parallelism()) and LaneKind.PARALLEL not in window.without:
        made.height += measures.gap
        height = measures.curve + 1.4 * measures.small
        y0 = made.height + 0.7 * measures.small
        lane = Lane(LaneKind.PARALLEL, made.height, made.height + height, (y0, y0 + measures.curve), "In parallel")
        _append(made, lane, height)


def _add_output(made: Layout, store: TraceStore, window: ViewWindow, measures: Measures) -> None:
    outputs = store.outputs()
    if not len(outputs):
        return
    rows = made.output_rows = output_rows(store, window)
    height = 2 * measures.pad + rows * (measures.row + 4) + 6
    made.height += measures.gap
    _append(made, Lane(LaneKind.OUTPUT, made.height, made.height + height, (0, 0), "Output"), height)


def output_rows(store: TraceStore, window: ViewWindow) -> int:
    """How many rows of flags the output needs: one where nothing was printed in the window."""
    first, last = np.searchsorted(store.outputs().t, (window.t0, window.t1 + 1))
    return OUTPUT_ROWS if last > first else 1


def strip_room(measures: Measures) -> float:
    """How much of a lane is below its bar for the strip that tells the CPU: the strip, and what keeps it apart."""
    return measures.strip + 3.0


def _add_thread(
    made: Layout, store: TraceStore, measures: Measures, thread: Thread, window: ViewWindow, home: str = ""
) -> None:
    scale = window.width / max(window.t1 - window.t0, 1)
    upper = made.uppers[thread.index] = upper_rows(store, thread.index, (window.t0, window.t1), scale)
    below = strip_room(measures) if made.strips else 0.0
    height = max(measures.lane, 2 * measures.pad + upper.rows * measures.row + measures.bar) + below
    y1 = made.height + height - measures.pad - below
    name = thread_name(thread) + home
    bar = (y1 - measures.bar, y1)
    lane = Lane(LaneKind.THREAD, made.height, made.height + height, bar, name, "", thread.process, thread.index)
    _append(made, lane, height)
    for one in task_lanes(store, window, measures, thread.index, made.height):
        _append(made, one, one.y1 - one.y0)


def _append(made: Layout, lane: Lane, height: float) -> None:
    made.lanes.append(lane)
    made.height += height


def upper_rows(store: TraceStore, thread: int, view: tuple[int, int], scale: float) -> Upper:
    """How many rows a thread needs above its bar for what lies between two moments (ns), at so many pixels per ns."""
    above = remembered(store, ("above", thread), lambda: _above(store, thread))
    if above is None:
        return NO_ROWS
    spans, holds, marks = above
    first, last = marks.t.searchsorted(view[0]), marks.t.searchsorted(view[1], "right")
    rows = 0
    if not _is_slight(spans, view, scale):
        rows = min(spans.depth(*view), MOST_CALL_ROWS if spans.table.flag[0] == Span.CALL else MOST_ROWS)
    held = not _is_slight(holds, view, scale)
    return Upper(rows, 1 if held else 0, 1 if last > first else 0)


def _above(store: TraceStore, thread: int) -> tuple[Nested, Nested, Points] | None:
    """What a thread ever has above its bar; None: nothing, as of a thousand short ones most have."""
    found = own_spans(store, thread), held_locks(store, thread), store.marks(thread)
    return found if any(len(one) for one in found) else None


def _is_slight(spans: Nested, view: tuple[int, int], scale: float) -> bool:
    """Whether the spans that touch the view are so few and short that notches will do."""
    return not len(spans) or spans.is_slight(*view, WIDE / scale, MOST_NOTCHED / scale)
