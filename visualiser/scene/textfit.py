"""How wide words will be, without a font engine: an estimate that errs wide, so that nothing fitted by it is clipped.

Advance widths in 1/1000 of the size are DejaVu Sans' and DejaVu Sans Bold's (2.37), measured; of the fonts desktops use
for windows only Verdana is as wide. Painters squeeze a font that is wider still.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ELLIPSIS = "…"

# Codes 32 to 126, in order.
_REGULAR = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
)  # fmt: skip
_BOLD = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
)  # fmt: skip
_NARROW = {"·": 318, "\u2009": 200, "\u202f": 200, "\u00a0": 318, "\u2013": 500}


class _Advances(dict[str, int]):
    """By letter, found out when it is met first."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self.bold = bold

    def __missing__(self, char: str) -> int:
        if len(self) > MOST_LETTERS:
            self.clear()
        found = self[char] = _advance(char, self.bold)
        return found


MOST_LETTERS = 4096
"""That are remembered."""


def _advance(char: str, bold: bool) -> int:
    code = ord(char)
    if 32 <= code < 127:
        return (_BOLD if bold else _REGULAR)[code - 32]
    if char in _NARROW:
        return _NARROW[char] + 60 * bold
    if unicodedata.combining(char):
        return 0
    if code > 0xFFFF or unicodedata.east_asian_width(char) in "WF":
        return 1400
    if code < 0x250:
        return 1050 if char.isupper() or not char.isalpha() else 800
    return 1200


_ADVANCES = (_Advances(False), _Advances(True))


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Pixels a text takes at most, at a font size in pixels."""
    return sum(map(_ADVANCES[bold].__getitem__, text)) * size / 1000


@lru_cache(maxsize=8192)
def elide(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits with an ellipsis; empty when not even two letters would fit."""
    if text_width(text, size, bold) <= width:
        return text
    room = width - text_width(ELLIPSIS, size, bold)
    kept = 0
    for char in text:
        room -= _ADVANCES[bold][char] * size / 1000
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS if kept >= 2 else ""


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """One line without control characters, lone surrogates or text-direction overrides: safe to draw anywhere."""
    return "".join(char if _drawable(char) else " " if char.isspace() else "" for char in text).strip()


def _drawable(char: str) -> bool:
    if char.isspace():
        return char in " \u00a0\u2009\u202f"
    if ord(char) & 0xFFFE == 0xFFFE:  # the non-characters that XML forbids
        return False
    return unicodedata.category(char) not in ("Cc", "Cs", "Cf", "Cn", "Co")
