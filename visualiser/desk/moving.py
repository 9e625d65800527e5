"""Moving about in a run: timeline, overview, playhead, and the code and output that go along."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from visualiser import viewmodels
from visualiser.desk.bench import Bench

RELEASE_MS = 5
"""After a picture was made: painting it comes first."""


def connect_moving(desk: Bench) -> None:
    """The timeline and all that goes along with its playhead."""
    part = _Moving(desk)
    model, panel, view = desk.timeline, desk.window.panel, desk.window.timeline
    view.attach(model)
    desk.overview.changed.connect(view.overview.set_scene)
    view.overview.resized.connect(desk.overview.resize)
    model.hover_changed.connect(panel.set_hovered)
    model.selection_changed.connect(panel.set_selected)
    desk.code.files_changed.connect(panel.code.set_files)
    desk.code.tags_changed.connect(panel.code.set_tags)
    desk.setup.values_changed.connect(part.on_values_changed)
    desk.store_changed.connect(part.on_store_changed)
    desk.grew.connect(part.on_grew)
    part.release.timeout.connect(partial(desk.work.hold_back, False))
    model.drawing_changed.connect(part.on_drawing_changed)
    model.history_changed.connect(desk.window.set_history)
    desk.window.set_history(False, False)
    _connect_playing(desk, part)
    _add_commands(desk)


def _connect_playing(desk: Bench, part: _Moving) -> None:
    transport, player = desk.window.transport, desk.player
    transport.speed_requested.connect(player.set_speed)
    player.playing_changed.connect(transport.set_playing)
    player.speed_changed.connect(transport.set_speed)
    player.moved.connect(part.on_playhead_moved)
    desk.window.output.seek_requested.connect(part.seek)
    desk.output.rowsInserted.connect(lambda: desk.window.output.set_playhead(player.playhead.t))
    transport.set_speed(player.playhead.speed)
    desk.commands.update(
        play=player.toggle,
        faster=partial(player.pace, 1),
        slower=partial(player.pace, -1),
        to_start=lambda: part.seek(player.playhead.start),
        to_end=lambda: part.seek(player.playhead.end),
    )


def _add_commands(desk: Bench) -> None:
    line, view = desk.timeline, desk.window.timeline
    canvas = view.canvas
    desk.commands.update(
        next_handover=partial(line.step_handover, 1), previous_handover=partial(line.step_handover, -1),
        next_event=partial(line.step, 1), previous_event=partial(line.step, -1),
        zoom_in=partial(line.zoom, 1.5), zoom_out=partial(line.zoom, 1 / 1.5), fit=line.fit,
        zoom_selection=line.zoom_to_selection, follow=line.follow,
        left=partial(line.pan, -0.1), right=partial(line.pan, 0.1),
        up=partial(view.scroll_by, -60), down=partial(view.scroll_by, 60),
        page_up=partial(view.scroll_page, -1), page_down=partial(view.scroll_page, 1),
        undo_view=line.undo, redo_view=line.redo,
        range_start=line.begin_range_here, range_end=line.end_range_here, clear=line.clear,
        timeline=canvas.setFocus,
    )  # fmt: skip
    desk.switches.update(range_tool=canvas.set_range_tool, freeze=line.set_frozen)
    line.frozen_changed.connect(partial(desk.window.set_switch, "freeze"))


class _Moving(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self.release = QTimer(self, singleShot=True, interval=RELEASE_MS)
        self.release.setObjectName("release")

    def on_drawing_changed(self, drawing: bool) -> None:
        """A run stays as it is while a picture of it is made, and goes on once that is painted."""
        self._desk.overview.wait(drawing)
        self._desk.code.wait(drawing)
        if drawing:
            self.release.stop()
            self._desk.work.hold_back(True)
        else:
            self.release.start()

    def on_store_changed(self, store: viewmodels.TraceStore | None) -> None:
        desk = self._desk
        desk.timeline.set_store(store)
        desk.overview.set_store(store)
        desk.output.set_store(store)
        desk.code.set_store(store, self._main_source(store))
        desk.window.transport.set_enabled(store is not None)
        self.on_playhead_moved(desk.player.playhead.t)
        if store is not None:
            desk.window.timeline.take_keyboard()

    def on_grew(self) -> None:
        for model in (self._desk.timeline, self._desk.overview, self._desk.output, self._desk.code):
            model.grow()

    def on_values_changed(self) -> None:
        if self._desk.store is None:
            self._desk.code.set_store(None, self._main_source(None))

    def seek(self, t: int) -> None:
        self._desk.player.pause()
        self._desk.player.seek(t)
        self._desk.timeline.reveal(t)

    def on_playhead_moved(self, t: int) -> None:
        store, window = self._desk.store, self._desk.window
        if store is not None:
            window.transport.set_time(viewmodels.moment(t - store.start_ns))
            window.output.set_playhead(t)
            window.panel.memory.set_playhead((t - store.start_ns) / 1e9)

    def _main_source(self, store: viewmodels.TraceStore | None) -> viewmodels.SourceFile | None:
        """The program's own file: as the run kept it, else as it would be run."""
        try:
            found = self._desk.setup.source()
        except (OSError, ValueError):
            return None
        if found is None and store is not None and store.info.target:
            found = Path(store.info.target).name, store.info.target, ""  # a run from a file
        if found is None:
            return None
        name, path, text = found
        kept = store.source_text(path) if store is not None else None
        if kept is None and not text:
            return None
        return viewmodels.SourceFile(name, path, text if kept is None else kept)
