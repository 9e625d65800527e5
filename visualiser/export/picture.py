"""From a store to a picture file."""

from __future__ import annotations

from os import PathLike

from visualiser.scene import TraceStore


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
) -> None:
    """Write a picture; `.png`, `.pdf` or `.svg` by the suffix. `t_range`: ns on the store's clock, None: the whole run.
    `size`: logical pixels, height None: as the content needs; `scale`: device pixels per logical one (PNG).
    Raises ExportError."""
    raise NotImplementedError
