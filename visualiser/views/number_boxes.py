"""Boxes to type numbers into: with room before the text, and digits grouped as everywhere else in the window."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QWidget

BEFORE_PX = 8
"""Room before the text: a style sheet's padding does not reach the field inside a spin box."""

GROUPED = QLocale(QLocale.Language.French)
"""Groups digits by narrow no-break spaces (U+202F), as `trace.units.count` does; nothing else of it is used."""


class WholeNumberBox(QSpinBox):
    """For whole numbers: `10 000 000`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(GROUPED)
        self.setGroupSeparatorShown(True)
        _indent(self)


class NumberBox(QDoubleSpinBox):
    """For numbers with decimals, as few as there are: `0.1`, not `0.1000`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _indent(self)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def textFromValue(self, val: float) -> str:
        text = f"{val:.{self.decimals()}f}"
        return text.rstrip("0").rstrip(".").replace(".", self.locale().decimalPoint())


def _indent(box: QAbstractSpinBox) -> None:
    box.lineEdit().setTextMargins(BEFORE_PX, 0, 0, 0)
