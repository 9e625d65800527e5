"""A value in a few words, without running a line of the program's own code: no `__repr__`, no property, no length.

Only what is of a built-in type itself (not of a class derived from one) is looked into, and only as far as is shown.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST, DEEPEST, MOST = 60, 2, 6
PLAIN = (int, float, bool, complex, type(None))
_BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}
_LARGE = 1 << 200  # beyond, a number has more digits than are shown, and writing them all would take long


def brief(value: Any, depth: int = 0) -> str:
    """At most `LONGEST` characters."""
    kind = type(value)
    if kind is int and not -_LARGE < value < _LARGE:
        return f"int of {value.bit_length()} bits"
    if kind in PLAIN:
        return repr(value)
    if kind is str or kind is bytes:
        return _cut(repr(value if len(value) <= LONGEST else value[:LONGEST]), len(value) > LONGEST)
    if kind in _BRACKETS:
        return _cut(_of_items(value, kind, depth))
    if kind is dict:
        return _cut(_of_pairs(value, depth))
    return _cut(
        f"<{kind.__module__}.{kind.__qualname__}>" if kind.__module__ != "builtins" else f"<{kind.__qualname__}>"
    )


def _cut(text: str, more: bool = False) -> str:
    return text if len(text) <= LONGEST and not more else text[: LONGEST - 1] + "…"


def _of_items(value: Any, kind: Any, depth: int) -> str:
    brackets = _BRACKETS[kind]
    opening, closing = brackets[0], brackets[1]
    if not value:
        return {set: "set()", frozenset: "frozenset()"}.get(kind, opening + closing)
    if depth >= DEEPEST:
        return f"{opening}…{closing}"
    shown: list[str] = []
    for item in value:
        if len(shown) == MOST:
            shown.append("…")
            break
        shown.append(brief(item, depth + 1))
    comma = "," if kind is tuple and len(value) == 1 else ""
    return f"{opening}{', '.join(shown)}{comma}{closing}"


def _of_pairs(value: Any, depth: int) -> str:
    if depth >= DEEPEST and value:
        return "{…}"
    shown: list[str] = []
    for key in value:
        if len(shown) == MOST:
            shown.append("…")
            break
        shown.append(f"{brief(key, depth + 1)}: {brief(dict.get(value, key), depth + 1)}")
    return "{" + ", ".join(shown) + "}"
