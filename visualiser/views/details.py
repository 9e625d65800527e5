"""The details of what is pointed at or selected, with links along the causes, and the way back."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from visualiser.viewmodels import NO_DETAILS, Details, Facts
from visualiser.views.appearance import Appearance

EMPTY = "Point at the timeline, or click on a span, to see what is known of it."


class DetailsPanel(QWidget):
    """Shows facts of what is pointed at, else the details of what is selected, else its facts.

    Wishes: `jump_requested(Link)`, `cause_requested()`: to what ended the selected span; `back_requested()`.
    """

    jump_requested = Signal(object)
    cause_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered, self._selected, self._details = Facts(), Facts(), NO_DETAILS
        self._style = ""
        self.browser = browser("Details")
        self.browser.anchorClicked.connect(self._on_link)
        self.cause_button = _button("To the cause", "Go to what ended this span, or the wait before it (J)")
        self.cause_button.clicked.connect(self.cause_requested)
        self.back_button = _button("Back", "Go back to the span you came from (Shift+J)")
        self.back_button.clicked.connect(self.back_requested)
        self.copy_button = _button("Copy", "Copy these details as text")
        self.copy_button.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(8)
        for button in (self.back_button, self.cause_button, self.copy_button):
            row.addWidget(button)
        row.addStretch(1)
        self._buttons = QWidget()
        self._buttons.setLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.browser, 1)
        column.addWidget(self._buttons)
        self.set_back(False)
        self._show()

    def set_hovered(self, facts: Facts) -> None:
        """What the mouse points at; nothing: what is selected."""
        self._hovered = facts
        self._show()

    def set_selected(self, facts: Facts) -> None:
        """What is selected, in short."""
        self._selected = facts
        self._show()

    def set_details(self, details: Details) -> None:
        """All that is known of the selected span; empty when no span is selected."""
        self._details = details
        self.cause_button.setEnabled(details.cause is not None)
        self._show()

    def set_back(self, possible: bool) -> None:
        """Whether there is a jump to take back."""
        self.back_button.setEnabled(possible)

    def set_style(self, style: str) -> None:
        """How headings and cells look."""
        self._style = style
        self.browser.document().setDefaultStyleSheet(style)
        self._show()

    def text(self) -> str:
        """What is shown, as plain text."""
        return self.browser.toPlainText()

    # --- inner -------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        self._buttons.setVisible(bool(self._details.title))
        if self._hovered.title:
            self.browser.setHtml(_page(self._hovered.title, [(what, escape(value)) for what, value in
                                                             self._hovered.rows]))  # fmt: skip
        elif self._details.title:
            cells = [(row.what, _linked(number, row.value, row.link is not None))
                     for number, row in enumerate(self._details.rows)]  # fmt: skip
            self.browser.setHtml(_page(self._details.title, cells))
        elif self._selected.title:
            self.browser.setHtml(_page(self._selected.title, [(what, escape(value)) for what, value in
                                                              self._selected.rows]))  # fmt: skip
        else:
            self.browser.setHtml(f"<p>{EMPTY}</p>")

    def _on_link(self, url: QUrl) -> None:
        number = int(url.toString().removeprefix("#"))
        link = self._details.rows[number].link
        if link is not None:
            self.jump_requested.emit(link)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.text)


def browser(name: str) -> QTextBrowser:
    """A page of simple HTML that opens no link by itself."""
    made = QTextBrowser()
    made.setAccessibleName(name)
    made.setOpenLinks(False)
    made.document().setDocumentMargin(16)
    return made


def html_style(look: Appearance) -> str:
    """The style sheet of such pages."""
    return (f"h2 {{ font-size: {look.pixels(18)}px; margin: 4px 0 8px 0; }} h3 {{ font-size: {look.pixels(13)}px; "
            f"margin: 16px 0 4px 0; }} h4 {{ font-size: {look.pixels(13)}px; "
            f"margin: 8px 0 2px 0; }} p {{ margin: 0 0 8px 0; line-height: 135%; }} "
            f"a {{ color: {look.name('accent')}; text-decoration: none; }} "
            f"th {{ color: {look.name('muted')}; text-align: left; font-weight: normal; padding: 2px 12px 2px 0; "
            f"white-space: nowrap; }} td {{ padding: 2px 0; }}")  # fmt: skip


def _linked(number: int, value: str, link: bool) -> str:
    return f'<a href="#{number}">{escape(value)}</a>' if link else escape(value)


def _page(title: str, cells: list[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><th>{escape(what)}</th><td>{value}</td></tr>" for what, value in cells)
    return f"<h2>{escape(title)}</h2><table>{rows}</table>"


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button
