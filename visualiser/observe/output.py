"""The files that a program's output goes to, kept from filling the disk.

The program writes to them itself, so that nobody stands between; a look every 100 ms cuts off what is past the limit
(the files are opened for appending, so that the program goes on behind the cut). When the disk is nearly full the limit
is what is there already: the program shall not fail because it is watched. What it writes within one look can be more.
"""

from __future__ import annotations

import contextlib
import os
import shutil

RESERVE = 128 << 20
"""Bytes that stay free on the disk."""


class OutputFiles:
    """Standard output and error as files of at most `limit` bytes each. Raises OSError when they cannot be made."""

    def __init__(self, paths: list[str], limit: int) -> None:
        self._paths = paths
        self._limits = dict.fromkeys(paths, limit)
        self._nearly_full = self._said = False
        self.fds = [os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for path in paths]

    def close(self) -> None:
        """Close our own descriptors, once the program has its copies."""
        for fd in self.fds:
            os.close(fd)
        self.fds = []

    def trim(self) -> str:
        """Cut off what is past the limit; returns a sentence the first time that something was."""
        cut = self._watch_disk()
        for path, limit in self._limits.items():
            with contextlib.suppress(OSError):
                if os.stat(path).st_size > limit:
                    os.truncate(path, limit)
                    cut = cut or f"Only the first {_in_words(limit)} of the output are kept."
        news = "" if self._said else cut
        self._said = self._said or bool(news)
        return news

    def _watch_disk(self) -> str:
        if self._nearly_full or not self._paths:
            return ""
        try:
            if shutil.disk_usage(os.path.dirname(self._paths[0])).free >= RESERVE:
                return ""
            self._limits = {path: min(limit, os.stat(path).st_size) for path, limit in self._limits.items()}
        except OSError:
            return ""
        self._nearly_full = True
        return "The disk is nearly full: no more output is kept in files."


def _in_words(size: int) -> str:
    return f"{size >> 30} GiB" if size >= 1 << 30 else f"{size >> 20} MiB" if size >= 1 << 20 else f"{size} bytes"
