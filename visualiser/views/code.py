"""The program's source with line numbers, and on each line the names of the threads that stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlock,
)
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolTip, QVBoxLayout, QWidget

from visualiser.viewmodels import LineTag, SourceFile
from visualiser.views.appearance import Appearance
from visualiser.views.highlighter import Highlighter

MOST_TAG_SHARE = 0.34
"""Of the pane's width: what the names of threads may take."""


class CodePane(QFrame):
    """One file at a time. `file_chosen(path)`: the user wants to see another one of the run's files."""

    file_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = CodeEditor()
        self._files: list[SourceFile] = []
        self._tags: Mapping[str, Sequence[LineTag]] = {}
        self._choice = QComboBox()
        self._choice.setAccessibleName("File shown")
        self._choice.activated.connect(self._on_chosen)
        self._name = QLabel("No program yet")
        self._name.setProperty("role", "heading")
        self._hint = QLabel("")
        self._hint.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 0)
        head.addWidget(self._name)
        head.addWidget(self._choice)
        head.addWidget(self._hint)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.editor, 1)
        self._choice.hide()

    def set_files(self, files: Sequence[SourceFile]) -> None:
        """These files can be shown; what is shown stays, if it is among them."""
        shown = self._shown_path()
        self._files = list(files)
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for each in files:
                self._choice.addItem(each.name, each.path)
                self._choice.setItemData(self._choice.count() - 1, each.path, Qt.ItemDataRole.ToolTipRole)
            self._choice.setCurrentIndex(max(self._choice.findData(shown), 0))
        self._choice.setVisible(len(files) > 1)
        self._name.setVisible(len(files) <= 1)
        self._name.setText(files[0].name if files else "No program yet")
        self._show()

    def set_tags(self, tags: Mapping[str, Sequence[LineTag]]) -> None:
        """Who stands where, by file."""
        self._tags = tags
        here = tags.get(self._shown_path(), ())
        self.editor.set_tags(here)
        elsewhere = sum(len(each) for path, each in tags.items() if path != self._shown_path())
        self._hint.setText(f"{elsewhere} more in other files" if elsewhere else "")

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.editor.set_look(look)

    def choose(self, path: str) -> None:
        """Show that one of the files, if it is among them."""
        index = self._choice.findData(path)
        if index >= 0:
            self._choice.setCurrentIndex(index)
            self._show()

    def _shown_path(self) -> str:
        return str(self._choice.currentData() or "")

    def _show(self) -> None:
        file = next((each for each in self._files if each.path == self._shown_path()), None)
        self.editor.set_source(file.text if file else "")
        self.set_tags(self._tags)

    def _on_chosen(self) -> None:
        self._show()
        self.file_chosen.emit(self._shown_path())


