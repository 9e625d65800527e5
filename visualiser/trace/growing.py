"""Arrays that grow while they are read."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import Int64s

SMALL = 1 << 15
"""So many rows are copied at once when there is no more room; longer arrays move a little with each row that comes."""
BRINK = 64
"""A long array begins to move to a larger one when one part in so many is left of its room."""
STEP = 2 * BRINK
"""Rows that are moved, then, for each one that comes: so it is done in half of the time that is left."""
FEW = 1 << 12
"""Who adds more rows at once, as a file does, can wait until all are copied; so no second array is left beside."""
STRIDES = (1.7, 2.1, 1.8, 2.3, 1.9, 1.75, 2.2, 1.95)
"""How many times larger the next one is, by turns: so of many arrays that grow alike, few move at the same time. Room
that nothing was written to takes no memory."""
LARGE = 1 << 18
"""Bytes from which on an array is a mapping of its own: what nobody has written to takes no memory then, and all goes
back to the system with the array, where malloc would keep it (1.5 bytes for each span of a long run).
"""


def _room_for(rows: int, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    if os.name == "nt" or rows * dtype.itemsize < LARGE:
        return np.empty(rows, dtype)
    return np.frombuffer(mmap.mmap(-1, rows * dtype.itemsize, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), dtype, rows)


class Growing:
    """An array with room to grow: appending a row costs a bounded time, however long it is; `view` costs nothing.

    A view stays readable for ever and shows what was there when it was taken, unless rows are rewritten; it cannot be
    written to, for that there is `put`.
    """

    __slots__ = ("_array", "_brink", "_length", "_moved", "_next", "_readable")
    _made = count()

    def __init__(self, dtype: npt.DTypeLike, room: int = 64) -> None:
        self._length = self._moved = 0
        self._take(np.empty(room, dtype))

    def __len__(self) -> int:
        return self._length

    def append(self, values: npt.ArrayLike) -> None:
        """Add the values of a one-dimensional array (or one scalar) at the end."""
        new = np.atleast_1d(np.asarray(values, self._array.dtype))
        end = self._length + len(new)
        if end > len(self._array):
            self._grow(end)
        self._array[self._length : end] = new
        self._length = end
        if end > self._brink and len(new) <= FEW:
            self._move(STEP * len(new))

    def put(self, rows: int | slice | npt.NDArray[Any], values: npt.ArrayLike) -> None:
        """Rewrite some of the rows there are."""
        self._array[: self._length][rows] = values
        if self._next is not None:
            self._next[: self._length][rows] = values

    def cut(self, length: int) -> None:
        """Forget everything from row `length` on."""
        self._length = min(self._length, length)
        self._moved = min(self._moved, self._length)

    @property
    def view(self) -> npt.NDArray[Any]:
        """Everything so far, without copying."""
        return self._readable[: self._length]

    def _take(self, array: npt.NDArray[Any]) -> None:
        """Live in this array from now on."""
        self._array, self._readable = array, array.view()
        self._readable.flags.writeable = False
        self._next: npt.NDArray[Any] | None = None
        self._moved = 0  # rows that the next array has already
        self._brink = len(array) - len(array) // BRINK if len(array) > SMALL else len(array)

    def _larger(self, need: int) -> npt.NDArray[Any]:
        room = len(self._array)
        stride = 2.0 if room < SMALL else STRIDES[next(self._made) % len(STRIDES)]
        return _room_for(max(need + need // 4, int(room * stride)), self._array.dtype)  # so it is not full at once

    def _move(self, rows: int) -> None:
        """Copy some more rows to the next array."""
        if self._next is None:
            self._next = self._larger(0)
        part = slice(self._moved, min(self._moved + rows, self._length))
        self._next[part] = self._array[part]
        self._moved = part.stop

    def _grow(self, need: int) -> None:
        bigger = self._next if self._next is not None and len(self._next) >= need else None
        first = self._moved if bigger is not None else 0
        bigger = self._larger(need) if bigger is None else bigger
        bigger[first : self._length] = self._array[first : self._length]
        self._take(bigger)


class Blocks:
    """Records to which more are only ever added: in blocks, so that nothing is copied again, however many there are."""

    LARGEST = 1 << 15

    __slots__ = ("_blocks", "_dtype", "_filled", "_length")

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._dtype = np.dtype(dtype)
        self._blocks: list[npt.NDArray[Any]] = []
        self._filled = 0  # of the last block
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: npt.NDArray[Any]) -> None:
        """Add records at the end."""
        self._length += len(values)
        while len(values):
            if not self._blocks or self._filled == len(self._blocks[-1]):
                size = min(self.LARGEST, max(64, self._length))
                self._blocks.append(np.empty(size, self._dtype))
                self._filled = 0
            block = self._blocks[-1]
            fitting = values[: len(block) - self._filled]
            block[self._filled : self._filled + len(fitting)] = fitting
            self._filled += len(fitting)
            values = values[len(fitting) :]

    def since(self, row: int) -> npt.NDArray[Any]:
        """The records from `row` on: a copy, or a view when they lie in the last block."""
        parts = self.parts(row)
        return np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.empty(0, self._dtype)

    def only(self, row: int, kinds: Iterable[int] | None = None) -> npt.NDArray[Any]:
        """The same as a copy, and of these kinds only (a field of the records), where some are named."""
        parts = self.parts(row)
        if kinds is not None:
            wanted = np.zeros(1 << 16, bool)
            wanted[list(kinds)] = True
            parts = [part.take(np.flatnonzero(wanted[part["kind"]])) for part in parts]
        return np.concatenate(parts) if parts else np.empty(0, self._dtype)

    def parts(self, row: int = 0) -> list[npt.NDArray[Any]]:
        """The same as views, which never change: other threads may read them while more is added."""
        parts: list[npt.NDArray[Any]] = []
        end = self._length
        for block in reversed(self._blocks):
            used = self._filled if not parts else len(block)
            first = max(0, row - (end - used))
            parts.append(block[first:used])
            end -= used
            if end <= row:
                break
        return parts[::-1]


def sorted_set(parts: Sequence[Int64s]) -> Int64s:
    """The numbers of all parts, sorted and without doubles (np.unique of numpy 2.3 and later is ten times slower)."""
    numbers = np.concatenate(parts) if parts else np.empty(0, np.int64)
    if (numbers[1:] < numbers[:-1]).any():
        numbers = np.sort(numbers, kind="stable")  # merges what is sorted already
    return numbers[np.append(True, numbers[1:] != numbers[:-1])] if len(numbers) else numbers
