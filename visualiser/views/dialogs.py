"""The dialogs: what to export and how, the list of keys, what this is, and what to copy when something broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from visualiser.views.commands import GESTURES, MENUS, Command, plain
from visualiser.views.number_boxes import NumberBox, WholeNumberBox

LOCAL = "°"
"""Marks keys that count on the timeline only."""

COLUMNS = (("&File", "&Playhead"), ("&View", "&Ask"), ("&Lanes", "&Run", "&Help"))
"""Which menus stand above one another in the list of keys: of about equal heights, with the mouse's in the last."""


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
        self.scale_spin = NumberBox()
        self.scale_spin.setRange(0.5, 8.0)
        self.scale_spin.setSingleStep(0.5)
        self.scale_spin.setValue(2.0)
        self.scale_spin.setSuffix(" times as many pixels")
        self.scale_spin.setToolTip("How fine a PNG is: 2 for print. SVG and PDF are sharp at any size.")
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

    def _size_spin(self, low: int, high: int, value: int) -> WholeNumberBox:
        spin = WholeNumberBox()
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
    """All keys by menu, and what the mouse does, in three columns."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setSpacing(32)
        columns.setContentsMargins(16, 16, 16, 16)
        keyed = {menu: [each for each in commands if each.menu == menu and each.keys] for menu in MENUS}
        for some in COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(12)
            for menu in some:
                if keyed[menu]:
                    column.addLayout(_table(plain(menu), [_key_row(each) for each in keyed[menu]]))
            if some is COLUMNS[-1]:
                column.addLayout(_table("Mouse, on the timeline", [(what, how) for how, what in GESTURES]))
            column.addStretch(1)
            columns.addLayout(column)
        columns.addStretch(1)
        note = QLabel(f"{LOCAL} counts while the timeline has the keyboard: click on it, or press F6.")
        note.setProperty("role", "muted")
        area = QScrollArea()
        area.setAccessibleName("Keyboard shortcuts")
        area.setWidgetResizable(True)
        area.setWidget(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 8, 8, 16)
        outer.addWidget(area, 1)
        outer.addWidget(note)
        outer.addWidget(buttons)
        room = self.screen().availableSize()
        wanted = inside.sizeHint() + QSize(48, 110)
        self.resize(wanted.boundedTo(QSize(room.width() - 40, room.height() - 80)))


def _key_row(command: Command) -> tuple[str, str]:
    keys = ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys)
    return plain(command.text) + (f" {LOCAL}" if command.local else ""), keys


def _table(title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for number, (what, how) in enumerate(rows, 1):
        grid.addWidget(QLabel(how), number, 0)
        grid.addWidget(QLabel(what), number, 1)
    return grid


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
