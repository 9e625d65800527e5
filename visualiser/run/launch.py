"""Starting the observer, and the line to it: orders out, reports in."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visualiser.run.status import Report, parse_report

PACKAGE = Path(__file__).resolve().parent.parent
OBSERVER = PACKAGE / "observe" / "__main__.py"
PROBE_SITE = PACKAGE / "probe" / "site"
READ_SIZE = 64 << 10
ENDING = 3.0
"""Seconds that an observer which said its last word may take to end."""


class LaunchError(OSError):
    """The run could not be started at all: the message is one or two plain sentences."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ObserverLink:
    """A started observer. `closed` once it has closed its end of the line, by ending or by dying.

    With `own_session` the observer and the program leave our terminal and our process group: a Ctrl+C in the terminal
    that the window was started from is not theirs. Raises LaunchError.
    """

    def __init__(self, own_session: bool) -> None:
        self.closed = False
        self._incoming = b""
        self._order_lock = threading.Lock()  # two orders at once must not be mixed
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", str(OBSERVER), str(theirs.fileno())]
        try:
            with theirs:
                self._process = subprocess.Popen(
                    command,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=own_session,
                    stdin=subprocess.DEVNULL if own_session else None,
                )
        except OSError as error:
            ours.close()
            raise LaunchError(f"The observer could not be started: {error.strerror or error}.") from error
        self._line = ours

    @property
    def pid(self) -> int:
        """The observer's process id."""
        return self._process.pid

    def order(self, do: str, **fields: Any) -> None:
        """Tell the observer something. May be called from any thread; an observer that has gone is no error."""
        with contextlib.suppress(OSError), self._order_lock:
            self._line.sendall(json.dumps({"do": do, **fields}).encode() + b"\n")

    def reports(self, seconds: float) -> list[Report]:
        """What the observer said, waiting up to `seconds` for the first word."""
        if self.closed or not select.select([self._line], [], [], seconds)[0]:
            return []
        try:
            data = self._line.recv(READ_SIZE)
        except OSError:
            data = b""
        self.closed = not data
        *lines, self._incoming = (self._incoming + data).split(b"\n")
        return [report for report in map(parse_report, lines) if report]

    def close(self) -> None:
        """Hang up, which makes an observer that still runs end its tree; and take its exit status."""
        self._line.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING)


def own_environment(directory: Path, limit: int, lines: bool = False, watch: Sequence[str] = ()) -> dict[str, str]:
    """What makes the processes of a run write diaries into its directory; every line with the values of the names in
    `watch`, if `lines`."""
    own = {"INTERLEAVE_RUN": str(directory), "INTERLEAVE_LIMIT": str(limit)}
    return {**own, "INTERLEAVE_LINES": "1", "INTERLEAVE_WATCH": ",".join(watch)} if lines else own


def probed(environment: dict[str, str], folder: str = "") -> dict[str, str]:
    """The same with what makes a Python that is started with it load the probe, as the program of the run; and, if
    given, find modules in `folder`.

    As `probe/__main__.py` does, but without a process that turns into another: that is 10 to 20 ms earlier, and the
    program's is the first exec that the observer sees.
    """
    path = os.pathsep.join([str(PROBE_SITE), *filter(None, [folder, os.environ.get("PYTHONPATH")])])
    return {**environment, "PYTHONPATH": path, "INTERLEAVE_PROGRAM": "1"}


def carries_mark(environment: dict[str, str], directory: Path) -> bool:
    """Whether a process with this environment belongs to the run in `directory`."""
    return environment.get("INTERLEAVE_RUN") == os.fspath(directory)
