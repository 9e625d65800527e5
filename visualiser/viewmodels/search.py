"""Searching a run: what was typed, how many things have it, and which of them one stands at."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.trace import Found, Hits, TraceStore, find
from visualiser.viewmodels.words import count

SOON_MS = 150
"""After the last key: a long run is searched once a word, not once a letter."""


@dataclass(frozen=True)
class SearchState:
    """What the search bar says. `place`: which hit one stands at, from 0; None: at none yet."""

    words: str = ""
    hits: int = 0
    place: int | None = None
    found: str = ""

    @property
    def count_text(self) -> str:
        """`3 of 17`, `17 hits`, `nothing found`."""
        if not self.words.strip():
            return ""
        if not self.hits:
            return "Nothing in this run has these words."
        return count(self.hits, "hit") if self.place is None else f"{self.place + 1} of {count(self.hits, 'hit')}"


class Search(QObject):
    """Facts: `changed(SearchState)`; wish: `place_requested(Found)`: show this hit."""

    changed = Signal(object)
    place_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = SearchState()
        self._store: TraceStore | None = None
        self._hits: Hits | None = None
        self._revision = -1
        self._t = 0
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.setObjectName("search")
        self._soon.timeout.connect(self._look)

    def set_store(self, store: TraceStore | None) -> None:
        """Search another run."""
        self._store, self._hits, self._t = store, None, 0
        self.type(self.state.words)

    def type(self, words: str) -> None:
        """These words are looked for soon; from the moment where one is."""
        self.state = SearchState(words)
        self._hits = None
        self._soon.start()

    def stand_at(self, t: int) -> None:
        """The playhead is at `t` (ns): the next hit is the one behind it."""
        if self.state.place is None or self._hits is None or t != int(self._hits.t0[self.state.place]):
            self._t = t
            if self.state.place is not None:
                self._say(None)

    def next(self) -> None:
        """Go to the next hit, from the last one to the first."""
        self._go(1)

    def previous(self) -> None:
        """Go to the hit before."""
        self._go(-1)

    # --- inner -------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        self._soon.stop()
        if self._store is None or not self.state.words.strip():
            self._hits = None
        else:
            self._hits = find(self._store, self.state.words)
            self._revision = self._store.revision
        self._say(None)

    def _go(self, direction: int) -> None:
        store = self._store
        if store is None:
            return
        place = self.state.place
        if self._hits is None or self._revision != store.revision:
            self._look()
        hits = self._hits
        if hits is None or not len(hits):
            return
        if place is None:
            near = hits.after(self._t - 1) if direction > 0 else hits.before(self._t)
            place = (0 if direction > 0 else len(hits) - 1) if near is None else near
        else:
            place = (place + direction) % len(hits)
        found = self._say(place)
        if found is not None:
            self._t = found.t0
            self.place_requested.emit(found)

    def _say(self, place: int | None) -> Found | None:
        hits = self._hits
        found = hits.at(place) if hits is not None and place is not None else None
        said = found.words if found is not None else ""
        self.state = SearchState(self.state.words, len(hits) if hits is not None else 0, place, said)
        self.changed.emit(self.state)
        return found
