"""A large JSON text taken apart without reading all of it: its first keys, the items of one long array, and the rest.

The array's items are decoded some megabytes at a time. Where a piece may end is guessed (behind the last "},"), and
decoding is the proof: JSON is read from left to right, so if a text up to there is complete, it is complete there. Only
when the guess was wrong does `_ends` look at every bracket of the piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from .errors import BadFile
from .inflating import PIECE

LONGEST_ITEM = 16 << 20
"""Bytes of the longest event; longer ones are no events."""
LONGEST_HEAD = 16 << 20
"""Bytes of what stands before the events."""
LONGEST_REST = 64 << 20
"""Bytes of what stands behind them, source files among it."""
MOST_BRACKETS = 1_000_000
"""Brackets and texts that are walked over on the way to the events."""

_SPACE = re.compile(rb"[\s]*")
_BETWEEN = re.compile(rb"[\s,]*")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BRACKET = re.compile(rb'["\[\]{}]')
_SCALAR = re.compile(rb'[^\s,\]}"]+')

Item = TypeVar("Item")
Decode = Callable[[bytes], list[Item]]
"""Decodes the text of an array. Raises ValueError when it is none."""

NO_JSON = "It looks like JSON, but is not: it is damaged, or something else."

NO_TRACE = "It is JSON, but not a trace that can be opened here: those of Chrome's and Firefox Profiler's format can."


class JsonPieces:
    """One text being taken apart. `cut`: it ended before its end; `keys`: those of the outermost object before it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = b""
        self._at = 0
        self._more = True
        self._is_object = False
        self.cut = False
        self.keys: dict[str, bytes] = {}

    def find_array(self, wanted: tuple[str, ...]) -> str | None:
        """Go to the first item of the outermost array ("" is returned), or of one under a wanted key of the outermost
        object (the key is returned). None: there is no such key. Raises BadFile.
        """
        while self._more and len(self._buffer) < 3:
            self._fill()
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            self._at = 3
        first = self._next()
        self._at += 1
        if first == b"[":
            return ""
        if first != b"{":
            raise BadFile(NO_JSON)
        self._is_object = True
        while (first := self._next()) == b'"':
            key = self._key()
            if self._next() != b":":
                raise BadFile(NO_JSON)
            self._at += 1
            if self._next() == b"[" and key in wanted:
                self._at += 1
                return key
            self.keys[key] = self._value()
            if self._next() == b",":
                self._at += 1
        if first != b"}":
            raise BadFile(NO_JSON)
        return None

    def items(self, decode: Decode[Item]) -> Iterator[list[Item]]:
        """The items of the array, many at a time. Raises BadFile when they are no JSON, or one is far too long."""
        self._buffer, self._at = self._buffer[self._at :], 0
        least = PIECE
        while True:
            while self._more and len(self._buffer) < least:
                self._fill()
            self._at = _end(_BETWEEN, self._buffer)
            if self._more and self._at == len(self._buffer):  # nothing but spaces so far
                self._buffer = b""
                continue
            if self._buffer[self._at : self._at + 1] in (b"]", b""):
                break
            found = self._by_guess(decode) if self._more else None
            if found is None:
                found = self._exactly(decode)
            if found is None and not self._more:
                self._at = len(self._buffer)
                break
            if found is None:
                least = 2 * len(self._buffer)
                if least > LONGEST_ITEM:
                    raise BadFile("An event in it is far longer than an event can be; it is not opened.")
                continue
            least = PIECE
            yield found
        self.cut = self._at >= len(self._buffer)
        self._at += 1

    def rest(self) -> bytes:
        """What follows the array in the outermost object, as the text of an object; "{}" where it is far too long."""
        parts = [self._buffer[self._at :]]
        self._buffer, self._at = b"", 0
        size = len(parts[0])
        for piece in self._pieces:
            size += len(piece)
            if size > LONGEST_REST:
                return b"{}"
            parts.append(piece)
        text = b"".join(parts)
        return b"{" + text[_end(_BETWEEN, text) :] if self._is_object else b"{}"

    # --- the array

    def _by_guess(self, decode: Decode[Item]) -> list[Item] | None:
        end = self._buffer.rfind(b"},") + 1
        if end <= self._at:
            return None
        try:
            found = decode(b"[" + self._buffer[self._at : end] + b"]")
        except (ValueError, RecursionError):
            return None
        self._buffer = self._buffer[end:]
        return found

    def _exactly(self, decode: Decode[Item]) -> list[Item] | None:
        """By every bracket; None when not one item is complete. Raises BadFile."""
        end, is_last = _ends(self._buffer[self._at :])
        end += self._at
        text = self._buffer[self._at : end].rstrip(b", \t\r\n")
        if not text:
            if is_last:
                raise BadFile(NO_JSON)
            return None
        try:
            found = decode(b"[" + text + b"]")
        except (ValueError, RecursionError) as error:
            raise BadFile("The JSON in it is damaged.") from error
        self._buffer = self._buffer[end:]
        return found

    # --- what stands before it

    def _fill(self) -> None:
        piece = next(self._pieces, b"")
        self._more = bool(piece)
        self._buffer += piece

    def _next(self) -> bytes:
        """The next byte that is no space; empty at the end."""
        while True:
            self._at = _end(_SPACE, self._buffer, self._at)
            if self._at < len(self._buffer) or not self._more:
                return self._buffer[self._at : self._at + 1]
            self._fill()

    def _key(self) -> str:
        try:
            return str(json.loads(self._string().decode("utf-8", "replace"), strict=False))
        except ValueError:
            raise BadFile(NO_JSON) from None

    def _string(self) -> bytes:
        return self._grown(_STRING)

    def _grown(self, pattern: re.Pattern[bytes]) -> bytes:
        """What matches here, however much of the text that takes."""
        wanted = 0
        while (found := pattern.match(self._buffer, self._at)) is None or found.end() == len(self._buffer):
            if not self._more:
                break
            wanted = max(2 * wanted, len(self._buffer) + 1)
            self._grow_to(wanted)
        if found is None:
            raise BadFile(NO_JSON)
        self._at = found.end()
        return found[0]

    def _grow_to(self, size: int) -> None:
        if size > LONGEST_HEAD:
            raise BadFile(NO_TRACE)
        while self._more and len(self._buffer) < size:
            self._fill()

    def _value(self) -> bytes:
        """The text of a value, which is skipped."""
        begin, first = self._at, self._next()
        if first == b'"':
            return self._string()
        if first not in (b"{", b"["):
            return self._grown(_SCALAR)
        depth = 0
        for _ in range(MOST_BRACKETS):
            found = _BRACKET.search(self._buffer, self._at)
            if found is None:
                self._at = len(self._buffer)
                if not self._more:
                    raise BadFile(NO_JSON)
                self._grow_to(2 * len(self._buffer))
                continue
            self._at = found.start()
            if found[0] == b'"':
                self._string()
                continue
            self._at += 1
            depth += 1 if found[0] in b"{[" else -1
            if not depth:
                return self._buffer[begin : self._at]
        raise BadFile(NO_TRACE)


