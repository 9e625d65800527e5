"""What another way would bring, reckoned from a run, with what is taken for granted. A guess to be measured, no more.

The reckoning is Amdahl's: what cannot be shared stays as long as it was, the rest is divided by those who share it.
[G. Amdahl, Validity of the single processor approach, AFIPS 1967]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import visualiser.trace.units as units
from visualiser.trace.values import State

from .figures import BY_ITS_OWN_WISH, ON_CPU, Figures
from .stretches import merged


@dataclass(frozen=True)
class Estimate:
    """About how long the run would take another way (ns; None: nothing to reckon with), and the assumption in words."""

    wall_ns: int | None
    text: str

    def evidence(self, way: str) -> dict[str, Any]:
        """As part of a verdict's figures."""
        return {} if self.wall_ns is None else {"estimate": {"way": way, "wall_ns": self.wall_ns}}


def in_processes(found: Figures, threads: tuple[int, ...], workers: int | None = None) -> Estimate:
    """The Python that these threads ran, in processes instead: one per thread, or `workers`; no more than CPUs.

    What comes before the program's first line, Python's own start, stays as it is.
    """
    if found.cpus is None:
        return Estimate(None, "how many CPUs this machine has is not known, so the gain cannot be reckoned.")
    sharing = min(workers or len(threads), found.cpus)
    own = found.awake, found.end
    covered = merged(found.when(*ON_CPU, State.GIL, threads=threads).within(*own)).total
    wall = found.wall_ns - covered + found.when(*ON_CPU, threads=threads).within(*own).total // max(sharing, 1)
    if sharing < 2 or wall > 0.95 * found.wall_ns:
        return Estimate(None, "on this machine they would bring little.")
    return Estimate(
        wall,
        f"with {sharing} of them the same work could take about {units.duration(wall)} instead of"
        f" {units.duration(found.wall_ns)}, if it divides evenly, on {found.cpus} CPUs that are free, and without the"
        " time to start them and to pickle what they exchange.",
    )


def with_threads(found: Figures) -> Estimate:
    """The waits of the run, all at once in threads: as long as the computing and the longest wait together."""
    waits = found.when(*BY_ITS_OWN_WISH)
    if len(waits.start) < 2:
        return Estimate(None, "There is only one wait here, so there is nothing to wait for beside it.")
    away = merged(waits).total
    wall = found.wall_ns - away + int((waits.end - waits.start).max())
    return Estimate(
        wall,
        f"With a thread for each of the {units.count(len(waits.start))} waits the run could take about"
        f" {units.duration(wall)} instead of {units.duration(found.wall_ns)}, if none of them needs the answer of"
        " another and the other side can serve them all at once.",
    )
