"""What the user prefers, while the app is open; written to the settings' file when it closes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from visualiser.settings import Settings, SettingsFile


class Preferences(QObject):
    """Facts: `changed(name of the field)`, `recent_changed()`."""

    changed = Signal(str)
    recent_changed = Signal()

    def __init__(self, file: SettingsFile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self.now = file.load()

    def set(self, name: str, value: object) -> None:
        """Change one field of Settings."""
        if getattr(self.now, name) != value:
            changes: dict[str, Any] = {name: value}
            self.now = replace(self.now, **changes)
            self.changed.emit(name)

    def opened(self, path: str) -> None:
        """That file is now the newest of the recent ones, and its folder the one to look in."""
        place = Path(path).absolute()
        self.now = replace(self.now.with_recent(str(place)), folder=str(place.parent))
        self.recent_changed.emit()

    def forget_recent(self) -> None:
        """No file was opened lately."""
        self.now = self.now.without_recent()
        self.recent_changed.emit()

    def save(self, settings: Settings) -> None:
        """Write them down, with the window's own fields as in `settings`."""
        self.now = settings
        self._file.save(settings)
