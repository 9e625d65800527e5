"""The questions that stop the user until they are answered: which file, and whether to go on.

The dialogs themselves are imported when they are first shown: they would delay the window's first picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from visualiser.views.commands import COMMANDS

if TYPE_CHECKING:
    from visualiser.views.dialogs import PictureChoice

OPENED = (
    "Programs and runs (*.py *.pyw *.ilv *.json *.json.gz);;Python programs (*.py *.pyw);;"
    "Saved runs and other tools' traces (*.ilv *.json *.json.gz);;All files (*)"
)
PICTURES = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"
TABLES = "CSV (*.csv);;Trace for Perfetto and Chrome (*.json)"
ABOUT = (
    "Interleave shows what Python threads and processes really do. It is free software under the MIT licence; Qt for "
    "Python is used under the LGPL."
)
RUNS = "Saved run (*.ilv)"


def ask_open(parent: QWidget, folder: str) -> str:
    """Which file to open; empty when the user changed their mind."""
    path, _ = QFileDialog.getOpenFileName(parent, "Open a Python program or a saved run", folder, OPENED)
    return path


def ask_folder(parent: QWidget, folder: str) -> str:
    """Which folder with scenarios to open; empty when the user changed their mind."""
    return QFileDialog.getExistingDirectory(parent, "Open a folder with a scenario, or with several", folder)


def ask_python(parent: QWidget) -> str:
    """Which executable is the Python to use; empty when the user changed their mind."""
    path, _ = QFileDialog.getOpenFileName(parent, "Choose a Python executable", "/usr/bin", "All files (*)")
    return path


def ask_save(parent: QWidget, title: str, suggestion: str, kinds: str) -> str:
    """Where to write; the chosen kind's ending is added when the name has none. Empty: the user changed their mind."""
    path, kind = QFileDialog.getSaveFileName(parent, title, suggestion, kinds)
    if path and not Path(path).suffix:
        path += kind[kind.index("*") + 1 : kind.index(")")]
    return path


def ask_picture(parent: QWidget, title: str, theme: str, seen: str) -> PictureChoice | None:
    """How the picture is to be; None when the user changed their mind. `seen`: the range on the screen, in words."""
    from visualiser.views.dialogs import ExportDialog

    dialog = ExportDialog(title, theme, seen, parent)
    accepted, choice = dialog.exec(), dialog.choice
    dialog.deleteLater()
    return choice if accepted else None


def show_shortcuts(parent: QWidget) -> None:
    """The list of keys, until it is closed."""
    from visualiser.views.dialogs import ShortcutsDialog

    _show(ShortcutsDialog(COMMANDS, parent))


def show_about(parent: QWidget) -> None:
    """What this is, and what it stands on, until it is closed."""
    from visualiser.views.crash import versions
    from visualiser.views.dialogs import TextDialog

    _show(TextDialog("About Interleave", ABOUT, versions(), parent))


def _show(dialog: QDialog) -> None:
    dialog.exec()
    dialog.deleteLater()


def ask_lose(parent: QWidget) -> bool:
    """Whether a long run that is in no file may be lost."""
    answer = QMessageBox.question(
        parent, "Close without saving?",
        "A long run of your own program is in no file yet. Close all the same, and lose it?",
        QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Cancel,
    )  # fmt: skip
    return answer == QMessageBox.StandardButton.Close
