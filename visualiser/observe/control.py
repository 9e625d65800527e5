"""The observer's line to the app: commands in, status out, each one line of JSON; end of file means the app died.

Commands: {"do": "launch", ...} with the fields of `LaunchOrder`; {"do": "stop", "patience": seconds per rung};
{"do": "kill"}.
Status: {"what": ..., ...}, as `visualiser.run.status.Report` lists them.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from dataclasses import dataclass, field
from typing import Any

READ_SIZE = 64 << 10


@dataclass(frozen=True)
class LaunchOrder:
    """What to start, and how.

    `argv`: the program. `directory`: the run's, for the observer's own diary. `environment` is added to the observer's.
    `cwd`: empty is the observer's. `stdout`, `stderr`: files to append to; empty inherits, and then stdin is inherited
    too, else the program reads end of file. `output_limit`: bytes kept of each of those files. `limit`: bytes of all
    diaries. `grace`: seconds that other processes may outlive the program.
    """

    argv: list[str]
    directory: str
    environment: dict[str, str] = field(default_factory=dict)
    cwd: str = ""
    stdout: str = ""
    stderr: str = ""
    output_limit: int = 1 << 30
    limit: int = 2 << 30
    grace: float = 2.0


class Channel:
    """Both directions of the line. Never blocks: what the app does not read yet is kept until it does.

    `line` is for select; `app_died` once the app has closed its end.
    """

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.app_died = False
        self._incoming = b""
        self._outgoing = bytearray()
        line.setblocking(False)
        line.set_inheritable(False)  # a program that held it would hide the app's death

    def say(self, what: str, **fields: Any) -> None:
        """Send one line of status, or as much as the line takes now."""
        self._outgoing += json.dumps({"what": what, **fields}).encode() + b"\n"
        self.flush()

    def flush(self) -> None:
        """Send what could not be sent before. Once the app is gone there is nobody to tell, and that is no error."""
        try:
            while self._outgoing:
                del self._outgoing[: self.line.send(self._outgoing)]
        except BlockingIOError:
            pass
        except OSError:
            self._outgoing.clear()

    def finish(self, seconds: float) -> None:
        """Send the rest, waiting for the app no longer than `seconds`."""
        self.line.settimeout(seconds)
        with contextlib.suppress(OSError):
            self.line.sendall(self._outgoing)
        self.line.close()

    def commands(self) -> list[dict[str, Any]]:
        """The commands that have arrived since; call it when `line` is readable."""
        try:
            data = self.line.recv(READ_SIZE)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        self.app_died = self.app_died or not data
        *lines, self._incoming = (self._incoming + data).split(b"\n")
        found = []
        for line in lines:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return found


def line_over_standard_streams() -> socket.socket:
    """For Windows, where no other descriptors are inherited: standard input and output as one socket. Untried."""
    ours, theirs = socket.socketpair()
    out = os.dup(1)

    def receive() -> None:
        while data := os.read(0, READ_SIZE):
            theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)

    def send() -> None:
        while data := theirs.recv(READ_SIZE):
            os.write(out, data)

    for direction in (receive, send):
        threading.Thread(target=direction, daemon=True).start()
    return ours
