"""Counts as words for the window; moments, durations and memory come from `trace.units`."""

from __future__ import annotations

from visualiser.trace import units

duration = units.duration
moment = units.moment


def count(number: int, one: str, many: str = "") -> str:
    """`1 thread`, `12 345 threads`. `many` defaults to `one` with an s."""
    return f"{units.count(number)} {one if number == 1 else many or one + 's'}"
