"""The latest runs, kept while the app is open: going back to a scenario shows its run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from visualiser.trace import TraceStore

MOST = 6
PROGRAM = "program"
LONG_NS = 10_000_000_000

Key: TypeAlias = tuple[str, str]
"""What was run: scenario and variant, or program and arguments."""


@dataclass
class Kept:
    """A run, where it came from, and whether it is in a file."""

    store: TraceStore
    saved: bool = False

    def keep_sources(self) -> None:
        """Take the program's files out of the run directory, which goes when the next run begins."""
        store = self.store
        if store.directory is None:
            return
        folder = store.directory / PROGRAM
        files = [path for path in sorted(folder.rglob("*.py")) if path.is_file()]
        try:
            texts = {path.relative_to(store.directory).as_posix(): path.read_bytes() for path in files}
        except OSError:
            return
        store.attachments = {**store.attachments, **texts}

    @property
    def precious(self) -> bool:
        """Whether losing it deserves a question: a long run of the user's own program that is in no file.

        A scenario can be run again at any time, and so can a short program; being asked each time would only teach
        people to click the question away.
        """
        own = not self.store.info.scenario
        return own and not self.saved and self.store.end_ns - self.store.start_ns >= LONG_NS


class Shelf:
    """At most a handful of runs; the one looked at longest ago goes first."""

    def __init__(self) -> None:
        self._runs: dict[Key, Kept] = {}

    def put(self, key: Key, run: Kept) -> None:
        """Keep a run; it takes the place of an earlier one of the same program."""
        self._runs.pop(key, None)
        self._runs[key] = run
        while len(self._runs) > MOST:
            del self._runs[next(iter(self._runs))]

    def get(self, key: Key) -> Kept | None:
        """The latest run of that program, if it is still here."""
        run = self._runs.pop(key, None)
        if run is not None:
            self._runs[key] = run
        return run

    @property
    def precious(self) -> bool:
        """Whether any run here deserves a question before it is lost."""
        return any(run.precious for run in self._runs.values())
