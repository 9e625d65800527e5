"""A palette as Qt's colours, made once."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from visualiser.scene import DARK, LIGHT, Palette


class Theme:
    """A palette whose inks are QColors. Make one per palette and keep it: brushes and fonts are remembered in it."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.name = palette.name
        self._colours: dict[str, QColor] = {}

    def colour(self, ink: str) -> QColor:
        """The colour of an ink. Raises KeyError for a role nobody defined."""
        found = self._colours.get(ink)
        if found is None:
            found = self._colours[ink] = QColor(self.palette.colour(ink))
        return found


@lru_cache
def light() -> Theme:
    """The light theme."""
    return Theme(LIGHT)


@lru_cache
def dark() -> Theme:
    """The dark theme."""
    return Theme(DARK)


def theme(name: str) -> Theme:
    """The theme of a name: `light` or `dark`. Raises KeyError for another."""
    return {"light": light, "dark": dark}[name]()
