"""Files: what is opened, saved, exported, and the list of those opened lately."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from visualiser import viewmodels
from visualiser.desk.bench import Bench
from visualiser.scenarios import catalogue
from visualiser.trace import TraceStore


def connect_files(desk: Bench) -> None:
    """Opening and saving, by menu, drop and list."""
    menu, part = desk.menu, _Filing(desk)
    window = desk.window
    window.file_requested.connect(menu.open_path)
    window.clear_recent_requested.connect(desk.preferences.forget_recent)
    window.sidebar.open_requested.connect(menu.open)
    window.run_bar.export_requested.connect(menu.export)
    desk.preferences.recent_changed.connect(part.show_recent)
    desk.files.opened.connect(part.on_opened)
    desk.files.saved.connect(part.on_saved)
    desk.files.exported.connect(lambda path: desk.tell(f"Saved as {path}"))
    desk.files.refused.connect(desk.warn)
    desk.commands.update(open=menu.open, save=menu.save, export=menu.export, export_data=menu.export_data)
    part.show_recent()


class _Filing(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk

    def show_recent(self) -> None:
        self._desk.window.set_recent(viewmodels.recent_files(self._desk.preferences.now.recent))

    def on_opened(self, store: TraceStore, path: str) -> None:
        desk, info = self._desk, store.info
        desk.preferences.opened(path)
        scenario = next((each for each in catalogue() if each.id == info.scenario), None)
        if scenario is not None and info.variant in {each.id for each in scenario.variants}:
            desk.setup.choose_scenario(scenario, info.variant)
        else:
            desk.setup.choose_nothing()
            desk.window.setWindowTitle(f"{Path(path).name} — Interleave")
            desk.window.panel.set_story(viewmodels.page_for(None, None))
        desk.work.show(viewmodels.Kept(store, saved=True))
        desk.notice(viewmodels.notice_of(store))

    def on_saved(self, path: str) -> None:
        desk = self._desk
        if desk.work.run is not None:
            desk.work.run.saved = True
        desk.preferences.opened(path)
        desk.tell(f"Saved as {path}")
