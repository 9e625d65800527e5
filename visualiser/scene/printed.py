"""What was printed, by lines: `print` writes its words, the blanks between them and the end of the line one by one.

What one thread wrote without another of its process coming between, up to the end of the line, is one line. Where
another came between, the line ends there: lines that ran together are seen as such.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Points, TraceStore

from .memory import remembered
from .textfit import clean

LONGEST = 80
"""Letters of a line that are looked at: a program may print megabytes on one."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Printed:
    """Lines that are not blank, in order of time. `head`: the row of each one's first write in `store.outputs()`;
    line k is written by `pieces[first[k]:first[k] + count[k]]`."""

    head: Rows
    first: Rows
    count: Rows
    pieces: Rows

    def text(self, store: TraceStore, line: int) -> str:
        """A line's beginning, fit to be drawn."""
        texts, said = store.outputs().text, ""
        for piece in self.pieces[self.first[line] : self.first[line] + self.count[line]].tolist():
            said += store.text(int(texts[piece]))[:LONGEST]
            if len(said) >= LONGEST:
                break
        return clean(said[:LONGEST])


def printed(store: TraceStore) -> Printed:
    """All lines of a run, remembered until it grows."""
    return remembered(store, "printed", lambda: _printed(store, store.outputs()))


def _printed(store: TraceStore, outputs: Points) -> Printed:
    if not len(outputs):
        nothing = np.empty(0, np.intp)
        return Printed(nothing, nothing, nothing, nothing)
    texts, which = np.unique(outputs.text, return_inverse=True)
    words = [store.text(int(one)) for one in texts]
    blank = np.array([not one.strip() for one in words])[which]
    ended = np.array([one.endswith("\n") for one in words])[which]
    order = np.argsort(outputs.thread, kind="stable")
    begins = np.append(True, _begins(store, outputs.thread, ended, order))
    first = np.flatnonzero(begins)
    count = np.diff(np.append(first, len(order)))
    lines = np.flatnonzero(~np.logical_and.reduceat(blank[order], first))
    lines = lines[np.argsort(order[first[lines]], kind="stable")]
    return Printed(order[first[lines]], first[lines], count[lines], order)


def _begins(store: TraceStore, thread: NDArray[np.int32], ended: NDArray[np.bool_], order: Rows) -> NDArray[np.bool_]:
    """For all writes but the first, in `order` (by thread, then time): whether it begins a line."""
    process = np.array([*(one.process for one in store.threads), -1])[thread]
    place = np.empty(len(order), np.intp)
    place[np.argsort(process, kind="stable")] = np.arange(len(order))
    mine = thread[order]
    alone = np.diff(place[order]) == 1
    begins: NDArray[np.bool_] = (mine[1:] != mine[:-1]) | ended[order[:-1]] | ~alone
    return begins
