"""The spans in view, and what threads queued up for, as Qt tables: words are made for the cells that are shown."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from visualiser.trace import (
    SOURCE_NAMES,
    STATE_LETTERS,
    STATE_NAMES,
    WAIT_WORDS,
    Column,
    Contention,
    SpanFilter,
    SpanTable,
    TraceStore,
    contention,
    longest_wait,
    span_table,
    units,
)
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import count, duration, moment

Index = QModelIndex | QPersistentModelIndex

STATE_ROLE = Qt.ItemDataRole.UserRole + 1
"""Of a row of the table of spans: its state, by number."""

MOST_ROWS = 100_000
"""Rows that are shown at once; who wants others filters or zooms in. (Qt walks through all of
them whenever there are others.)"""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

SPAN_COLUMNS = {
    Column.START: "Start", Column.LENGTH: "Length", Column.PROCESS: "Process", Column.THREAD: "Thread",
    Column.STATE: "State", Column.SOURCE: "How known", Column.WHAT: "What it did", Column.LINE: "Line",
    Column.CPU: "CPU",
}  # fmt: skip


class _Table(QAbstractTableModel):
    """What both tables share: texts, alignment, and a sentence per row for who listens."""

    headers: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()

    @abstractmethod
    def text(self, row: int, column: int) -> str:
        """The words of a cell."""

    def spoken(self, row: int) -> str:
        """A row in words."""
        cells = ((name, self.text(row, column)) for column, name in enumerate(self.headers))
        return ", ".join(f"{name} {text}" for name, text in cells if text)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and way == Qt.Orientation.Horizontal:
            return self.headers[section] if 0 <= section < len(self.headers) else None
        if role == Qt.ItemDataRole.TextAlignmentRole and way == Qt.Orientation.Horizontal:
            return _RIGHT if section in self.numbers else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self.text(index.row(), index.column())
            return f"{self.headers[index.column()]}: {words}" if words else f"{self.headers[index.column()]}: nothing"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() in self.numbers else _LEFT
        return None


class SpanTableModel(_Table):
    """The spans of the window that the timeline shows, filtered and sorted. Rows are indices: a cell costs one look."""

    headers = tuple(SPAN_COLUMNS.values())
    numbers = frozenset({Column.START, Column.LENGTH})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: TraceStore | None = None
        self._table: SpanTable | None = None
        self._order = Column.START, False
        self._asked: tuple[object, ...] = ()
        self.filter = SpanFilter()

    def set_store(self, store: TraceStore | None) -> None:
        """Show nothing of the last run any more."""
        self.beginResetModel()
        self._store, self._table, self._asked = store, None, ()
        self.endResetModel()

    def show_spans(self, t0: int, t1: int) -> bool:
        """Show the spans that touch [t0, t1) (ns) and pass the filter; False when those are shown already."""
        store = self._store
        if store is None:
            return False
        asked = store.revision, store.finished, t0, t1, self.filter
        if asked == self._asked:
            return False
        self.beginResetModel()
        self._asked = asked
        found = span_table(store, t0, t1, self.filter)
        column, descending = self._order
        self._table = found if self._order == (Column.START, False) else found.sort(column, descending)
        self.endResetModel()
        return True

    @property
    def total(self) -> int:
        """How many spans there are, shown or not."""
        return len(self._table) if self._table is not None else 0

    @property
    def note(self) -> str:
        """How many, in words."""
        if self._store is None:
            return ""
        if self.total > MOST_ROWS:
            return f"the first {units.count(MOST_ROWS)} of {count(self.total, 'span')} in view; zoom in, or filter"
        return f"{count(self.total, 'span')} in view" + ("" if self.filter.is_off else ", filtered")

    def span_at(self, row: int) -> tuple[int, int] | None:
        """(thread, row of its states) in a row of the table."""
        table = self._table
        if table is None or not 0 <= row < len(table):
            return None
        return int(table.thread[row]), int(table.row[row])

    def place(self, thread: int, row: int) -> int | None:
        """Where a span stands; None when it is not shown."""
        found = self._table.place(thread, row) if self._table is not None else None
        return found if found is not None and found < MOST_ROWS else None

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        table, store = self._table, self._store
        assert table is not None
        assert store is not None
        thread, at = int(table.thread[row]), int(table.row[row])
        spans = table.spans(thread)
        if column == Column.START:
            return moment(int(spans.start[at]) - store.start_ns)
        if column == Column.LENGTH:
            return duration(int(spans.end[at] - spans.start[at]))
        if column == Column.PROCESS:
            process = store.processes[store.threads[thread].process]
            return f"{process.name} ({process.pid})"
        if column == Column.THREAD:
            return store.threads[thread].name
        if column == Column.STATE:
            return f"{STATE_LETTERS[spans.state[at]]} {STATE_NAMES[spans.state[at]]}"
        if column == Column.SOURCE:
            return SOURCE_NAMES[spans.source[at]]
        if column == Column.WHAT:
            return table.words(row)
        if column == Column.LINE:
            return store.site(int(spans.site[at])).short
        return ", ".join(map(str, table.cpus(row)))

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else min(self.total, MOST_ROWS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == STATE_ROLE and index.isValid() and self._table is not None:
            spans = self._table.spans(int(self._table.thread[index.row()]))
            return int(spans.state[self._table.row[index.row()]])
        return super().data(index, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = Column(column), order == Qt.SortOrder.DescendingOrder
        if self._table is None:
            return
        self.layoutAboutToBeChanged.emit()
        self._table = self._table.sort(*self._order)
        self.layoutChanged.emit()


WAITED = ("Waited for", "Waits", "Total", "Longest", "Not over", "Who waited", "Who had it meanwhile", "Process")
PLAIN = {f"waits for {one}" for one in ("a Lock", "an RLock", "a Semaphore", "an Event")}
"""What the label of the object says as well."""


class ContentionModel(_Table):
    """What threads queued up for, the longest total first until the user sorts."""

    headers = WAITED
    numbers = frozenset({1, 2, 3, 4})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: TraceStore | None = None
        self._rows: list[Contention] = []
        self._asked: tuple[int, bool] | None = None
        self._order = 2, True

    def set_store(self, store: TraceStore | None) -> None:
        """Show nothing of the last run any more."""
        self.beginResetModel()
        self._store, self._rows, self._asked = store, [], None
        self.endResetModel()

    def refresh(self) -> bool:
        """Look again; False when nothing is new."""
        store = self._store
        if store is None or self._asked == (store.revision, store.finished):
            return False
        self.beginResetModel()
        self._asked = store.revision, store.finished
        self._rows = list(contention(store))
        self._sort()
        self.endResetModel()
        return True

    def longest(self, row: int) -> tuple[int, int] | None:
        """The longest wait of a row: its thread, and the row of that thread's states."""
        if self._store is None or not 0 <= row < len(self._rows):
            return None
        found = self._rows[row]
        return found.longest_thread, longest_wait(self._store, found)

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        store, found = self._store, self._rows[row]
        assert store is not None
        if column == 0:
            return self._name(found)
        if column in (1, 4):
            number = found.waits if column == 1 else found.unfinished
            return units.count(number) if number or column == 1 else ""
        if column in (2, 3):
            return duration(found.total_ns if column == 2 else found.longest_ns)
        if column == 5:
            return self._threads(found.by)
        if column == 6:
            return self._threads(found.held) if found.held is not None else ""
        process = store.processes[found.process]
        return f"{process.name} ({process.pid})"

    def _name(self, found: Contention) -> str:
        assert self._store is not None
        if found.object < 0:
            return "GIL"
        label = self._store.object(found.object).label
        verb = WAIT_WORDS.get(found.flag, "")
        plain = verb.startswith(
            ("waits for a Lock", "waits for an RLock", "waits for a Semaphore", "waits for an Event")
        )
        return label if plain else f"{label}: {verb.removeprefix('waits ')}"

    def _threads(self, shares: tuple[tuple[int, int], ...]) -> str:
        assert self._store is not None
        named = [f"{who(self._store, thread)} {duration(ns)}" for thread, ns in shares[:4]]
        return ", ".join(named) + (f", {len(shares) - 4} more" if len(shares) > 4 else "")

    def _sort(self) -> None:
        column, descending = self._order
        numbers = {1: "waits", 2: "total_ns", 3: "longest_ns", 4: "unfinished"}

        def key(row: int) -> tuple[int, str]:
            found = self._rows[row]
            return (getattr(found, numbers[column]), "") if column in numbers else (0, self.text(row, column))

        order = sorted(range(len(self._rows)), key=key, reverse=descending)
        self._rows = [self._rows[row] for row in order]

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._order = column, order == Qt.SortOrder.DescendingOrder
        self._sort()
        self.layoutChanged.emit()
