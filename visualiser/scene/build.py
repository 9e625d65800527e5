"""From a store and a window to a scene."""

from __future__ import annotations

from visualiser.trace import TraceStore

from .model import Scene, Selection, ViewWindow


def build(
    store: TraceStore,
    window: ViewWindow,
    *,
    playhead: int | None = None,
    selection: Selection | None = None,
    for_export: bool = False,
    title: str | None = None,
) -> Scene:
    """What to draw for a window. `playhead`: ns on the store's clock; `for_export`: the whole card, with title, legend
    and sources; else axis, lane names and lanes alone. `title`: instead of the run's own."""
    raise NotImplementedError
