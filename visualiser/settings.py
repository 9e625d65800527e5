"""What the app remembers between two starts: a frozen value, and the INI file it is kept in.

Only `SettingsFile` knows QSettings, whose INI values come back as text in a new process: so every read names its type.
A value that no longer makes sense (another version, edited by hand) falls back to its default, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

THEMES = ("system", "light", "dark")
RECENT = 10
WINDOW_VERSION = 1
"""Raised when the window's parts change, so that an old geometry is not forced upon a new window."""


@dataclass(frozen=True)
class Settings:
    """All that is remembered. Paths are absolute; `scenarios_run`: ids; `window`, `splitters`: Qt's own bytes as text
    (base64)."""

    theme: str = "system"
    presenter: bool = False
    recent: tuple[str, ...] = ()
    folder: str = ""
    python: str = ""
    scenario: str = ""
    sidebar: bool = True
    output: bool = True
    panel: bool = True
    window: str = ""
    splitters: tuple[str, ...] = ()
    window_version: int = WINDOW_VERSION
    scenario_folders: tuple[str, ...] = ()
    scenarios_run: tuple[str, ...] = ()

    def with_recent(self, path: str) -> Settings:
        """With `path` as the newest of at most ten recent files."""
        rest = tuple(each for each in self.recent if each != path)
        return replace(self, recent=(path, *rest)[:RECENT])

    def without_recent(self) -> Settings:
        """With no recent files."""
        return replace(self, recent=())


class SettingsFile:
    """The INI file. `path`: another file than the user's own (tests)."""

    def __init__(self, path: Path | None = None) -> None:
        place = path or _default_path()
        self._ini = QSettings(str(place), QSettings.Format.IniFormat)

    def load(self) -> Settings:
        """What was saved, field by field; defaults for what is missing or makes no sense."""
        found: dict[str, Any] = {field.name: self._read(field.name) for field in fields(Settings)}
        settings = Settings(**{name: value for name, value in found.items() if value is not None})
        if settings.theme not in THEMES:
            settings = replace(settings, theme="system")
        if settings.window_version != WINDOW_VERSION:
            settings = replace(settings, window="", splitters=(), window_version=WINDOW_VERSION)
        return replace(settings, recent=settings.recent[:RECENT])

    def save(self, settings: Settings) -> None:
        """Write all fields. A file that cannot be written is left as it is: nothing of the user's work is in it."""
        for field in fields(Settings):
            value = getattr(settings, field.name)
            self._ini.setValue(field.name, list(value) if isinstance(value, tuple) else value)
        self._ini.sync()

    def _read(self, name: str) -> object:
        if not self._ini.contains(name):
            return None
        default = getattr(Settings(), name)
        if isinstance(default, tuple):
            return _texts(self._ini.value(name))
        try:
            value: object = self._ini.value(name, default, type=type(default))
        except (TypeError, ValueError):
            return None
        return value


def _texts(value: object) -> tuple[str, ...]:
    """A list as an INI file gives it back: one text for a list of one, None for an empty one."""
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return ()


def _default_path() -> Path:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "interleave" / "interleave.ini"


def to_text(data: QByteArray) -> str:
    """Qt's bytes as text for a field of Settings."""
    return bytes(data.toBase64().data()).decode("ascii")


def from_text(text: str) -> QByteArray:
    """The bytes that `to_text` made a text of."""
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
