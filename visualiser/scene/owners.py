"""Who has something when (a GIL, a CPU; of a thread: which CPU): bars in the owner's ink, its name where it fits.

Owners are told apart by ink, so a `Track` of classes of ink answers for any number of them: exact shares of dense
columns cost as little as those of states.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Thread, TraceStore

from .detail import Split, column_times, split
from .frame import Frame
from .memory import remembered
from .model import Part, Strip
from .palette import CPU_TONES, THREAD_COLOURS
from .pyramid import Columns
from .shares import Track
from .sheet import Layer
from .textfit import clean, text_width
from .words import process_name, thread_name

NOBODY_KNOWS = THREAD_COLOURS
"""The class of an owner that is not known."""

THREAD_INKS = (*(f"thread/{n}" for n in range(THREAD_COLOURS)), "state/0")
CPU_INKS = tuple(f"cpu/{n}" for n in range(CPU_TONES))

LEAST_NAME = 12.0
"""Pixels; a narrower bar has no name."""


@dataclass(frozen=True, eq=False)
class Owners:
    """Sorted spans that do not overlap, as classes of ink, with the inks; `who`: threads or CPUs, -1: not known."""

    track: Track
    who: NDArray[np.int64]
    inks: tuple[str, ...]

    def row_at(self, t: int) -> int | None:
        """The span around a moment (ns); None where nobody had it."""
        row = int(np.searchsorted(self.track.start, t, "right")) - 1
        return row if row >= 0 and t < self.track.end[row] else None


def of_threads(
    start: NDArray[np.int64], end: NDArray[np.int64], thread: NDArray[np.int32], before: Owners | None = None
) -> Owners:
    """Threads (indices) as owners. `before`: the same when there were fewer; it must not be used any more."""
    classes = np.where(thread < 0, NOBODY_KNOWS, thread % THREAD_COLOURS).astype(np.uint8)
    return _owners(Columns(start, end, classes), thread.astype(np.int64), THREAD_INKS, before)


def of_cpus(
    start: NDArray[np.int64], end: NDArray[np.int64], cpu: NDArray[np.int16], before: Owners | None = None
) -> Owners:
    """CPUs (numbers) as owners; `before` likewise."""
    return _owners(Columns(start, end, (cpu % CPU_TONES).astype(np.uint8)), cpu.astype(np.int64), CPU_INKS, before)


def _owners(columns: Columns, who: NDArray[np.int64], inks: tuple[str, ...], before: Owners | None) -> Owners:
    """As many rows as are the same as before are summed up no second time."""
    if before is None:
        return Owners(Track(*columns, kinds=len(inks)), who, inks)
    old, rows = before.track, min(len(before.who), len(who))
    pairs = ((old.start, columns.start), (old.end, columns.end), (before.who, who))
    differ = np.logical_or.reduce([was[:rows] != now[:rows] for was, now in pairs])
    old.settle(int(differ.argmax()) if differ.any() else rows)
    return Owners(Track(*columns, old, kinds=len(inks)), who, inks)


def draw_owners(frame: Frame, owners: Owners, bar: tuple[float, float]) -> Split:
    """Bars where they are wide enough; elsewhere columns divided among the owners by their exact shares."""
    found = split(frame, owners.track)
    classes = owners.track.state[found.rows]
    ys = np.full((len(found.rows), 2), bar)
    boxes = np.column_stack((found.x0, ys[:, 0], found.x1, ys[:, 1]))
    for one in np.unique(classes).tolist():
        mine = classes == one
        if owners.inks[one] == "state/0":
            unknown = np.zeros(int(mine.sum()), np.uint8)
            frame.sheet.rects(Part.BODY, found.x0[mine], found.x1[mine], ys[mine, 0], ys[mine, 1], unknown)
        else:
            frame.sheet.box(Layer.STATES, Part.BODY, boxes[mine], owners.inks[one])
    if len(found.columns):
        shares = owners.track.shares(*column_times(frame, found.columns))
        columns = found.columns + round(frame.body.x0)
        frame.sheet.add(Layer.STATES, Strip(Part.BODY, columns, bar[0], bar[1], shares, owners.inks))
    return found


def draw_names(frame: Frame, owners: Owners, found: Split, bar: tuple[float, float]) -> None:
    """The owners' names in the middle of their bars, as long ones as fit."""
    size = frame.measures.small
    names = owner_names(frame.store)
    y = (bar[0] + bar[1]) / 2 + 0.36 * size
    for row, x0, x1 in zip(found.rows.tolist(), found.x0.tolist(), found.x1.tolist(), strict=True):
        who, room = int(owners.who[row]), x1 - x0 - 6
        if room + 6 < LEAST_NAME or who >= len(names):
            continue
        fitting = (name for name in (names[who] if who >= 0 else ()) if text_width(name, size) <= room)
        said = next(fitting, "")
        if said:
            width = text_width(said, size)
            frame.sheet.text(Part.BODY, (x0 + x1 - width) / 2, y, said, size, f"thread_text/{who}")


def owner_names(store: TraceStore) -> tuple[tuple[str, ...], ...]:
    """By thread: its names, the longest first, all of them told from every other thread's."""
    return remembered(store, "owner names", lambda: _owner_names(store))


def _owner_names(store: TraceStore) -> tuple[tuple[str, ...], ...]:
    bearers = Counter(map(thread_name, store.threads))
    full = [_full_name(store, thread, bearers[thread_name(thread)]) for thread in store.threads]
    tries = [tuple(dict.fromkeys((name, *_shorter(name)))) for name in full]
    met = Counter(one for some in tries for one in some)
    return tuple(tuple(one for one in some if one == some[0] or met[one] == 1) for some in tries)


def _full_name(store: TraceStore, thread: Thread, bearers: int) -> str:
    """A thread's name; where several bear it, that of its process."""
    name = thread_name(thread)
    if bearers == 1:
        return name
    process = store.processes[thread.process]
    is_first = bool(process.threads) and process.threads[0] == thread.index
    return process_name(process) if is_first else f"{process_name(process)} {name}"


def _shorter(name: str) -> tuple[str, str]:
    """Without what stands in brackets; and what comes last in that."""
    plain = clean(re.sub(r"\s*\(.*\)$", "", name)) or name
    last = "Main" if plain == "MainThread" else re.split(r"[-_ ]", plain)[-1]
    return plain, last or plain
