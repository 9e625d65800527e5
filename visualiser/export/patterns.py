"""The patterns of states as SVG definitions: the same as `scene.pattern_has_ink` says, drawn with lines."""

from __future__ import annotations

from visualiser.scene import DOTS_GROUND, STATE_LOOKS, Palette

_STROKES = {
    "slash": (6, "M-1.5 1.5L1.5 -1.5M-1.5 7.5L7.5 -1.5M4.5 7.5L7.5 4.5", 1.4),
    "back": (6, "M-1.5 4.5L1.5 7.5M-1.5 -1.5L7.5 7.5M4.5 -1.5L7.5 1.5", 1.4),
    "bars": (4, "M0.5 0V4", 1.0),
    "cross": (6, "M-1 1L1 -1M-1 7L7 -1M5 7L7 5M-1 5L1 7M-1 -1L7 7M5 -1L7 1", 0.7),
    "dashes": (6, "M0 3H3", 6.0),
    "dots": (6, "M1 1.5H2M4 4.5H5", 1.0),
    "lost": (12, "M-1 4L4 -1M-1 16L16 -1", 2.1),
}


def state_fill(state: int, palette: Palette) -> str:
    """What to fill a state with: a colour, or the reference of its pattern."""
    return palette.colour(f"state/{state}") if STATE_LOOKS[state].pattern == "solid" else f"url(#state-{state})"


def defs(palette: Palette) -> str:
    """All patterns."""
    made = [_state(state, palette) for state in range(len(STATE_LOOKS)) if STATE_LOOKS[state].pattern != "solid"]
    return "".join([*made, _pattern("lost", "lost", None, palette.colour("muted"))])


def _state(state: int, palette: Palette) -> str:
    look = STATE_LOOKS[state]
    colour = palette.colour(f"state/{state}")
    if look.pattern == "dots":
        return _pattern(f"state-{state}", "dots", colour, DOTS_GROUND)
    ground = None if look.pattern == "dashes" else palette.colour(f"state_tint/{state}")
    return _pattern(f"state-{state}", look.pattern, ground, colour)


def _pattern(name: str, pattern: str, ground: str | None, ink: str) -> str:
    size, path, width = _STROKES[pattern]
    under = f'<rect width="{size}" height="{size}" fill="{ground}"/>' if ground else ""
    return (
        f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">{under}'
        f'<path d="{path}" stroke="{ink}" stroke-width="{width}"/></pattern>\n'
    )
