"""The source of one file, read-only: coloured, with each line's time beside it, and the threads that stand on it."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from visualiser.viewmodels import LineTag, LineWork
from visualiser.views.appearance import Appearance
from visualiser.views.code_margins import (
    Margin,
    Pill,
    numbers_width,
    paint_ground,
    paint_numbers,
    paint_tags,
    place_tags,
)
from visualiser.views.highlighter import Highlighter

Tags = Mapping[int, Sequence[LineTag]]


class CodeEditor(QPlainTextEdit):
    """Wishes: `line_requested(line)`: where did it run?, `watch_requested(name, on)`: tell its values next time."""

    line_requested = Signal(int)
    watch_requested = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: str | None = None
        self._tags: Tags = {}
        self._came: Tags = {}
        self._work: Mapping[int, LineWork] = {}
        self._watched: tuple[str, ...] = ()
        self._picked, self._can_watch, self._pressed = 0, False, QPoint()
        self._look: Appearance | None = None
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Source of the program")
        self._highlighter = Highlighter(self)
        self._highlighter.grew.connect(self._colour_seen)
        self._numbers = Margin(self, self._paint_numbers, self.work_said)
        self.blockCountChanged.connect(self._fit)
        self.updateRequest.connect(self._on_update_request)

    def set_source(self, text: str) -> None:
        """Show a text; the same text stays where it was scrolled to."""
        if text != self._source:
            self._source = text
            self._picked = 0
            self._highlighter.read(text)
            self.setPlainText(text)
            self._colour_seen()

    @property
    def is_reading(self) -> bool:
        """Whether lines of the text have not got their colours yet."""
        return self._highlighter.is_reading

    def set_tags(self, tags: Sequence[LineTag]) -> None:
        """Name these threads on their lines, and bring the line into sight that was reached last."""
        by_line, came = _by_line(tags)
        if (by_line, came) == (self._tags, self._came):
            return
        self._tags, self._came = by_line, came
        said = "; ".join(f"line {line}: {_names(each)}" for line, each in sorted(by_line.items()))
        self.setAccessibleDescription(f"At the playhead: {said}" if said else "")
        self._reveal()
        self._repaint()

    def set_work(self, work: Mapping[int, LineWork]) -> None:
        """What the lines took, by number."""
        self._work = work
        self._numbers.update()

    def set_watched(self, names: Iterable[str], can_watch: bool) -> None:
        """These names' values are told at the next run; `can_watch`: the user may choose others."""
        self._watched, self._can_watch = tuple(names), can_watch
        self._highlighter.set_watched(self._watched)
        self._colour_seen()

    def set_picked(self, line: int) -> None:
        """Mark the line whose visits are shown; 0: none."""
        self._picked = line
        self.viewport().update()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(look.pixels(13))
        self.setFont(font)
        self.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))
        self._highlighter.set_theme(look.theme.name)
        self._colour_seen()
        self._fit()

    def tags_said(self, y: int) -> str:
        """Who is on the line at `y`, and what they do there, in words; empty where nobody is."""
        tags = self._tags.get(self._line_at(y), [])
        return "\n".join(f"{_name(tag)}: {tag.doing}" if tag.doing else _name(tag) for tag in tags)

    def work_said(self, y: int) -> str:
        """What the line at `y` took, in words."""
        line = self._line_at(y)
        return f"Line {line}: {self._work[line].words}" if line in self._work else ""

    def watch_choice(self, cursor: QTextCursor) -> tuple[str, bool]:
        """The name at a place of the text, and whether it is watched; empty where there is none that can be."""
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        name = cursor.selectedText()
        usable = self._can_watch and name.isidentifier() and not keyword.iskeyword(name)
        return (name, name in self._watched) if usable else ("", False)

    # --- inner -------------------------------------------------------------------------------------------------------

    def _seen_blocks(self) -> list[tuple[QTextBlock, QRectF]]:
        found = []
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                break
            found.append((block, box))
            block = block.next()
        return found

    def _line_at(self, y: int) -> int:
        return next((one.blockNumber() + 1 for one, box in self._seen_blocks() if box.top() <= y < box.bottom()), 0)

    def _colour_seen(self) -> None:
        self._highlighter.colour([block for block, _ in self._seen_blocks()])

    def _repaint(self) -> None:
        self.viewport().update()
        self._numbers.update()

    def _reveal(self) -> None:
        """Bring the line into sight that was reached last; where that is not told, any, and one that waits first."""
        there = [tag for tags in self._tags.values() for tag in tags]
        seen = {block.blockNumber() + 1 for block, box in self._seen_blocks()
                if box.bottom() <= self.viewport().height()}  # fmt: skip
        latest = max(there, key=lambda tag: tag.since, default=None)
        if latest is not None and latest.since:
            wanted = [latest.line]
        else:
            wanted = sorted(tag.line for tag in there if tag.waits) or sorted(tag.line for tag in there)
        if wanted and not any(line in seen for line in wanted):
            self.verticalScrollBar().setValue(max(wanted[0] - 4, 0))

    def _paint_numbers(self, painter: QPainter) -> None:
        if self._look is not None:
            painter.fillRect(self._numbers.rect(), self._look.colour("surface"))
            paint_numbers(painter, self._look, self._seen_blocks(), self._numbers.width(), self.font(), self._tags,
                          self._came, self._work)  # fmt: skip

    def _pills(self) -> list[Pill]:
        """The names of all lines in sight."""
        found: list[Pill] = []
        for block, box in self._seen_blocks():
            tags = self._tags.get(block.blockNumber() + 1)
            if tags:
                line = block.layout().lineAt(0)
                end = self.contentOffset().x() + self.document().documentMargin() + line.naturalTextWidth()
                found += place_tags(tags, box, end, self.viewport().width() - 6, self._tag_font())
        return found

    def _paint_tags(self, painter: QPainter, look: Appearance) -> None:
        """Where names reach over the text, its end is cut off clean."""
        pills = self._pills()
        for pill in pills:
            if pill.tag is not None:
                rest = QRectF(pill.box.left() - 5, pill.box.top() - 1, self.viewport().width(), pill.box.height() + 2)
                painter.fillRect(rest, look.theme.colour(f"thread_tint/{pill.tag.thread}"))
        paint_tags(painter, look, pills, self._tag_font())

    def _paint_grounds(self, painter: QPainter, look: Appearance) -> None:
        """Below the text, so before it is painted."""
        for block, box in self._seen_blocks():
            line = block.blockNumber() + 1
            whole = QRectF(0, box.top(), self.viewport().width(), box.height())
            if line in self._tags:
                paint_ground(painter, look, self._tags[line], whole)
            if line == self._picked:
                painter.setPen(QPen(look.colour("accent"), 1.5))
                painter.drawRect(whole.adjusted(0.75, 0.75, -1.75, -0.75))

    def _tag_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._look.pixels(11) if self._look else 12)
        return font

    def _fit(self) -> None:
        numbers = numbers_width(self.font(), self.blockCount())
        self.setViewportMargins(numbers, 0, 0, 0)
        inner = self.contentsRect()
        self._numbers.setGeometry(QRect(inner.left(), inner.top(), numbers, inner.height()))

    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if dy:
            self._colour_seen()
            self._numbers.scroll(0, dy)
            self.viewport().update()  # names do not scroll sideways with the text
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._colour_seen()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        if look is not None and (self._tags or self._picked):
            painter = QPainter(self.viewport())
            self._paint_grounds(painter, look)
            painter.end()
        super().paintEvent(event)
        if look is not None and self._tags:
            painter = QPainter(self.viewport())
            self._paint_tags(painter, look)
            painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            over = any(pill.box.contains(event.pos()) for pill in self._pills())
            said = self.tags_said(event.pos().y()) if over else ""
            QToolTip.showText(event.globalPos(), said, self) if said else QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        still = (event.position().toPoint() - self._pressed).manhattanLength() < 4
        line = self._line_at(event.position().toPoint().y())
        if event.button() == Qt.MouseButton.LeftButton and still and line:
            self.line_requested.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.line_requested.emit(self.textCursor().blockNumber() + 1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        cursor = self.textCursor() if by_key else self.cursorForPosition(event.pos())
        line = cursor.blockNumber() + 1
        name, on = self.watch_choice(cursor)
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        menu.addAction(f"Show where line {line} ran").triggered.connect(lambda: self.line_requested.emit(line))
        if name:
            words = f"Watch {name} no more" if on else f"Watch {name} in the next run"
            menu.addAction(words).triggered.connect(lambda: self.watch_requested.emit(name, not on))
        menu.popup(event.globalPos())


def _by_line(tags: Sequence[LineTag]) -> tuple[dict[int, list[LineTag]], dict[int, list[LineTag]]]:
    """By the line where they are, and by the line that they came from."""
    here: dict[int, list[LineTag]] = {}
    came: dict[int, list[LineTag]] = {}
    for tag in tags:
        here.setdefault(tag.line, []).append(tag)
        if tag.before:
            came.setdefault(tag.before, []).append(tag)
    return here, came


def _name(tag: LineTag) -> str:
    return tag.name if tag.waits else f"{tag.name} (last seen)"


def _names(tags: Sequence[LineTag]) -> str:
    return ", ".join(_name(tag) for tag in tags)
