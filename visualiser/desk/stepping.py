"""Stepping through a run: what can be stepped to, loops, values and boxes, and where a line of the program ran."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer

from visualiser import viewmodels
from visualiser.desk.bench import Bench
from visualiser.desk.lines import LineNotes
from visualiser.trace import has_lines, has_values
from visualiser.views import COMMANDS, ValuesView, VisitMarks

STOPS_EVERY_MS = 500
SHARE = 20
"""What a growing run can be stepped by is looked up at most so often, and after so many times as long as that took."""

NO_RUN = "What every process and thread has at the playhead's moment is shown here: watched values, memory, locks."
NO_VALUES = "No values were told in this run. Right-click a name in the code, choose Watch, and run again."
IN_EDITOR = ("&Playhead",)
"""Menus whose keys count in the source too: nothing can be typed there."""


def connect_stepping(desk: Bench) -> None:
    """The player's steps, the values and the code that go along."""
    part = _Stepping(desk)
    player, line, transport = desk.player, desk.timeline, desk.window.transport
    desk.store_changed.connect(part.on_store_changed)
    desk.grew.connect(part.on_grew)
    desk.look_changed.connect(part.on_look_changed)
    player.cues_changed.connect(part.on_cues_changed)
    player.loop_changed.connect(part.on_loop_changed)
    transport.loop_requested.connect(part.set_loop)
    line.range_selected.connect(part.on_range_selected)
    line.selection_changed.connect(part.on_selection_changed)
    line.scene_changed.connect(part.marks.set_scene)
    _connect_values(part)
    _connect_code(desk, part)
    for each in viewmodels.STOPS:
        desk.commands[f"next_{each.id}"] = partial(part.step, each.id, 1)
        desk.commands[f"previous_{each.id}"] = partial(part.step, each.id, -1)
    desk.commands.update(next_visit=partial(part.visit, 1), previous_visit=partial(part.visit, -1),
                         clear=part.clear)  # fmt: skip
    desk.switches["loop"] = part.set_loop


def _connect_values(part: _Stepping) -> None:
    part.view.shown_changed.connect(part.values.set_shown)
    part.values.boxes_changed.connect(part.view.set_boxes)


def _connect_code(desk: Bench, part: _Stepping) -> None:
    pane, setup = desk.window.panel.code, desk.setup
    desk.code.work_changed.connect(pane.set_work)
    desk.player.playing_changed.connect(lambda playing: pane.set_follows(not playing))
    pane.line_requested.connect(part.pick)
    pane.visit_requested.connect(part.visit)
    pane.lines_requested.connect(setup.set_lines)
    pane.watch_requested.connect(part.watch)
    setup.lines_changed.connect(part.show_lines)
    setup.choice_changed.connect(part.show_lines)
    desk.switches["lines"] = setup.set_lines
    actions = desk.window.actions_by_id
    own = {"to_start", "to_end"}  # these keys move in the text
    for command in COMMANDS:
        if command.menu in IN_EDITOR and command.local and command.id not in own:
            pane.editor.addAction(actions[command.id])


