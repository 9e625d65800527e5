"""When the next picture of a run is made: at once, or after what it needs was worked out in turns of some ms."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.scene import ahead
from visualiser.trace import TraceStore

TURN_MS, MOST_TRIES = 8, 4
"""How long a growing run is worked on at a time; how often it may have grown meanwhile until it is drawn anyway."""

OPENED = -2
"""Instead of a revision: the run was over when it was shown, and is drawn at once."""

HELD_MS = 200
"""A run that grows is asked to stay as it is for a picture no longer than this."""


class Frames(QObject):
    """Facts: `due()`: the picture is to be made now; `drawing_changed(bool)`: one of a growing run is being made, which
    what it grows by meanwhile would hold up. Between turns the window can answer; a run that grows faster than it is
    worked out is drawn all the same.
    """

    due = Signal()
    drawing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: TraceStore | None = None
        self._ahead: Iterator[None] | None = None
        self._ahead_of, self._tries = -1, 0
        self._begun = QElapsedTimer()
        self._drawing = False
        self._calm = -1  # the revision of a run that is over, once all of it was worked out
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.setObjectName("turn")
        self._turn.timeout.connect(self.advance)

    def set_store(self, store: TraceStore | None) -> None:
        """Another run is shown from now on, or none."""
        self._store, self._ahead = store, None
        self._calm = OPENED if store is not None and store.finished else -1

    def advance(self) -> None:
        """Time for a picture: work on what it needs for one turn; `due` once that is there."""
        store = self._store
        if store is None or self._is_calm(store) or (self._tries >= MOST_TRIES and not self._ended_since(store)):
            self._make(store)
            return
        if not self._begun.isValid():
            self._begun.start()
        self._say_drawing(store.finished or self._begun.elapsed() < HELD_MS)
        if self._ahead is None or store.revision != self._ahead_of:
            self._ahead, self._ahead_of = ahead(store), store.revision
            self._tries = 0 if store.finished else self._tries + 1
        clock = QElapsedTimer()
        clock.start()
        for _ in self._ahead:
            if clock.elapsed() >= TURN_MS:
                self._turn.start()
                return
        self._tries = MOST_TRIES  # all is there: the frame at the next turn
        self._turn.start()

    def _make(self, store: TraceStore | None) -> None:
        self._ahead, self._tries = None, 0
        self.due.emit()
        self._calm = store.revision if store is not None and store.finished else -1
        self._begun.invalidate()
        self._say_drawing(False)

    def _is_calm(self, store: TraceStore) -> bool:
        """Whether all that a picture needs was worked out before, or the run was opened, and not watched."""
        return store.finished and self._calm in (store.revision, OPENED)

    def _ended_since(self, store: TraceStore) -> bool:
        """Whether it is told anew for good, after which it grows no more: for that there is time."""
        return store.finished and store.revision != self._ahead_of

    def _say_drawing(self, drawing: bool) -> None:
        if drawing != self._drawing:
            self._drawing = drawing
            self.drawing_changed.emit(drawing)
