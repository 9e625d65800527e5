"""Colours that can be told apart and words that can be read, measured as the standards measure it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from visualiser.scene import DARK, LIGHT, STATE_LOOKS, Palette
from visualiser.scene.palette import contrast, rgb
from visualiser.trace import STATE_LETTERS, STATE_NAMES, State

Floats = NDArray[np.float64]

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear sRGB.
BLINDNESS: dict[str, Floats] = {
    "none": np.eye(3),
    "protan": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "deutan": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "tritan": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}

# Ottosson (2020), OKLab: linear sRGB to cone responses, and their cube roots to lightness and two hues.
CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])

COLOURED = [state for state in State if state not in (State.UNKNOWN, State.SLEEP, State.CHILD)]


def seen(colour: str, blindness: str = "none") -> Floats:
    """A colour in OKLab as somebody with a colour blindness sees it."""
    srgb = np.array(rgb(colour)) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: Floats = LAB @ np.cbrt(CONES @ np.clip(BLINDNESS[blindness] @ linear, 0, 1))
    return lab


def distance(one: str, other: str, blindness: str = "none") -> float:
    return float(np.linalg.norm(seen(one, blindness) - seen(other, blindness)))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("ground", ["paper", "back"])
@pytest.mark.parametrize("ink", ["text", "muted"])
def test_words_have_the_contrast_that_wcag_asks_for(palette: Palette, ground: str, ink: str) -> None:
    assert contrast(palette.colour(ink), palette.colour(ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
def test_words_on_coloured_grounds_can_be_read(palette: Palette) -> None:
    threads = range(len(palette.threads))
    pairs = [(f"thread_text/{n}", f"thread/{n}") for n in threads] + [("text", f"thread_tint/{n}") for n in threads]
    pairs += [("on_state", f"state/{state}") for state in (State.RUNNING, State.NATIVE)]
    pairs += [("accent_text", "accent"), ("text", "selection"), ("text", "lost_tint"), ("muted", "selection")]
    poor = {pair: contrast(*map(palette.colour, pair)) for pair in pairs}
    assert {pair: value for pair, value in poor.items() if value < 4.5} == {}


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_state_colours_differ_for_every_common_colour_vision(blindness: str) -> None:
    # 0.02 in OKLab is about what is just seen side by side
    for one, other in combinations(COLOURED, 2):
        assert distance(STATE_LOOKS[one].colour, STATE_LOOKS[other].colour, blindness) > 0.06, (one, other)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
def test_thread_colours_never_mix_with_state_colours_nor_with_each_other(palette: Palette) -> None:
    for colour in palette.threads:
        for state in COLOURED:
            assert distance(colour, STATE_LOOKS[state].colour) > 0.09, (colour, state)
    for blindness in BLINDNESS:
        for one, other in combinations(palette.threads, 2):
            assert distance(one, other, blindness) > 0.06, (one, other, blindness)


def test_at_least_24_threads_have_a_colour_of_their_own() -> None:
    for palette in (LIGHT, DARK):
        assert len({palette.colour(f"thread/{n}") for n in range(len(palette.threads))}) >= 24


def test_without_colour_no_two_states_look_alike() -> None:
    shapes = [(look.height, look.pattern) for look in STATE_LOOKS]
    assert len(set(shapes)) == len(shapes)
    assert "".join(look.letter for look in STATE_LOOKS) == STATE_LETTERS
    assert len(STATE_LOOKS) == len(STATE_NAMES)
