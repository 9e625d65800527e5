"""The panel on the right: the story, the details and the memory above, the program's source below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from visualiser.viewmodels import Facts
from visualiser.views.appearance import Appearance
from visualiser.views.code import CodePane
from visualiser.views.memory import MemoryChart

NO_DETAILS = "Point at the timeline, or click on a span, to see what is known of it."


class SidePanel(QWidget):
    """Shows; asks for nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = CodePane()
        self.story = _browser("Story")
        self.details = _browser("Details")
        self.memory = MemoryChart()
        self._page, self._selected = "", Facts()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setAccessibleName("Story, details, memory")
        self.tabs.addTab(self.story, "Story")
        self.tabs.addTab(self.details, "Details")
        self.tabs.addTab(self.memory, "Memory")
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.tabs)
        self.splitter.addWidget(self.code)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self.setMinimumWidth(240)
        self.set_selected(Facts())

    def set_story(self, page: str) -> None:
        """Show a page of simple HTML; the same page stays where it was scrolled to."""
        if page != self._page:
            self._page = page
            self.story.setHtml(page)

    def set_hovered(self, facts: Facts) -> None:
        """What the mouse points at; nothing: what is selected."""
        self._show(facts if facts.title else self._selected)

    def set_selected(self, facts: Facts) -> None:
        """What is selected."""
        self._selected = facts
        self._show(facts)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.code.set_look(look)
        self.memory.set_look(look)
        style = (f"h2 {{ font-size: {look.pixels(18)}px; margin: 4px 0 8px 0; }} h3 {{ font-size: {look.pixels(13)}px; "
                 f"color: {look.name('accent')}; margin: 16px 0 4px 0; }} h4 {{ font-size: {look.pixels(13)}px; "
                 f"margin: 8px 0 2px 0; }} p {{ margin: 0 0 8px 0; line-height: 135%; }} "
                 f"th {{ color: {look.name('muted')}; text-align: left; font-weight: normal; padding: 2px 12px; }}"
                 )  # fmt: skip
        for browser in (self.story, self.details):
            browser.document().setDefaultStyleSheet(style)
        self.story.setHtml(self._page)
        self._show(self._selected)

    def _show(self, facts: Facts) -> None:
        if not facts.title:
            self.details.setHtml(f"<p>{NO_DETAILS}</p>")
            return
        rows = "".join(f"<tr><th>{_escaped(what)}</th><td>{_escaped(value)}</td></tr>" for what, value in facts.rows)
        self.details.setHtml(f"<h2>{_escaped(facts.title)}</h2><table>{rows}</table>")


def _browser(name: str) -> QTextBrowser:
    browser = QTextBrowser()
    browser.setAccessibleName(name)
    browser.setOpenLinks(False)
    browser.document().setDocumentMargin(16)
    return browser


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