class CodeEditor(QPlainTextEdit):
    """The text itself; read-only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: str | None = None
        self._wanted = 0
        """Pixels that all names of a line would take."""
        self._tags: dict[int, list[LineTag]] = {}
        self._look: Appearance | None = None
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Source of the program")
        self._highlighter = Highlighter(self.document())
        self._numbers = _Numbers(self)
        self._margin = _Tags(self)
        self.blockCountChanged.connect(self._fit_numbers)
        self.updateRequest.connect(self._on_update_request)

    def set_source(self, text: str) -> None:
        """Show a text; the same text stays where it was scrolled to."""
        if text != self._source:
            self._source = text
            self._wanted = 0
            self._highlighter.read(text)
            self.setPlainText(text)

    def set_tags(self, tags: Sequence[LineTag]) -> None:
        """Name these threads on their lines, and bring the first line into sight if none is."""
        by_line: dict[int, list[LineTag]] = {}
        for tag in tags:
            by_line.setdefault(tag.line, []).append(tag)
        if by_line == self._tags:
            return
        self._tags = by_line
        said = "; ".join(f"line {line}: {_names(each)}" for line, each in sorted(by_line.items()))
        self.setAccessibleDescription(f"At the playhead: {said}" if said else "")
        self._fit_tags()
        self._reveal()
        self.viewport().update()
        self._margin.update()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(look.pixels(13))
        self.setFont(font)
        self.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))
        self._highlighter.set_theme(look.theme.name)
        self._fit_numbers()

    def numbers_width(self) -> int:
        """Room for the longest line number."""
        digits = max(len(str(self.blockCount())), 2)
        return round(QFontMetricsF(self.font()).horizontalAdvance("0") * digits) + 24

    def paint_numbers(self, painter: QPainter, rect: QRect) -> None:
        """Paint the line numbers into the margin."""
        if self._look is None:
            return
        painter.fillRect(rect, self._look.colour("surface"))
        painter.setFont(self.font())
        painter.setPen(self._look.colour("muted"))
        for block, box in self._seen_blocks():
            where = QRectF(0, box.top(), self._numbers.width() - 12, box.height())
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, align, str(block.blockNumber() + 1))

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

    def _reveal(self) -> None:
        seen = {block.blockNumber() + 1 for block, box in self._seen_blocks()
                if box.bottom() <= self.viewport().height()}  # fmt: skip
        waiting = [line for line, tags in self._tags.items() if any(tag.waits for tag in tags)]
        lines = waiting or list(self._tags)
        if lines and not any(line in seen for line in lines):
            self.verticalScrollBar().setValue(max(min(lines) - 4, 0))

    def _paint_grounds(self, painter: QPainter, look: Appearance) -> None:
        """A tint under each line that somebody stands on: below the text, so before it is painted."""
        for block, box in self._seen_blocks():
            tags = self._tags.get(block.blockNumber() + 1)
            if tags:
                painter.fillRect(QRectF(0, box.top(), self.viewport().width(), box.height()), _ground(look, tags))

    def paint_tags(self, painter: QPainter) -> None:
        """Paint the names into the margin at the right. Solid: is there now. Outlined: its last event was there."""
        look = self._look
        if look is None:
            return
        painter.fillRect(QRectF(0, 0, self._margin.width(), self._margin.height()), look.colour("surface"))
        painter.fillRect(QRectF(0, 0, 1, self._margin.height()), look.colour("grid"))
        painter.setFont(self._tag_font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block, box in self._seen_blocks():
            tags = self._tags.get(block.blockNumber() + 1)
            if not tags:
                continue
            painter.fillRect(QRectF(0, box.top(), self._margin.width(), box.height()), _ground(look, tags))
            x = 4.0
            for tag, text, width in self._fitting(tags, self._margin.width() - 12):
                pill = QRectF(x, box.top() + 1, width, box.height() - 2)
                if tag is None:
                    painter.setPen(look.colour("text"))
                    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
                else:
                    self._paint_pill(painter, look, tag, text, pill)
                x += width + 4

    def tags_said(self, y: int) -> str:
        """The names on the line at `y` of the margin, in words; empty where nobody is."""
        for block, box in self._seen_blocks():
            if box.top() <= y < box.bottom():
                return _names(self._tags.get(block.blockNumber() + 1, []))
        return ""

    def _fitting(self, tags: Sequence[LineTag], room: float) -> list[tuple[LineTag | None, str, float]]:
        """As many names as fit, cut short only when the first does not; then how many more there are."""
        metrics = QFontMetricsF(self._tag_font())
        widths = [metrics.horizontalAdvance(tag.name) + 12 for tag in tags]
        if sum(widths) + 4 * (len(tags) - 1) <= room:
            return [(tag, tag.name, width) for tag, width in zip(tags, widths, strict=True)]
        found: list[tuple[LineTag | None, str, float]] = []
        more = metrics.horizontalAdvance(f"+{len(tags)}") + 4 if len(tags) > 1 else 0.0
        used = 0.0
        for tag, width in zip(tags, widths, strict=True):
            if found and used + width + more > room:
                break
            width = min(width, room - more)
            found.append((tag, metrics.elidedText(tag.name, Qt.TextElideMode.ElideRight, width - 10), width))
            used += width + 4
        rest = len(tags) - len(found)
        return [*found, (None, f"+{rest}", more)] if rest else found

    def _tag_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._look.pixels(11) if self._look else 12)
        return font

    def _fit_tags(self) -> None:
        """Give the margin the room that the names need. It only grows: code does not jump while the playhead moves."""
        metrics = QFontMetricsF(self._tag_font())
        wanted = max((sum(metrics.horizontalAdvance(tag.name) + 16 for tag in tags) + 10
                      for tags in self._tags.values()), default=0.0)  # fmt: skip
        self._wanted = max(self._wanted, round(wanted))
        self._fit_numbers()

    def _paint_pill(self, painter: QPainter, look: Appearance, tag: LineTag, text: str, pill: QRectF) -> None:
        colour = look.theme.colour(f"thread/{tag.thread}")
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if tag.waits else look.colour("surface"))
        painter.drawRoundedRect(pill.adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        painter.setPen(look.theme.colour(f"thread_text/{tag.thread}") if tag.waits else look.colour("text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _tags_width(self) -> int:
        return min(self._wanted, round(MOST_TAG_SHARE * self.contentsRect().width()))

    def _fit_numbers(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, self._tags_width(), 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        inner, seen = self.contentsRect(), self.viewport().geometry()
        self._numbers.setGeometry(QRect(inner.left(), inner.top(), self.numbers_width(), inner.height()))
        self._margin.setGeometry(QRect(seen.right() + 1, inner.top(), self._tags_width(), seen.height()))

    def _on_update_request(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
            self._margin.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())
            self._margin.update(0, rect.y(), self._margin.width(), rect.height())

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_numbers()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        if look is not None and self._tags:
            painter = QPainter(self.viewport())
            self._paint_grounds(painter, look)
            painter.end()
        super().paintEvent(event)


class _Numbers(QWidget):
    """The margin that the line numbers are painted in."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._editor.paint_numbers(painter, event.rect())
        painter.end()


class _Tags(QWidget):
    """The margin in which the threads are named: beside the text, so that it covers none."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            said = self._editor.tags_said(event.pos().y())
            QToolTip.showText(event.globalPos(), said, self) if said else QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._editor.paint_tags(painter)
        painter.end()


def _ground(look: Appearance, tags: Sequence[LineTag]) -> QColor:
    return look.theme.colour(f"thread_tint/{tags[0].thread}")


def _names(tags: Sequence[LineTag]) -> str:
    return ", ".join(tag.name if tag.waits else f"{tag.name} (last seen)" for tag in tags)
