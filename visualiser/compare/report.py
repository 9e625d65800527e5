"""What comes of a comparison: per way its times beside the base's, as values, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from visualiser.trace import aligned, time_cell, units

from .laws import amdahl, efficiency, karp_flatt, speed_up
from .measuring import Measured

FORMAT = 1

MANY_DISTURBED = 4
"""Once in so many runs may others disturb: medians bear that."""

CLEARLY, CLEARLY_DISTURBED = 1.05, 1.25
"""Times as fast as the base: less is nothing to speak of; the second where others used the CPUs meanwhile."""


@dataclass(frozen=True, eq=False)
class Compared:
    """One way beside its base. `speed_up`, `efficiency`, `serial_fraction`: None where they say nothing."""

    measured: Measured
    base: Measured
    speed_up: float | None
    efficiency: float | None
    serial_fraction: float | None

    @property
    def workers(self) -> int:
        """How many worked."""
        return self.measured.typical.workers

    @property
    def is_base(self) -> bool:
        """Whether others are held against it."""
        return self.measured is self.base


@dataclass(frozen=True, eq=False)
class Comparison:
    """All ways in the order in which they were asked for. `cpus`: of the machine; None: not known."""

    title: str
    ways: tuple[Compared, ...]
    base: Compared
    cpus: int | None

    @property
    def longest_ns(self) -> float:
        """The longest of the medians."""
        return max(one.measured.median_ns for one in self.ways)


def compared(title: str, measured: Sequence[Measured]) -> Comparison:
    """Set every way beside its base: the first one without workers, for that is what speed-up means; else the first.

    Where the same is there with the same values of parameters and the same Python, that one is the base: with more
    workers there may be more work, and speed-up is not what another Python brings.
    """
    firsts = {one.traits.work: _first(one.traits.work, measured) for one in measured}
    ways = tuple(_beside(_base_of(one, firsts[one.traits.work], measured), one) for one in measured)
    base = next(way for way in ways if way.measured is firsts[ways[0].measured.traits.work])
    return Comparison(title, ways, base, measured[0].store.info.machine.get("cpus") or None)


def _first(work: str, measured: Sequence[Measured]) -> Measured:
    """Of a variant that never has workers, whatever its parameters; else the first that had none; else the first."""
    same = [one for one in measured if one.traits.work == work]
    many = {one.traits.variant for one in same if one.typical.workers > 1}
    alone = [one for one in same if one.traits.variant not in many]
    return next(iter([*alone, *(one for one in same if one.typical.workers == 1), *same]))


def _base_of(one: Measured, first: Measured, measured: Sequence[Measured]) -> Measured:
    """The way like the first base, with the same Python, and with the most values of parameters in common."""
    bases = [each for each in measured if each.typical.workers == 1 and _kind(each) == _kind(first)]

    def likeness(each: Measured) -> tuple[bool, int]:
        same = set(each.traits.settings) & set(one.traits.settings)
        return each.traits.python == one.traits.python, len(same)

    return max(bases, key=likeness, default=first)


def _kind(one: Measured) -> tuple[str, str]:
    return one.traits.work, one.traits.variant


def _beside(base: Measured, one: Measured) -> Compared:
    times, workers = speed_up(base.median_ns, one.median_ns), one.typical.workers
    return Compared(one, base, times, efficiency(times, workers), karp_flatt(times, workers))


def as_json(found: Comparison) -> dict[str, Any]:
    """What `compare --json` prints. Times in ns; not measured is null."""
    return {
        "format": FORMAT,
        "title": found.title,
        "cpus": found.cpus,
        "base": found.base.measured.way,
        "ways": [_way_json(one, found.cpus) for one in found.ways],
    }


def _way_json(one: Compared, cpus: int | None) -> dict[str, Any]:
    walls = sorted(one.measured.walls)
    serial = one.serial_fraction
    limit = amdahl(serial, cpus) if serial is not None and cpus and 0 <= serial <= 1 else None
    return {
        "way": one.measured.way,
        "beside": one.base.way,
        "target": one.measured.target,
        "median_ns": round(one.measured.median_ns),
        "fastest_ns": walls[0],
        "slowest_ns": walls[-1],
        "walls_ns": list(one.measured.walls),
        "speed_up": one.speed_up,
        "efficiency": one.efficiency,
        "serial_fraction": serial,
        "speed_up_on_all_cpus": limit,
        "figures": one.measured.typical.as_json(),
    }


HEAD = ("", "time", "spread", "speed-up", "workers", "efficiency", "on CPU", "parallel", "GIL wait", "start",
        "pickling", "memory")  # fmt: skip
"""Of the table: times are medians of all runs; from "on CPU" on, of the run in the middle."""


def table(found: Comparison) -> list[list[str]]:
    """A row of words per way, under `HEAD`."""
    return [_row(one) for one in found.ways]


def as_text(found: Comparison) -> str:
    """A table for the terminal, and what it means."""
    rows = [list(HEAD), *table(found)]
    head = f"{found.title}: {len(found.ways)} ways, {_runs(found)}" + (f", {found.cpus} CPUs" if found.cpus else "")
    return "\n".join([head, "", *aligned(rows), "", *conclusions(found)])


def _runs(found: Comparison) -> str:
    count = len(found.ways[0].measured.runs)
    return "one run each" if count == 1 else f"{count} runs each, medians"


def _row(one: Compared) -> list[str]:
    run, walls = one.measured.typical, one.measured.walls
    spread = (max(walls) - min(walls)) / one.measured.median_ns
    return [
        one.measured.way,
        units.duration(one.measured.median_ns),
        units.share(spread) if len(walls) > 1 else "-",
        "-" if one.speed_up is None else f"{units.digits(one.speed_up)}x",
        str(one.workers),
        "-" if one.efficiency is None else units.share(one.efficiency),
        time_cell(run.on_cpu_ns),
        "unknown" if run.parallelism is None else units.digits(run.parallelism),
        time_cell(run.gil_wait_ns),
        time_cell(run.starting_ns),
        time_cell(run.pickling_ns),
        "unknown" if run.peak_bytes is None else units.memory(run.peak_bytes),
    ]


def conclusions(found: Comparison) -> tuple[str, ...]:
    """What it says, in sentences: which way was the fastest, what more workers could bring, or why not to trust it."""
    best = fastest(found)
    law = [] if best is None or _is_disturbed(found) else list(_law(best))
    return (_fastest_words(found, best), *law, *_doubts(found))


def _law(best: Compared) -> Iterator[str]:
    """What more workers could bring, by Amdahl's law; nothing where it does not apply."""
    serial = best.serial_fraction
    if serial is not None and 0 <= serial <= 1:
        yield (
            f"Its serial fraction was {units.share(serial)} (Karp-Flatt), so by Amdahl's law no number of workers makes"
            f" it more than {units.digits(1 / max(serial, 1e-3))} times as fast."
        )