class _Stepping(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self.stops = viewmodels.Stops()
        self.values = viewmodels.ValuesModel(desk.player, self)
        self.view = ValuesView()
        self.view.set_hint(NO_RUN)
        self.marks = VisitMarks(desk.window.timeline.canvas)
        self._notes = LineNotes()
        self._picked: tuple[str, int] = ("", 0)
        self._times, self._threads = np.empty(0, np.int64), np.empty(0, np.int32)
        self._clear: Callable[[], object] = desk.commands["clear"]
        self._soon = QTimer(self, singleShot=True, interval=STOPS_EVERY_MS)
        self._soon.setObjectName("stops")
        self._soon.timeout.connect(self.show_stops)
        tabs = desk.window.panel.tabs
        tabs.insertTab(1, self.view, "Values")
        tabs.tabBar().setAccessibleName("Story, values, details, range, memory")

    # --- the run -----------------------------------------------------------------------------------------------------

    def on_store_changed(self, store: viewmodels.TraceStore | None) -> None:
        self.stops.store = store
        self.values.set_store(store)
        self.view.set_hint(NO_RUN if store is None else "")
        self.pick("", 0)
        self.on_grew()

    def on_grew(self) -> None:
        self.values.grow()
        if not self._desk.work.is_active:
            self.show_stops()
            self.show_notes()
        elif not self._soon.isActive():
            self._soon.start()

    def show_stops(self) -> None:
        """Offer what this run can be stepped by."""
        self._soon.stop()
        began = time.monotonic()
        known = self.stops.known()
        self._soon.setInterval(max(STOPS_EVERY_MS, round((time.monotonic() - began) * 1000 * SHARE)))
        self._desk.window.transport.set_stops(known)
        for each in viewmodels.STOPS:
            for way in ("next", "previous"):
                self._desk.window.actions_by_id[f"{way}_{each.id}"].setEnabled(each.id in known)

    def show_notes(self) -> None:
        """What there is to say about a run that is over: its lines, its values, the line that is picked."""
        desk, store = self._desk, self._desk.store
        told = store is not None and has_values(store)
        self.view.set_hint(NO_RUN if store is None else "" if told else NO_VALUES)
        how = (
            desk.setup.key,
            tuple(str(desk.setup.value_of(each)) for each in desk.setup.parameters),
            desk.setup.python,
        )
        desk.window.panel.code.set_note(self._notes.words(store, how) if store is not None else "")
        self._look_for(*self._picked)

    def on_look_changed(self, look: object) -> None:
        self.view.set_look(self._desk.look)
        self.marks.set_look(self._desk.look)

    # --- steps -------------------------------------------------------------------------------------------------------

    def step(self, stop: str, direction: int) -> None:
        """To the next or previous moment of that kind; of the selected thread, if one is selected."""
        self._go(self.stops.times(stop, self._desk.timeline.selection.thread), direction)

    def on_cues_changed(self) -> None:
        self.stops.cues = self._desk.player.cue_times
        self.show_stops()

    def on_selection_changed(self, _: object) -> None:
        store, thread = self._desk.store, self._desk.timeline.selection.thread
        name = viewmodels.who(store, thread) if store is not None and thread is not None else ""
        self._desk.window.transport.set_whose(name)

    def _go(self, times: np.ndarray, direction: int) -> None:
        self._desk.player.step(times, direction)
        self._desk.timeline.reveal(self._desk.player.playhead.t)

    # --- loop --------------------------------------------------------------------------------------------------------

    def set_loop(self, on: bool) -> None:
        """Play the selected range again and again, else the whole run."""
        player, chosen = self._desk.player, self._desk.timeline.selection
        whole = player.playhead.start, player.playhead.end
        span = (chosen.t0, chosen.t1) if chosen.t0 is not None and chosen.t1 is not None else whole
        player.set_loop(span if on and self._desk.store is not None else None)
        self.on_loop_changed(player.playhead.loop)

    def on_loop_changed(self, loop: tuple[int, int] | None) -> None:
        self._desk.window.transport.set_loop(loop is not None)
        self._desk.window.set_switch("loop", loop is not None)

    def on_range_selected(self, t0: int | None, t1: int | None) -> None:
        if self._desk.player.playhead.loop is not None:
            self.set_loop(True)

    # --- lines -------------------------------------------------------------------------------------------------------

    def show_lines(self) -> None:
        """Whether lines are recorded next time, and which names are watched."""
        setup, pane = self._desk.setup, self._desk.window.panel.code
        pane.set_lines(setup.lines, setup.chosen)
        pane.editor.set_watched(setup.watch, setup.chosen)
        self._desk.window.set_switch("lines", setup.lines)
        self._desk.window.actions_by_id["lines"].setEnabled(setup.chosen)

    def watch(self, name: str, on: bool) -> None:
        """Tell the values of a name in the next run, or do not."""
        self._desk.setup.set_watched(name, on)
        what = f"{name} will be told at every line of the next run." if on else f"{name} is not watched any more."
        self._desk.tell(what)

    def pick(self, path: str, line: int) -> None:
        """Show where a line ran; the same line again: show it no more."""
        self._picked = ("", 0) if (path, line) == self._picked else (path, line)
        self._look_for(*self._picked)

    def visit(self, direction: int) -> None:
        """To the next or previous time that the picked line ran; by the selected thread, if one is selected."""
        thread = self._desk.timeline.selection.thread
        rows = self._threads == thread if thread is not None else slice(None)
        if self._picked[1]:
            self._go(np.unique(self._times[rows]), direction)
        else:
            self._desk.tell("Click on a line of the code first.")

    def clear(self) -> None:
        """Let go of whatever is picked out."""
        self._clear()
        if self._picked[1]:
            self.pick(*self._picked)

    def _look_for(self, path: str, line: int) -> None:
        desk, store = self._desk, self._desk.store
        self._times, self._threads = desk.code.visits(path, line if store is not None else 0)
        self.marks.set_visits(self._times, self._threads)
        words = ""
        if line and store is not None:
            often = viewmodels.count(len(self._times), "time")
            ran = f"ran {often}" if len(self._times) else "did not run"
            words = f"Line {line} {ran}" if has_lines(store) else f"Line {line}: {often} in waits and output"
        desk.window.panel.code.set_picked(path, line if words else 0, words)
