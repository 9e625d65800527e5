"""What a thread was doing at a moment: the facts behind a hover text."""

from __future__ import annotations

from dataclasses import dataclass

from .definitions import Object, Site
from .store import TraceStore
from .values import Source, State


@dataclass(frozen=True)
class Moment:
    """A thread's state at `t`: since when (ns), until when, for how long, on or in what, where, in words."""

    t: int
    state: State
    source: Source
    start_ns: int
    end_ns: int
    open: bool
    object: Object | None
    site: Site | None
    words: str
    holds: tuple[str, ...]
    spans: tuple[str, ...]

    @property
    def length_ns(self) -> int:
        """How long the state lasted (so far)."""
        return self.end_ns - self.start_ns


def state_at(store: TraceStore, thread: int, t: int) -> Moment | None:
    """What `thread` did at `t`; None when it did not live then."""
    raise NotImplementedError
