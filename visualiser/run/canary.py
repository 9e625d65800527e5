"""Whether a Ctrl+C was for us alone: a canary sits in our process group, and a signal to the whole group meets it too.

A terminal sends SIGINT to everybody in its foreground group, so the program has it already. `kill -INT` of the recorder
alone reaches nobody else, and has to be passed on. A signal does not tell to whom else it was sent; hence the canary,
a `cat` that waits for the end of a pipe of ours, and so ends when we do, however that is.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType


class Canary:
    """A process in our group for as long as the `with` block lasts; none where there is no `cat`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Canary:
        if os.name == "posix":
            with suppress(OSError):
                self._process = subprocess.Popen(
                    ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    @property
    def sings(self) -> bool:
        """Whether SIGINT has not reached it: to be asked a moment after it reached us. False where there is none."""
        process = self._process
        return process is not None and process.poll() is None and not _is_told(process.pid)


def _is_told(pid: int) -> bool:
    """Whether SIGINT waits for a process that has not had the time to end by it."""
    bit = 1 << signal.SIGINT - 1
    with suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        pending = [line.split()[1] for line in lines if line.startswith(("SigPnd:", "ShdPnd:"))]
        return any(int(word, 16) & bit for word in pending)
    return False
