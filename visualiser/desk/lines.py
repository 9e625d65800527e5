"""What is said about recorded lines: how many, and by how much they stretched the run, where that was measured."""

from __future__ import annotations

from collections.abc import Hashable

from visualiser import viewmodels
from visualiser.trace import LEFT, TraceStore, has_lines, lines_of, units


class LineNotes:
    """Remembers how long runs took without lines, by what was run and how."""

    def __init__(self) -> None:
        self._plain: dict[Hashable, int] = {}

    def words(self, store: TraceStore, how: Hashable) -> str:
        """What there is to say about the lines of a run that is over; empty where none were recorded."""
        wall = store.end_ns - store.start_ns
        if not has_lines(store):
            if store.finished:
                self._plain[how] = wall
            return ""
        number = sum(int((lines_of(store, one.index).flag != LEFT).sum()) for one in store.threads)
        told = f"{viewmodels.count(number, 'recorded line')}"
        plain = self._plain.get(how)
        if plain is None:
            return f"Time is stretched by {told}. Run it without recorded lines, too, to see by how much."
        took = f"{viewmodels.duration(wall)} instead of {viewmodels.duration(plain)}"
        return f"Stretched {units.digits(wall / plain)} times by {told}: {took}."
