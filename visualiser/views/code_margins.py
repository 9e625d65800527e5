"""What stands beside each line of the source: its time and number at the left, behind it who stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTextBlock
from PySide6.QtWidgets import QToolTip, QWidget

from visualiser.viewmodels import LineTag, LineWork
from visualiser.views.appearance import Appearance

Seen = Iterable[tuple[QTextBlock, QRectF]]
"""The lines in sight, and where they are."""

TIMES, GUTTER, GAP, STEP = 34, 22, 6, 6
"""Pixels for the bar of a line's time, for the marks of threads, between them and the numbers, from mark to mark."""

MOST_MARKS = 3
MOST_TAG_SHARE, MOST_NAME = 0.6, 116.0
"""Of a line: what all names may take; pixels that one name may where it lies over the text."""


@dataclass(frozen=True)
class Pill:
    """A thread's name as it is painted, or how many more there are."""

    tag: LineTag | None
    text: str
    box: QRectF


class Margin(QWidget):
    """A strip beside the text. `painted(painter)` fills it; `said(y)` are the words for what is at `y`, "" for none."""

    def __init__(self, parent: QWidget, painted: Callable[[QPainter], None], said: Callable[[int], str]) -> None:
        super().__init__(parent)
        self._painted, self._said = painted, said

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            said = self._said(event.pos().y())
            QToolTip.showText(event.globalPos(), said, self) if said else QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painted(painter)
        painter.end()


def numbers_width(font: QFont, lines: int) -> int:
    """Room for the times, the longest line number and the marks."""
    digits = max(len(str(lines)), 2)
    return round(QFontMetricsF(font).horizontalAdvance("0") * digits) + TIMES + GUTTER + 2 * GAP


def paint_numbers(painter: QPainter, look: Appearance, seen: Seen, width: int, font: QFont,
                  tags: Mapping[int, Sequence[LineTag]], came: Mapping[int, Sequence[LineTag]],
                  work: Mapping[int, LineWork]) -> None:  # fmt: skip
    """Per line: what it took, its number, who stands there (solid) and who has just been there (hollow)."""
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for block, box in seen:
        line = block.blockNumber() + 1
        if line in work:
            _paint_time(painter, look, work[line], box)
        painter.setPen(look.colour("text" if line in tags else "muted"))
        where = QRectF(TIMES, box.top(), width - TIMES - GUTTER - GAP, box.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
        x = width - GUTTER
        marks = [(tag, tag.waits) for tag in tags.get(line, ())] + [(tag, False) for tag in came.get(line, ())]
        for tag, solid in marks[:MOST_MARKS]:
            _paint_mark(painter, look.theme.colour(f"thread/{tag.thread}"), x, box.center().y(), solid=solid)
            x += STEP


def _paint_time(painter: QPainter, look: Appearance, work: LineWork, box: QRectF) -> None:
    """A bar as long as the line's share of the time, divided among the states."""
    length = max(work.share * (TIMES - GAP), 1.0) if work.total else 0.0
    x, height = float(GAP), min(8.0, box.height() - 6)
    for state, ns in work.states:
        part = length * ns / work.total
        painter.fillRect(QRectF(x, box.center().y() - height / 2, part, height), look.theme.colour(f"state/{state}"))
        x += part


def _paint_mark(painter: QPainter, colour: QColor, x: float, y: float, *, solid: bool) -> None:
    painter.setPen(QPen(colour, 1.4))
    painter.setBrush(colour if solid else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF([QPointF(x, y - 4), QPointF(x + 6, y), QPointF(x, y + 4)]))


def place_tags(tags: Sequence[LineTag], box: QRectF, text_end: float, right: float, font: QFont) -> list[Pill]:
    """Where the names of a line go: behind its text where there is room, else at the right end; cut where they must."""
    widths = [QFontMetricsF(font).horizontalAdvance(tag.name) + 12 for tag in tags]
    if text_end + 16 + sum(widths) + 4 * len(tags) > right:
        widths = [min(width, MOST_NAME) for width in widths]
    wide = sum(widths) + 4 * len(tags)
    x = max(min(text_end + 16, right - wide), (1 - MOST_TAG_SHARE) * right)
    found = []
    for tag, text, width in fitting(tags, widths, right - x, font):
        found.append(Pill(tag, text, QRectF(x, box.top() + 1, width, box.height() - 2)))
        x += width + 4
    spare = min(right - found[-1].box.right(), text_end + 16 - found[0].box.left()) if found else 0.0
    for pill in found:
        pill.box.translate(max(spare, 0.0), 0.0)  # what was folded away leaves its room to the text
    return found


def paint_tags(painter: QPainter, look: Appearance, pills: Iterable[Pill], font: QFont) -> None:
    """The names. Solid: is there now. Outlined: its last event was there."""
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pill in pills:
        if pill.tag is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("surface"))
            painter.drawRoundedRect(pill.box, 4, 4)
            painter.setPen(look.colour("text"))
            painter.drawText(pill.box, Qt.AlignmentFlag.AlignCenter, pill.text)
        else:
            _paint_pill(painter, look, pill.tag, pill.text, pill.box)


def paint_ground(painter: QPainter, look: Appearance, tags: Sequence[LineTag], box: QRectF) -> None:
    """A tint under a line that somebody stands on, shared by all who do."""
    part = box.width() / len(tags)
    for number, tag in enumerate(tags):
        ground = look.theme.colour(f"thread_tint/{tag.thread}")
        painter.fillRect(QRectF(box.left() + number * part, box.top(), part, box.height()), ground)


def _paint_pill(painter: QPainter, look: Appearance, tag: LineTag, text: str, pill: QRectF) -> None:
    colour = look.theme.colour(f"thread/{tag.thread}")
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if tag.waits else look.colour("surface"))
    painter.drawRoundedRect(pill.adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
    painter.setPen(look.theme.colour(f"thread_text/{tag.thread}") if tag.waits else look.colour("text"))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def fitting(tags: Sequence[LineTag], widths: Sequence[float], room: float,
            font: QFont) -> list[tuple[LineTag | None, str, float]]:  # fmt: skip
    """As many names as fit, each cut to its width, the first to what there is; then how many more there are."""
    metrics = QFontMetricsF(font)
    found: list[tuple[LineTag | None, str, float]] = []
    all_fit = sum(widths) + 4 * (len(tags) - 1) <= room
    more = 0.0 if all_fit else metrics.horizontalAdvance(f"+{len(tags)}") + 4 if len(tags) > 1 else 0.0
    used = 0.0
    for tag, width in zip(tags, widths, strict=True):
        if found and used + width + more > room:
            break
        width = min(width, room - more)
        found.append((tag, metrics.elidedText(tag.name, Qt.TextElideMode.ElideRight, width - 8), width))
        used += width + 4
    rest = len(tags) - len(found)
    return [*found, (None, f"+{rest}", more)] if rest else found
