"""A chart of the processes' memory over time. pyqtgraph is imported when it is first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visualiser.viewmodels import Curve
from visualiser.views.appearance import Appearance

EMPTY = "The memory of the processes is drawn here. It is measured a few times a second, so very short runs have none."

HELD = "right"
"""What was measured holds until the next measurement, as in the lanes: nobody saw a slope between two of them."""


class MemoryChart(QWidget):
    """Shows curves and the playhead; the wheel zooms, a drag moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: Sequence[Curve] = ()
        self._look: Appearance | None = None
        self._playhead = 0.0
        self._plot: Any = None
        self._line: Any = None
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setMargin(16)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName("Memory of the processes")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 8, 0)
        self._names = QLabel()
        self._names.setWordWrap(True)
        self._names.setContentsMargins(16, 0, 0, 0)
        self._column.addWidget(self._empty)
        self._column.addWidget(self._names)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Draw these."""
        self._curves = curves
        highest = ", ".join(f"{each.name}: {each.megabytes.max():.1f} MB at most" for each in curves)
        self.setAccessibleDescription(highest)
        if self.isVisible():
            self._draw()

    @property
    def is_empty(self) -> bool:
        """Whether it says why there is nothing to see."""
        return not self._empty.isHidden()

    def set_playhead(self, seconds: float) -> None:
        """Where the playhead is, in seconds since the start of the run."""
        self._playhead = seconds
        if self._line is not None and self.isVisible():
            self._line.setValue(seconds)

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self._look = look
        if self.isVisible():
            self._draw()

    def _make(self) -> None:
        import pyqtgraph

        self._plot = pyqtgraph.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.scene().contextMenu = []  # its export fails with Qt 6.11
        self._plot.setLabel("bottom", "time", units="s")
        self._plot.setLabel("left", "resident memory", units="MB")
        self._plot.getAxis("left").enableAutoSIPrefix(False)
        self._plot.setLimits(yMin=0)
        self._line = pyqtgraph.InfiniteLine(0.0, movable=False)
        self._column.addWidget(self._plot)

    def _draw(self) -> None:
        look = self._look
        self._empty.setVisible(not self._curves)
        if look is None or (self._plot is None and not self._curves):
            return
        if self._plot is None:
            self._make()
        import pyqtgraph

        self._plot.setVisible(bool(self._curves))
        self._plot.setBackground(look.colour("surface"))
        self._plot.clear()
        for axis in ("left", "bottom"):
            self._plot.getAxis(axis).setPen(look.colour("edge"))
            self._plot.getAxis(axis).setTextPen(look.colour("muted"))
        names = (
            f"<span style='color:{look.name(f'thread/{each.number}')}'>■</span>&nbsp;{_unbroken(each.name)}"
            for each in self._curves
        )
        self._names.setText("&nbsp;&nbsp; ".join(names))
        for curve in self._curves:
            pen = pyqtgraph.mkPen(look.theme.colour(f"thread/{curve.number}"), width=2)
            self._plot.plot(curve.seconds, curve.megabytes, pen=pen, symbol="o", symbolSize=4, symbolBrush=pen.color(),
                            symbolPen=None, stepMode=HELD)  # fmt: skip
        highest = max((float(each.megabytes.max()) for each in self._curves), default=1.0)
        self._plot.setYRange(0, 1.05 * highest)
        self._line.setPen(pyqtgraph.mkPen(look.colour("accent"), width=2))
        self._line.setValue(self._playhead)
        self._plot.addItem(self._line, ignoreBounds=True)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()


def _unbroken(text: str) -> str:
    """A name as HTML that no line break divides."""
    return escape(text).replace(" ", "&nbsp;")
