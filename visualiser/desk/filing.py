"""Files: what is opened, saved, exported, and the list of those opened lately.

What is to be said of a run that is opened follows from all of its records, and so does its first picture: both are
worked out where it is read, in a worker, and the window stays quick meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

from visualiser import viewmodels
from visualiser.desk.bench import Bench
from visualiser.scenarios import catalogue
from visualiser.scene import ViewWindow, build
from visualiser.trace import TraceStore

FIRST_WIDTH = 1000
"""Pixels; what is derived for a picture of any width is there for all others."""


@dataclass(frozen=True)
class _Look:
    """What is said of a run that was opened: in the banner, and beside it when it is no scenario's."""

    notice: viewmodels.Notice
    page: str


_looks: WeakKeyDictionary[TraceStore, _Look] = WeakKeyDictionary()


def load_and_look(path: Path) -> TraceStore:
    """Read a saved run or another tool's trace, and derive whatever its first picture will ask for.

    For a worker: nobody else has the store yet. Raises BadFile.
    """
    from visualiser.files import load

    store = load(path)
    _look_at(store)
    build(store, ViewWindow(store.start_ns, store.end_ns, width=FIRST_WIDTH))
    return store


def _look_at(store: TraceStore) -> _Look:
    if store not in _looks:
        _looks[store] = _Look(viewmodels.notice_of(store), viewmodels.opened_page(store))
    return _looks[store]


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
        desk, info, look = self._desk, store.info, _look_at(store)
        desk.preferences.opened(path)
        scenario = next((each for each in catalogue() if each.id == info.scenario), None)
        if scenario is not None and info.variant in {each.id for each in scenario.variants}:
            desk.setup.choose_scenario(scenario, info.variant)
        else:
            desk.setup.choose_nothing()
            desk.window.setWindowTitle(f"{Path(path).name} — Interleave")
            desk.window.panel.set_story(look.page)
        desk.work.show(viewmodels.Kept(store, saved=True))
        desk.notice(look.notice)

    def on_saved(self, path: str) -> None:
        desk = self._desk
        if desk.work.run is not None:
            desk.work.run.saved = True
        desk.preferences.opened(path)
        desk.tell(f"Saved as {path}")
