"""The store of a run's truth: raw records as they came, and everything that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .columns import Arrows, Int64s, Points, Spans
from .definitions import Object, Site
from .lives import Process, Thread
from .runinfo import RunInfo
from .values import EventBatch, Loss


@dataclass(frozen=True)
class Problem:
    """Something in the records that cannot be, or could not be read. `t` (ns) and `thread` where they are known."""

    text: str
    t: int | None = None
    thread: int | None = None

    def __str__(self) -> str:
        return self.text


class TraceStore:
    """One run, growing while it is watched. Times are perf_counter ns of the watched machine, `start_ns` is the origin."""

    def __init__(self, info: RunInfo | None = None) -> None:
        self.info = info or RunInfo()
        self.revision = 0
        self.directory: Path | None = None
        self.attachments: Mapping[str, bytes] = {}

    def extend(self, batch: EventBatch) -> None:
        """Take in what arrived."""
        raise NotImplementedError

    def finish(self, info: RunInfo) -> None:
        """The run is over: nothing more comes. What is open ends at the end of the run."""
        raise NotImplementedError

    @property
    def finished(self) -> bool:
        """Whether `finish` was called."""
        raise NotImplementedError

    @property
    def processes(self) -> Sequence[Process]:
        raise NotImplementedError

    @property
    def threads(self) -> Sequence[Thread]:
        raise NotImplementedError

    def states(self, thread: int) -> Spans:
        """What the thread did, without a gap from its start to its end."""
        raise NotImplementedError

    def holds(self, thread: int) -> Spans:
        """Critical sections: while it held which lock."""
        raise NotImplementedError

    def spans(self, thread: int) -> Spans:
        """Its own spans, tasks and process starts, nested by `depth`."""
        raise NotImplementedError

    def marks(self, thread: int) -> Points:
        """Its own marks."""
        raise NotImplementedError

    def outputs(self) -> Points:
        """What was printed, by all threads, in order of time; flag is the Stream."""
        raise NotImplementedError

    def arrows(self) -> Arrows:
        """Who started, or awaited the end of, whom."""
        raise NotImplementedError

    def event_times(self, thread: int | None = None) -> Int64s:
        """The moments worth stepping to, sorted and without doubles: of one thread, or of all."""
        raise NotImplementedError

    def text(self, number: int) -> str:
        raise NotImplementedError

    def site(self, number: int) -> Site:
        raise NotImplementedError

    def object(self, number: int) -> Object:
        raise NotImplementedError

    def source_text(self, file: str) -> str | None:
        """The source file as it was when the run was recorded; None when it was not kept."""
        raise NotImplementedError

    @property
    def events(self) -> int:
        raise NotImplementedError

    @property
    def lost(self) -> int:
        raise NotImplementedError

    @property
    def losses(self) -> Sequence[Loss]:
        raise NotImplementedError

    @property
    def start_ns(self) -> int:
        raise NotImplementedError

    @property
    def end_ns(self) -> int:
        """The end of the run, or the last thing known of it while it goes on."""
        raise NotImplementedError

    @property
    def problems(self) -> Sequence[Problem]:
        raise NotImplementedError
