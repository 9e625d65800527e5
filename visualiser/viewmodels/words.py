"""Moments and counts as words for the window; durations and memory come from `trace.units`."""

from __future__ import annotations

from visualiser.trace import units

THIN_SPACE = "\u202f"

duration = units.duration


def moment(ns: int) -> str:
    """A time since the start of the run, to the microsecond: `137.600 ms`, `12.345 678 s`."""
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns < 999_999_500:
        return f"{sign}{ns / 1_000_000:.3f} ms"
    text = f"{ns / 1_000_000_000:.6f}"
    return f"{sign}{text[:-3]}{THIN_SPACE}{text[-3:]} s"


def count(number: int, one: str, many: str = "") -> str:
    """`1 thread`, `12 345 threads`. `many` defaults to `one` with an s."""
    return f"{units.count(number)} {one if number == 1 else many or one + 's'}"
