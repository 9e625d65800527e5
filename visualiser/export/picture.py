"""From a store to a picture file: checks first, then the scene, then a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any

from visualiser.scene import PALETTES, Scene, TraceStore, ViewWindow, build

from .svg import svg

SUFFIXES = (".png", ".pdf", ".svg")
NARROWEST, WIDEST = 200, 32_767
MOST_PIXELS = 400_000_000


class ExportError(ValueError):
    """A picture cannot be written; the message says why and what to do, in a sentence or two."""


def export_picture(
    store: TraceStore,
    path: str | PathLike[str],
    *,
    t_range: tuple[int, int] | None = None,
    size: tuple[int, int | None] = (1600, None),
    scale: float = 1.0,
    theme: str = "light",
    title: str | None = None,
    arrangement: Mapping[str, Any] | None = None,
) -> None:
    """Write a picture; `.png`, `.pdf` or `.svg` by the suffix. `t_range`: ns on the store's clock, None: the whole run.
    `size`: logical pixels, height None: as the content needs; `scale`: device pixels per logical one (PNG).
    `arrangement`: of the lanes, as fields of `scene.ViewWindow` (hidden, pinned, order ...). Raises ExportError."""
    goal = Path(path)
    _check(goal, size, scale, theme)
    scene = _scene(store, t_range, size, title, arrangement or {})
    _check_pixels(scene, scale if goal.suffix.lower() == ".png" else 1.0)
    _write_whole(goal, _writer(goal.suffix.lower(), scene, scale, theme))


def _check(goal: Path, size: tuple[int, int | None], scale: float, theme: str) -> None:
    if goal.suffix.lower() not in SUFFIXES:
        raise ExportError(f"A picture's name must end in .png, .pdf or .svg, which “{goal.name}” does not.")
    if theme not in PALETTES:
        raise ExportError(f"There is no theme “{theme}”; choose light or dark.")
    if goal.is_dir():
        raise ExportError(f"{goal} is a folder; name a file in it.")
    if not goal.parent.is_dir():
        raise ExportError(f"The folder {goal.parent} does not exist.")
    if not (0.1 <= scale <= 20):
        raise ExportError("The scale of a picture must be between 0.1 and 20.")
    if size[0] < NARROWEST or (size[1] is not None and size[1] < NARROWEST):
        raise ExportError(f"A picture must be at least {NARROWEST} pixels wide and high.")


def _scene(
    store: TraceStore,
    t_range: tuple[int, int] | None,
    size: tuple[int, int | None],
    title: str | None,
    arrangement: Mapping[str, Any],
) -> Scene:
    t0, t1 = t_range if t_range is not None else (store.start_ns, store.end_ns)
    if t1 < t0 or (t_range is not None and t1 == t0):
        raise ExportError("The range of time to be drawn ends before it begins.")
    width, height = (min(n, WIDEST + 1) if n is not None else None for n in size)
    assert width is not None
    return build(store, ViewWindow(t0, t1, width, height, **arrangement), for_export=True, title=title)


def _check_pixels(scene: Scene, scale: float) -> None:
    width, height = round(scene.width * scale), round(scene.height * scale)
    if max(width, height) > WIDEST or width * height > MOST_PIXELS:
        raise ExportError(
            f"A picture of {width} by {height} pixels is too large: {WIDEST} on a side and "
            f"{MOST_PIXELS // 1_000_000} million in all are possible. Choose a smaller size or scale."
        )


def _writer(suffix: str, scene: Scene, scale: float, theme: str) -> Callable[[Path], None]:
    if suffix == ".svg":
        text = svg(scene, PALETTES[theme], description(scene))
        return lambda part: _write_text(part, text)
    from . import qt_pictures  # late: an SVG needs no Qt

    if suffix == ".png":
        return lambda part: qt_pictures.write_png(scene, part, scale, theme, facts(scene))
    return lambda part: qt_pictures.write_pdf(scene, part, theme)


def description(scene: Scene) -> str:
    """What the picture says, in one line of words."""
    return " · ".join(part for part in (scene.subtitle, scene.conditions, scene.sources) if part)


def facts(scene: Scene) -> dict[str, str]:
    """What goes into a PNG's text fields."""
    return {
        "Title": scene.title,
        "Description": scene.subtitle,
        "Source": scene.sources,
        "Comment": scene.conditions,
        "Software": "Interleave",
    }


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write_whole(goal: Path, write: Callable[[Path], None]) -> None:
    """Write beside the goal first, then move: a picture that was there before is replaced whole or stays."""
    part = goal.with_name(f".{goal.stem[:40]}-{secrets.token_hex(4)}{goal.suffix}")
    try:
        write(part)
        os.replace(part, goal)
    except OSError as error:
        raise ExportError(f"{goal} could not be written: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            part.unlink()
