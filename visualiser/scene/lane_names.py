"""What stands at the left of the lanes: their names, a swatch of the colour they are known by, and words below."""

from __future__ import annotations

from visualiser.trace import TraceStore

from . import words
from .counters import counter_detail
from .crowd import crowd_detail
from .frame import Frame, Measures
from .gil import draws_interval, gil_detail
from .layout import Layout
from .machine import parallel_detail
from .measured import gils
from .model import Lane, LaneKind, Part, ViewWindow
from .processes import BAND
from .sheet import Layer
from .tasks import tasks_detail
from .tasks_bar import draw_task_label
from .textfit import text_width

NARROWEST, LEAST_LABEL, MOST_LABEL = 96.0, 190.0, 220.0
"""Widths of the names at the left: of a crowd's at least, of others' at least and at most."""


def names_width(store: TraceStore, window: ViewWindow, layout: Layout, measures: Measures) -> float:
    """As wide as the longest name, within what leaves the picture most of its room."""
    if window.label_width is not None:
        return float(window.label_width)
    depths = {group.process: group.depth for group in layout.groups}
    widest = max(
        (text_width(lane.name, measures.normal, True) + measures.indent * depths.get(lane.process or 0, 0)
         for lane in layout.lanes),
        default=0.0,
    )  # fmt: skip
    scale = measures.normal / 12
    least = LEAST_LABEL * scale if measures.details else NARROWEST
    return max(min(widest + 46 * scale, MOST_LABEL * scale, 0.3 * window.width), min(least, 0.24 * window.width))


def lane_detail(frame: Frame, layout: Layout, lane: Lane) -> str:
    """What is said below a lane's name, at the playhead where there is one; empty where there is nothing to say."""
    store, playhead = frame.store, frame.playhead
    if lane.kind == LaneKind.THREAD and lane.thread is not None:
        thread = store.threads[lane.thread]
        return _noted(words.thread_detail(store, thread, playhead), thread.note)
    if lane.kind == LaneKind.PROCESS and lane.process is not None:
        process = store.processes[lane.process]
        shown = {one.thread for one in layout.lanes if one.process == lane.process}
        hidden = sum(1 for thread in process.threads if thread in frame.window.hidden)
        folded = len(process.threads) - hidden - len(shown.intersection(process.threads))
        return _noted(words.process_detail(store, process, playhead, folded, hidden), process.note)
    if lane.kind == LaneKind.GIL and lane.process is not None and lane.number is not None:
        drawn = draws_interval(frame, gils(store, lane.process)[lane.number])
        return gil_detail(store, lane.process, lane.number, drawn)
    if lane.kind == LaneKind.CROWD and lane.process is not None:
        return crowd_detail(store, frame.window, lane.process)
    if lane.kind == LaneKind.TASKS and lane.number is not None:
        return tasks_detail(store, frame.window, lane.number)
    if lane.kind == LaneKind.COUNTER:
        return counter_detail(store, lane, playhead)
    return parallel_detail(store) if lane.kind == LaneKind.PARALLEL else ""


def draw_name(frame: Frame, layout: Layout, lane: Lane) -> None:
    """A lane's name with its swatch, and `lane.detail` below it where there is room."""
    measures = frame.measures
    x = frame.labels[0] + _indent(layout, lane, measures)
    if lane.kind in (LaneKind.TASK, LaneKind.TASKS):
        draw_task_label(frame, lane, x)
        return
    x += _draw_swatch(frame, lane, x)
    y = _name_line(lane, measures)
    room = frame.labels[1] - 10 - x - (1.5 * measures.small if lane.kind == LaneKind.PARALLEL else 0.0)
    if lane.kind == LaneKind.CPUS:
        frame.sheet.text(Part.LABELS, x, y, lane.name, measures.small, "muted", bold=True, room=room)
        return
    frame.sheet.text(Part.LABELS, x, y, lane.name, measures.normal, bold=True, room=room)
    if lane.detail and (measures.details or lane.kind in (LaneKind.PROCESS, LaneKind.CROWD, LaneKind.COUNTER)):
        detail = words.fitted(lane.detail, room, measures.small)
        frame.sheet.text(Part.LABELS, x, y + 1.25 * measures.small, detail, measures.small, "muted", room=room)


def _draw_swatch(frame: Frame, lane: Lane, x: float) -> float:
    """The colour of a thread or CPU; returns the width it takes, 0 for other lanes."""
    measures, wide = frame.measures, 0.75 * frame.measures.normal
    if lane.kind == LaneKind.THREAD:
        middle = _name_line(lane, measures) - 0.36 * measures.normal
        box = (x, middle - wide / 2, x + wide, middle + wide / 2)
        frame.sheet.box(Layer.FLAGS, Part.LABELS, box, f"thread/{lane.thread}", radius=2.0)
    elif lane.kind == LaneKind.CPU:
        middle = (lane.bar[0] + lane.bar[1]) / 2
        frame.sheet.box(Layer.FLAGS, Part.LABELS, (x, middle - 2, x + wide, middle + 2), f"cpu/{lane.number}")
    else:
        return 0.0
    return wide + 6


def _indent(layout: Layout, lane: Lane, measures: Measures) -> float:
    depth = next((group.depth for group in layout.groups if group.process == lane.process), 0)
    return depth * measures.indent + BAND + 8


def _name_line(lane: Lane, measures: Measures) -> float:
    """The base line of a lane's name: beside its bar, or at the top of a process's row."""
    if lane.kind == LaneKind.THREAD and not measures.details:
        return (lane.bar[0] + lane.bar[1]) / 2 + 0.36 * measures.normal
    if lane.kind == LaneKind.THREAD:
        return lane.bar[1] - 0.55 * measures.bar + 0.08 * measures.normal
    if lane.kind in (LaneKind.CPU, LaneKind.GIL):
        return (lane.bar[0] + lane.bar[1]) / 2 + 0.36 * measures.normal
    return lane.y0 + 1.25 * measures.normal


def _noted(detail: str, note: str) -> str:
    """Words under a name, with the first part of a note on how little is known, where there is one."""
    return words.DOT.join(part for part in (detail, note.partition(":")[0]) if part)
