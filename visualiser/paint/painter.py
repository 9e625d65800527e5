"""The one function that draws a scene."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtGui import QPainter

from visualiser.scene import Part, Scene

from .theme import Theme

ALL_PARTS = frozenset(Part)


def paint(scene: Scene, painter: QPainter, theme: Theme, parts: Collection[Part] = ALL_PARTS) -> None:
    """Draw a scene, or only some of its parts, in its own logical pixels with the painter as it stands."""
    raise NotImplementedError
