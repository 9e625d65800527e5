"""Asking the timeline: where details, range totals, search, filter and tables are connected to it.

Tables and bars are made when they are first needed, or once the window stands: its first picture is without them.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDockWidget

from visualiser import viewmodels
from visualiser.desk.bench import Bench
from visualiser.trace import FoundWhat, row_at
from visualiser.viewmodels import LaneKey, LaneKind
from visualiser.views import Appearance, AskingViews, add_asking

SOON_MS = 150
"""After the picture has moved for the last time: a table that changes with each frame cannot be read."""

SHARE = 10
"""Times as long as it took to fill the tables, they are left as they are while a run grows."""


def connect_asking(desk: Bench) -> None:
    """Connect every question to the timeline that answers it."""
    part = _Asking(desk)
    desk.store_changed.connect(part.on_store_changed)
    desk.grew.connect(part.on_grew)
    desk.look_changed.connect(part.on_look_changed)
    desk.player.moved.connect(part.search.stand_at)
    desk.timeline.scene_changed.connect(part.on_scene_changed)
    part.search.place_requested.connect(part.show_found)
    desk.window.drawn.connect(part.make)
    _connect_details(desk, part)
    desk.commands.update(
        search=lambda: part.make().search.open(), next_hit=part.search.next, previous_hit=part.search.previous,
        cause=part.to_cause, cause_back=part.asking.back, clear_filter=lambda: part.make().spans.clear_filter(),
        copy_totals=desk.window.panel.range.copy_text, copy_totals_csv=desk.window.panel.range.copy_csv,
    )  # fmt: skip
    desk.switches.update(spans=part.show_spans, contention=part.show_contention)


def _connect_details(desk: Bench, part: _Asking) -> None:
    panel, asking = desk.window.panel, part.asking
    desk.timeline.selection_changed.connect(part.on_selection_changed)
    desk.timeline.picked.connect(part.on_picked)
    desk.timeline.range_selected.connect(part.on_range_selected)
    asking.details_changed.connect(panel.set_details)
    asking.totals_changed.connect(panel.set_totals)
    asking.back_changed.connect(panel.details.set_back)
    asking.span_requested.connect(part.go)
    panel.details.jump_requested.connect(asking.jump)
    panel.details.cause_requested.connect(part.to_cause)
    panel.details.back_requested.connect(asking.back)


def _connect_search(desk: Bench, part: _Asking, views: AskingViews) -> None:
    bar, search = views.search, part.search
    bar.typed.connect(search.type)
    bar.next_requested.connect(search.next)
    bar.previous_requested.connect(search.previous)
    bar.closed.connect(desk.window.timeline.canvas.setFocus)
    search.changed.connect(bar.set_state)


def _connect_tables(part: _Asking, views: AskingViews) -> None:
    views.span_dock.visibilityChanged.connect(part.show_tables)
    views.contention_dock.visibilityChanged.connect(part.show_tables)
    views.spans.filter_requested.connect(part.set_filter)
    views.spans.span_requested.connect(part.on_span_requested)
    views.contention.row_requested.connect(part.on_contention_requested)


class _Asking(QObject):
    """The models of all questions, their views, and what leads from one to the other."""

    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self.asking = viewmodels.Asking(self)
        self.search = viewmodels.Search(self)
        self.spans = viewmodels.SpanTableModel(self)
        self.contention = viewmodels.ContentionModel(self)
        self._views: AskingViews | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.setObjectName("tables")
        self._soon.timeout.connect(self.show_tables)

    def make(self) -> AskingViews:
        """The tables and bars, made if they are not yet."""
        if self._views is None:
            views = self._views = add_asking(self._desk.window, self.spans, self.contention)
            views.set_look(self._desk.look)
            views.contention.set_has_run(self._desk.store is not None)
            _connect_search(self._desk, self, views)
            _connect_tables(self, views)
            self.show_tables()
        return self._views

    def on_look_changed(self, look: Appearance) -> None:
        if self._views is not None:
            self._views.set_look(look)

    # --- the run -----------------------------------------------------------------------------------------------------

    def on_store_changed(self, store: viewmodels.TraceStore | None) -> None:
        self.asking.set_store(store)
        self.search.set_store(store)
        self.spans.set_store(store)
        self.contention.set_store(store)
        if self._views is not None:
            self._views.contention.set_has_run(store is not None)
            self._views.spans.forget_lives()
            self.show_tables()

    def on_grew(self) -> None:
        self.asking.grow()
        self._later()

    def on_scene_changed(self, _: object) -> None:
        self._later()

    def _later(self) -> None:
        views = self._views
        if views is not None and (views.spans.isVisible() or views.contention.isVisible()):
            live = self._desk.work.is_active  # then it would be put off for ever
            if not (live and self._soon.isActive()):
                self._soon.start()

    # --- one span ----------------------------------------------------------------------------------------------------

    def on_selection_changed(self, _: object) -> None:
        self.asking.select(self._chosen)
        self._mark_row()

    def on_picked(self, found: object) -> None:
        if self.asking.details.title:
            panel = self._desk.window.panel
            panel.tabs.setCurrentWidget(panel.details)

    def to_cause(self) -> None:
        if not self.asking.jump_to_cause():
            known = bool(self.asking.details.title)
            self._desk.tell("What ended this span is not known." if known else "Click on a span first.")

    def go(self, thread: int, row: int) -> None:
        """Select a span, and move everything there."""
        desk, store = self._desk, self._desk.store
        if store is None:
            return
        start = int(store.states(thread).start[row])
        self.show_moment(thread, start)
        desk.timeline.select(thread, row)

    def show_moment(self, thread: int, t: int) -> None:
        """Move playhead, picture and lanes to a thread at a moment."""
        desk = self._desk
        assert desk.store is not None
        desk.player.pause()
        desk.player.seek(t)
        desk.timeline.reveal(t)
        if thread >= 0:
            desk.timeline.reveal_lane(LaneKey(LaneKind.THREAD, desk.store.threads[thread].process, thread))

    # --- a range -----------------------------------------------------------------------------------------------------

    def on_range_selected(self, t0: int | None, t1: int | None) -> None:
        self.asking.set_range((t0, t1) if t0 is not None and t1 is not None else None)

    # --- search ------------------------------------------------------------------------------------------------------

    def show_found(self, found: viewmodels.Found) -> None:
        store = self._desk.store
        if store is None:
            return
        if found.what == FoundWhat.STATE:
            self.go(found.thread, found.index)
            return
        self.show_moment(found.thread, found.t0)
        if found.thread >= 0:
            whole = found.what in (FoundWhat.THREAD, FoundWhat.PROCESS)
            self._desk.timeline.select(found.thread, None if whole else row_at(store, found.thread, found.t0))

    # --- tables ------------------------------------------------------------------------------------------------------

    def show_tables(self, _: object = None) -> None:
        """Bring those tables up to date that can be seen."""
        store, views, began = self._desk.store, self._views, time.monotonic()
        if views is None:
            return
        if views.contention.isVisible():
            self.contention.refresh()
        if views.spans.isVisible():
            if store is not None:
                processes = [f"{one.name} ({one.pid})" for one in store.processes]
                views.spans.set_lives(processes, [viewmodels.who(store, one.index) for one in store.threads])
            if self.spans.show_spans(*self._desk.timeline.visible_range()):
                self._mark_row()
        took = (time.monotonic() - began) * 1000
        self._soon.setInterval(max(SOON_MS, round(took * SHARE)) if self._desk.work.is_active else SOON_MS)

    def show_spans(self, on: bool) -> None:
        self._show_dock(self.make().span_dock, on)

    def show_contention(self, on: bool) -> None:
        self._show_dock(self.make().contention_dock, on)

    def _show_dock(self, dock: QDockWidget, on: bool) -> None:
        dock.setVisible(on)
        if on:
            dock.raise_()

    def set_filter(self, chosen: viewmodels.SpanFilter) -> None:
        """Table, timeline and the strip below it show what passes; the bar above says so."""
        desk, drawn = self._desk, None if chosen.is_off else chosen
        self.spans.filter = chosen
        self.make().filter.set_words(viewmodels.filter_words(desk.store, chosen))
        desk.timeline.set_window_fields(filter=drawn)
        desk.overview.set_filter(drawn)
        self.show_tables()

    def on_span_requested(self, row: int) -> None:
        span = self.spans.span_at(row)
        if span is not None and span != self._chosen:
            self.go(*span)

    def on_contention_requested(self, row: int) -> None:
        span = self.contention.longest(row)
        if span is not None:
            self.go(*span)

    def _mark_row(self) -> None:
        views = self._views
        if views is not None and views.spans.isVisible():
            chosen = self._chosen
            views.spans.set_current(self.spans.place(*chosen) if chosen is not None else None)

    @property
    def _chosen(self) -> tuple[int, int] | None:
        """The selected span: thread, row."""
        chosen = self._desk.timeline.selection
        return (chosen.thread, chosen.index) if chosen.thread is not None and chosen.index is not None else None
