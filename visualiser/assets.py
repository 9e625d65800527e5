"""Where the files that ship with the project lie: scenarios, icons, themes.

An installed wheel carries them inside the package as `_resources`; a checkout has them beside it as `resources`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_resources", _PACKAGE.parent / "resources")


def resource_path(*parts: str) -> Path:
    """The path of one resource, for example `resource_path("scenarios")`. Whether it exists is the caller's question.

    Raises FileNotFoundError, in a sentence for the user, when the installation carries no resources at all.
    """
    for place in _PLACES:
        if place.is_dir():
            return place.joinpath(*parts)
    raise FileNotFoundError("The files that belong to this program are missing. Install it again.")
