"""A comparison as what `scene.stack_runs` draws: the runs in the middle, the figures of all, speed-up by workers."""

from __future__ import annotations

from visualiser.scene import Series, Stacked, StackedRun, WayFacts
from visualiser.trace import units

from .figures import work_span
from .laws import amdahl, fitted_serial
from .report import Compared, Comparison, conclusions, fastest

LEAST_POINTS = 2
"""Numbers of workers that a speed-up against workers needs to be worth a plot."""

CURVE_POINTS = 61


def pictured(found: Comparison) -> Stacked:
    """Everything that one picture of it shows."""
    best = fastest(found)
    longest = max(wall for one in found.ways for wall in one.measured.walls)
    runs = tuple(
        StackedRun(_facts(one, longest, one.is_base, one is best), one.measured.store,
                   work_span(one.measured.store))
        for one in found.ways
    )  # fmt: skip
    return Stacked(found.title, _subtitle(found), conclusions(found), runs, found.cpus, _series(found))


def _facts(one: Compared, longest: float, base: bool, best: bool) -> WayFacts:
    measured = one.measured
    return WayFacts(measured.way, measured.walls, measured.median_ns, longest, one.speed_up, one.workers, base, best)


def _subtitle(found: Comparison) -> str:
    """Under what conditions: how many ways and runs, which Python, how many CPUs."""
    count = len(found.ways[0].measured.runs)
    pythons = dict.fromkeys(one.measured.typical.python for one in found.ways)
    told = [
        f"{len(found.ways)} ways",
        "one run each" if count == 1 else f"{count} runs each in turns, the one in the middle is drawn",
        f"Python {', '.join(filter(None, pythons))}" if any(pythons) else "",
        f"{units.count(found.cpus)} CPU{'s' * (found.cpus != 1)}" if found.cpus else "",
    ]
    return " · ".join(part for part in told if part)


def _series(found: Comparison) -> tuple[Series, ...]:
    """Per family its speed-up by number of workers, where it was run with several numbers and each once."""
    families: dict[str, list[tuple[int, float]]] = {}
    for one in found.ways:
        if one.speed_up is not None:
            families.setdefault(one.measured.traits.family, []).append((one.workers, one.speed_up))
    made = []
    for family, points in families.items():
        counts = {workers for workers, _ in points}
        if len(counts) >= LEAST_POINTS and len(counts) == len(points):
            made.append(_fitted(family, tuple(sorted(points))))
    return tuple(made)


def _fitted(family: str, points: tuple[tuple[int, float], ...]) -> Series:
    """The law goes through the speed-up of one worker: 1 for the base, less where starting costs more."""
    alone = next((times for workers, times in points if workers == 1), 1.0)
    serial = fitted_serial((workers, times / alone) for workers, times in points)
    if serial is None:
        return Series(family, points)
    most = max(workers for workers, _ in points)
    steps = (1 + (most - 1) * step / (CURVE_POINTS - 1) for step in range(CURVE_POINTS))
    return Series(family, points, serial, tuple((n, alone * amdahl(serial, n)) for n in steps))
