"""The story panel: a page of the story, the question before the run, and the way on and back."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextDocumentFragment
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from visualiser.viewmodels import StoryPage
from visualiser.views.appearance import Appearance
from visualiser.views.details import html_style
from visualiser.views.question import QuestionBox

COMPARE_TIP = "Run the variants one after the other, and set them side by side"

TEXT_PX, PRESENTED_PX, LEAST_PRESENTED_PX = 13, 18, 13
"""The size of the story's text, in the window and in presenter mode (where all is scaled up as well)."""


class StoryPanel(QWidget):
    """Shows a page. Wishes: `next_requested()`, `back_requested()`, `step_requested(position)`,
    `answer_requested(number)`, `compare_requested()`, `link_requested(url)`."""

    next_requested = Signal()
    back_requested = Signal()
    step_requested = Signal(int)
    answer_requested = Signal(int)
    compare_requested = Signal()
    link_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = StoryPage()
        self._look: Appearance | None = None
        self._presented = False
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.text.setMargin(16)
        self.text.setAccessibleName("Story")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.text.linkActivated.connect(self.link_requested)
        self.question = QuestionBox()
        self.question.answer_requested.connect(self.answer_requested)
        self.compare_button = _button(
            "Compare variants", "Run the variants one after the other, and set them side by side"
        )
        self.compare_button.clicked.connect(self.compare_requested)
        self.back_button = _button("Back", "The step before (Ctrl+PgUp)")
        self.back_button.clicked.connect(self.back_requested)
        self.next_button = _button("Next", "The next step (Ctrl+PgDown)")
        self.next_button.setProperty("primary", True)
        self.next_button.clicked.connect(self.next_requested)
        self.steps = QComboBox()
        self.steps.setAccessibleName("Step of the story")
        self.steps.setToolTip("Where you are in the story; choose a step to go there")
        self.steps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.steps.setMinimumContentsLength(8)
        self.steps.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.steps.activated.connect(self.step_requested)
        self._lay_out()
        self.set_page(StoryPage())

    def _lay_out(self) -> None:
        inside = QWidget()
        self._inner = inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.text)
        inner.addWidget(self.question)
        under = QHBoxLayout()
        under.setContentsMargins(16, 0, 16, 12)
        under.addWidget(self.compare_button)
        under.addStretch(1)
        inner.addLayout(under)
        inner.addStretch(1)
        self.area = QScrollArea()
        self.area.setAccessibleName("Story")
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidget(inside)
        self.way = QWidget()
        row = QHBoxLayout(self.way)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        for widget in (self.back_button, self.steps, self.next_button):
            row.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.area, 1)
        self._column.addWidget(self.way)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def set_page(self, page: StoryPage) -> None:
        """Show a page, from its top when it is another one."""
        moved = (page.html, page.position) != (self.page.html, self.page.position)
        self.page = page
        self.question.set_question(page.question)
        self.compare_button.setVisible(page.can_compare and not self._presented)
        self.way.setVisible(bool(page.titles))
        self._column.activate()  # so that there is the room in which the text is to be seen
        self._restyle()
        self._allow(page.can_back, page.can_next)
        self.next_button.setText(page.next_text)
        with QSignalBlocker(self.steps):
            names = _numbered(page.titles)
            if names != [self.steps.itemText(number) for number in range(self.steps.count())]:
                self.steps.clear()
                self.steps.addItems(names)
            self.steps.setCurrentIndex(page.position)
        if moved:
            self.area.verticalScrollBar().setValue(0)

    def _allow(self, back: bool, on: bool) -> None:
        """Which of the two ways there is. At an end the keyboard turns round: it would leave the story else."""
        at_end, at_start = self.next_button.hasFocus() and not on, self.back_button.hasFocus() and not back
        self.back_button.setEnabled(back)
        self.next_button.setEnabled(on)
        if at_end or at_start:
            (self.back_button if at_end else self.next_button).setFocus()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        self._restyle()

    def set_presented(self, on: bool) -> None:
        """Larger than everything else, for a projector."""
        self._presented = on
        self.compare_button.setVisible(self.page.can_compare and not on)
        self._restyle()

    def said(self) -> str:
        """What is shown, without its markup."""
        return QTextDocumentFragment.fromHtml(self.page.html).toPlainText()

    def _restyle(self) -> None:
        """Show the page; in presenter mode as large as all of it can be seen."""
        self._show_text(TEXT_PX)
        if self._presented:
            sizes = range(PRESENTED_PX, LEAST_PRESENTED_PX - 1, -1)
            next((size for size in sizes if self._show_text(size)), None)

    def _show_text(self, size: int) -> bool:
        """Show the page in that size; returns whether all of it can be seen at once."""
        look = self._look
        style = "" if look is None else _style(look, look.pixels(size))
        self.text.setText(style + self.page.html)
        room = self.area.viewport().size()
        return self._inner.totalHeightForWidth(room.width()) <= room.height()

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._presented:
            self._restyle()


def _style(look: Appearance, size: int) -> str:
    return (
        f"<style>{html_style(look)} p {{ font-size: {size}px; }} h2 {{ font-size: {round(size * 1.35)}px; }} "
        f".where {{ color: {look.name('muted')}; margin: 0; }} "
        f".note {{ background-color: {look.name('good_tint')}; }}</style>"
    )


def _numbered(titles: tuple[str, ...]) -> list[str]:
    """The steps with their numbers; the first and the last page have none."""
    last = len(titles) - 1
    return [title if number in (0, last) else f"{number} of {last - 1}: {title}" for number, title in enumerate(titles)]


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    return button
