"""The observer's own diary: memory, ends and rungs, in the format that all diaries have."""

from __future__ import annotations

import sys
import threading
import time

from visualiser.events import Diary, Kind, ThreadLog, pair, word
from visualiser.observe.block_writer import BlockWriter


class Notebook:
    """Writes records down once `open` has succeeded; before, and when there is no room, they are dropped."""

    def __init__(self) -> None:
        self._log: ThreadLog | None = None
        self._blocks: BlockWriter | None = None

    def open(self, directory: str, limit: int) -> None:
        """Begin the diary in the run's directory. Raises OSError when there is no room for it."""
        version = ".".join(map(str, sys.version_info[:3]))
        info = {"role": "observer", "python": version, "executable": sys.executable, "start_wall_ns": time.time_ns()}
        diary = Diary(directory, info, limit)
        self._log = ThreadLog(diary, threading.get_native_id(), threading.get_ident())
        self._blocks = BlockWriter(diary, self._log)

    def close(self) -> None:
        """Let go of the file."""
        if self._log is not None:
            self._log.diary.forget()
            self._log = self._blocks = None

    def block(self, kind: int, channel: int, payload: bytes) -> None:
        """A block of what was seen (`events.blocks`)."""
        if self._blocks is not None:
            self._blocks.write(kind, channel, payload)

    def lose_sight(self) -> None:
        """From now on nothing is watched: what was seen last must not be taken to go on."""
        if self._log is not None:
            self._log.diary.count_lost(self._log)

    def memory(self, pid: int, uss_kib: int, rss_kib: int) -> None:
        """A process's memory now; a USS of 0 was not measured."""
        self._write(word(Kind.MEMORY, 0, pid), pair(uss_kib, rss_kib))

    def exited(self, pid: int, status: int, orphan: bool) -> None:
        """A process was reaped, with this raw wait status."""
        self._write(word(Kind.EXITED, int(orphan), pid), pair(0, status))

    def rung(self, number: int, count: int) -> None:
        """A rung of the stop ladder was taken, with so many processes addressed."""
        self._write(word(Kind.STOP_RUNG, number), pair(0, count))

    def _write(self, first: int, second: int) -> None:
        if self._log is not None:
            self._log.record(first, second)
