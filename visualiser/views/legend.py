"""The legend above the timeline: one swatch, letter and words per state that this run has, drawn as in the lanes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from visualiser.paint import paint_swatch
from visualiser.viewmodels import STATE_LOOKS, LegendEntry
from visualiser.views.appearance import Appearance

SWATCH, GAP, BETWEEN = 14, 5, 12
MOST_ROWS, MOST_LARGE_ROWS = 2, 1
"""Rows taken from the lanes before the rest is folded away; in presenter mode, where all is larger, fewer."""
MORE_ROOM = 48
"""Pixels kept at the right for the button that unfolds it."""

Places = list[tuple[LegendEntry, float, int]]


class Legend(QWidget):
    """Wraps into two rows; what does not fit into them is folded away behind a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._look: Appearance | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Legend")
        self.more_button = QToolButton(self)
        self.more_button.setText("…")
        self.more_button.setCheckable(True)
        self.more_button.setAccessibleName("The whole legend")
        self.more_button.setToolTip("Show or fold away the rest of the legend")
        self.more_button.toggled.connect(self._fit)
        self.more_button.hide()

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleDescription(", ".join(_words(each) for each in entries))
            self._fit()

    def set_look(self, look: Appearance) -> None:
        """Draw in this theme."""
        self._look = look
        self._fit()

    def shown(self) -> tuple[LegendEntry, ...]:
        """What is in sight: all of it, or what two rows hold."""
        return tuple(entry for entry, _, _ in self._places(self.width()))

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self._font())

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._look.pixels(12) if self._look else 12)
        return font

    def _most_rows(self) -> int:
        return MOST_LARGE_ROWS if self._look is not None and self._look.scale > 1 else MOST_ROWS

    def _row(self) -> float:
        return self._metrics().height() + 4

    def _places(self, width: int) -> Places:
        """Where each entry goes (x, row), of those in sight."""
        places = self._wrapped(width)
        if not places or places[-1][2] < self._most_rows():
            return places
        places = self._wrapped(width - MORE_ROOM)
        return places if self.more_button.isChecked() else [each for each in places if each[2] < self._most_rows()]

    def _wrapped(self, width: int) -> Places:
        metrics = self._metrics()
        x, row, places = 0.0, 0, []
        for entry in self._entries:
            wide = SWATCH + GAP + metrics.horizontalAdvance(_words(entry))
            if x and x + wide > width:
                x, row = 0.0, row + 1
            places.append((entry, x, row))
            x += wide + BETWEEN
        return places

    def _fit(self) -> None:
        self._place_button()
        self.updateGeometry()
        self.update()

    def _place_button(self) -> None:
        places = self._wrapped(self.width())
        self.more_button.setVisible(bool(places) and places[-1][2] >= self._most_rows())
        self.more_button.setGeometry(self.width() - MORE_ROOM + 10, 2, MORE_ROOM - 10, 32)

    def _draw_swatch(self, painter: QPainter, look: Appearance, entry: LegendEntry, box: QRectF) -> None:
        if entry.state is None:
            _draw_mark(painter, look, entry, box)
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
        places = self._places(width)
        rows = (places[-1][2] + 1) * self._row() if places else 0
        return round(max(rows, self.more_button.height() + 4 if self.more_button.isVisibleTo(self) else 0))

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(self.width(), 400)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_button()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        if look is None:
            return
        painter = QPainter(self)
        painter.setFont(self._font())
        metrics, high = self._metrics(), self._row()
        for entry, x, row in self._places(self.width()):
            y = row * high
            self._draw_swatch(painter, look, entry, QRectF(round(x), round(y) + 3, SWATCH, round(metrics.ascent())))
            painter.setPen(look.colour("muted"))
            where = QRectF(x + SWATCH + GAP, y, metrics.horizontalAdvance(_words(entry)) + 4, high)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, _words(entry))
        painter.end()


def _words(entry: LegendEntry) -> str:
    return f"{entry.letter} {entry.words}" if entry.letter else entry.words


def _draw_mark(painter: QPainter, look: Appearance, entry: LegendEntry, box: QRectF) -> None:
    if entry.mark == "cpus":
        _draw_strip(painter, look, entry, box)
        return
    if entry.mark.startswith(("task_", "arrow_")):
        paint_swatch(entry, painter, look.theme, box)
        return
    fill, edge = {
        "hold": ("", "hold"), "span": ("thread_tint/0", "thread/0"), "memory": ("band_tint", "band"),
    }.get(entry.mark, ("lost_tint", "lost"))  # fmt: skip
    painter.setBrush(look.theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.theme.colour(edge), 1.5 if entry.mark == "hold" else 1))
    painter.drawRect(box.adjusted(1, 1, -1, -1))


def _draw_strip(painter: QPainter, look: Appearance, entry: LegendEntry, box: QRectF) -> None:
    """The thin strip below a thread's bar, in the tones of the CPUs."""
    wide = box.width() / max(len(entry.inks), 1)
    for place, ink in enumerate(entry.inks):
        painter.fillRect(QRectF(box.left() + place * wide, box.bottom() - 5, wide, 4), look.theme.colour(ink))
