"""Locks that one thread takes and another releases: legal for a Lock, and the hold ends there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from .tracks import HoldTrack


def end_holds_elsewhere(tracks: Mapping[int, HoldTrack], last_chance: bool) -> list[tuple[int, int]]:
    """Match releases of what their thread did not hold with the holds of the process's other threads, oldest first.

    `tracks`: of all threads of one process, by thread. What finds no hold waits for the next call, for the holder's
    records may arrive later; with `last_chance` it is returned instead, as (thread, t).
    """
    strays = sorted((t, thing, thread) for thread, track in tracks.items() for t, thing in track.strays)
    if not strays:
        return []
    held = _held(tracks, {thing for _, thing, _ in strays})
    left: dict[int, list[tuple[int, int]]] = defaultdict(list)
    ended: dict[int, dict[int, int]] = defaultdict(dict)
    for t, thing, thread in strays:
        holds = held[thing]
        places = range(len(holds) - 1, -1, -1)
        at = next((at for at in places if holds[at][0] <= t and holds[at][1] != thread), None)
        if at is None:
            left[thread].append((t, thing))
        else:
            _, holder, row = holds.pop(at)
            ended[holder][row] = t
    for holder, ends in ended.items():
        tracks[holder].end_elsewhere(ends)
    for thread, track in tracks.items():
        track.strays = [] if last_chance else left[thread]
    return [(thread, t) for thread, those in left.items() for t, _ in those] if last_chance else []


def _held(tracks: Mapping[int, HoldTrack], things: set[int]) -> dict[int, list[tuple[int, int, int]]]:
    """Open holds of these objects: (start, thread, row), the oldest last."""
    held: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for thread, track in tracks.items():
        starts, abouts = track.column("start"), track.column("about")
        for row in track.open_rows.tolist():
            thing = int(abouts[row])
            if thing in things:
                held[thing].append((int(starts[row]), thread, row))
    for holds in held.values():
        holds.sort(reverse=True)
    return held
