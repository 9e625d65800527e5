"""One run from Run to its end: buttons and words go along with its state, numbers with what is known of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from visualiser import viewmodels, views
from visualiser.desk.bench import Bench

STATUS_EVERY_MS = 500
"""Numbers that change faster than this cannot be read."""


def connect_running(desk: Bench) -> None:
    """Run and Stop, what is said meanwhile, and the facts that the other parts live on."""
    part = _Running(desk)
    work, window, bar = desk.work, desk.window, desk.window.run_bar
    bar.run_requested.connect(work.start)
    bar.stop_requested.connect(work.stop)
    window.sidebar.scenario_run_requested.connect(lambda _: work.start())
    window.level_requested.connect(lambda: desk.notice(viewmodels.level_notice(desk.store)))
    work.run_changed.connect(part.on_run_changed)
    work.grew.connect(part.on_grew)
    work.state_changed.connect(part.on_state_changed)
    work.doing_changed.connect(window.status.set_doing)
    work.told.connect(desk.tell)
    work.warned.connect(window.banner.tell)
    work.ended.connect(desk.notice)
    desk.commands.update(run=work.start, stop=work.stop)


class _Running(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self._deadlocks = viewmodels.DeadlockWatch()
        self._numbers = QTimer(self, singleShot=True, interval=STATUS_EVERY_MS)
        self._numbers.setObjectName("numbers")
        self._numbers.timeout.connect(self.show_numbers)

    def on_run_changed(self) -> None:
        self._desk.store_changed.emit(self._desk.store)
        self.show_numbers()

    def on_grew(self) -> None:
        self._desk.grew.emit()
        if not self._desk.work.is_active:
            self._desk.output.refresh()
            self.show_numbers()
        elif not self._numbers.isActive():
            self._numbers.start()

    def on_state_changed(self) -> None:
        work, setup, window = self._desk.work, self._desk.setup, self._desk.window
        window.set_run_state(work.state, work.is_active)
        hint = f"Press Run to watch {setup.title}." if setup.chosen else views.EMPTY
        window.timeline.set_empty_text(work.state.doing or hint)

    def show_numbers(self) -> None:
        desk, store, window = self._desk, self._desk.store, self._desk.window
        status = viewmodels.status_of(store)
        window.status.set_numbers(status, viewmodels.sources_line(store), viewmodels.level_notice(store) is not None)
        window.set_handovers(desk.timeline.has_handovers)
        window.panel.memory.set_curves(viewmodels.memory_curves(store))
        if status.lost and not window.banner.text:
            desk.warn(status.lost)
        if store is not None and desk.work.is_active and not window.banner.text:
            desk.notice(self._deadlocks.look(store))
