"""A run recorded from the command line, without Qt: the program has the terminal, and Ctrl+C is its own first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from visualiser.run.directory import RunDirectory
from visualiser.run.status import Report
from visualiser.run.target import Target
from visualiser.trace import RunInfo, TraceStore

DEFAULT_LIMIT = 2 << 30


@dataclass(frozen=True)
class Recording:
    """A finished run. `interrupted`: Ctrl+C came; `ended_by`: number of the signal that told the recorder to end."""

    directory: RunDirectory
    info: RunInfo
    interrupted: bool = False
    ended_by: int | None = None

    @cached_property
    def store(self) -> TraceStore:
        """What was recorded, read at first use."""
        raise NotImplementedError


def record(
    target: Target,
    *,
    stdout: int | None = None,
    limit: int = DEFAULT_LIMIT,
    on_report: Callable[[Report], None] | None = None,
) -> Recording: 
    """Run the target to its end with this process's own standard streams; blocks. (skeleton)"""
    raise NotImplementedError
