"""From a store and a window to a scene: the lanes are laid out, what is seen of them is drawn onto a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import TraceStore

from . import card, words
from .arrows import draw_arrows
from .counters import draw_counter
from .crowd import draw_crowd
from .frame import Frame
from .gil import draw_gil
from .kept import Kept, KeptLane
from .lane_names import draw_name, lane_detail, names_width
from .layout import Layout
from .machine import draw_cpu, draw_parallel
from .measured import cpu_owners, gil_owners
from .model import Box4, Boxes, Ground, Held, Item, Lane, LaneKind, Part, Scene, Selection, ViewWindow
from .output import draw_output
from .processes import draw_group, draw_process
from .shares import states_of, track
from .sheet import Layer, Sheet
from .tasks import task_at
from .tasks_arrows import draw_task_arrows
from .tasks_bar import draw_task
from .tasks_crowd import draw_tasks
from .threads import draw_over, draw_thread, names_of_locks

MARGIN = 20.0
"""Around the card of an export."""

DRAW = {
    LaneKind.PROCESS: draw_process,
    LaneKind.GIL: draw_gil,
    LaneKind.CPU: draw_cpu,
    LaneKind.PARALLEL: draw_parallel,
    LaneKind.OUTPUT: draw_output,
    LaneKind.CROWD: draw_crowd,
    LaneKind.TASK: draw_task,
    LaneKind.TASKS: draw_tasks,
    LaneKind.COUNTER: draw_counter,
}
"""What is in the body of a lane, by its kind; those of threads need to know more."""


def build(
    store: TraceStore,
    window: ViewWindow,
    *,
    playhead: int | None = None,
    selection: Selection | None = None,
    for_export: bool = False,
    title: str | None = None,
    kept: Kept | None = None,
) -> Scene:
    """What to draw for a window. `playhead`: ns on the store's clock; `for_export`: the whole card, with title, legend
    and sources; else axis, lane names and lanes alone. `title`: instead of the run's own. `kept`: of a view on a screen
    what it has of its pictures before; without it they look the same."""
    window = replace(window, t1=max(window.t1, window.t0 + 1), width=max(window.width, 200))
    kept = kept or Kept()
    measures, layout = kept.arranged(store, window)
    margin = MARGIN if for_export else 0.0
    labels = (margin, margin + names_width(store, window, layout, measures))
    body = Box4(float(round(labels[1])), 0.0, float(round(window.width - max(margin, 8.0))), 0.0)
    frame = Frame(store, window, measures, body, labels, playhead, for_export)
    return _Builder(frame, layout, selection or Selection(), card.run_title(store, title), kept).scene()


@dataclass(frozen=True, eq=False)
class _Beside:
    """What stands beside the lanes' bodies: the lanes where they are now, and their names on their panels."""

    lanes: tuple[Lane, ...]
    seen: tuple[Lane, ...]
    items: tuple[tuple[Layer, Item], ...]
    starts: dict[int, NDArray[np.int64]]
    held: dict[int, Held]
    words: tuple[str, str, str]


