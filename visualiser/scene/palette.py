"""The colours, heights, patterns and letters of everything drawn, for light and dark, with no drawing library.

State colours are Okabe and Ito's (jfly.uni-koeln.de/color, 2008), told apart with every common colour blindness, and
repeated by height, pattern and letter. Thread colours were searched in OKLab (Ottosson, 2020) for distance from each
other and from every state colour, and for 4.5:1 against the words on them; tests hold both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

STATES = 9
"""How many states there are (`trace.State`); also the number of columns of a strip."""

FULL, HALF, LINE, HAIR = "full", "half", "line", "hair"


@dataclass(frozen=True)
class StateLook:
    """How a state is drawn. `height`: full, half (the lower one), line (4 px) or hair (2 px); `letter` in the bar."""

    colour: str
    height: str
    pattern: str
    letter: str
    words: str


STATE_LOOKS = (
    StateLook("#808791", HALF, "cross", "?", "not observed"),
    StateLook("#009E73", FULL, "solid", "R", "running"),
    StateLook("#56B4E9", FULL, "dots", "N", "native, without the GIL"),
    StateLook("#E69F00", HALF, "back", "C", "waits for a CPU"),
    StateLook("#D55E00", HALF, "slash", "G", "waits for the GIL"),
    StateLook("#CC79A7", HALF, "bars", "L", "waits for a lock, join or result"),
    StateLook("#0072B2", LINE, "solid", "I", "waits for I/O"),
    StateLook("#808791", HAIR, "solid", "S", "sleeps"),
    StateLook("#808791", HAIR, "dashes", "P", "waits for a process"),
)
"""By `trace.State`."""

STACK_ORDER = (1, 2, 3, 4, 5, 0, 6, 7, 8)
"""From the bottom of a dense column upwards: what gets the CPU first, so the solid height says how much it got."""

DOTS_GROUND = "#CDE9F8"
"""The dots in the native state's colour."""

PATTERN_SIZE = 12
"""Every pattern repeats after so many pixels, at the latest."""

THREAD_COLOURS = 24
"""How many colours there are for threads; the next thread has the first one's again."""

CPU_TONES = 4
"""How many tones there are for CPUs, `cpu/N`: neutral, since a colour means a thread or a state."""

LIGHT_THREADS = (
    "#3C2D96", "#C32D5A", "#5A6900", "#783CB4", "#870000", "#B44BA5", "#5A69E1", "#691E5A",
    "#A8B800", "#F880D0", "#909000", "#F85888", "#480040", "#0000F0", "#C078F8", "#180078",
    "#A03080", "#20B0B0", "#600010", "#307050", "#8878D0", "#D80018", "#A87858", "#404838",
)  # fmt: skip
DARK_THREADS = (
    "#D2A5FF", "#FF9678", "#F0E15A", "#C3E1FF", "#5AF0B4", "#B48700", "#87C3B4", "#9678D2",
    "#205858", "#8800C0", "#388078", "#A80000", "#B018F8", "#F810A0", "#986800", "#980090",
    "#B888F8", "#98B810", "#E0C800", "#8058C8", "#C05060", "#3090A0", "#F87070", "#C0D880",
)  # fmt: skip


@dataclass(frozen=True)
class Palette:
    """A theme's colours by role. `colour(ink)` knows the roles, `thread/N`, `thread_tint/N` (grounds for words),
    `thread_text/N` (words on `thread/N`), `state/N`, `state_tint/N` (the ground under a pattern) and `cpu/N`."""

    name: str
    roles: Mapping[str, str]
    threads: tuple[str, ...]
    cpus: tuple[str, ...]

    def colour(self, ink: str) -> str:
        """The `#rrggbb` of an ink. Raises KeyError for a role nobody defined."""
        return _resolve(self, ink)

    def __hash__(self) -> int:
        return hash(self.name)


@lru_cache(maxsize=1024)
def _resolve(palette: Palette, ink: str) -> str:
    role, _, number = ink.partition("/")
    if not number:
        return palette.roles[role]
    paper = palette.roles["paper"]
    if role.startswith("state"):
        colour = STATE_LOOKS[int(number)].colour
        return colour if role == "state" else blend(colour, paper, 0.24 if palette.name == "light" else 0.34)
    if role == "cpu":
        return palette.cpus[int(number) % CPU_TONES]
    colour = palette.threads[int(number) % THREAD_COLOURS]
    if role == "thread_tint":
        return blend(colour, paper, 0.18)
    return colour if role == "thread" else readable_on(colour)


LIGHT = Palette(
    "light",
    {
        "paper": "#FFFFFF",
        "back": "#F5F7F9",
        "text": "#14171C",
        "muted": "#59616B",
        "grid": "#DDE1E6",
        "edge": "#C3C9D0",
        "band": "#0A6ACB",
        "band_tint": "#E3EEF9",
        "accent": "#0A6ACB",
        "accent_text": "#FFFFFF",
        "selection": "#CFE3F8",
        "arrow": "#59616B",
        "hold": "#14171C",
        "lost": "#14171C",
        "lost_tint": "#ECE7D3",
        "on_state": "#0B0D10",
    },
    LIGHT_THREADS,
    ("#535C67", "#B4A88E", "#8FA3B0", "#2E2A24"),
)

DARK = Palette(
    "dark",
    {
        "paper": "#15181D",
        "back": "#15181D",
        "text": "#EEF1F4",
        "muted": "#A3ABB5",
        "grid": "#2C3138",
        "edge": "#474E57",
        "band": "#5AA9F8",
        "band_tint": "#1E2A38",
        "accent": "#5AA9F8",
        "accent_text": "#0B0D10",
        "selection": "#22364D",
        "arrow": "#A3ABB5",
        "hold": "#EEF1F4",
        "lost": "#EEF1F4",
        "lost_tint": "#3B3726",
        "on_state": "#0B0D10",
    },
    DARK_THREADS,
    ("#AEB8C4", "#6F6650", "#4C5C69", "#E9E2D2"),
)

PALETTES = {"light": LIGHT, "dark": DARK}


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def blend(over: str, under: str, share: float) -> str:
    """`share` of one colour over another, in sRGB as a painter with that opacity would."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(rgb(over), rgb(under), strict=True))
    return "#" + "".join(f"{c:02X}" for c in mixed)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (c / 255 for c in rgb(colour))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable_on(ground: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#0B0D10", "#FFFFFF"), key=lambda ink: contrast(ink, ground))


def pattern_has_ink(pattern: str, x: int, y: int) -> bool:
    """Whether a pixel of a pattern carries ink; x and y may be any integers. `solid` is all ink."""
    return {
        "solid": True,
        "dots": (x % 6, y % 6) not in ((1, 1), (4, 4)),
        "slash": (x + y) % 6 < 2,
        "back": (x - y) % 6 < 2,
        "bars": x % 4 < 1,
        "cross": (x + y) % 6 == 0 or (x - y) % 6 == 0,
        "dashes": x % 6 < 3,
        "lost": (x + y) % 12 < 3,
    }[pattern]
