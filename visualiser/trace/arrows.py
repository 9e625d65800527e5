"""Arrows between lives: who started whom, and who saw whose end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from visualiser.events import Kind

from .census import Census
from .columns import Arrows
from .lives import Thread

_NOBODY = -1


class _Arrow(NamedTuple):
    t: int
    kind: int
    thread: int
    child_process: int
    child_thread: int
    child_t: int


def arrows_of(census: Census, threads: Sequence[Thread]) -> Arrows:
    """All arrows, sorted by the time at which they were recorded."""
    found = sorted([*_children(census), *_starts(census), *_joins(census, threads)])
    columns = np.array(found, np.int64).reshape(-1, len(_Arrow._fields)).T
    by_name = dict(zip(_Arrow._fields, columns, strict=True))
    small = {name: by_name[name].astype(np.int32) for name in ("thread", "child_process", "child_thread")}
    return Arrows(kind=by_name["kind"].astype(np.uint16), t=by_name["t"], child_t=by_name["child_t"], **small)


def _children(census: Census) -> Iterator[_Arrow]:
    for index, start in census.starters().items():
        child = census.processes[index]
        main = census.main_thread(child)
        main = _NOBODY if main is None else main
        yield _Arrow(start.t, Kind.CHILD_STARTED, start.thread, index, main, child.header.start_ns)


def _starts(census: Census) -> Iterator[_Arrow]:
    for index, start in census.thread_starters().items():
        child = census.threads[index]
        yield _Arrow(start.t, Kind.THREAD_STARTED, start.thread, child.process, index, child.first_ns)


def _joins(census: Census, threads: Sequence[Thread]) -> Iterator[_Arrow]:
    for join in census.joins:
        child = census.thread_at(census.threads[join.thread].process, join.number, join.t)
        if child is not None:
            end = threads[child.index].end_ns
            child_t = join.t if end is None else min(end, join.t)
            yield _Arrow(join.t, Kind.THREAD_JOINED, join.thread, child.process, child.index, child_t)
