"""One picture of several ways to do the same work, made for a slide: PNG and PDF through `paint`, SVG without Qt."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from visualiser.scene import Stacked, StackWindow, stack_runs

from .picture import _check, _check_pixels, _write_whole, _writer

WIDTH, SCALE = 1100, 1600 / 1100
"""Logical pixels, and pixels of a PNG for each: 1600 across, with words that can be read across a room."""


def export_comparison(
    stacked: Stacked, path: str | PathLike[str], *, width: int = WIDTH, scale: float = SCALE, theme: str = "light"
) -> None:
    """Write the picture; `.png`, `.pdf` or `.svg` by the suffix. `scale`: device pixels per logical one (PNG). As high
    as the ways need. Raises ExportError."""
    goal = Path(path)
    _check(goal, (width, None), scale, theme)
    scene = stack_runs(stacked, StackWindow(width, card=True)).scene
    _check_pixels(scene, scale if goal.suffix.lower() == ".png" else 1.0)
    _write_whole(goal, _writer(goal.suffix.lower(), scene, scale, theme))
