"""What the File menu does: asks where, and hands over to who reads and writes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from visualiser.viewmodels import FileWork, Preferences, RunSetup, RunWork, TimelineModel, TraceStore, moment
from visualiser.views.asking import PICTURES, RUNS, TABLES, ask_open, ask_picture, ask_save

PROGRAMS = (".py", ".pyw")


class FileMenu(QObject):
    """Open, save, export, for one window. `theme()`: the name of the theme that the window has now."""

    def __init__(self, window: QWidget, files: FileWork, work: RunWork, setup: RunSetup, timeline: TimelineModel,
                 preferences: Preferences, theme: Callable[[], str]) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._files, self._work, self._setup = window, files, work, setup
        self._timeline, self._preferences, self._theme = timeline, preferences, theme

    def open(self) -> None:
        """Ask for a file, and open it."""
        if path := ask_open(self._window, self._preferences.now.folder):
            self.open_path(path)

    def open_path(self, path: str) -> None:
        """Open a Python program, to be run, or a saved run, to be looked at."""
        place = Path(path).absolute()
        if self._work.is_active:
            self._files.refused.emit("A program is running. Stop it first, then open another.")
        elif place.suffix.lower() not in PROGRAMS:
            self._files.open(str(place))
        elif not place.is_file():
            self._files.refused.emit(f"There is no file {path}.")
        else:
            self._setup.choose_program(place)
            self._preferences.opened(str(place))

    def save(self) -> None:
        """Ask where to, and save the run."""
        self._ask_and(self._files.save, "Save this run", RUNS, ".ilv")

    def export_data(self) -> None:
        """Ask where to, and write the run as a table or a trace."""
        self._ask_and(self._files.export_data, "Export the run's data", TABLES, ".csv")

    def export(self) -> None:
        """Ask how and where to, and write the picture."""
        store, scene = self._shown(), self._timeline.scene
        if store is None or scene is None:
            return
        seen = self._timeline.visible_range()
        words = " to ".join(moment(t - store.start_ns) for t in seen)
        choice = ask_picture(self._window, scene.title, self._theme(), words)
        if choice is None:
            return
        write = partial(
            self._files.export_picture, t_range=seen if choice.visible_only else None, scale=choice.scale,
            size=(choice.width, choice.height or None), theme=choice.theme, title=choice.title or None,
            lanes=self._timeline.lanes,
        )  # fmt: skip
        self._ask_and(write, "Export picture", PICTURES, ".png")

    def _shown(self) -> TraceStore | None:
        """The run that is shown; None also for one that still grows, which is no file yet."""
        run = self._work.run
        return run.store if run is not None and self._work.state.has_run else None

    def _ask_and(self, write: Callable[[TraceStore, str], None], title: str, kinds: str, suffix: str) -> None:
        store = self._shown()
        if store is None:
            return
        name = "-".join(Path(part).stem for part in self._setup.key if part) or "run"
        suggestion = str(Path(self._preferences.now.folder or Path.home()) / (name + suffix))
        if path := ask_save(self._window, title, suggestion, kinds):
            self._preferences.set("folder", str(Path(path).parent))
            write(store, path)
