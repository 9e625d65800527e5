"""The program's output as a list model: one row per line as the terminal got it, made into words when it is shown.

`print` writes its words, the blanks between them and the end of the line one by one. What one thread wrote without
another of its process coming between, up to the end of the line, is one row. Where another came between, the row ends
there: lines that ran together are seen as such, each piece under its thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from visualiser.trace import TraceStore
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import moment

STDERR = 2
"""`Stream.STDERR` of the events' vocabulary."""

MOST_PIECES = 400
"""Writes of one line that are shown: a line of dots can have a million."""

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
TIME_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class OutputLine:
    """One row: its moment, also in words, the thread's index and name, `stderr`, and what was written."""

    t: int
    time: str
    thread: int
    name: str
    stderr: bool
    text: str

    @property
    def spoken(self) -> str:
        """All of it, for who cannot see it and for copying."""
        stream = " (stderr)" if self.stderr else ""
        return f"{self.time}  {self.name}{stream}  {self.text}"


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows in order of time, as equally long columns; row r is written by `pieces[first[r]:first[r] + count[r]]`."""

    t: Ints
    thread: Ints
    flag: Ints
    first: Ints
    count: Ints
    pieces: Ints

    def __len__(self) -> int:
        return len(self.t)

    def begins_with(self, old: _Rows) -> bool:
        """Whether nothing earlier has come to light: another process's diary may tell of earlier output later."""
        rows = len(old)
        return len(self) >= rows and bool(
            np.array_equal(self.t[:rows], old.t) and np.array_equal(self.thread[:rows], old.thread)
        )


_NONE = np.empty(0, np.int64)
NO_ROWS = _Rows(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE)


class OutputModel(QAbstractListModel):
    """All output of a run. Growing appends rows or lengthens the last; it is taken in now and then, not each write."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: TraceStore | None = None
        self._rows = NO_ROWS
        self._ends = np.zeros(1, bool)
        self._soon = QTimer(self)
        self._soon.setObjectName("output")
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run's output."""
        self._soon.stop()
        self.beginResetModel()
        self._store, self._ends = store, np.zeros(1, bool)
        self._rows = self._find_rows()
        self.endResetModel()

    def grow(self) -> None:
        """The run has become longer: look soon, and the less often the more there is."""
        if not self._soon.isActive():
            self._soon.start(50 + len(self._rows) // 500)

    def refresh(self) -> None:
        """Take in what has been written since."""
        self._soon.stop()
        if self._store is None or len(self._store.outputs()) == len(self._rows.pieces):
            return  # a run grows by more than what it prints
        old, new = self._rows, self._find_rows()
        if not new.begins_with(old):
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        if len(new) > len(old):
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self._rows = new
            self.endInsertRows()
        self._rows = new
        longer = np.flatnonzero(new.count[: len(old)] != old.count)
        if len(longer):
            self.dataChanged.emit(self.index(int(longer[0])), self.index(int(longer[-1])))

    def line(self, row: int) -> OutputLine:
        """One row."""
        store, rows = self._store, self._rows
        assert store is not None
        t, thread, first = int(rows.t[row]), int(rows.thread[row]), int(rows.first[row])
        pieces = rows.pieces[first : first + min(int(rows.count[row]), MOST_PIECES)].tolist()
        text = "".join(map(store.text, pieces)).rstrip("\n").replace("\n", " ↵ ") or "↵"
        return OutputLine(t, moment(t - store.start_ns), thread, who(store, thread), rows.flag[row] == STDERR, text)

    def row_at(self, t: int) -> int:
        """The last row begun at `t` or before; -1 when there is none."""
        return int(np.searchsorted(self._rows.t, t, side="right")) - 1

    def _find_rows(self) -> _Rows:
        """The rows of all output so far."""
        store = self._store
        points = store.outputs() if store is not None else None
        if store is None or points is None or not len(points):
            return NO_ROWS
        ends = self._ends_of_lines(store, int(points.text.max()))
        # Each process has a buffer of its own, so lines of different processes do not run together.
        process = np.array([each.process for each in store.threads], np.int64)[points.thread]
        order = np.argsort(process, kind="stable")
        columns = process[order], points.thread[order], points.flag[order]
        begins = np.ones(len(points), bool)
        begins[1:] = ends[points.text[order][:-1]]
        for column in columns:
            begins[1:] |= column[1:] != column[:-1]
        first = np.flatnonzero(begins)
        count = np.diff(first, append=len(points))
        t = points.t[order][first]
        by_time = np.argsort(t, kind="stable")
        first, count = first[by_time], count[by_time]
        thread, flag = columns[1][first].astype(np.int64), columns[2][first].astype(np.int64)
        return _Rows(t[by_time], thread, flag, first, count, points.text[order].astype(np.int64))

    def _ends_of_lines(self, store: TraceStore, last: int) -> NDArray[np.bool_]:
        """By the id of a text: whether it ends a line. Each text is looked at once."""
        known = len(self._ends)
        if last >= known:
            new = [store.text(number).endswith("\n") for number in range(known, last + 1)]
            self._ends = np.concatenate((self._ends, np.array(new, bool)))
        return self._ends

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        if role == TIME_ROLE:
            return int(self._rows.t[index.row()])
        if role == LINE_ROLE:
            return self.line(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.line(index.row()).spoken
        return None
