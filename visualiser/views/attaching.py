"""Attaching to a process: its command, as data, and the question whom to watch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from visualiser.views.command import Command

ATTACHING = (
    Command("attach", "&File", "&Attach to a process …", "Watch a Python program that runs already", ("Ctrl+Shift+A",)),
)


def ask_process(parent: QWidget, rows: Sequence[tuple[int, str]]) -> tuple[int, int] | None:
    """Which process to watch, and for how many seconds; None when the user changed their mind."""
    from visualiser.views.attach_dialog import AttachDialog

    dialog = AttachDialog(rows, parent)
    accepted, choice = dialog.exec(), dialog.choice
    dialog.deleteLater()
    return choice if accepted else None
