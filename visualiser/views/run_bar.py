"""The bar along the top: Run and Stop, the variants, the parameters or arguments, the interpreter, Export."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)  # fmt: skip

from visualiser.viewmodels import Parameter, Variant
from visualiser.views.drawer import DrawerButton
from visualiser.views.fields import ParameterField
from visualiser.views.flow import FlowLayout
from visualiser.views.icons import Icons

BROWSE = "Another Python …"
FLOW_GAP = 8


class RunBar(QFrame):
    """Wishes: run, stop, export, `variant_requested(id)`, `value_requested(name, value)`, `arguments_requested(str)`,
    `python_requested(executable or empty)`, `browse_python_requested()`."""

    run_requested = Signal()
    stop_requested = Signal()
    export_requested = Signal()
    variant_requested = Signal(str)
    value_requested = Signal(str, object)
    arguments_requested = Signal(str)
    python_requested = Signal(str)
    browse_python_requested = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._flow = FlowLayout(gap=FLOW_GAP, margins=QMargins(16, 8, 8, 8))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.run_button = self._button("Run", "Run what is chosen, and watch it (Ctrl+R)", self.run_requested.emit)
        self.run_button.setProperty("primary", True)
        icons.put(self.run_button, "run", "accent_text")
        self.stop_button = self._button("Stop", "End the program and everything it started (Ctrl+.)",
                                        self.stop_requested.emit)  # fmt: skip
        icons.put(self.stop_button, "stop")
        self._variants = QWidget()
        self._variant_group = QButtonGroup(self)
        self._variant_group.idClicked.connect(self._on_variant_clicked)
        self._variant_ids: list[str] = []
        self._fields: list[ParameterField] = []
        self._arguments, self.arguments_edit = self._argument_row()
        self._pythons, self.python_combo = self._python_row()
        self.export_button = self._button("Export …", "Save the timeline as a picture (Ctrl+E)",
                                          self.export_requested.emit)  # fmt: skip
        icons.put(self.export_button, "export")
        self._more = DrawerButton(self)
        for widget in (self.run_button, self.stop_button, self._variants, self._more, self._arguments, self._pythons):
            self._flow.addWidget(widget)
        self._more.hide()
        self._in_row = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 0)
        row.addLayout(self._flow, 1)
        row.addWidget(self.export_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_state(can_run=False, can_stop=False, has_run=False)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def set_state(self, can_run: bool, can_stop: bool, has_run: bool) -> None:
        """Which buttons can be pressed."""
        self.run_button.setEnabled(can_run)
        self.stop_button.setEnabled(can_stop)
        self.export_button.setEnabled(has_run)

    def set_variants(self, variants: Sequence[Variant], chosen: str) -> None:
        """A button per variant; none when there is only one."""
        for button in self._variant_group.buttons():
            self._variant_group.removeButton(button)
        self._flow.removeWidget(self._variants)
        self._variants.hide()
        self._variants.deleteLater()
        self._variants = QWidget()
        self._variant_ids = [each.id for each in variants]
        row = QHBoxLayout(self._variants)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        for number, variant in enumerate(variants):
            button = QPushButton(variant.title)
            button.setCheckable(True)
            button.setChecked(variant.id == chosen)
            button.setToolTip(variant.claims)
            button.setAccessibleName(f"Variant: {variant.title}")
            self._variant_group.addButton(button, number)
            row.addWidget(button)
        self._put_after(self.stop_button, self._variants)
        self._variants.setVisible(len(variants) > 1)
        self._fit()

    def set_parameters(self, parameters: Sequence[Parameter], value_of: Callable[[Parameter], object]) -> None:
        """A field per parameter."""
        for field in self._fields:
            self._flow.removeWidget(field)
            self._more.drawer.take(field)
            field.hide()
            field.deleteLater()
        self._fields = [ParameterField(each, value_of(each)) for each in parameters]
        self._in_row = -1
        for field in self._fields:
            field.value_requested.connect(self.value_requested)
        self._more.drawer.put(self._fields)
        self._fit()

    def set_arguments(self, text: str, shown: bool) -> None:
        """The program's arguments; `shown` only for a program of the user's own."""
        if self.arguments_edit.text() != text:
            self.arguments_edit.setText(text)
        self._arguments.setVisible(shown)
        self._fit()

    def set_pythons(self, pythons: Sequence[tuple[str, str]], chosen: str) -> None:
        """The interpreters as (executable, label); `chosen` is an executable, empty for this app's own."""
        combo = self.python_combo
        combo.blockSignals(True)
        combo.clear()
        for executable, label in pythons:
            combo.addItem(label, executable)
            combo.setItemData(combo.count() - 1, executable or "The Python of this app", Qt.ItemDataRole.ToolTipRole)
        combo.addItem(BROWSE, None)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))
        combo.blockSignals(False)
        self._fit()

    def variant_button(self, variant_id: str) -> QPushButton:
        """The button of a variant. Raises ValueError for one that is not shown."""
        button = self._variant_group.button(self._variant_ids.index(variant_id))
        assert isinstance(button, QPushButton)
        return button

    def choices(self) -> tuple[QWidget, ...]:
        """What says how to run: not to be touched while something runs."""
        return (self._variants, self._arguments, self._pythons, *self._fields)

    @property
    def more_button(self) -> DrawerButton:
        """Opens what has no room in the bar."""
        return self._more

    # --- inner -------------------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        """As many fields in the bar as one row holds; the others in the drawer."""
        fits = self._fields_that_fit()
        if fits == self._in_row:
            return
        before: QWidget = self._variants
        for number, field in enumerate(self._fields):
            if number < fits:
                self._more.drawer.take(field)
                self._flow.removeWidget(field)
                self._put_after(before, field)
                field.show()
                before = field
            else:
                self._flow.removeWidget(field)
        self._more.drawer.put(self._fields[fits:])
        self._in_row = fits
        self._more.set_count(len(self._fields) - fits)
        self._more.setVisible(fits < len(self._fields))
        self._flow.invalidate()
        self.updateGeometry()

    def _fields_that_fit(self) -> int:
        margins, gap = self._flow.contentsMargins(), FLOW_GAP
        always = (self.run_button, self.stop_button, self._variants, self._arguments, self._pythons)
        room = self.width() - self.export_button.sizeHint().width() - 16 - margins.left() - margins.right()
        room -= sum(each.sizeHint().width() + gap for each in always if not each.isHidden()) - gap
        wide = [field.sizeHint().width() + gap for field in self._fields]
        if sum(wide) <= room:
            return len(wide)
        room -= self._more.sizeHint().width() + gap
        return next((number for number in range(len(wide)) if sum(wide[: number + 1]) > room), len(wide))

    def _put_after(self, before: QWidget, widget: QWidget) -> None:
        """Insert a widget into the flow (a QLayout only knows how to append)."""
        widget.setParent(self)
        after = []
        while self._flow.count() and (last := self._flow.itemAt(self._flow.count() - 1)) is not None:
            if last.widget() is before:
                break
            taken = self._flow.takeAt(self._flow.count() - 1)
            if taken is not None:
                after.append(taken)
        self._flow.addWidget(widget)
        for item in reversed(after):
            self._flow.addItem(item)
        self._flow.invalidate()

    def _button(self, text: str, tip: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.removesuffix(" …"))
        button.clicked.connect(lambda: pressed())
        return button

    def _argument_row(self) -> tuple[QWidget, QLineEdit]:
        edit = QLineEdit()
        edit.setPlaceholderText("none")
        edit.setMinimumWidth(220)
        edit.setAccessibleName("Arguments of the program")
        edit.setToolTip("The arguments of your program, as in a shell (Ctrl+L)")
        edit.textEdited.connect(self.arguments_requested)
        edit.returnPressed.connect(self.run_requested)
        return self._labelled("Arguments", edit), edit

    def _python_row(self) -> tuple[QWidget, QComboBox]:
        combo = QComboBox()
        combo.setAccessibleName("Python to run it with")
        combo.setToolTip("The Python that the program is run with")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.activated.connect(self._on_python_chosen)
        return self._labelled("Python", combo), combo

    def _labelled(self, text: str, widget: QWidget) -> QWidget:
        holder = QWidget()
        label = QLabel(text)
        label.setProperty("role", "muted")
        label.setBuddy(widget)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label)
        row.addWidget(widget)
        return holder

    def _on_variant_clicked(self, number: int) -> None:
        self.variant_requested.emit(self._variant_ids[number])

    def _on_python_chosen(self, index: int) -> None:
        executable = self.python_combo.itemData(index)
        if executable is None:
            self.browse_python_requested.emit()
        else:
            self.python_requested.emit(executable)

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
