"""One field per parameter of a scenario: a number with its bounds and unit, a choice, a switch, a text."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from visualiser.viewmodels import Parameter
from visualiser.views.number_boxes import BEFORE_PX, NumberBox, WholeNumberBox

WIDEST_INT = 2**31 - 1
"""What QSpinBox can hold."""

FLOAT_DIGITS = 4


class ParameterField(QWidget):
    """A label and a field. `value_requested(name, value)` when the user has changed it."""

    value_requested = Signal(str, object)

    def __init__(self, parameter: Parameter, value: object, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.editor = self._editor(parameter, value)
        self.editor.setAccessibleName(parameter.label or parameter.name)
        self.editor.setToolTip(_tip(parameter))
        label = QLabel(parameter.label or parameter.name)
        label.setProperty("role", "muted")
        label.setBuddy(self.editor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label)
        row.addWidget(self.editor)

    def _tell(self, value: object) -> None:
        self.value_requested.emit(self.parameter.name, value)

    def _editor(self, parameter: Parameter, value: Any) -> QWidget:
        if parameter.choices:
            return self._choice(parameter, value)
        if parameter.kind == "bool":
            box = QCheckBox()
            box.setChecked(value)
            box.toggled.connect(self._tell)
            return box
        if parameter.kind == "int":
            return self._whole_number(parameter, value)
        if parameter.kind == "float":
            return self._number(parameter, value)
        line = QLineEdit(str(value))
        line.setFixedWidth(120)
        line.editingFinished.connect(lambda: self._tell(line.text()))
        return line

    def _choice(self, parameter: Parameter, value: Any) -> QWidget:
        combo = QComboBox()
        for choice in parameter.choices:
            combo.addItem(str(choice), choice)
        combo.setCurrentIndex(max(combo.findData(value), 0))
        combo.currentIndexChanged.connect(lambda index: self._tell(parameter.choices[index]))
        return combo

    def _whole_number(self, parameter: Parameter, value: Any) -> QWidget:
        spin = WholeNumberBox()
        low, high = parameter.minimum, parameter.maximum
        spin.setRange(-WIDEST_INT if low is None else int(low), WIDEST_INT if high is None else int(high))
        spin.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setSuffix(f" {parameter.unit}" if parameter.unit else "")
        spin.setKeyboardTracking(False)
        spin.setValue(value)
        spin.setMaximumWidth(_wide_enough(spin, spin.textFromValue(spin.maximum())))
        spin.valueChanged.connect(self._tell)
        return spin

    def _number(self, parameter: Parameter, value: Any) -> QWidget:
        spin = NumberBox()
        low, high = parameter.minimum, parameter.maximum
        spin.setDecimals(FLOAT_DIGITS)
        spin.setRange(-1e12 if low is None else low, 1e12 if high is None else high)
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setSuffix(f" {parameter.unit}" if parameter.unit else "")
        spin.setKeyboardTracking(False)
        spin.setValue(value)
        spin.setMaximumWidth(_wide_enough(spin, "0" * 7))
        spin.valueChanged.connect(self._tell)
        return spin


def _wide_enough(spin: QAbstractSpinBox, text: str) -> int:
    """For a text with its unit, and the two arrows."""
    suffix = spin.suffix() if isinstance(spin, QSpinBox | QDoubleSpinBox) else ""
    return spin.fontMetrics().horizontalAdvance(text + suffix) + 44 + BEFORE_PX


def _tip(parameter: Parameter) -> str:
    unit = f" {parameter.unit}" if parameter.unit else ""
    low, high = parameter.minimum, parameter.maximum
    bounds = ""
    if low is not None and high is not None:
        bounds = f"From {low:g} to {high:g}{unit}."
    elif low is not None:
        bounds = f"{low:g}{unit} or more."
    return " ".join(part for part in (parameter.help, bounds, f"In the program: {parameter.name}.") if part)
