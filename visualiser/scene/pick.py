"""What lies under a point of a scene."""

from __future__ import annotations

from .model import Hit, Scene


def hit(scene: Scene, x: float, y: float) -> Hit | None:
    """What is at a point, None outside of the picture."""
    raise NotImplementedError
