"""Colours for Python source, from Pygments' lexer, which is loaded when the first program is shown.

A text is read in slices, so that the longest file holds up nothing, and only lines in sight are given their colours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QTextBlock, QTextCharFormat, QTextLayout

COLOURS = {
    "light": {"Keyword": "#6B2FA0", "String": "#1F6B2C", "Comment": "#59616B", "Number": "#0A5A9C",
              "Name.Function": "#8A4B00", "Name.Class": "#8A4B00", "Name.Builtin": "#0A5A9C"},
    "dark": {"Keyword": "#CFA6FF", "String": "#9BD6A3", "Comment": "#A3ABB5", "Number": "#8CC4FF",
             "Name.Function": "#F0C27B", "Name.Class": "#F0C27B", "Name.Builtin": "#8CC4FF"},
}  # fmt: skip
"""By the beginning of the token's type; each has 4.5:1 and more on the pane's ground."""

FIRST_TOKENS, MORE_TOKENS = 8_000, 800
"""Read before the text is shown, and each time the window has nothing else to do: a few milliseconds."""

Piece = tuple[int, int, str]


class Highlighter(QObject):
    """Reads a text from its start to its end, so that strings over many lines are right. Fact: `grew()`: more lines of
    it have been read."""

    grew = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[list[Piece]] = []
        self._starts: list[int] = []
        self._known = 0
        self._tokens: Iterator[tuple[int, str, str]] = iter(())
        self._coloured: set[int] = set()
        self._formats: dict[str, QTextCharFormat] = {}
        self._watched: re.Pattern[str] | None = None
        self._more = QTimer(self)
        self._more.setObjectName("highlighter")
        self._more.setInterval(0)
        self._more.timeout.connect(self._read_on)
        self.set_theme("light")

    def set_theme(self, name: str) -> None:
        """Use the colours of `light` or `dark`."""
        self._formats = {kind: _format(kind, colour) for kind, colour in COLOURS[name].items()}
        self._coloured.clear()

    def set_watched(self, names: Iterable[str]) -> None:
        """Underline these names."""
        words = "|".join(re.escape(name) for name in names)
        self._watched = re.compile(rf"\b(?:{words})\b") if words else None
        self._coloured.clear()

    def read(self, text: str) -> None:
        """Take in a text, before it is put into the document."""
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._lines = [[] for _ in self._starts]
        self._known, self._tokens = 0, _tokens(text) if text else iter(())
        self._coloured.clear()
        self._take(FIRST_TOKENS)

    @property
    def is_reading(self) -> bool:
        """Whether there is more of the text to be read."""
        return self._more.isActive()

    def colour(self, blocks: Iterable[QTextBlock]) -> None:
        """Give the lines their colours that have been read and have none yet."""
        for block in blocks:
            number = block.blockNumber()
            if number < self._known and number not in self._coloured:
                self._coloured.add(number)
                ranges = [_range(start, length, self._formats[kind]) for start, length, kind in self._lines[number]]
                block.layout().setFormats(ranges + self._underlined(block.text()))

    def _underlined(self, text: str) -> list[QTextLayout.FormatRange]:
        found = self._watched.finditer(text) if self._watched is not None else ()
        return [_range(one.start(), one.end() - one.start(), _underline()) for one in found]

    def _read_on(self) -> None:
        self._take(MORE_TOKENS)
        self.grew.emit()

    def _take(self, tokens: int) -> None:
        number = self._known
        taken = 0
        for at, kind, value in islice(self._tokens, tokens):
            taken += 1
            number = bisect_right(self._starts, at) - 1
            if not kind:
                continue
            line, column = number, at - self._starts[number]
            for piece in value.split("\n"):
                self._lines[line].append((column, len(piece), kind))
                line, column = line + 1, 0
        if taken < tokens:
            self._known = len(self._lines)
            self._more.stop()
        else:
            self._known = number
            self._more.start()


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Where, of which kind, and what; the kind is empty for what has no colour."""
    from pygments.lexers import PythonLexer

    kinds: dict[object, str] = {}
    for at, token, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text):
        kind = kinds.get(token)
        if kind is None:
            kind = kinds[token] = _kind(str(token))
        yield at, kind, value


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, form
    return made


def _format(kind: str, colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    if kind in ("Keyword", "Name.Function", "Name.Class"):
        made.setFontWeight(QFont.Weight.Bold if kind == "Keyword" else QFont.Weight.Normal)
    return made


def _underline() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
    return made


def _kind(token: str) -> str:
    """`Token.Literal.String.Doc` -> `String`; empty for what has no colour."""
    name = token.removeprefix("Token.").removeprefix("Literal.")
    return next((kind for kind in COLOURS["light"] if name == kind or name.startswith(kind + ".")), "")
