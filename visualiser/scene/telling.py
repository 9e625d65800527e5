"""What there is to say about a place on the lanes beside those of threads: who held the GIL, or was on the CPU, since
when."""

from __future__ import annotations

from visualiser.trace import SOURCE_NAMES, Source, TraceStore, units

from .axis import moment_seen
from .counters import counter_told
from .measured import cpu_owners, gil_owners, gils, most_parallel, parallel_at
from .model import Hit
from .owners import Owners, owner_names

NOBODY = "no thread of this program"

Told = tuple[str, tuple[tuple[str, str], ...]]
"""A title, and rows of (what, value)."""


def tell(store: TraceStore, hit: Hit, pixel: float | None = None) -> Told | None:
    """What lies under a hit on a GIL, a CPU, a counter or the curve of how many ran; None for every other place.
    `pixel`: how many ns one shows, so that moments are told as exactly as they are seen; None: with three digits."""
    if hit.t is None:
        return None
    if hit.what == "gil" and hit.process is not None and hit.number is not None:
        return _gil(store, hit.process, hit.number, hit.t, pixel)
    if hit.what == "cpu" and hit.number is not None:
        return f"CPU {hit.number}", _rows(_owner(store, cpu_owners(store, hit.number), hit.t, pixel, ("Runs", NOBODY)))
    if hit.what == "parallel":
        return "In parallel", (("Running", _running(store, hit.t)),)
    if hit.what == "counter" and (rows := counter_told(store, hit.process, hit.number, hit.t)):
        return rows[0][1], rows[1:]
    return None


def _gil(store: TraceStore, process: int, number: int, t: int, pixel: float | None) -> Told | None:
    known = gils(store, process)
    if number >= len(known):
        return None
    lane, owners = known[number], gil_owners(store, process, number)
    name = lane.label or "GIL"
    if lane.enabled is False:
        return name, (("GIL", "no GIL in this build"),)
    rows = _owner(store, owners, t, pixel, ("Held by", "nobody"))
    row = owners.row_at(t)
    if row is not None:
        rows.append(("How known", SOURCE_NAMES[Source(int(lane.source[row]))]))
    if lane.handovers is not None:
        rows.append(("Hand-overs", f"{units.count(lane.handovers)} in all"))
    if lane.switch_interval_ns:
        rows.append(("Switch interval", units.duration(lane.switch_interval_ns)))
    return name, _rows(rows)


def _owner(
    store: TraceStore, owners: Owners, t: int, pixel: float | None, said: tuple[str, str]
) -> list[tuple[str, str]]:
    """Who, since when, for how long. `said`: what the owner does, and what to say where there is none."""
    row = owners.row_at(t)
    if row is None:
        return [said]
    who = int(owners.who[row])
    names = owner_names(store)
    start, end = int(owners.track.start[row]), int(owners.track.end[row])
    since = f"{moment_seen(start - store.start_ns, pixel)} (for {units.duration(end - start)})"
    return [(said[0], names[who][0] if 0 <= who < len(names) else "not known"), ("Since", since)]


def _running(store: TraceStore, t: int) -> str:
    running = parallel_at(store, t)
    if running is None:
        return "not measured"
    return f"{running} thread{'s' * (running != 1)} on {most_parallel(store)} CPUs"


def _rows(rows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((what, value) for what, value in rows if value)