class _Builder:
    """The steps of one build, in order."""

    def __init__(self, frame: Frame, layout: Layout, selection: Selection, title: str, kept: Kept) -> None:
        self.frame, self.layout, self.selection, self.title, self.kept = frame, layout, selection, title, kept
        self.legend = card.legend(frame.store)
        self.beside: _Beside
        self.ground: Ground | None = None

    def scene(self) -> Scene:
        frame = self.frame
        top = self._header()
        axis_y = top
        body_y = top + frame.measures.axis
        lines, cut = self._footer(body_y)
        footer = len({line for line in lines if line[1] != "both"}) * 1.45 * frame.measures.small
        below = footer + 8 + MARGIN / 2 if frame.for_export else 0.0
        wanted = body_y + self.layout.height + frame.measures.gap + below
        height = float(frame.window.height if frame.window.height is not None else np.ceil(wanted))
        height = max(height, float(np.ceil(body_y + below)))  # what is said around the lanes is never cut off
        bottom = max(min(height - below, body_y + self.layout.height + 4), body_y) if frame.for_export else height
        frame.body = frame.body._replace(y0=body_y, y1=bottom)
        self._lanes(cut)
        card.draw_axis(frame, axis_y, bottom)
        card.draw_playhead(frame, axis_y, bottom)
        if frame.for_export:
            box = Box4(MARGIN, bottom + 8, frame.window.width - MARGIN, height)
            card.draw_footer(frame.sheet, frame.measures, box, lines)
        return self._made(height)

    def _header(self) -> float:
        """Draws title and legend of an export; returns the y of the axis."""
        if not self.frame.for_export:
            return 0.0
        box = Box4(MARGIN, MARGIN * 0.7, self.frame.window.width - MARGIN, 0.0)
        subtitle = words.subtitle(self.frame.store)
        return card.draw_header(self.frame.sheet, self.frame.measures, box, self.title, subtitle, self.legend)

    def _footer(self, body_y: float) -> tuple[list[tuple[str, str]], float]:
        """The footer's lines, and below which y of the content no lane fits any more (exports of a given height)."""
        frame = self.frame
        if not frame.for_export:
            return [], np.inf
        width = frame.window.width - 2 * MARGIN
        lines = card.footer_lines(frame.store, width, frame.measures, "")
        if frame.window.height is None:
            return lines, np.inf
        line = 1.45 * frame.measures.small
        room = frame.window.height - body_y - len(lines) * line - 8 - MARGIN / 2
        if self.layout.height <= room:
            return lines, np.inf
        room -= line  # for the note
        missing = sum(1 for lane in self.layout.lanes if lane.y1 > room)
        note = f"{missing} more lane{'s' * (missing != 1)} did not fit into this height"
        return card.footer_lines(frame.store, width, frame.measures, note), room

    def _lanes(self, cut: float) -> None:
        frame = self.frame
        store = frame.store
        depends = (store, store.revision, store.finished, self.layout, frame.body, cut, frame.playhead, frame.scale)
        known = self.kept.beside
        if known is None or known[0] != depends:
            known = self.kept.beside = depends, self._made_beside(cut)
        self.beside = known[1]
        frame.sheet.include(self.beside.items)
        found = None if frame.for_export else self.kept.stretch(frame, self.beside.seen, self.layout)
        if found is not None:
            self.ground = found[1]
            frame.sheet.add(Layer.STATES, found[1])
        for lane in self.beside.seen:
            own = found[0].lanes.get(lane.thread) if found is not None and lane.thread is not None else None
            if own is not None:
                self._draw_kept_lane(lane, own)
            else:
                self._draw_lane(lane)
        self._draw_selection()
        draw_arrows(frame, list(self.beside.lanes), self.selection)
        draw_task_arrows(frame, list(self.beside.lanes))

    def _draw_kept_lane(self, lane: Lane, own: KeptLane) -> None:
        """The ground is there; what else there is of a thread's lane."""
        frame = self.frame
        assert lane.thread is not None
        assert self.ground is not None
        upper = self.layout.uppers[lane.thread]
        draw_over(frame, lane, upper)
        left, right = frame.body.x0 - self.ground.dx, frame.body.x1 - self.ground.dx
        for some in own.said:
            frame.sheet.moved_words(some.between(left, right), self.ground.dx)
        if not own.names_locks:
            frame.sheet.put(one for one in names_of_locks(frame, lane).words if one is not None)

    def _made_beside(self, cut: float) -> _Beside:
        """Draws panels and names on a sheet of their own."""
        frame, store = replace(self.frame, sheet=Sheet()), self.frame.store
        dy = frame.body.y0 - frame.window.top
        right = frame.window.width - (MARGIN if frame.for_export else 0.0)
        for group in self.layout.groups:
            if group.y0 < cut:
                last = max((lane.y1 for lane in self.layout.lanes if lane.y1 <= min(cut, group.y1)), default=group.y0)
                draw_group(frame, replace(group, y1=last), dy, right)
        lanes, bodies = [], []
        for lane in self.layout.lanes:
            if lane.y1 > cut:
                continue
            seen = lane.y1 + dy > frame.body.y0 and lane.y0 + dy < frame.body.y1
            bar = (lane.bar[0] + dy, lane.bar[1] + dy)
            detail = lane_detail(frame, self.layout, lane) if seen else lane.detail
            moved = replace(lane, y0=lane.y0 + dy, y1=lane.y1 + dy, bar=bar, detail=detail)
            lanes.append(moved)
            if seen:
                bodies.append(moved)
                draw_name(frame, self.layout, moved)
        shown = {lane.thread for lane in lanes if lane.thread is not None}
        return _Beside(
            lanes=tuple(lanes),
            seen=tuple(bodies),
            items=frame.sheet.layers(),
            starts={thread: track(store, thread).start for thread in shown},
            held={place: _held(store, lane) for place, lane in enumerate(lanes) if lane.kind in HELD},
            words=(words.subtitle(store), words.conditions(store), words.sources(store)),
        )

    def _draw_lane(self, lane: Lane) -> None:
        if lane.kind == LaneKind.THREAD and lane.thread is not None:
            draw_thread(self.frame, lane, self.layout.uppers[lane.thread], self.layout.strips)
        elif lane.kind in DRAW:
            DRAW[lane.kind](self.frame, lane)

    def _draw_selection(self) -> None:
        frame, chosen = self.frame, self.selection
        if chosen.t0 is not None and chosen.t1 is not None:
            t0, t1 = sorted((chosen.t0, chosen.t1))
            if frame.sees(t0, t1):
                x0, x1 = frame.clipped(t0), frame.clipped(t1)
                box = (x0, frame.body.y0, max(x1, x0 + 1), frame.body.y1)
                frame.sheet.box(Layer.GRID, Part.BODY, box, "selection")
        lane = next((one for one in self.beside.lanes if one.thread is not None and one.thread == chosen.thread), None)
        if lane is None or chosen.index is None or chosen.thread is None:
            return
        spans = states_of(frame.store, chosen.thread)
        if not 0 <= chosen.index < len(spans):
            return
        start, end = int(spans.start[chosen.index]), int(spans.end[chosen.index])
        if frame.sees(start, end):
            x0, x1 = frame.clipped(start), frame.clipped(end)
            box = (x0, lane.bar[0] - 1, max(x1, x0 + 2), lane.bar[1] + 1)
            frame.sheet.box(Layer.FLAGS, Part.BODY, box, edge="accent", line_width=2.0)

    def _made(self, height: float) -> Scene:
        frame = self.frame
        width = float(frame.window.width)
        whole = Box4(0.0, 0.0, width, height)
        back = Boxes(Part.BACK, np.array([whole]), "back")
        body = frame.body
        clips = dict.fromkeys(Part, whole)
        clips[Part.BACK] = clips[Part.BODY] = body
        clips[Part.BACK] = Box4(0.0, 0.0, width, max(body.y1, height))
        clips[Part.LABELS] = Box4(0.0, body.y0, body.x0, body.y1)
        subtitle, conditions, sources = self.beside.words
        return Scene(
            window=frame.window,
            width=width,
            height=height,
            body=body,
            content_height=self.layout.height + frame.measures.gap,
            lanes=self.beside.lanes,
            items=(back, *frame.sheet.items()),
            clips=clips,
            title=self.title,
            subtitle=subtitle,
            conditions=conditions,
            legend=self.legend,
            sources=sources,
            targets=tuple(frame.sheet.targets),
            phase=frame.phase,
            ground=self.ground,
            starts=self.beside.starts,
            held=self.beside.held,
        )


HELD = (LaneKind.GIL, LaneKind.CPU, LaneKind.TASK)
"""Lanes about who had what when; of a task: in which state it was."""


def _held(store: TraceStore, lane: Lane) -> Held:
    assert lane.number is not None
    if lane.kind == LaneKind.TASK:
        task = task_at(store, lane.number)
        nothing = np.empty(0, np.int64)
        return Held(task.start, task.end, task.state.astype(np.int64)) if task else Held(nothing, nothing, nothing)
    is_gil = lane.kind == LaneKind.GIL
    owners = gil_owners(store, lane.process or 0, lane.number) if is_gil else cpu_owners(store, lane.number)
    return Held(owners.track.start, owners.track.end, owners.who)
