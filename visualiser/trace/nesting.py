"""Matching beginnings with ends: vectorised where they nest as they should, one by one where they do not.

Events are numbered by their place in the arrays. What was open before is put in front as beginnings of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .columns import Int64s

Bools = npt.NDArray[np.bool_]
NEVER = -1


class Matched(NamedTuple):
    """begin: places of all beginnings, ascending; end: the place that ends each, or NEVER; level: 1 = outermost.

    stray: places of ends that end nothing; cut: places of beginnings ended by the end of another; replaced: places of
    beginnings that began again before they had ended.
    """

    begin: Int64s
    end: Int64s
    level: Int64s
    stray: list[int]
    cut: list[int]
    replaced: Collection[int] = ()


def match(begins: Bools, keys: npt.NDArray[Any]) -> Matched:
    """Match each end with the innermost open beginning of the same key.

    An end that is not the innermost one's ends those inside it too (`cut`). O(n log n), a Python loop only for events
    that do not nest.
    """
    nested = _nested(begins, keys)
    return nested if nested is not None else piece_by_piece(begins, keys)


def piece_by_piece(begins: Bools, keys: npt.NDArray[Any], piece: int = 4096) -> Matched:
    """The same, so many events at a time: what does not nest makes only its own piece slow, not a run of millions."""
    end, level = np.full(len(begins), NEVER, np.int64), np.zeros(len(begins), np.int64)
    stray: list[int] = []
    cut: list[int] = []
    still_open = np.empty(0, np.int64)
    for first in range(0, len(begins), piece):
        places = np.concatenate((still_open, np.arange(first, min(first + piece, len(begins)))))
        begin, key = begins[places], keys[places]
        part = _nested(begin, key) or _one_by_one(begin, key)
        own, ended = places[part.begin], part.end != NEVER
        end[own[ended]] = places[part.end[ended]]
        level[own] = part.level
        stray += places[part.stray].tolist()
        cut += places[part.cut].tolist()
        still_open = own[~ended]
    all_ = np.flatnonzero(begins)
    return Matched(all_, end[all_], level[all_], stray, cut)


def match_crossing(begins: Bools, keys: npt.NDArray[Any], once: Bools, levels: Int64s) -> Matched:
    """Match what need not nest, such as locks: an end ends nothing but its own, `level` is the lowest one free.

    `once`: events of things that one cannot hold twice. Where one begins again, the earlier hold must have been ended
    by somebody else: it keeps no level, and its end stays NEVER. `levels`: of the beginnings that were open before.
    """
    as_nested = (levels == np.arange(1, len(levels) + 1)).all() and not _begins_twice(begins, keys, once)
    nested = _nested(begins, keys) if as_nested else None
    return nested if nested is not None else _one_by_one_crossing(begins, keys, once, levels.tolist())


def _begins_twice(begins: Bools, keys: npt.NDArray[Any], once: Bools) -> bool:
    order = np.argsort(keys, kind="stable")
    begin, key = begins[order], keys[order]
    return bool((begin[1:] & begin[:-1] & (key[1:] == key[:-1]) & once[order][1:]).any())


def _nested(begins: Bools, keys: npt.NDArray[Any]) -> Matched | None:
    """Parentheses: on one level, beginnings and ends take turns, so sorting by level puts partners side by side."""
    depth = np.cumsum(np.where(begins, 1, -1))
    level = np.where(begins, depth, depth + 1)
    if len(level) and level.min() < 1:
        return None
    order = np.argsort(level, kind="stable") if len(level) and level.max() > 1 else np.arange(len(level))
    places = np.flatnonzero(begins[order])
    following = np.minimum(places + 1, len(order) - 1)
    first, second = order[places], order[following]
    ended = (level[second] == level[first]) & ~begins[second]
    if (keys[first[ended]] != keys[second[ended]]).any():
        return None
    end = np.where(ended, second, NEVER)
    back = np.argsort(first, kind="stable")
    return Matched(first[back], end[back], level[first[back]], [], [])


def _one_by_one(begins: Bools, keys: npt.NDArray[Any]) -> Matched:
    ends: dict[int, int] = {}
    levels: list[int] = []
    stray: list[int] = []
    cut: list[int] = []
    stack: list[tuple[int, Any]] = []
    for place, (begin, key) in enumerate(zip(begins.tolist(), keys.tolist(), strict=True)):
        if begin:
            stack.append((place, key))
            ends[place] = NEVER
            levels.append(len(stack))
            continue
        at = next((at for at in range(len(stack) - 1, -1, -1) if stack[at][1] == key), None)
        if at is None:
            stray.append(place)
            continue
        cut += [one for one, _ in stack[at + 1 :]]
        ends.update((one, place) for one, _ in stack[at:])
        del stack[at:]
    return Matched(_column(ends), _column(ends.values()), _column(levels), stray, cut)


def _one_by_one_crossing(begins: Bools, keys: npt.NDArray[Any], once: Bools, before: list[int]) -> Matched:
    ends: dict[int, int] = {}
    levels: list[int] = []
    stray: list[int] = []
    replaced: list[int] = []
    held: dict[Any, list[int]] = {}  # key -> places, the innermost last
    taken: dict[int, int] = {}  # place -> level
    for place, (begin, key, single) in enumerate(zip(begins.tolist(), keys.tolist(), once.tolist(), strict=True)):
        places = held.setdefault(key, [])
        if begin:
            if single and places:
                replaced.append(places[-1])
                taken.pop(places.pop())
            level = before[place] if place < len(before) else _free_level(taken)
            places.append(place)
            taken[place], ends[place] = level, NEVER
            levels.append(level)
        elif places:
            ends[places[-1]] = place
            taken.pop(places.pop())
        else:
            stray.append(place)
    return Matched(_column(ends), _column(ends.values()), _column(levels), stray, [], replaced)


def _column(numbers: Collection[int]) -> Int64s:
    return np.fromiter(numbers, np.int64, len(numbers))


def _free_level(taken: dict[int, int]) -> int:
    levels = set(taken.values())
    return next(level for level in range(1, len(levels) + 2) if level not in levels)


def innermost(matched: Matched, length: int) -> tuple[Int64s, Int64s]:
    """What is innermost after each event that changes it: (places of those events, place of the beginning or NEVER)."""
    begin, end, level = matched.begin, matched.end, matched.level
    top = np.full(length, NEVER - 1, np.int64)
    top[begin] = begin
    parent = np.full(len(begin), NEVER, np.int64)
    deepest = int(level.max()) if len(level) else 0
    for one in range(2, deepest + 1):
        inner, outer = np.flatnonzero(level == one), begin[level == one - 1]
        parent[inner] = outer[np.searchsorted(outer, begin[inner]) - 1]
    for one in range(deepest, 0, -1):  # an end that ends several uncovers what is around the outermost
        here = (level == one) & (end != NEVER)
        top[end[here]] = parent[here]
    places = np.flatnonzero(top >= NEVER)
    return places, top[places]
