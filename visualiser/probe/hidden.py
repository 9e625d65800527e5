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
from ..events.diary import Full, _bytes_in, _mapped, _reserve

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

_kept: list[mmap.mmap] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_kept.__len__)  # for nothing, but it holds the list to the very end


class HiddenDiary(Diary):
    """As Diary, without a descriptor between two chunks."""

    def _map(self, size: int) -> None:
        if _bytes_in(self.directory) + size > self.limit:
            raise Full
        path = os.path.join(self.directory, f"{self.pid}-{self.start_ns}{SUFFIX}")
        fd, self._fd = (self._fd, -1) if not self._chunks else (os.open(path, os.O_RDWR | os.O_CLOEXEC), -1)
        try:
            _reserve(fd, self._size, size)
            chunk = _mapped(fd, size, self._size)
            _kept.append(chunk)
            same = os.fstat(fd)
        finally:
            os.close(fd)
        if sys.version_info < (3, 13):
            _close_all(same.st_dev, same.st_ino)
        self._size += size
        self._next, self._end = 0, size
        self._chunks.append(chunk)

    def forget(self) -> None:
        """In a forked child: never write to the parent's file."""
        self._full = True
        self._chunks.clear()


def _close_all(device: int, inode: int) -> None:
    """Close every descriptor of this process that names this file."""
    for name in os.listdir("/dev/fd"):
        try:
            found = os.fstat(int(name))
            if (found.st_dev, found.st_ino) == (device, inode):
                os.close(int(name))
        except OSError:
            continue
