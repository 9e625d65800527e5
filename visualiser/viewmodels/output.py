"""The program's output as a list model: one row per recorded write, in order of time, put into words when shown.

`print` writes its text and the end of the line apart. An end that comes right after its text, from the same thread, is
no row of its own. One that another thread of the process came before is: there lines ran together, and that is to be
seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from visualiser.trace import Points, TraceStore
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import moment

STDERR = 2
"""`Stream.STDERR` of the events' vocabulary."""

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
TIME_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class OutputLine:
    """One write: its moment in words, the thread's name and colour number, `stderr`, and what was written."""

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


class OutputModel(QAbstractListModel):
    """All outputs of a run. Growing costs what is new: rows are appended when nothing earlier came to light."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: TraceStore | None = None
        self._points: Points | None = None
        self._end_id, self._checked = -1, 0

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run's output."""
        self.beginResetModel()
        self._store = store
        self._end_id, self._checked = -1, 0
        self._points = _rows(store, self._find_end(store)) if store is not None else None
        self.endResetModel()

    def grow(self) -> None:
        """Take in what has been written since."""
        if self._store is None:
            return
        old, new = self._points, _rows(self._store, self._find_end(self._store))
        rows = len(old) if old is not None else 0
        if len(new) == rows:
            return
        if old is None or not _begins_with(new, old):
            self.beginResetModel()
            self._points = new
            self.endResetModel()
            return
        self.beginInsertRows(QModelIndex(), rows, len(new) - 1)
        self._points = new
        self.endInsertRows()

    def _find_end(self, store: TraceStore) -> int:
        """The id of the text "\\n" (equal texts have one id), -1 while there is none. Looks at each text once."""
        points = store.outputs()
        last = int(points.text.max()) if len(points) else 0
        while self._end_id < 0 and self._checked < last:
            self._checked += 1
            if store.text(self._checked) == "\n":
                self._end_id = self._checked
        return self._end_id

    def line(self, row: int) -> OutputLine:
        """One row."""
        assert self._store is not None
        assert self._points is not None
        points, store = self._points, self._store
        t, thread = int(points.t[row]), int(points.thread[row])
        text = store.text(int(points.text[row])).rstrip("\n").replace("\n", " ↵ ") or "↵"
        name = who(store, thread)
        return OutputLine(t, moment(t - store.start_ns), thread, name, int(points.flag[row]) == STDERR, text)

    def row_at(self, t: int) -> int:
        """The last row written at `t` or before; -1 when there is none."""
        return int(np.searchsorted(self._points.t, t, side="right")) - 1 if self._points is not None else -1

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._points is None else len(self._points)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < self.rowCount():
            return None
        if role == TIME_ROLE and self._points is not None:
            return int(self._points.t[index.row()])
        if role == LINE_ROLE:
            return self.line(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.line(index.row()).spoken
        return None


def _rows(store: TraceStore, end_id: int) -> Points:
    """The writes that are rows. `end_id`: the text that is the end of a line and nothing else."""
    points = store.outputs()
    ends = points.text == end_id
    # Each process has a buffer of its own, so lines of different processes do not run together.
    processes = np.array([each.process for each in store.threads], np.int32)[points.thread]
    order = np.argsort(processes, kind="stable")
    thread, flag, process = points.thread[order], points.flag[order], processes[order]
    follows = np.zeros(len(points), bool)
    follows[1:] = (thread[1:] == thread[:-1]) & (flag[1:] == flag[:-1]) & (process[1:] == process[:-1])
    follows[1:] &= ~ends[order][:-1]
    keep = np.ones(len(points), bool)
    keep[order] = ~(ends[order] & follows)
    return Points(points.t[keep], points.thread[keep], points.flag[keep], points.text[keep], points.site[keep])


def _begins_with(new: Points, old: Points) -> bool:
    """Whether the rows of `old` come first in `new`. (Another process's diary may tell of earlier output later.)"""
    rows = len(old)
    return len(new) >= rows and bool(
        np.array_equal(new.t[:rows], old.t) and np.array_equal(new.thread[:rows], old.thread)
    )
