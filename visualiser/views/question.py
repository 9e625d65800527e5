"""The question before a run with its answers to choose from, and after it what the run says to them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,  # fmt: skip
)

from visualiser.viewmodels import StoryQuestion

RIGHT, WRONG, CHOSEN, OPEN = "✓", "✗", "●", "○"
LEAST_HEIGHT = 32


class AnswerButton(QPushButton):
    """A button whose words may take several lines; `mark`: a sign before them."""

    def __init__(self, text: str, mark: str, said: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(text)
        self.setAccessibleDescription(said)
        self._words, self._mark = QLabel(text), QLabel(mark)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        for label in (self._words, self._mark):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            if mark != OPEN:  # no fainter than other words when nothing can be chosen any more
                label.setProperty("role", "heading" if mark in (RIGHT, WRONG, CHOSEN) else "muted")
        if said:
            row.addWidget(_muted(said), 0, Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        assert layout is not None
        return max(layout.totalHeightForWidth(width), LEAST_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, LEAST_HEIGHT)


class QuestionBox(QFrame):
    """Shows one question. Wish: `answer_requested(number)`."""

    answer_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: list[QAbstractButton] = []
        self._shown: StoryQuestion | None = None
        self._heading = QLabel("What do you expect?")
        self._heading.setProperty("role", "heading")
        self._text, self._verdict = QLabel(), QLabel()
        for label, name in ((self._text, "Question"), (self._verdict, "What the run says")):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAccessibleName(name)
        self._verdict.setProperty("role", "heading")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 0, 16, 12)
        self._column.setSpacing(6)
        for widget in (self._heading, self._text, self._verdict):
            self._column.addWidget(widget)
        self.hide()

    @property
    def verdict(self) -> str:
        """What the run says to the answer; empty before it."""
        return self._verdict.text()

    def set_question(self, question: StoryQuestion | None) -> None:
        """Show a question with its answers; None hides the box."""
        self.setVisible(question is not None)
        if question is None or question == self._shown:
            return
        had_focus = next((number for number, each in enumerate(self.answers) if each.hasFocus()), None)
        self._shown = question
        self._heading.setText("What do you expect?" if question.open else "What did you expect?")
        self._text.setText(question.text)
        self._verdict.setText(question.verdict)
        self._verdict.setVisible(bool(question.verdict))
        self._put_answers(question)
        if had_focus is not None and had_focus < len(self.answers):
            self.answers[had_focus].setFocus()

    def _put_answers(self, question: StoryQuestion) -> None:
        for old in self.answers:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.answers = []
        for number, text in enumerate(question.answers):
            mark, said = _marked(question, number)
            button = AnswerButton(text, mark, said)
            button.setEnabled(question.open)
            button.clicked.connect(lambda _=False, number=number: self.answer_requested.emit(number))
            self._column.insertWidget(3 + number, button)
            button.show()  # the layout would do so later; until then it takes no room and no focus
            self.answers.append(button)


def _marked(question: StoryQuestion, number: int) -> tuple[str, str]:
    """The sign before an answer, and what it means in words."""
    mine = question.chosen == number
    if question.right == number:
        return RIGHT, "your answer, and so it was" if mine else "so it was"
    if mine and question.right is not None and number < len(question.answers) - 1:
        return WRONG, "your answer"
    return (CHOSEN, "your answer") if mine else (OPEN if question.open else " ", "")


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
