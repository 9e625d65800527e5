"""A GIL's lane, from its track."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .columns import GilLane
from .gil_gaps import FREE
from .gil_track import ABSENT
from .values import Source
from .watched_process import WatchedProcess


def gil_lane(watched: WatchedProcess, interpreter: int, threads: Mapping[int, int], end: int) -> GilLane:
    """The lane of one GIL of a process. `threads`: index by key; `end`: of the process, or until when it is known."""
    track = watched.gils[interpreter]
    stop = np.append(track.t[1:], max(end, int(track.t[-1]))) if len(track.t) else track.t
    held = (track.holder != FREE) & (track.holder != ABSENT) & (stop > track.t)
    if not track.has_gil:
        held[:] = False
    start, stop, holder = track.t[held], stop[held], track.holder[held]
    keys, which = np.unique(holder, return_inverse=True)
    thread = np.array([threads.get(one, -1) for one in keys.tolist()], "i4")[which]
    known = holder > 0
    changes = np.flatnonzero(known)
    changes = changes[1:][holder[changes[1:]] != holder[changes[:-1]]]
    return GilLane(
        interpreter=interpreter,
        label=f"GIL of interpreter {interpreter}" if interpreter else "GIL",
        enabled=track.has_gil,
        start=start,
        end=stop,
        thread=thread,
        source=np.full(len(start), Source.EXACT if watched.exact else Source.SAMPLED, "u1"),
        handovers_t=start[changes],
        handovers=watched.handovers(interpreter) if track.has_gil else None,
        switch_interval_ns=watched.interval_ns(interpreter),
    )


def lane_until(lane: GilLane, t: int) -> GilLane:
    """The lane as far as it is known: up to a moment (ns)."""
    keep = lane.start < t
    return replace(
        lane,
        start=lane.start[keep],
        end=np.minimum(lane.end[keep], t),
        thread=lane.thread[keep],
        source=lane.source[keep],
        handovers_t=lane.handovers_t[lane.handovers_t < t],
    )
