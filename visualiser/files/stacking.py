"""Spans of one lane in the order in which they begin and end, as far as they nest; what does not gets other lanes.

For n spans that nest, sorted so that the outer ones come first, places among the 2n beginnings and ends follow from
two searches: before span i begin all i earlier ones, and all of those but its `depth` outer ones have ended. So it
begins at 2i - depth, and ends right behind what lies inside it. Whether spans nest is found by laying them out so.
"""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]

MOST_LANES = 200
"""Lanes for what overlaps on one lane without nesting."""


class Nest(NamedTuple):
    """Spans that nest: `rows` in the order they were given in; for each the places where it begins and where it ends
    among all 2n beginnings and ends.
    """

    rows: Int64s
    begin: Int64s
    end: Int64s


def nests(start: Int64s, end: Int64s, *, nested: bool = True, by_end: bool | None = None) -> tuple[list[Nest], int]:
    """The spans of one lane (ns, end >= start) as few groups that nest each; and how many did not fit into MOST_LANES.

    `nested`: what lies inside another is drawn inside it, as calls are; else it gets a lane of its own, as tasks do.
    `by_end`: they were written when they ended (None: not known).
    """
    if not len(start):
        return [], 0
    if by_end is None:
        by_end = bool((np.diff(start) < 0).sum() > (np.diff(end) < 0).sum())
    rows = _outer_first(start, end, by_end)
    if nested:
        whole = _laid_out(start[rows], end[rows])
        if whole is not None:
            return [Nest(rows, *whole)], 0
    groups, left = _split(start[rows].tolist(), end[rows].tolist(), nested)
    found = []
    for group in groups:
        some = rows[group]
        places = _laid_out(start[some], end[some])
        assert places is not None
        found.append(Nest(some, *places))
    return found, left


def _outer_first(start: Int64s, end: Int64s, by_end: bool) -> Int64s:
    """By start, the longest first. Of equal ones the outer is that which was written first; if `by_end`, last."""
    order: Int64s = np.arange(len(start))[:: -1 if by_end else 1]
    order = order[np.argsort(-end[order], kind="stable")]
    return order[np.argsort(start[order], kind="stable")]


def _laid_out(start: Int64s, end: Int64s) -> tuple[Int64s, Int64s] | None:
    """The places at which spans sorted by `_outer_first` begin and end; None when they do not nest.

    A span lies inside those that began before it and end later than it begins; one without length is inside of nothing
    that ends with it.
    """
    count = len(start)
    index = np.arange(count)
    group = np.searchsorted(start, start, "right")
    empty = np.cumsum(np.append(0, end == start))
    first = np.searchsorted(start, start, "left")
    at_once = np.minimum(empty[group] - empty[first], group - index)  # without length, here, and not before this one
    over = np.searchsorted(np.sort(end), start, "right") - at_once
    begin = index + over
    inside = np.where(end > start, np.searchsorted(start, end, "left") - index, 1)
    places = begin, begin + 2 * inside - 1
    return places if _is_sound(start, end, *places) else None


def _is_sound(start: Int64s, end: Int64s, begin: Int64s, close: Int64s) -> bool:
    """Whether these places are those of parentheses, each closed by its own, in order of time."""
    count = len(start)
    if begin.min() < 0 or close.max() >= 2 * count:
        return False
    times = np.full(2 * count, -1, np.int64)
    whose = np.full(2 * count, -1, np.int64)
    index = np.arange(count)
    times[begin], whose[begin] = start, index
    free = whose[close] < 0
    if not free.all():
        return False
    times[close], whose[close] = end, index
    if (whose < 0).any() or (times[1:] < times[:-1]).any():
        return False
    step = np.full(2 * count, -1, np.int64)
    step[begin] = 1
    level = np.cumsum(step)
    level[close] += 1
    if level.min() < 1:
        return False
    order = np.argsort(level, kind="stable")
    pairs: npt.NDArray[Any] = whose[order].reshape(-1, 2)
    return bool((pairs[:, 0] == pairs[:, 1]).all())


def _split(start: list[int], end: list[int], nested: bool) -> tuple[list[Int64s], int]:
    """Places in the sorted spans, by group: what nests with what came before, then lanes without any overlap."""
    groups: list[list[int]] = [[]] if nested else []
    stack: list[int] = []
    rest = []
    for place in range(len(start)) if nested else ():
        while stack and stack[-1] <= start[place]:
            stack.pop()
        if stack and stack[-1] < end[place]:
            rest.append(place)
        else:
            stack.append(end[place])
            groups[0].append(place)
    left = 0
    free: list[tuple[int, int]] = []
    for place in rest if nested else range(len(start)):
        if free and free[0][0] <= start[place]:
            lane = heapq.heappop(free)[1]
        elif len(groups) < MOST_LANES:
            lane = len(groups)
            groups.append([])
        else:
            left += 1
            continue
        groups[lane].append(place)
        heapq.heappush(free, (end[place], lane))
    return [np.array(group, np.int64) for group in groups if group], left


def sequence(
    nest: Nest, start: Int64s, end: Int64s, open_: npt.NDArray[np.bool_]
) -> tuple[Int64s, npt.NDArray[np.bool_], Int64s]:
    """The beginnings and ends in order: rows, whether each is a beginning, and times. Of `open_` ones no end is known:
    there is none.
    """
    count = 2 * len(nest.rows)
    rows = np.empty(count, np.int64)
    begins = np.zeros(count, bool)
    times = np.empty(count, np.int64)
    rows[nest.begin] = rows[nest.end] = nest.rows
    begins[nest.begin] = True
    times[nest.begin], times[nest.end] = start[nest.rows], end[nest.rows]
    known = begins | ~open_[rows]
    return rows[known], begins[known], times[known]
