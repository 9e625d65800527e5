"""The program's source: its files, who stands on which line at the playhead's moment, and what each line took."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.trace import TraceStore
from visualiser.viewmodels.line_work import Times, line_work, visits_of
from visualiser.viewmodels.own_files import imported_text
from visualiser.viewmodels.player import FRAME_MS, Player
from visualiser.viewmodels.standing import LineTag, files_in, standing_at

WORK_EVERY_MS = 1000
"""While a run grows, its lines' times are told anew at most so often, and no more than a tenth of the time."""


@dataclass(frozen=True)
class SourceFile:
    """A file that can be shown. `text` is what it was when the run was made."""

    name: str
    path: str
    text: str


class CodeModel(QObject):
    """Facts: `files_changed(list of SourceFile)`, `tags_changed(dict: path -> tuple of LineTag)`,
    `work_changed(dict: path -> FileWork)`: what the lines took."""

    files_changed = Signal(object)
    tags_changed = Signal(object)
    work_changed = Signal(object)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._store: TraceStore | None = None
        self._files: dict[str, SourceFile] = {}
        self._shown_as: dict[str, str] = {}
        """Where the run saw a file -> as which file it is shown: a scenario's program runs from a copy."""
        self._work_revision = -1
        self._waits = self._late = False
        self._soon = self._timer("code tags", FRAME_MS, self.refresh)
        self._work_soon = self._timer("code times", WORK_EVERY_MS, self._on_work_time)
        player.moved.connect(self._later)

    def set_store(self, store: TraceStore | None, main: SourceFile | None = None) -> None:
        """Show a run's program. `main`: the file to begin with, when it is known already."""
        self._store, self._work_revision = store, -1
        self._files = {main.path: main} if main is not None else {}
        self._shown_as = {}
        if store is None:
            self.tags_changed.emit({})
        self.work_changed.emit({})
        self.files_changed.emit(list(self._files.values()))
        self.grow()

    def grow(self) -> None:
        """The run has become longer."""
        self._later()
        if self._store is not None and not self._work_soon.isActive():
            if self._store.finished:
                self._work_soon.setInterval(0)
            self._work_soon.start()

    def refresh(self) -> None:
        """Find out anew who stands where."""
        self._soon.stop()
        store = self._store
        if store is None:
            return
        found = standing_at(store, self._player.playhead.t)
        self._find_files(store, files_in(found))
        tags: dict[str, list[LineTag]] = {}
        for each in found:
            tags.setdefault(self._shown_as.get(each.site.file, each.site.file), []).append(each.tag)
        self.tags_changed.emit({path: tuple(each) for path, each in tags.items()})

    def wait(self, wait: bool) -> None:
        """What threads did is worked out by somebody else just now: what lines took is told after that."""
        self._waits = wait
        if not wait and self._late:
            self._work_soon.start()
        self._late = False

    def _on_work_time(self) -> None:
        if self._waits:
            self._late = True
        else:
            self.refresh_work()

    def refresh_work(self) -> None:
        """Find out anew what the lines took."""
        self._work_soon.stop()
        store = self._store
        if store is None or store.revision == self._work_revision:
            return
        clock = QElapsedTimer()
        clock.start()
        self._work_revision = store.revision
        by_file = line_work(store)
        self._find_files(store, by_file)
        self.work_changed.emit({self._shown_as.get(file, file): work for file, work in by_file.items()})
        self._work_soon.setInterval(max(WORK_EVERY_MS, 10 * clock.elapsed()))

    def visits(self, path: str, line: int) -> tuple[Times, NDArray[np.int32]]:
        """When threads came to a line of a file that is shown: times (i8, ns) in order, and threads (i4)."""
        store = self._store
        if store is None:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        seen = [file for file, shown in self._shown_as.items() if shown == path] or [path]
        return visits_of(store, seen[0], line)

    def _find_files(self, store: TraceStore, paths: Iterable[str]) -> None:
        new = {path for path in paths if path and path not in self._files and path not in self._shown_as}
        for path in sorted(new):
            text = store.source_text(path)
            text = imported_text(store, path) if text is None else text
            twin = next((each for each in self._files.values() if (each.name, each.text) == (_name(path), text)), None)
            self._shown_as[path] = twin.path if twin is not None else path
            if text is not None and twin is None:
                self._files[path] = SourceFile(_name(path), path, text)
                self.files_changed.emit(list(self._files.values()))

    def _timer(self, name: str, every_ms: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setObjectName(name)
        timer.setSingleShot(True)
        timer.setInterval(every_ms)
        timer.timeout.connect(then)
        return timer

    def _later(self, _: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]
