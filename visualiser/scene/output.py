"""The output strip: what was printed, in its real order, as flags in the colour of the thread that printed it.

Flags never overlap. Where they would, lines are told by their number on the flag before them ("hello +12"). What is
blank has no flag; but a pole stands at every moment of every write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Points, units

from .frame import Frame
from .layout import OUTPUT_ROWS
from .model import Lane, Part
from .printed import printed
from .sheet import Layer
from .textfit import elide, text_width

STDERR = 2
"""`events.Stream.STDERR`, as `Points.flag` has it (a test holds them equal)."""

WIDEST, NARROWEST, GAP, MORE = 150.0, 24.0, 4.0, 34.0
"""Of a flag in pixels, until all have been placed; the gap between two; and what one needs for its number."""


@dataclass
class Flag:
    """One flag: the output it shows, how many after it have none, its row, its pole, and from where to where."""

    index: int
    row: int
    pole: float
    x0: float
    x1: float
    more: int = 0


def draw_output(frame: Frame, lane: Lane) -> None:
    """Flags and poles of everything printed in the window."""
    outputs = frame.store.outputs()
    first, last = (int(i) for i in np.searchsorted(outputs.t, (frame.window.t0, frame.window.t1 + 1)))
    if last <= first:
        x, y, size = frame.body.x0 + 4, lane.y0 + 1.25 * frame.measures.normal, frame.measures.small
        nothing = "nothing was printed in this part of the run"
        frame.sheet.text(Part.BODY, x, y, nothing, size, "muted", room=frame.body.x1 - x)
        return
    all_xs = np.clip(frame.x(outputs.t[first:last]), frame.body.x0, frame.body.x1 - 1)
    lines = printed(frame.store)
    begin = int(np.searchsorted(lines.head, first))
    heads = lines.head[begin : int(np.searchsorted(lines.head, last))]
    xs = all_xs[heads - first]
    top = lane.y0 + frame.measures.pad
    step = frame.measures.row + 4
    bottom = top + OUTPUT_ROWS * step + 4
    size = frame.measures.small

    def width(i: int) -> float:
        return text_width(lines.text(frame.store, begin + i), size) + 10

    _draw_poles(frame, outputs.thread[first:last], all_xs, bottom)
    for flag in place(xs, width, frame.body.x0, frame.body.x1, WIDEST * size / 11):
        said = lines.text(frame.store, begin + flag.index)
        _draw_flag(frame, outputs, int(heads[flag.index]), flag, said, top + flag.row * step, bottom)


def place(
    xs: NDArray[np.float64], width: Callable[[int], float], left: float, right: float, widest: float = WIDEST
) -> list[Flag]:
    """Give an output a flag where a row is free, and count the others on the flag before them. `xs` sorted; `width`:
    what all words of one would take."""
    flags: list[Flag] = []
    ends = [left - GAP] * OUTPUT_ROWS
    for i in _candidates(xs):
        x = float(xs[i])
        row = next((row for row, end in enumerate(ends) if end + GAP <= x), None)
        if row is None:
            continue
        wanted = max(min(width(i), widest), NARROWEST)
        start = max(min(x, right - wanted), ends[row] + GAP)  # beside its pole, unless the picture ends there
        if right - start >= NARROWEST:
            flags.append(Flag(i, row, x, start, min(start + wanted, right)))
            ends[row] = flags[-1].x1
    _count(flags, len(xs))
    _grow(flags, width, left, right)
    return flags


def _candidates(xs: NDArray[np.float64]) -> list[int]:
    """As many outputs of every pixel as there are rows; more could not have a flag anyway."""
    pixel = np.floor(xs)
    rank = np.arange(len(xs)) - np.searchsorted(pixel, pixel)
    found: list[int] = np.flatnonzero(rank < OUTPUT_ROWS).tolist()
    return found


def _count(flags: list[Flag], outputs: int) -> None:
    """Tell every flag how many follow it without one."""
    for flag, after in zip_longest(flags, flags[1:]):
        flag.more = (after.index if after else outputs) - flag.index - 1


def _grow(flags: list[Flag], width: Callable[[int], float], left: float, right: float) -> None:
    """Let flags have room for all they say: to the right until the next one, then at the picture's edge to the left."""
    for row in range(OUTPUT_ROWS):
        mine = [flag for flag in flags if flag.row == row]
        before = left - GAP
        for flag, after in zip_longest(mine, mine[1:]):
            end = after.x0 - GAP if after else right
            wanted = width(flag.index) + (MORE if flag.more else 0.0)
            flag.x1 = max(flag.x1, min(flag.x0 + wanted, end))
            if end == right and flag.x1 - flag.x0 < wanted:
                flag.x0 = min(flag.x0, max(flag.x1 - wanted, before + GAP))
            before = flag.x1


def _draw_poles(frame: Frame, threads: NDArray[np.int32], xs: NDArray[np.float64], bottom: float) -> None:
    for thread in np.unique(threads).tolist():
        mine = np.unique(np.floor(xs[threads == thread]))
        ys = np.full((len(mine), 2), (bottom - 5, bottom))
        poles = np.column_stack((mine + 0.5, ys[:, 0], mine + 0.5, ys[:, 1]))
        frame.sheet.line(Layer.FRAMES, Part.BODY, poles, _ink(thread))


def _draw_flag(frame: Frame, outputs: Points, index: int, flag: Flag, words: str, y: float, bottom: float) -> None:
    thread = int(outputs.thread[index])
    box = (flag.x0, y, flag.x1, y + frame.measures.row + 2)
    edge = "text" if outputs.flag[index] == STDERR else None
    frame.sheet.line(Layer.FRAMES, Part.BODY, (flag.pole + 0.5, y, flag.pole + 0.5, bottom), _ink(thread))
    frame.sheet.box(Layer.FLAGS, Part.BODY, box, _ink(thread), edge, radius=2.0)
    frame.sheet.target(box, "output", thread, index, int(outputs.t[index]))
    room, size = flag.x1 - flag.x0 - 8, frame.measures.small
    said = flag_words(words, flag.more, room, size)
    ink = f"thread_text/{thread}" if thread >= 0 else "paper"
    frame.sheet.text(Part.BODY, flag.x0 + 4, y + 1 + 0.93 * size, said, size, ink, room=room)


def flag_words(said: str, more: int, room: float, size: float) -> str:
    """What is printed, and how many lines more; where there is too little room, how many lines in all."""
    if not more:
        return elide(said, room, size) or said[:1]
    rest = f" +{units.count(more)}"
    short = elide(said, room - text_width(rest, size), size)
    return short + rest if short else f"{units.count(more + 1)}\u00d7"


def _ink(thread: int) -> str:
    return f"thread/{thread}" if thread >= 0 else "muted"
