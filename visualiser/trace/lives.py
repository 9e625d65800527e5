"""Processes and threads as values: when each lived, who started it, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .columns import Int64s


class Memory(NamedTuple):
    """What a process had in memory (RSS, bytes) at the moments `t` (ns) at which somebody looked."""

    t: Int64s
    rss: Int64s


NO_MEMORY = Memory(np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, eq=False)
class Process:
    """A process of the program. `threads`: indices by start. Times in ns; `end_ns` None: alive as far as is known.

    `ended_how`: "" while alive, else words such as "finished", "exit code 3", "killed (SIGKILL)", "ended".
    `note`: "" or what there is to say about how it is known, such as "no record of its own: it is no Python program".
    """

    index: int
    pid: int
    parent: int | None
    name: str
    start_ns: int
    end_ns: int | None
    exit_code: int | None
    signal: int | None
    method: str | None
    python: str | None
    gil_enabled: bool | None
    threads: tuple[int, ...]
    memory: Memory
    ended_how: str
    note: str = ""


@dataclass(frozen=True)
class Thread:
    """A thread. `process`, `starter`: indices. `end_ns` None: alive as far as is known.

    `ended_by`: "" for an ordinary end (or none yet), else "exception ValueError", "killed (SIGKILL)",
    "still alive at exit", "end not recorded" where records were lost. `note`: as of a process.
    """

    index: int
    process: int
    serial: int
    tid: int
    ident: int
    name: str
    start_ns: int
    end_ns: int | None
    ended_by: str
    starter: int | None
    note: str = ""
