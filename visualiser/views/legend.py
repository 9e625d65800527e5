"""The legend above the timeline: one swatch, letter and words per state that this run has, drawn as in the lanes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualiser.viewmodels import STATE_LOOKS, LegendEntry
from visualiser.views.appearance import Appearance

SWATCH, GAP, BETWEEN = 18, 6, 16


class Legend(QWidget):
    """Wraps to as many rows as its width needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._look: Appearance | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Legend")

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleDescription(", ".join(_words(each) for each in entries))
            self.updateGeometry()
            self.update()

    def set_look(self, look: Appearance) -> None:
        """Draw in this theme."""
        self._look = look
        self.update()

    def _places(self, width: int) -> tuple[list[tuple[LegendEntry, float, float]], float]:
        """Where each entry goes, and the height of all rows."""
        metrics = QFontMetricsF(self.font())
        row = metrics.height() + 4
        x, y, places = 0.0, 0.0, []
        for entry in self._entries:
            wide = SWATCH + GAP + metrics.horizontalAdvance(_words(entry))
            if x and x + wide > width:
                x, y = 0.0, y + row
            places.append((entry, x, y))
            x += wide + BETWEEN
        return places, y + row if places else 0.0

    def _draw_swatch(self, painter: QPainter, look: Appearance, entry: LegendEntry, box: QRectF) -> None:
        if entry.state is None:
            _draw_mark(painter, look, entry.mark, box)
            return
        state = STATE_LOOKS[entry.state]
        height = {"full": box.height(), "half": box.height() * 0.6, "line": 4.0, "hair": 2.0}[state.height]
        box.setTop(box.bottom() - height)
        scale = self.devicePixelRatioF()
        solid = state.pattern == "solid"
        colour = look.theme.colour(f"state/{entry.state}")
        brush = colour if solid else look.theme.brush(f"state/{entry.state}", max(1, round(scale)), scale)
        painter.fillRect(box, brush)
        if state.height == "half":
            painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), colour)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._places(width)[1])

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(self.width(), 400)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        if look is None:
            return
        painter = QPainter(self)
        metrics = QFontMetricsF(self.font())
        for entry, x, y in self._places(self.width())[0]:
            self._draw_swatch(painter, look, entry, QRectF(round(x), round(y) + 3, SWATCH, round(metrics.ascent())))
            painter.setPen(look.colour("muted"))
            where = QRectF(x + SWATCH + GAP, y, metrics.horizontalAdvance(_words(entry)) + 4, metrics.height() + 4)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, _words(entry))
        painter.end()


def _words(entry: LegendEntry) -> str:
    return f"{entry.letter} {entry.words}" if entry.letter else entry.words


def _draw_mark(painter: QPainter, look: Appearance, mark: str, box: QRectF) -> None:
    fill, edge = {
        "hold": ("", "hold"), "span": ("thread_tint/0", "thread/0"), "memory": ("band_tint", "band"),
    }.get(mark, ("lost_tint", "lost"))  # fmt: skip
    painter.setBrush(look.theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.theme.colour(edge), 1.5 if mark == "hold" else 1))
    painter.drawRect(box.adjusted(1, 1, -1, -1))
