"""One command of the window, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One entry. `keys`: shortcuts, the first is shown in the menu; `local`: they count on the timeline only."""

    id: str
    menu: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    local: bool = False
    checkable: bool = False
    before: str = ""
    """`-` for a separator above it."""
