"""Everything in the window that asks the timeline: tables in the docks below it, search and filter bar above it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabWidget, QVBoxLayout, QWidget

from visualiser.viewmodels import ContentionModel, SpanTableModel
from visualiser.views.appearance import Appearance
from visualiser.views.contention import ContentionView
from visualiser.views.filter_bar import FilterBar
from visualiser.views.main_window import MainWindow
from visualiser.views.search_bar import SearchBar
from visualiser.views.span_table import SpanTableView


@dataclass(frozen=True)
class AskingViews:
    """The bars, the two tables, and the docks that the tables are in."""

    search: SearchBar
    filter: FilterBar
    spans: SpanTableView
    contention: ContentionView
    span_dock: QDockWidget
    contention_dock: QDockWidget

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.spans.set_look(look)
        self.contention.set_look(look)


def add_asking(window: MainWindow, spans: SpanTableModel, contention: ContentionModel) -> AskingViews:
    """Put them into the window: hidden, until they are asked for."""
    search, filter_bar = SearchBar(window.icons), FilterBar()
    span_view, contention_view = SpanTableView(spans, window.icons), ContentionView(contention, window.icons)
    filter_bar.clear_requested.connect(span_view.clear_filter)
    around = window.timeline.parentWidget()
    above = around.layout() if around is not None else None
    assert isinstance(above, QVBoxLayout)
    for bar in (search, filter_bar):
        above.insertWidget(above.indexOf(window.timeline), bar)
    span_dock = window.add_dock("spans", "Spans", span_view)
    contention_dock = window.add_dock("contention", "Waits", contention_view)
    window.setTabPosition(Qt.DockWidgetArea.BottomDockWidgetArea, QTabWidget.TabPosition.North)
    docks = span_dock, contention_dock
    span_view.closed.connect(span_dock.hide)
    contention_view.closed.connect(contention_dock.hide)
    for dock in docks:
        dock.setTitleBarWidget(QWidget())  # its tab, or the view's own heading, says what it is
        dock.visibilityChanged.connect(lambda _: _name_those_alone(window, docks))
        window.restoreDockWidget(dock)  # where it was, if the window has been restored before this was made
    return AskingViews(search, filter_bar, span_view, contention_view, span_dock, contention_dock)


def _name_those_alone(window: MainWindow, docks: tuple[QDockWidget, QDockWidget]) -> None:
    """A table without a tab says itself what it is."""
    for dock in docks:
        beside = any(not other.isHidden() for other in window.tabifiedDockWidgets(dock))
        view = dock.widget()
        assert isinstance(view, SpanTableView | ContentionView)
        view.heading.setVisible(not beside)
