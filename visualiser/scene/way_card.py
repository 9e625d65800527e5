"""What one way took, beside its lanes: its name, its time and speed-up, a bar, and the spread over its runs."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.trace import units

from .card import wrapped
from .frame import Measures
from .model import Box4, Part
from .sheet import Layer, Sheet
from .textfit import clean, text_width

MOST_LINES = 3
BOLD = 1.12
"""Times as wide as other letters."""


@dataclass(frozen=True)
class WayFacts:
    """One way: times of all its runs and their median, ns; `longest_ns`: of all ways and runs, which bars are drawn
    beside; `speed_up` beside the base, None: there is none; `workers`: how many worked."""

    label: str
    walls: tuple[int, ...]
    median_ns: float
    longest_ns: float
    speed_up: float | None
    workers: int
    base: bool = False
    best: bool = False

    @property
    def spread_words(self) -> str:
        """How many runs, from what to what, and with how many workers."""
        count = len(self.walls)
        runs = "one run" if count == 1 else f"{units.duration(min(self.walls))} to {units.duration(max(self.walls))}"
        return f"{runs} · {self.workers} worker{'s' * (self.workers != 1)}"

    @property
    def beside_words(self) -> str:
        """Its speed-up, or that it is what others are held against."""
        return "base" if self.base else "" if self.speed_up is None else f"{units.digits(self.speed_up)}x"


def way_height(facts: WayFacts, measures: Measures, box: Box4) -> float:
    """How high the card is."""
    size = measures.normal
    return len(_name(facts, measures, box)) * 1.3 * size + 1.9 * size + 1.5 * size + 1.6 * measures.small + 4


def _name(facts: WayFacts, measures: Measures, box: Box4) -> list[str]:
    room = (box.x1 - box.x0) / BOLD
    return list(wrapped(clean(facts.label) or "a way", room, measures.normal * 1.15))[:MOST_LINES]


def draw_way(sheet: Sheet, facts: WayFacts, measures: Measures, box: Box4) -> None:
    """Draw it from the top of `box` downwards."""
    size, y = measures.normal, box.y0
    for line in _name(facts, measures, box):
        y += 1.3 * size
        sheet.text(Part.HEADER, box.x0, y, line, size * 1.15, bold=True, room=box.x1 - box.x0)
    y += 1.9 * size
    time, beside = units.duration(facts.median_ns), facts.beside_words
    sheet.text(Part.HEADER, box.x0, y, time, 1.6 * size, bold=True, room=box.x1 - box.x0)
    room = box.x1 - box.x0 - text_width(time, 1.6 * size, True) - 12
    ink = "accent" if facts.best else "muted" if facts.base else "text"
    sheet.text(Part.HEADER, box.x1, y, beside, 1.6 * size, ink, bold=not facts.base, anchor="end", room=room)
    _bar(sheet, facts, Box4(box.x0, y + 0.5 * size, box.x1, y + 1.3 * size))
    y += 1.5 * size + 1.4 * measures.small
    sheet.text(Part.HEADER, box.x0, y, facts.spread_words, measures.small, "muted", room=box.x1 - box.x0)


def _bar(sheet: Sheet, facts: WayFacts, box: Box4) -> None:
    """The median as a bar, and over it a line from the fastest run to the slowest."""
    scale = (box.x1 - box.x0) / max(facts.longest_ns, 1)
    ink = "accent" if facts.best else "edge" if facts.base else "muted"
    sheet.box(Layer.FRAMES, Part.HEADER, (box.x0, box.y0, box.x0 + max(facts.median_ns * scale, 1), box.y1), ink)
    if len(facts.walls) > 1:
        x0, x1, y = box.x0 + min(facts.walls) * scale, box.x0 + max(facts.walls) * scale, (box.y0 + box.y1) / 2
        for line in ((x0, y, x1, y), (x0, box.y0 - 1, x0, box.y1 + 1), (x1, box.y0 - 1, x1, box.y1 + 1)):
            sheet.line(Layer.FLAGS, Part.HEADER, line, "text", 1.5)
