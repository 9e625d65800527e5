"""A task's lane: in its step at full height in its thread's colour, ready as a hatched half, awaiting as a thin line.

Hatching is drawn as lines, so every device shows the same; where stretches are too dense for that, columns are as high
as the average of what they would show.
"""

from __future__ import annotations

import numpy as np

from visualiser.trace import LONG_STEP_NS, AsyncTask, TaskState, units

from .detail import column_times, split
from .frame import Frame, Slots
from .model import Box4, Floats, Ink, Lane, LaneKind, LegendEntry, Part, Shape, Strip
from .sheet import Layer, Sheet
from .tasks import task_at, task_track
from .textfit import clean, text_width

THIN = 3.0
"""Height of the line of a task that awaits, pixels."""

STEP = 5.0
"""Pixels between two lines of the hatching."""

LEAST_LONG = 3.0
"""A step that stood in the loop's way is at least so wide, pixels."""


def draw_task(frame: Frame, lane: Lane) -> None:
    """Everything in the body of one task's lane."""
    task = task_at(frame.store, lane.number)
    if task is None or not len(task):
        return
    words = Slots()
    _draw_end(frame, task, lane, words)
    _draw_long(frame, task, lane, words)
    found = split(frame, task_track(frame.store, task))
    state = task.state[found.rows]
    ink = f"thread/{task.thread}"
    y0, y1 = lane.bar
    for one, top in ((TaskState.RUNNING, y0), (TaskState.READY, half(lane.bar)), (TaskState.AWAITING, y1 - THIN)):
        mine = state == one
        if mine.any():
            sides = [found.x0[mine], np.full(int(mine.sum()), top), found.x1[mine], np.full(int(mine.sum()), y1)]
            draw_stretches(frame.sheet, Part.BODY, np.column_stack(sides), one, ink)
    _draw_dense(frame, task, lane, found.columns)
    _draw_words(frame, task, lane, (found.rows, found.x0, found.x1), words)


def half(bar: tuple[float, float]) -> float:
    """The upper edge of what is drawn at half height."""
    return float(round((bar[0] + bar[1]) / 2))


def draw_stretches(sheet: Sheet, part: Part, boxes: Floats, state: TaskState, ink: Ink) -> None:
    """Stretches of a state as boxes (n, 4), in the colour of the loop's thread."""
    if state == TaskState.RUNNING:
        sheet.box(Layer.STATES, part, boxes, ink)
    elif state == TaskState.AWAITING:
        sheet.box(Layer.STATES, part, boxes, "muted")
    else:
        sheet.box(Layer.STATES, part, boxes, ink.replace("thread/", "thread_tint/"))
        tops = boxes.copy()
        tops[:, 3] = tops[:, 1] + 1
        sheet.box(Layer.FRAMES, part, tops, "muted")
        sheet.line(Layer.FRAMES, part, np.concatenate([_hatching(Box4(*box)) for box in boxes.tolist()]), "muted")


def _hatching(box: Box4) -> Floats:
    """Rising lines through a box, cut at its edges; all of them lie on one grid, whatever the box."""
    high = box.y1 - box.y0
    first = np.ceil((box.x0 - high) / STEP) * STEP
    foot = np.arange(first, box.x1, STEP)
    left, right = np.maximum(foot, box.x0), np.minimum(foot + high, box.x1)
    lines = np.column_stack((left, box.y1 - (left - foot), right, box.y1 - (right - foot)))
    return lines[right - left > 0.5]


def _draw_dense(frame: Frame, task: AsyncTask, lane: Lane, columns: np.ndarray) -> None:
    if not len(columns):
        return
    y0, y1 = lane.bar
    shares = task_track(frame.store, task).shares(*column_times(frame, columns))
    heights = (y1 - half(lane.bar)) / (y1 - y0), 1.0, THIN / (y1 - y0)
    waits = sum(shares[:, one] * heights[one] for one in (TaskState.READY, TaskState.AWAITING))
    drawn = np.column_stack((shares[:, TaskState.RUNNING], waits))
    inks = (f"thread/{task.thread}", "muted")
    frame.sheet.add(Layer.STATES, Strip(Part.BODY, columns + round(frame.body.x0), y0, y1, drawn, inks))


def _draw_long(frame: Frame, task: AsyncTask, lane: Lane, words: Slots) -> None:
    """Steps that kept the loop from everything else stand out: an outline beyond the bar, and how long."""
    rows = np.flatnonzero((task.state == TaskState.RUNNING) & (task.end - task.start >= LONG_STEP_NS))
    size = frame.measures.small
    for row in rows.tolist():
        start, end = int(task.start[row]), int(task.end[row])
        if not frame.sees(start, end):
            continue
        x0, x1 = frame.clipped(start), frame.clipped(end)
        box = (x0, lane.bar[0] - 2, max(x1, x0 + LEAST_LONG), lane.bar[1] + 2)
        frame.sheet.box(Layer.FLAGS, Part.BODY, box, edge="text", line_width=2.0)
        for said in (f"{units.duration(end - start)} in one step", units.duration(end - start)):
            width = text_width(said, size, True)
            if width + 8 <= x1 - x0 and words.take(x0 + 4, x0 + 4 + width):
                y = _base_line(lane, size)
                frame.sheet.text(Part.BODY, x0 + 5, y, said, size, f"thread_text/{task.thread}", bold=True)
                break


