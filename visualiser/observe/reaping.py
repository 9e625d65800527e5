"""Taking the exit status of whatever ends below the observer: the program, and orphans that came to it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class End:
    """The end of one process. `status`: raw, as waitpid gives it; `t_ns`: when it was taken (perf_counter_ns)."""

    pid: int
    status: int
    t_ns: int

    @property
    def code(self) -> int:
        """The exit code as subprocess gives it: negative is the number of a signal."""
        return os.waitstatus_to_exitcode(self.status)


OWN_CHILDREN = 0x20000000 if sys.platform == "linux" else 0
"""__WNOTHREAD (wait4(2)): not those that another thread started. Orphans come to the main thread."""
AT_ONCE = 4096
"""How many are reaped in one go: processes that fork and end for ever must not keep us from what else is to be done."""


class Reaper:
    """Reaps the children of the main thread, of which `program` is one.

    `childless`: nobody is below this process any more (exact for a subreaper, else only the program itself is meant).
    `program_end`: the program's own end, once it has come; `last_ns`: the time of the latest end, 0 before the first.
    """

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self.childless = False
        self.program_end: End | None = None
        self.last_ns = 0
        self._program = program

    def reap(self) -> Iterator[End]:
        """Who has ended since, up to `AT_ONCE` of them; does not wait."""
        for pid, status in itertools.islice(self._statuses(), AT_ONCE):
            end = End(pid, status, time.perf_counter_ns())
            self.last_ns = end.t_ns
            if pid == self._program.pid and self.program_end is None:
                self.program_end = end
                self._program.returncode = end.code  # or Popen would wait for a process that is no more
            yield end

    def _statuses(self) -> Iterator[tuple[int, int]]:
        if os.name == "nt":
            yield from self._windows_statuses()
            return
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | OWN_CHILDREN)
            except ChildProcessError:
                self.childless = True
                return
            self.childless = False
            if pid == 0:
                return
            yield pid, status

    def _windows_statuses(self) -> Iterator[tuple[int, int]]:
        """Windows knows no orphans and no wait for any child. Untried."""
        code = self._program.poll()
        if code is not None and not self.childless:
            self.childless = True
            yield self._program.pid, (code & 0xFF) << 8
