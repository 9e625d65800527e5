"""The dialogs: what to export and how, the list of keys, what this is, and what to copy when something broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from visualiser.views.commands import MENUS, Command, plain


@dataclass(frozen=True)
class PictureChoice:
    """What the user chose for a picture. `height` 0: as high as the lanes need."""

    width: int
    height: int
    scale: float
    theme: str
    visible_only: bool
    title: str


class ExportDialog(QDialog):
    """Asks how the picture is to be; where it goes is asked afterwards."""

    def __init__(self, title: str, theme: str, visible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export picture")
        self.title_edit = QLineEdit(title)
        self.range_combo = QComboBox()
        self.range_combo.addItem("The whole run", False)
        self.range_combo.addItem(f"What is seen: {visible}", True)
        self.width_spin = self._size_spin(200, 20_000, 1600)
        self.height_spin = self._size_spin(0, 20_000, 0)
        self.height_spin.setSpecialValueText("as the lanes need")
        self.scale_spin = QDoubleSpinBox()
        self.scale_spin.setRange(0.5, 8.0)
        self.scale_spin.setSingleStep(0.5)
        self.scale_spin.setValue(2.0)
        self.scale_spin.setSuffix(" pixels each")
        self.scale_spin.setToolTip("Pixels of a PNG per pixel of the picture: 2 for print. SVG and PDF have none.")
        self.theme_combo = QComboBox()
        for name in ("light", "dark"):
            self.theme_combo.addItem(name.capitalize(), name)
        self.theme_combo.setCurrentIndex(max(self.theme_combo.findData(theme), 0))
        note = QLabel("The ending of the file's name chooses the format: .png, .svg or .pdf.")
        note.setProperty("role", "muted")
        self._lay_out(note)

    @property
    def choice(self) -> PictureChoice:
        """What is set now."""
        return PictureChoice(
            self.width_spin.value(), self.height_spin.value(), self.scale_spin.value(),
            str(self.theme_combo.currentData()), bool(self.range_combo.currentData()), self.title_edit.text().strip(),
        )  # fmt: skip

    def _size_spin(self, low: int, high: int, value: int) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(low, high)
        spin.setValue(value)
        spin.setSingleStep(100)
        spin.setSuffix(" px")
        return spin

    def _lay_out(self, note: QLabel) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        rows: list[tuple[str, QWidget]] = [
            ("&Title", self.title_edit), ("&Range", self.range_combo), ("&Width", self.width_spin),
            ("&Height", self.height_spin), ("&Scale", self.scale_spin), ("The&me", self.theme_combo),
        ]  # fmt: skip
        for label, widget in rows:
            widget.setAccessibleName(plain(label))
            form.addRow(label, widget)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton("Choose a file …", QDialogButtonBox.ButtonRole.AcceptRole)
        save.setProperty("primary", True)
        save.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(note)
        column.addWidget(buttons)
        self.setMinimumWidth(440)


class ShortcutsDialog(QDialog):
    """All keys, by menu, in two columns."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        grid.setContentsMargins(16, 16, 16, 16)
        places = {"&File": (0, 0), "&Run": (0, 10), "&Help": (0, 20), "&Playhead": (3, 0), "&View": (3, 20),
                  "&Ask": (3, 60)}  # fmt: skip
        for menu in MENUS:
            column, row = places[menu]
            self._fill(grid, menu, [each for each in commands if each.menu == menu], column, row)
        note = QLabel("Keys of the timeline count while it has the keyboard: click on it, or press F6.\n"
                      "Wheel: zoom about the cursor. Shift+wheel or drag: move in time. Ctrl+wheel: scroll."
                      )  # fmt: skip
        note.setProperty("role", "muted")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 16)
        outer.addWidget(area, 1)
        outer.addWidget(note)
        outer.addWidget(buttons)
        self.resize(820, 620)

    def _fill(self, grid: QGridLayout, menu: str, commands: Sequence[Command], column: int, row: int) -> None:
        heading = QLabel(plain(menu))
        heading.setProperty("role", "heading")
        grid.addWidget(heading, row, column, 1, 2)
        for number, command in enumerate((each for each in commands if each.keys), 1):
            keys = ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys)
            where = " (timeline)" if command.local else ""
            grid.addWidget(QLabel(plain(command.text) + where), row + number, column)
            grid.addWidget(QLabel(keys), row + number, column + 1)


class TextDialog(QDialog):
    """A heading, a sentence, and details that can be copied."""

    def __init__(self, title: str, sentence: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        words = QLabel(sentence)
        words.setWordWrap(True)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self.details, 1)
        row = QHBoxLayout()
        row.addWidget(buttons)
        column.addLayout(row)
        self.resize(640, 360)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