def fastest(found: Comparison) -> Compared | None:
    """The way that was the most times as fast as its base, clearly: by a twentieth, or by a quarter where others
    disturbed, and most of its runs were faster than each of the base's; else None."""
    best = max(found.ways, key=lambda one: one.speed_up or 0.0)
    least = CLEARLY_DISTURBED if _is_disturbed(found) else CLEARLY
    clearly = (best.speed_up or 0.0) >= least and best.measured.median_ns < min(best.base.walls)
    return best if clearly else None


def _fastest_words(found: Comparison, best: Compared | None) -> str:
    if len({one.measured.traits.work for one in found.ways}) == len(found.ways) > 1:
        return "These do different things: that one took longer does not make it the worse one."
    if best is None:
        return f"None of them was clearly faster than “{found.base.measured.way}”."
    times = units.digits(best.speed_up or 0.0)
    was = "seems to be" if _is_disturbed(found) else "was"
    return f"“{best.measured.way}” {was} the fastest: {times} times as fast as “{best.base.way}”."


def _disturbed(found: Comparison) -> tuple[int, int]:
    """In how many of the runs others used the CPUs, and how many runs there were."""
    runs = [run for one in found.ways for run in one.measured.runs]
    return sum("machine-busy" in run.verdicts for run in runs), len(runs)


def _is_disturbed(found: Comparison) -> bool:
    """Whether so many runs were disturbed that medians do not help any more."""
    disturbed, runs = _disturbed(found)
    return disturbed * MANY_DISTURBED > runs


def _doubts(found: Comparison) -> Iterator[str]:
    disturbed, runs = _disturbed(found)
    if disturbed:
        said = f"Others used the CPUs during {disturbed} of the {runs} runs"
        yield f"{said}, so these times say little. Compare again." if _is_disturbed(found) else f"{said}."
    lost = sum(run.lost for one in found.ways for run in one.measured.runs)
    if lost:
        yield f"{units.count(lost)} events were lost, so parts of these runs are not known."
