"""What the tables of the window have in common: how they look, and how they are read and sorted by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QWidget,
)

from visualiser.assets import resource_path
from visualiser.viewmodels import STATE_ROLE
from visualiser.views.appearance import Appearance
from visualiser.views.icons import Icons

Index = QModelIndex | QPersistentModelIndex
SWATCH = 10


def table_view(model: QAbstractItemModel, name: str, widths: tuple[int, ...], parent: QWidget) -> QTableView:
    """A table of whole rows, sorted by a click on a header. `widths`: of its columns, in pixels; the last stretches."""
    table = QTableView(parent)
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width)
    table.setShowGrid(False)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setHighlightSections(False)
    table.setMinimumHeight(64)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return table


def close_button(icons: Icons, what: str) -> QToolButton:
    """A button that puts a table away."""
    button = QToolButton()
    icons.put(button, "close")
    button.setAccessibleName(f"Close the table of {what}")
    button.setToolTip(f"Close the table of {what}")
    return button


def heading(text: str) -> QLabel:
    """What a table is called."""
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def dress_table(table: QTableView, look: Appearance) -> None:
    """Few lines, one accent; rows high enough to be hit."""

    def icon(name: str) -> str:
        return resource_path("icons", f"{name}.svg").as_posix()

    height = max(24, round(look.pixels(13) * 1.8))
    table.verticalHeader().setMinimumSectionSize(height)
    table.verticalHeader().setDefaultSectionSize(height)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setStyleSheet(
        f"QTableView {{ background: {look.name('surface')}; border: none; outline: 0; }}"
        f"QTableView::item {{ padding: 0 6px; }}"
        f"QTableView::item:selected {{ background: {look.name('selection')}; color: {look.name('text')}; }}"
        f"QTableView::item:focus {{ border: 1px solid {look.name('accent')}; }}"
        f"QHeaderView {{ background: {look.name('surface')}; border: none; }}"
        f"QHeaderView::section {{ background: {look.name('surface')}; color: {look.name('muted')}; border: none; "
        f"border-bottom: 1px solid {look.name('grid')}; padding: 11px 6px 4px 6px; font-weight: normal; }}"
        f"QHeaderView::up-arrow, QHeaderView::down-arrow {{ subcontrol-origin: padding; "
        f"subcontrol-position: top center; width: 8px; height: 8px; }}"
        f"QHeaderView::up-arrow {{ image: url({icon('up')}); }}"
        f"QHeaderView::down-arrow {{ image: url({icon('down')}); }}"
        f"QHeaderView::section:hover {{ color: {look.name('text')}; }}"
        f"QTableCornerButton::section {{ background: {look.name('surface')}; border: none; }}"
    )  # fmt: skip


class StateDelegate(QStyledItemDelegate):
    """A column of states: each with a swatch in its colour beside its letter and name."""

    look: Appearance | None = None

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        whole = QRect(option.rect)
        state = index.data(STATE_ROLE)
        option.rect = whole.adjusted(SWATCH + 8, 0, 0, 0)
        super().paint(painter, option, index)
        option.rect = whole
        if self.look is not None and state is not None:
            y = whole.center().y() - SWATCH // 2
            painter.fillRect(whole.left() + 6, y, SWATCH, SWATCH, self.look.theme.colour(f"state/{state}"))
