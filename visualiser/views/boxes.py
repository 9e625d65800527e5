"""Paints boxes of processes and threads, from the top down; without a painter, it only finds out how high they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPen

from visualiser.viewmodels import Boxes, Crossing, Flow, ProcessBox, ThreadBox, Value
from visualiser.views.appearance import Appearance

MARGIN, PAD, GAP = 12.0, 8.0, 8.0
STRIPE = 4.0
RIGHT_SHARE = 0.5
"""Of a row, at most, for the words at its right."""


class BoxPainter:
    """One pass. `y`: how far down it has come; `said`: what the tool tip says where, the innermost last."""

    def __init__(self, painter: QPainter | None, look: Appearance, font: QFont, width: float) -> None:
        self.y = MARGIN
        self.said: list[tuple[QRectF, str]] = []
        self._painter, self._look = painter, look
        self._left, self._right, self._end = MARGIN, width - MARGIN, width - MARGIN - PAD
        """The edges of the boxes, and where words end."""
        self._plain, self._bold = QFont(font), QFont(font)
        self._plain.setPixelSize(look.pixels(12))
        self._bold.setPixelSize(look.pixels(12))
        self._bold.setBold(True)
        self._code = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._code.setPixelSize(look.pixels(13))
        self._row = QFontMetricsF(self._code).height() + 6
        if painter is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def sheet(self, boxes: Boxes, hint: str) -> None:
        """All of it: the first process, what is handed over, the other processes."""
        if hint:
            self._hint(hint)
        for number, box in enumerate(boxes.processes):
            self._process(box)
            if number == 0 and boxes.crossings:
                self._crossings(boxes.crossings, len(boxes.processes) > 1)
        self.y += MARGIN - GAP

    # --- boxes -------------------------------------------------------------------------------------------------------

    def _process(self, box: ProcessBox) -> None:
        top = self.y
        self._frame(top, self._process_height(box), self._look.colour("back"), self._look.colour("edge"))
        self.y += PAD / 2
        self._line(PAD, f"{box.name} ({box.pid})", self._bold, "text", box.memory, tip=box.origin)
        if box.origin:
            self._line(PAD, box.origin, self._plain, "muted")
        for value in box.shared:
            self._value(PAD, value)
        for thread in box.threads:
            self._thread(thread)
        if box.more:
            self._line(PAD, f"and {box.more} more threads", self._plain, "muted")
        for arrow, flow, verb in (("→", box.traffic.out, "pickled"), ("←", box.traffic.into, "unpickled")):
            self._flow(arrow, flow, verb)
        self.y = top + self._process_height(box) + GAP

    def _process_height(self, box: ProcessBox) -> float:
        rows = 1 + bool(box.origin) + len(box.shared) + bool(box.more)
        rows += sum(bool(flow.number or flow.now) for flow in (box.traffic.out, box.traffic.into))
        return rows * self._row + sum(self._thread_height(each) + 4 for each in box.threads) + PAD

    def _thread(self, box: ThreadBox) -> None:
        top, height = self.y, self._thread_height(box)
        colour = self._look.theme.colour(f"thread/{box.thread}")
        self._frame(top, height, self._look.colour("surface"), self._look.colour("grid"), inset=PAD)
        self._fill(QRectF(self._left + PAD, top, STRIPE, height), colour)
        self.y += 2
        self._end -= PAD
        inset = PAD + STRIPE + PAD
        where = box.where if box.is_there or not box.where else f"last seen at {box.where}"
        self._line(inset, box.name, self._bold, "text", where)
        if box.doing:
            self._line(inset, box.doing, self._plain, "text" if box.waits else "muted")
        for held in box.holds:
            self._line(inset, f"holds {held}", self._plain, "text")
        for value in box.locals:
            self._value(inset, value)
        self._end += PAD
        self.y = top + height + 4

    def _thread_height(self, box: ThreadBox) -> float:
        return (1 + bool(box.doing) + len(box.holds) + len(box.locals)) * self._row + 4

    def _crossings(self, crossings: Sequence[Crossing], between: bool) -> None:
        top, height = self.y, (1 + 2 * len(crossings)) * self._row + PAD
        self._frame(top, height, self._look.colour("hover"), self._look.colour("hover"))
        self.y += PAD / 2
        title = "What the processes share or send" if between else "What the threads hand over"
        self._line(PAD, f"⇅  {title}", self._plain, "muted")
        for each in crossings:
            if each.now:
                self._light(PAD, self._look.colour("selection"), rows=2)
            self._line(PAD, each.name, self._bold, "text")
            self._line(PAD, each.words, self._plain, "text")
        self.y = top + height + GAP

    # --- rows --------------------------------------------------------------------------------------------------------

    def _value(self, inset: float, value: Value) -> None:
        """`counter = 1`; when it has just changed, in the colour of who was seen with it first, with what it was."""
        if value.changed:
            self._light(inset, self._look.theme.colour(f"thread_tint/{value.thread}"))
        name = f"{value.name} = "
        x = self._left + inset
        self._text(x, name, self._code, "muted")
        x += QFontMetricsF(self._code).horizontalAdvance(name)
        was = value.changed and value.before
        text = f"{value.before} → {value.text}" if was else value.text
        font = QFont(self._code)
        font.setBold(value.changed)
        shown = self._text(x, text, font, "text", self._end - x)
        if shown != text:
            self._say(f"{value.name} = {text}")
        self.y += self._row

    def _flow(self, arrow: str, flow: Flow, verb: str) -> None:
        if not flow.number and not flow.now:
            return
        if flow.now:
            self._light(PAD, self._look.colour("selection"))
        words = f"{arrow} {flow.now} now" if flow.now else f"{arrow} {verb} {flow.words}"
        self._line(PAD, words, self._bold if flow.now else self._plain, "text")

    def _line(self, inset: float, words: str, font: QFont, role: str, right: str = "", tip: str = "") -> None:
        """Words at the left, and some at the right; what does not fit is cut and told by the tool tip."""
        x, end = self._left + inset, self._end
        metrics = QFontMetricsF(self._plain)
        room = end - x
        shown_right = ""
        if right:
            wide = min(metrics.horizontalAdvance(right) + 2, RIGHT_SHARE * room)
            shown_right = self._text(end - wide, right, self._plain, "muted", wide, right=True)
            room -= wide + 8
        shown = self._text(x, words, font, role, room)
        if shown != words or shown_right != right or tip:
            self._say("\n".join(part for part in (words, right, tip) if part))
        self.y += self._row

    def _hint(self, text: str) -> None:
        box = QRectF(self._left, self.y, self._right - self._left, 1e4)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        high = QFontMetricsF(self._plain).boundingRect(box, int(flags), text).height()
        if self._painter is not None:
            self._painter.setFont(self._plain)
            self._painter.setPen(self._look.colour("muted"))
            self._painter.drawText(QRectF(box.left(), self.y, box.width(), high), int(flags), text)
        self.y += high + GAP

    def _text(self, x: float, words: str, font: QFont, role: str, room: float = 1e4, *, right: bool = False) -> str:
        shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, max(room, 0.0))
        if self._painter is not None:
            self._painter.setFont(font)
            self._painter.setPen(self._look.colour(role))
            align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            self._painter.drawText(QRectF(x, self.y, min(room, 1e4), self._row), align | Qt.AlignmentFlag.AlignVCenter,
                                   shown)  # fmt: skip
        return shown

    def _say(self, text: str) -> None:
        self.said.append((QRectF(self._left, self.y, self._right - self._left, self._row), text))

    def _light(self, inset: float, colour: QColor, rows: int = 1) -> None:
        x = self._left + inset - 4
        self._fill(QRectF(x, self.y + 1, self._end + 4 - x, rows * self._row - 2), colour)

    def _fill(self, box: QRectF, colour: QColor) -> None:
        if self._painter is not None:
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(colour)
            self._painter.drawRoundedRect(box, 2, 2)

    def _frame(self, top: float, height: float, ground: QColor, edge: QColor, inset: float = 0.0) -> None:
        if self._painter is not None:
            self._painter.setPen(QPen(edge, 1))
            self._painter.setBrush(ground)
            whole = QRectF(self._left + inset, top, self._right - self._left - 2 * inset, height)
            self._painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), 6 - inset / 4, 6 - inset / 4)
