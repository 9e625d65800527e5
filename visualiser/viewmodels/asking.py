"""What the user asks of a run: which span, which range, which way along the causes. Answers come as plain values."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from visualiser.trace import TraceStore, range_totals, row_at
from visualiser.viewmodels.details import NO_DETAILS, Details, Link, details_of

LIVE_MS = 300
"""While a run grows, answers are renewed this often."""


class Asking(QObject):
    """Facts: `details_changed(Details)`, `totals_changed(RangeTotals or None)`, `back_changed(bool)`: whether there is
    a jump to take back. Wish: `span_requested(thread, row)`: select and show this span.
    """

    details_changed = Signal(object)
    totals_changed = Signal(object)
    back_changed = Signal(bool)
    span_requested = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.details = NO_DETAILS
        self._store: TraceStore | None = None
        self._span: tuple[int, int] | None = None
        self._range: tuple[int, int] | None = None
        self._trail: list[tuple[int, int]] = []
        self._again = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._again.setObjectName("asking")
        self._again.timeout.connect(self._answer)

    def set_store(self, store: TraceStore | None) -> None:
        """Ask another run."""
        self._store, self._range = store, None
        self._trail = []
        self.back_changed.emit(False)
        self.select(None)
        self.totals_changed.emit(None)

    def grow(self) -> None:
        """More is known of the run."""
        if (self._span is not None or self._range is not None) and not self._again.isActive():
            self._again.start()

    def select(self, span: tuple[int, int] | None) -> None:
        """The span (thread, row) is selected; None: none is."""
        self._span = span
        self._tell_details()

    def set_range(self, chosen: tuple[int, int] | None) -> None:
        """The range (t0, t1 in ns) is selected; None: none is."""
        self._range = chosen
        self._tell_totals()

    @property
    def cause(self) -> Link | None:
        """Where what ended the selected span was done."""
        return self.details.cause

    def jump(self, link: Link | None) -> bool:
        """Go to a thread at a moment; False when there is nothing there. `back` comes back."""
        if self._store is None or link is None:
            return False
        row = row_at(self._store, link.thread, link.t)
        if row is None:
            return False
        if self._span is not None:
            self._trail.append(self._span)
            self.back_changed.emit(True)
        self.span_requested.emit(link.thread, row)
        return True

    def jump_to_cause(self) -> bool:
        """Go to what ended the selected span, or the wait that it came out of."""
        return self.jump(self.cause)

    def back(self) -> None:
        """Take back the last jump."""
        if self._trail:
            span = self._trail.pop()
            self.back_changed.emit(bool(self._trail))
            self.span_requested.emit(*span)

    # --- inner -------------------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        self._again.stop()
        if self._store is not None and self._span is not None:
            thread, row = self._span
            if self._store.finished or row >= len(self._store.states(thread)) - 2:  # else it is long over
                self._tell_details()
        if self._range is not None:
            self._tell_totals()

    def _tell_details(self) -> None:
        store, span = self._store, self._span
        details = details_of(store, *span) if store is not None and span is not None else NO_DETAILS
        self._set(details)

    def _set(self, details: Details) -> None:
        self.details = details
        self.details_changed.emit(details)

    def _tell_totals(self) -> None:
        store, chosen = self._store, self._range
        self.totals_changed.emit(range_totals(store, *chosen) if store is not None and chosen is not None else None)
