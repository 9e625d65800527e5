"""What comes of a comparison: per way its times beside the base's, as values, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from visualiser.trace import aligned, units

from .laws import amdahl, efficiency, karp_flatt, speed_up
from .measuring import Measured

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Compared:
    """One way beside the base. `speed_up`, `efficiency`, `serial_fraction`: None where they say nothing."""

    measured: Measured
    speed_up: float | None
    efficiency: float | None
    serial_fraction: float | None

    @property
    def workers(self) -> int:
        """How many worked."""
        return self.measured.typical.workers


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
    """Set every way beside the base: the first one without workers, for that is what speed-up means; else the first."""
    base = next((at for at, one in enumerate(measured) if one.typical.workers == 1), 0)
    ways = tuple(_beside(measured[base].median_ns, one) for one in measured)
    return Comparison(title, ways, ways[base], measured[0].store.info.machine.get("cpus") or None)


def _beside(base: float, one: Measured) -> Compared:
    times, workers = speed_up(base, one.median_ns), one.typical.workers
    return Compared(one, times, efficiency(times, workers), karp_flatt(times, workers))


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


def as_text(found: Comparison) -> str:
    """A table for the terminal, and what it means."""
    rows = [["", "time", "spread", "speed-up", "workers", "efficiency", "on CPU", "parallel", "GIL wait", "start",
             "pickling", "memory"]]  # fmt: skip
    rows += [_row(one) for one in found.ways]
    head = f"{found.title}: {len(found.ways)} ways, {_runs(found)}" + (f", {found.cpus} CPUs" if found.cpus else "")
    return "\n".join([head, "", *aligned(rows), "", *_notes(found)])


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
        _time(run.on_cpu_ns),
        "unknown" if run.parallelism is None else units.digits(run.parallelism),
        _time(run.gil_wait_ns),
        _time(run.starting_ns),
        _time(run.pickling_ns),
        "unknown" if run.peak_bytes is None else units.memory(run.peak_bytes),
    ]


def _time(ns: int | None) -> str:
    return "unknown" if ns is None else units.duration(ns) if ns else "-"


def _notes(found: Comparison) -> Iterator[str]:
    disturbed = sum("machine-busy" in run.verdicts for one in found.ways for run in one.measured.runs)
    if disturbed:
        runs = sum(len(one.measured.runs) for one in found.ways)
        yield f"Others used the CPUs during {disturbed} of the {runs} runs, so these times say little. Compare again."
    best = max(found.ways, key=lambda one: one.speed_up or 0.0)
    base = found.base.measured.way
    if best is found.base or (best.speed_up or 0.0) < 1.05:
        yield f"None of them was clearly faster than “{base}”."
    else:
        yield f"“{best.measured.way}” was the fastest: {units.digits(best.speed_up or 0.0)} times as fast as “{base}”."
    serial = best.serial_fraction
    if serial is not None and best is not found.base and 0 <= serial <= 1:
        yield (
            f"Its serial fraction was {units.share(serial)} (Karp-Flatt), so by Amdahl's law no number of workers makes"
            f" it more than {units.digits(1 / max(serial, 1e-3))} times as fast."
        )
