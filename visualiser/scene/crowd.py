"""Many short threads of one process in one lane: which they are, how many lived at once, and that drawn as a curve.

A server that starts a thread per request has a thousand of them; a lane each would bury the few that last. So where a
process has more than CROWD threads in sight, those that lived less than a quarter of it are one lane, which says how
many they are; a click on its name shows each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Process, TraceStore, units

from .detail import column_edges
from .frame import CROWD, Frame
from .memory import remembered
from .model import Floats, Ink, Lane, Part, Shape, ViewWindow
from .sheet import Layer

SHARE = 4
"""A thread that lived at least a quarter of its process is no part of a crowd."""

MOST = 64
"""So many long ones of a process have lanes of their own; of more, the later ones join the crowd."""


@dataclass(frozen=True, eq=False)
class Lives:
    """How many of some threads lived: `n[i]` from `t[i]` (ns) to `t[i + 1]`; sorted."""

    t: NDArray[np.int64]
    n: NDArray[np.int64]

    @property
    def most(self) -> int:
        """How many at once, at most."""
        return int(self.n.max()) if len(self.n) else 0

    def at(self, t: int) -> int:
        """How many at a moment (ns)."""
        row = int(np.searchsorted(self.t, t, "right")) - 1
        return int(self.n[row]) if row >= 0 else 0


def crowd_of(store: TraceStore, window: ViewWindow, process: int) -> tuple[int, ...]:
    """The threads (indices) of a process that share its lane; empty where each has one of its own, or two are left."""
    life = store.processes[process]
    if len(life.threads) <= CROWD:
        return ()
    away = window.hidden.union(window.pinned)
    shown = [index for index in life.threads if index not in away]
    if len(shown) <= CROWD:
        return ()
    lasting = remembered(store, ("lasting", process), lambda: _lasting(store, life))
    crowd = tuple(index for index in shown if index not in lasting)
    return crowd if len(crowd) > 1 else ()


def _lasting(store: TraceStore, process: Process) -> frozenset[int]:
    """The first thread, and the first MOST of those that lived long."""
    last = store.end_ns if process.end_ns is None else process.end_ns
    least = (last - process.start_ns) / SHARE
    start, end = _lives(store, process.threads)
    long = np.flatnonzero(end - start >= least)[:MOST].tolist()
    return frozenset(process.threads[row] for row in {0, *long})


def _lives(store: TraceStore, threads: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When some threads began and ended (ns); those that live end with the run."""
    lives = [store.threads[index] for index in threads]
    start = np.array([one.start_ns for one in lives], np.int64)
    end = np.array([store.end_ns if one.end_ns is None else one.end_ns for one in lives], np.int64)
    return start, np.maximum(end, start)


def at_once(store: TraceStore, threads: tuple[int, ...]) -> Lives:
    """How many of some threads lived at the same time."""

    def made() -> Lives:
        start, end = _lives(store, threads)
        t, change = np.concatenate((start, end)), np.repeat((1, -1), len(start))
        order = np.lexsort((change, t))  # who ends where another begins was not there at the same time
        return Lives(t[order], np.cumsum(change[order]))

    return remembered(store, ("at once", threads), made)


def crowd_name(count: int, unfolded: bool) -> str:
    """The name of a crowd's lane."""
    return f"▾ {units.count(count)} short threads" if unfolded else f"▸ {units.count(count)} more threads"


def crowd_detail(store: TraceStore, window: ViewWindow, process: int) -> str:
    """The words under its name."""
    return f"at most {units.count(at_once(store, crowd_of(store, window, process)).most)} at once"


def draw_crowd(frame: Frame, lane: Lane) -> None:
    """How many lived at once, as a filled curve of steps; of an unfolded one nothing: its threads are below."""
    if lane.process is None or lane.process in frame.window.unfolded:
        return
    threads = crowd_of(frame.store, frame.window, lane.process)
    lives = at_once(frame.store, threads)
    draw_curve(frame, lives, (lane.y0 + 5, lane.y1 - 6), lives.most, ("band_tint", "band"))


def draw_curve(frame: Frame, lives: Lives, room: tuple[float, float], most: int, inks: tuple[Ink, Ink | None]) -> None:
    """How many lived, as steps: per pixel column the most, so that nothing short disappears. `room`: y of `most` and of
    none; `inks`: below the steps, and of their line, if there is one.
    """
    if not len(lives.n):
        return
    top, base = room
    width = round(frame.body.x1 - frame.body.x0)
    heights = (base - top) * most_between(lives, column_edges(frame)) / max(most, 1)
    starts = np.flatnonzero(np.diff(heights, prepend=-1.0))
    xs = frame.body.x0 + np.append(starts, width)
    ys = base - np.append(heights[starts], heights[-1])
    steps: Floats = np.column_stack((np.repeat(xs, 2)[1:-1], np.repeat(ys[:-1], 2)))
    under = np.vstack((steps, (steps[-1, 0], base), (steps[0, 0], base)))
    frame.sheet.add(Layer.LIFE, Shape(Part.BODY, under, fill=inks[0]))
    if inks[1] is not None:
        frame.sheet.add(Layer.LIFE, Shape(Part.BODY, steps, ink=inks[1], width=1.0))


def most_between(lives: Lives, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each [edge, next edge): the most that lived in it."""
    n = np.concatenate(([0], lives.n))  # row k + 1 holds from t[k]
    first = np.searchsorted(lives.t, edges[:-1], "right")
    last = np.searchsorted(lives.t, edges[1:], "left")
    most = n[first]
    inner = np.flatnonzero(last > first)
    for column in inner.tolist():
        most[column] = max(most[column], n[first[column] + 1 : last[column] + 1].max())
    return most
