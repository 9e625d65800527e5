"""Everything in the window that asks the timeline: tables in the docks below it, the search bar above it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QDockWidget, QVBoxLayout

from visualiser.viewmodels import ContentionModel, SpanTableModel
from visualiser.views.appearance import Appearance
from visualiser.views.contention import ContentionView
from visualiser.views.main_window import MainWindow
from visualiser.views.search_bar import SearchBar
from visualiser.views.span_table import SpanTableView


@dataclass(frozen=True)
class AskingViews:
    """The search bar, the two tables, and the docks that the tables are in."""

    search: SearchBar
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
    search, span_view, contention_view = SearchBar(window.icons), SpanTableView(spans), ContentionView(contention)
    around = window.timeline.parentWidget()
    above = around.layout() if around is not None else None
    assert isinstance(above, QVBoxLayout)
    above.insertWidget(above.indexOf(window.timeline), search)
    return AskingViews(
        search=search,
        spans=span_view,
        contention=contention_view,
        span_dock=window.add_dock("spans", "Spans", span_view),
        contention_dock=window.add_dock("contention", "Waits", contention_view),
    )
