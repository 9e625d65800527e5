"""The observer: a process of its own and the parent of the watched program, so that neither hinders the other.

    app --control--> observer --starts--> program --> its children
        <--status---

It launches the program, inherits its orphans, samples memory, and takes the whole tree down when it is told to, when
the program has ended and others have not, and when the app has died. It is started as a file, `observe/__main__.py`, by
`visualiser.run`; `doctor` asks this room to `try_levels`, and `attach` for an `Attachment` to a process that runs
already. Standard library and psutil.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from visualiser.observe.attaching import Attachment
    from visualiser.observe.levels import LEVEL_NAMES, LEVEL_VARIABLE, forced_level, try_levels

__all__ = ["LEVEL_NAMES", "LEVEL_VARIABLE", "Attachment", "forced_level", "try_levels"]


def __getattr__(name: str) -> Any:
    """What `doctor` and `attach` ask for, loaded at first use: the observer itself need not load it through here."""
    if name == "Attachment":
        from visualiser.observe.attaching import Attachment

        return Attachment
    if name in __all__:
        from visualiser.observe import levels

        return getattr(levels, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