def _end(pattern: re.Pattern[bytes], text: bytes, at: int = 0) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _ends(text: bytes) -> tuple[int, bool]:
    """Where the last complete item of an array ends, and whether the array does: then it is the place of its "]"."""
    raw = np.frombuffer(text, "u1")
    quotes = np.flatnonzero(raw == ord('"'))
    quotes = quotes[~_is_escaped(raw, quotes)]
    is_open = (raw == ord("{")) | (raw == ord("["))
    places = np.flatnonzero(is_open | (raw == ord("}")) | (raw == ord("]")))
    places = places[np.searchsorted(quotes, places) % 2 == 0]
    depth = np.cumsum(np.where(is_open[places], 1, -1))
    over = np.flatnonzero(depth < 0)
    if len(over):
        return int(places[over[0]]), True
    complete = np.flatnonzero(depth == 0)
    return (int(places[complete[-1]]) + 1 if len(complete) else 0), False


def _is_escaped(raw: np.ndarray[Any, np.dtype[np.uint8]], quotes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Whether an odd number of backslashes stands before each."""
    slashes = np.flatnonzero(raw == ord("\\"))
    if not len(slashes):
        return np.zeros(len(quotes), bool)
    breaks = np.append(True, np.diff(slashes) > 1)
    begins = slashes[np.maximum.accumulate(np.where(breaks, np.arange(len(slashes)), 0))]
    last = np.searchsorted(slashes, quotes) - 1
    touching = (last >= 0) & (slashes[last] == quotes - 1)
    return np.where(touching, (quotes - begins[last]) % 2 == 1, False)
