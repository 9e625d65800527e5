"""The program's source, and who stands on which of its lines at the playhead's moment.

A thread inside a recorded wait stands on the line that waits. Between such calls nothing tells where it is; then the
line of its last recorded event is named, and said to be that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.trace import Site, State, TraceStore, state_at
from visualiser.viewmodels.names import who
from visualiser.viewmodels.player import Player

MOST_TAGS = 64
"""Threads that are looked up per move of the playhead; a hundred names on one line help nobody."""

EVERY_MS = 50


@dataclass(frozen=True)
class LineTag:
    """A thread named on a line. `waits`: it waits there now; else its last recorded event was there."""

    line: int
    thread: int
    name: str
    waits: bool


@dataclass(frozen=True)
class SourceFile:
    """A file that can be shown. `text` is what it was when the run was made."""

    name: str
    path: str
    text: str


class CodeModel(QObject):
    """Facts: `files_changed(list of SourceFile)`, `tags_changed(dict: path -> tuple of LineTag)`."""

    files_changed = Signal(object)
    tags_changed = Signal(object)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._store: TraceStore | None = None
        self._files: dict[str, SourceFile] = {}
        self._shown_as: dict[str, str] = {}
        """Where the run saw a file -> as which file it is shown: a scenario's program runs from a copy."""
        self._outputs: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._seen_revision = -1
        self._soon = QTimer(self)
        self._soon.setObjectName("code tags")
        self._soon.setSingleShot(True)
        self._soon.setInterval(EVERY_MS)
        self._soon.timeout.connect(self.refresh)
        player.moved.connect(self._later)

    def set_store(self, store: TraceStore | None, main: SourceFile | None = None) -> None:
        """Show a run's program. `main`: the file to begin with, when it is known already."""
        self._store, self._seen_revision = store, -1
        self._files = {main.path: main} if main is not None else {}
        self._shown_as = {}
        if store is None:
            self.tags_changed.emit({})
        self.files_changed.emit(list(self._files.values()))
        self._later()

    def grow(self) -> None:
        """The run has become longer."""
        self._later()

    def refresh(self) -> None:
        """Find out anew who stands where."""
        self._soon.stop()
        store = self._store
        if store is None:
            return
        if store.revision != self._seen_revision:
            self._seen_revision = store.revision
            self._outputs = _outputs_by_thread(store)
        places = [place for place in self._places(store, self._player.playhead.t) if place is not None]
        self._find_files(store, (site.file for site, _ in places))
        tags: dict[str, list[LineTag]] = {}
        for site, tag in places:
            tags.setdefault(self._shown_as.get(site.file, site.file), []).append(tag)
        self.tags_changed.emit({path: tuple(each) for path, each in tags.items()})

    def _places(self, store: TraceStore, t: int) -> Iterable[tuple[Site, LineTag] | None]:
        alive = [each for each in store.threads if each.start_ns <= t and (each.end_ns is None or t < each.end_ns)]
        for thread in alive[:MOST_TAGS]:
            now = state_at(store, thread.index, t)
            if now is None:
                continue
            waits = now.state is not State.UNKNOWN and now.site is not None
            site = now.site if waits else self._last_site(store, thread.index, t)
            if site is not None and site.line:
                yield site, LineTag(site.line, thread.index, who(store, thread.index), waits)

    def _last_site(self, store: TraceStore, thread: int, t: int) -> Site | None:
        """Where the thread's latest event before `t` that has a line was recorded."""
        best_t, best = -1, 0
        tables = [store.states(thread), store.holds(thread), store.spans(thread)]
        columns = [(each.start, each.site) for each in tables]
        if thread in self._outputs:
            columns.append(self._outputs[thread])
        for times, sites in columns:
            at = _last_with_site(times, sites, t)
            if at >= 0 and int(times[at]) > best_t:
                best_t, best = int(times[at]), int(sites[at])
        return store.site(best) if best else None

    def _find_files(self, store: TraceStore, paths: Iterable[str]) -> None:
        new = {path for path in paths if path and path not in self._files and path not in self._shown_as}
        for path in sorted(new):
            text = store.source_text(path)
            twin = next((each for each in self._files.values() if (each.name, each.text) == (_name(path), text)), None)
            self._shown_as[path] = twin.path if twin is not None else path
            if text is not None and twin is None:
                self._files[path] = SourceFile(_name(path), path, text)
                self.files_changed.emit(list(self._files.values()))

    def _later(self, _: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _last_with_site(times: np.ndarray, sites: np.ndarray, t: int, back: int = 64) -> int:
    """The last row before `t` whose site is known, among the last `back` of them; -1 when there is none."""
    end = int(np.searchsorted(times, t, side="right"))
    known = np.flatnonzero(sites[max(end - back, 0) : end])
    return max(end - back, 0) + int(known[-1]) if len(known) else -1


def _outputs_by_thread(store: TraceStore) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    points = store.outputs()
    order = np.argsort(points.thread, kind="stable")
    threads, starts = np.unique(points.thread[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(t): (points.t[part], points.site[part]) for t, part in zip(threads, parts, strict=False)}


def _name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]
