"""The GIL readers of all processes of the tree: opened when one turns out to be Python, closed when it is gone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Protocol

from visualiser.observe.calibrate import GilUnknown, Layout, Place, find_runtime
from visualiser.observe.gil import GilReader

RETRY_S, EAGER, RETRIES = 0.003, 10, 100
"""A process is no Python yet while it is being loaded. Tried again soon, then later and later, for some seconds in
all.
"""
WALK_S = 0.02
"""How often a process is searched for interpreters with a GIL of their own."""


class Layouts(Protocol):
    """Who knows where builds of CPython keep things."""

    def layout(self, place: Place) -> Layout | None:
        """None: not known yet. Raises GilUnknown, OSError."""


class _Process:
    """What is known of one process. `reader`: None as long as it has not turned out to be Python."""

    def __init__(self) -> None:
        self.reader: GilReader | None = None
        self.tries = 0
        self.due = 0.0


class Gils:
    """Reads the GILs of processes by pid. `problems`: why some cannot be read, one sentence each."""

    def __init__(self, layouts: Layouts) -> None:
        self._layouts = layouts
        self._processes: dict[int, _Process] = {}
        self.problems: dict[str, None] = {}  # a set that keeps its order
        self.read_any = False
        self.missed = 0  # as of the readers; for who asks to clear
        self.intervals: list[bytes] = []  # INTERVAL rows that nobody has fetched yet

    def ask(self, layouts: Layouts) -> None:
        """From now on these are asked."""
        self._layouts = layouts

    def rows(self, pids: Iterable[int], now: float) -> list[bytes]:
        """One row of a GILS block per GIL of these processes. `now`: time.monotonic()."""
        rows: list[bytes] = []
        for pid in pids:
            process = self._processes.get(pid)
            if process is None:
                process = self._processes[pid] = _Process()
            if now >= process.due:
                self._tend(pid, process, now)
            if process.reader is not None:
                try:
                    rows.extend(look.packed(pid) for look in process.reader.read())
                    self.missed += process.reader.missed
                    process.reader.missed = 0
                except OSError:  # it has gone, or turned into another program: look again
                    self.forget((pid,))
        self.read_any = self.read_any or bool(rows)
        return rows

    def pids(self) -> list[int]:
        """The processes that are known."""
        return list(self._processes)

    def owns(self, pid: int, futex: int) -> bool:
        """Whether this futex of a process belongs to one of its GILs."""
        process = self._processes.get(pid)
        return process is not None and process.reader is not None and process.reader.owns(futex)

    def forget(self, pids: Iterable[int]) -> None:
        """They have ended."""
        for pid in pids:
            process = self._processes.pop(pid, None)
            if process is not None and process.reader is not None:
                process.reader.close()

    def close(self) -> None:
        """Let go of all."""
        self.forget(list(self._processes))

    def _tend(self, pid: int, process: _Process, now: float) -> None:
        if process.reader is None:
            process.tries += 1
            pause = RETRY_S * max(1, process.tries - EAGER)
            process.due = now + pause if process.tries < RETRIES else float("inf")
            process.reader = self._open(pid)
        if process.reader is not None:
            process.due = now + WALK_S
            with contextlib.suppress(OSError):
                process.reader.find_interpreters()
                self.intervals.extend(process.reader.new_intervals())

    def _open(self, pid: int) -> GilReader | None:
        try:
            place = find_runtime(pid)
            layout = self._layouts.layout(place) if place else None
            return GilReader(pid, layout, place) if place and layout else None
        except GilUnknown as error:
            self.problems[str(error)] = None
        except PermissionError:
            self.problems["The system does not let us read the memory of the programs that we start."] = None
        except OSError:
            pass  # it has gone
        return None
