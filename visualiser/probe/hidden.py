"""A diary that holds no file descriptor: a program may count, close and pass on all it has, as under plain Python.

The file is opened for the moment in which a chunk is reserved and mapped. Before Python 3.13 a mapping keeps a
duplicate of the descriptor for itself; that is closed too, and the mapping is then kept for the life of the process, by
something that goes later than every file object: freed earlier, it would close whatever has that number by then.
"""

from __future__ import annotations

import mmap
import os
import sys

from ..events import SUFFIX, Diary

_AGAIN = os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
_kept: list[mmap.mmap] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_kept.__len__)  # for nothing, but it holds the list to the very end


class HiddenDiary(Diary):
    """As Diary, without a descriptor between two chunks."""

    def _map(self, size: int) -> None:
        if self._fd < 0:
            self._fd = os.open(os.path.join(self.directory, f"{self.pid}-{self.start_ns}{SUFFIX}"), _AGAIN)
        try:
            super()._map(size)
            _kept.append(self._chunks[-1])
            same = os.fstat(self._fd)
        finally:
            os.close(self._fd)
            self._fd = -1
        if sys.version_info < (3, 13):
            _close_all(same.st_dev, same.st_ino)

    def forget(self) -> None:
        """In a forked child: never write to the parent's file."""
        self._full, self._next, self._end = True, 0, 0
        self._chunks.clear()


def _close_all(device: int, inode: int) -> None:
    """Close every descriptor of this process that names this file."""
    for name in _descriptors():
        try:
            found = os.fstat(int(name))
            if (found.st_dev, found.st_ino) == (device, inode):
                os.close(int(name))
        except OSError:
            continue


def _descriptors() -> list[str]:
    """The numbers of all; none where the system does not tell (a bare container): what is open then stays open."""
    for place in ("/dev/fd", "/proc/self/fd"):
        try:
            return os.listdir(place)
        except OSError:
            continue
    return []