def _draw_end(frame: Frame, task: AsyncTask, lane: Lane, words: Slots) -> None:
    """How it was done: a cap; a cross for one that was cancelled; a thick cap and words for one that failed."""
    if task.end_ns is None or not frame.sees(task.end_ns):
        return
    x, size = frame.x_of(task.end_ns), frame.measures.small
    draw_end_mark(frame.sheet, Part.BODY, min(x, frame.body.x1 - 2), lane.bar, task.ended)
    if task.ended == "returned" or not task.ended:
        return
    said, x0 = clean(task.ended), x + 8
    width = text_width(said, size)
    if x0 + width <= frame.body.x1 and words.take(x0, x0 + width):
        frame.sheet.text(Part.BODY, x0, _base_line(lane, size), said, size, bold=task.ended.startswith("failed"))


def draw_end_mark(sheet: Sheet, part: Part, x: float, bar: tuple[float, float], ended: str) -> None:
    """The mark of a task's end at an x, in a bar."""
    y0, y1 = bar
    middle, arm = (y0 + y1) / 2, min((y1 - y0) / 2, 4.0)
    if ended.startswith("cancelled"):
        sheet.line(Layer.FLAGS, part, (x - arm, middle - arm, x + arm, middle + arm), "text", 2.0)
        sheet.line(Layer.FLAGS, part, (x - arm, middle + arm, x + arm, middle - arm), "text", 2.0)
    elif ended.startswith("failed"):
        sheet.line(Layer.FLAGS, part, (x, y0 - 1, x, y1 + 1), "text", 4.0)
    else:
        sheet.line(Layer.FLAGS, part, (x, y0 - 1, x, y1 + 1), "text", 1.5)


def _draw_words(
    frame: Frame, task: AsyncTask, lane: Lane, found: tuple[np.ndarray, Floats, Floats], words: Slots
) -> None:
    """What is awaited, and where, above its line; of other stretches how long they are."""
    size, store = frame.measures.small, frame.store
    for row, x0, x1 in zip(*(column.tolist() for column in found), strict=True):
        if x1 - x0 < 2 * size:
            continue
        state = int(task.state[row])
        if state == TaskState.READY:
            continue  # words on hatching cannot be read
        ink = f"thread_text/{task.thread}" if state == TaskState.RUNNING else "muted"
        tries = [units.duration(int(task.end[row] - task.start[row]))] if state == TaskState.RUNNING else []
        if state == TaskState.AWAITING:
            what, where = clean(store.text(int(task.what[row]))), store.site(int(task.site[row])).short
            tries = [f"{what} · {where}", what] if where else [what]
        for said in tries:
            width = text_width(said, size)
            if said and width + 8 <= x1 - x0 and words.take(x0 + 4, x0 + 4 + width):
                y = lane.bar[1] - THIN - 3.0 if state == TaskState.AWAITING else _base_line(lane, size)
                frame.sheet.text(Part.BODY, x0 + 4, y, said, size, ink)
                break


def _base_line(lane: Lane, size: float) -> float:
    return (lane.bar[0] + lane.bar[1]) / 2 + 0.36 * size


def draw_task_label(frame: Frame, lane: Lane, x: float) -> None:
    """The name of a task, or of a crowd of them, at the left; a line beside it says whose it is."""
    size = frame.measures.small
    x += frame.measures.indent
    crowd = lane.kind == LaneKind.TASKS
    base = lane.y0 + 1.25 * size if crowd else _base_line(lane, size)
    frame.sheet.line(Layer.LIFE, Part.LABELS, (x - 6, lane.y0, x - 6, lane.y1), "edge")
    room = frame.labels[1] - 10 - x
    frame.sheet.text(Part.LABELS, x, base, lane.name, size, bold=crowd, room=room)
    if lane.detail:
        frame.sheet.text(Part.LABELS, x, base + 1.25 * size, lane.detail, size, "muted", room=room)


def draw_task_swatch(sheet: Sheet, entry: LegendEntry, box: Box4) -> None:
    """What a mark of tasks looks like, in the legend."""
    ink = next(iter(entry.inks), "thread/0")
    bar = (box.y0, box.y1)
    middle = (box.x0 + box.x1) / 2
    tops = {
        "task_runs": (TaskState.RUNNING, box.y0),
        "task_ready": (TaskState.READY, half(bar)),
        "task_awaits": (TaskState.AWAITING, box.y1 - THIN),
        "task_long": (TaskState.RUNNING, box.y0 + 1),
    }
    if entry.mark in tops:
        state, top = tops[entry.mark]
        draw_stretches(sheet, Part.HEADER, np.array([(box.x0, top, box.x1, box.y1)]), state, ink)
    if entry.mark == "task_long":
        edge = (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1)
        sheet.box(Layer.FLAGS, Part.HEADER, edge, edge="text", line_width=2.0)
    elif entry.mark == "task_crowd":
        sheet.box(Layer.LIFE, Part.HEADER, (box.x0, box.y0 + 2, box.x1, box.y1), ink.replace("thread/", "thread_tint/"))
        sheet.line(Layer.FRAMES, Part.HEADER, (box.x0, box.y0 + 2, box.x1, box.y0 + 2), ink)
        points = np.array([(box.x0, box.y1), (box.x0, half(bar)), (box.x1, box.y1)])
        sheet.add(Layer.FRAMES, Shape(Part.HEADER, points, fill="muted"))
    elif entry.mark == "arrow_dashed":
        y = half(bar)
        sheet.line(Layer.FLAGS, Part.HEADER, (box.x0, y, box.x1 - 2, y), "arrow", 1.0, True)
        points = np.array([(box.x1 - 5, y - 3), (box.x1, y), (box.x1 - 5, y + 3)])
        sheet.add(Layer.FLAGS, Shape(Part.HEADER, points, fill="arrow"))
    elif entry.mark not in tops:
        draw_end_mark(sheet, Part.HEADER, middle, bar, entry.mark.removeprefix("task_"))
