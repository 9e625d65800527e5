"""The panel on the right: story, details, range and memory above, the program's source below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from visualiser.viewmodels import Details, Facts, RangeTotals, StoryPage
from visualiser.views.appearance import Appearance
from visualiser.views.code import CodePane
from visualiser.views.details import DetailsPanel, html_style
from visualiser.views.memory import MemoryChart
from visualiser.views.range_panel import RangePanel
from visualiser.views.story import StoryPanel


class SidePanel(QWidget):
    """Shows; what its parts ask for is told by them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = CodePane()
        self.story = StoryPanel()
        self.details = DetailsPanel()
        self.range = RangePanel()
        self.memory = MemoryChart()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("About the run")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setExpanding(False)
        self.tabs.tabBar().setAccessibleName("Story, details, range, memory")
        self.tabs.addTab(self.story, "Story")
        self.tabs.addTab(self.details, "Details")
        self.tabs.addTab(self.range, "Range")
        self.tabs.addTab(self.memory, "Memory")
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.tabs)
        self.splitter.addWidget(self.code)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([390, 260])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self.setMinimumWidth(240)

    def set_story(self, page: str) -> None:
        """Show a page of simple HTML where no story is told; an empty one leaves the story that is told."""
        if page:
            self.story.set_page(StoryPage(page))

    def set_hovered(self, facts: Facts) -> None:
        """What the mouse points at; nothing: what is selected."""
        self.details.set_hovered(facts)

    def set_selected(self, facts: Facts) -> None:
        """What is selected, in short."""
        self.details.set_selected(facts)

    def set_details(self, details: Details) -> None:
        """All that is known of the selected span."""
        self.details.set_details(details)

    def set_totals(self, totals: RangeTotals | None) -> None:
        """The totals of the selected range; shown at once when there is one."""
        new = totals is not None and self.range.totals is None
        self.range.set_totals(totals)
        if new:
            self.tabs.setCurrentWidget(self.range)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.code.set_look(look)
        self.memory.set_look(look)
        self.range.set_look(look)
        self.story.set_look(look)
        self.details.set_style(html_style(look))
