"""Colours for Python source, from Pygments' lexer, which is loaded when the first program is shown."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

COLOURS = {
    "light": {"Keyword": "#6B2FA0", "String": "#1F6B2C", "Comment": "#59616B", "Number": "#0A5A9C",
              "Name.Function": "#8A4B00", "Name.Class": "#8A4B00", "Name.Builtin": "#0A5A9C"},
    "dark": {"Keyword": "#CFA6FF", "String": "#9BD6A3", "Comment": "#A3ABB5", "Number": "#8CC4FF",
             "Name.Function": "#F0C27B", "Name.Class": "#F0C27B", "Name.Builtin": "#8CC4FF"},
}  # fmt: skip
"""By the beginning of the token's type; each has 4.5:1 and more on the pane's ground."""

LONGEST = 400_000
"""Characters above which a program is shown in one colour: it must not hold up the window."""

Piece = tuple[int, int, str]


class Highlighter(QSyntaxHighlighter):
    """The whole text is read once, so strings over many lines are right; the lines then only look their pieces up."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lines: list[list[Piece]] = []
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme("light")

    def set_theme(self, name: str) -> None:
        """Use the colours of `light` or `dark`."""
        self._formats = {kind: _format(kind, colour) for kind, colour in COLOURS[name].items()}
        self.rehighlight()

    def read(self, text: str) -> None:
        """Take in a text, before it is put into the document."""
        self._lines = _pieces(text) if 0 < len(text) <= LONGEST else []

    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        if number < len(self._lines):
            for start, length, kind in self._lines[number]:
                self.setFormat(start, length, self._formats[kind])


def _format(kind: str, colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    if kind in ("Keyword", "Name.Function", "Name.Class"):
        made.setFontWeight(QFont.Weight.Bold if kind == "Keyword" else QFont.Weight.Normal)
    return made


def _pieces(text: str) -> list[list[Piece]]:
    """Per line: start, length, kind of all that has a colour."""
    from pygments.lexers import PythonLexer

    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    lines: list[list[Piece]] = [[] for _ in starts]
    for at, token, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text):
        kind = _kind(str(token))
        if not kind:
            continue
        number = bisect_right(starts, at) - 1
        column = at - starts[number]
        for piece in value.split("\n"):
            lines[number].append((column, len(piece), kind))
            number, column = number + 1, 0
    return lines


def _kind(token: str) -> str:
    """`Token.Literal.String.Doc` -> `String`; empty for what has no colour."""
    name = token.removeprefix("Token.").removeprefix("Literal.")
    return next((kind for kind in COLOURS["light"] if name == kind or name.startswith(kind + ".")), "")
