"""Tables of plain text: words to the left, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence

from .units import duration


def aligned(rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """The rows as lines, columns two spaces apart, without blanks at the end. All rows are equally long; the first
    `words` columns stand to the left, the others to the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_placed(row, widths, words)).rstrip() for row in rows]


def time_cell(ns: int | None) -> str:
    """A time (ns) as such a table has it: "-" where there was none, "unknown" where that was not measured."""
    return "unknown" if ns is None else duration(ns) if ns else "-"


def _placed(row: Sequence[str], widths: Sequence[int], words: int) -> list[str]:
    places = enumerate(zip(row, widths, strict=True))
    return [text.ljust(width) if number < words else text.rjust(width) for number, (text, width) in places]
