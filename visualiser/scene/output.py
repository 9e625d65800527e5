"""The output strip: what was printed, in its real order, as flags in the colour of the thread that printed it.

Flags never overlap. Where they would, lines are told by their number on the flag before them ("hello +12"); the poles
underneath still stand at every moment at which something was printed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Points, units

from .frame import Frame
from .layout import OUTPUT_ROWS
from .model import Lane, Part
from .sheet import Layer
from .textfit import clean, elide, text_width

STDERR = 2
"""`events.Stream.STDERR`, as `Points.flag` has it (a test holds them equal)."""

WIDEST, NARROWEST, GAP = 150.0, 26.0, 4.0
"""Of a flag, in pixels, and the gap between two."""


@dataclass
class Flag:
    """One flag: the output it shows, how many more it stands for, its row, and from where to where."""

    index: int
    more: int
    row: int
    x0: float
    x1: float


def draw_output(frame: Frame, lane: Lane) -> None:
    """Flags and poles of everything printed in the window."""
    outputs = frame.store.outputs()
    first, last = (int(i) for i in np.searchsorted(outputs.t, (frame.window.t0, frame.window.t1 + 1)))
    if last <= first:
        return
    xs = np.clip(frame.x(outputs.t[first:last]), frame.body.x0, frame.body.x1 - 1)
    top = lane.y0 + frame.measures.pad
    step = frame.measures.row + 4
    bottom = top + OUTPUT_ROWS * step + 4
    _draw_poles(frame, outputs.thread[first:last], xs, bottom)
    for flag in place(xs, _widths(frame, outputs, first, xs), frame.body.x1):
        _draw_flag(frame, outputs, first, flag, top + flag.row * step, bottom)


def _widths(frame: Frame, outputs: Points, first: int, xs: NDArray[np.float64]) -> list[float]:
    """How wide each flag wants to be; only asked for one per few pixels, the others cannot have a flag anyway."""
    wanted, before = [0.0] * len(xs), -np.inf
    for i in np.flatnonzero(np.diff(np.floor(xs / GAP), prepend=-1.0)):
        if xs[i] > before:
            said = _said(frame, outputs, first + int(i))
            wanted[i] = min(text_width(said, frame.measures.small) + 10, WIDEST * frame.measures.small / 11)
    return wanted


def place(xs: NDArray[np.float64], widths: list[float], right: float) -> list[Flag]:
    """Give each output a flag in one of the rows, or count it on the flag before it. `xs` sorted."""
    flags: list[Flag] = []
    ends = [-np.inf] * OUTPUT_ROWS
    for i, (x, width) in enumerate(zip(xs.tolist(), widths, strict=True)):
        row = int(np.argmin(ends)) if ends[0] + GAP > x else 0
        start = min(x, right - min(width, NARROWEST)) if width else x
        if width and start >= ends[row] + GAP:
            flags.append(Flag(i, 0, row, start, min(start + max(width, NARROWEST), right)))
            ends[row] = flags[-1].x1
        elif flags:
            flags[-1].more += 1
            if flags[-1].more == 1:  # room for its "+n", once
                flags[-1].x1 = min(flags[-1].x1 + 30, right)
                ends[flags[-1].row] = flags[-1].x1
    return flags


def _draw_poles(frame: Frame, threads: NDArray[np.int32], xs: NDArray[np.float64], bottom: float) -> None:
    for thread in np.unique(threads).tolist():
        mine = np.unique(np.floor(xs[threads == thread]))
        ys = np.full((len(mine), 2), (bottom - 5, bottom))
        poles = np.column_stack((mine + 0.5, ys[:, 0], mine + 0.5, ys[:, 1]))
        frame.sheet.line(Layer.FRAMES, Part.BODY, poles, _ink(thread))


def _draw_flag(frame: Frame, outputs: Points, first: int, flag: Flag, y: float, bottom: float) -> None:
    index, size = first + flag.index, frame.measures.small
    thread = int(outputs.thread[index])
    box = (flag.x0, y, flag.x1, y + frame.measures.row + 2)
    edge = "text" if outputs.flag[index] == STDERR else None
    frame.sheet.box(Layer.FLAGS, Part.BODY, box, _ink(thread), edge, radius=2.0)
    frame.sheet.line(Layer.FRAMES, Part.BODY, (flag.x0 + 0.5, y, flag.x0 + 0.5, bottom), _ink(thread))
    frame.sheet.target(box, "output", thread, index, int(outputs.t[index]))
    room = flag.x1 - flag.x0 - 8
    more = f" +{units.count(flag.more)}" if flag.more else ""
    said = elide(_said(frame, outputs, index), room - text_width(more, size), size) + more
    ink = f"thread_text/{thread}" if thread >= 0 else "paper"
    frame.sheet.text(Part.BODY, flag.x0 + 4, y + 1 + 0.93 * size, said.strip(), size, ink, room=room)


def _said(frame: Frame, outputs: Points, index: int) -> str:
    # Long lines are cut before they are cleaned: a program may print megabytes on one line.
    return clean(frame.store.text(int(outputs.text[index]))[:80]) or "\u21b5"


def _ink(thread: int) -> str:
    return f"thread/{thread}" if thread >= 0 else "muted"
