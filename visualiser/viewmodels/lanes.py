"""How the user arranged the lanes: what is folded, hidden, pinned, and in which order. Values only.

Threads stay with their process and processes with their parent, whatever the order: containment is what the lanes show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from visualiser.scene import Lane, LaneKind, in_wanted_order
from visualiser.trace import State, TraceStore

BUSY = (State.RUNNING, State.NATIVE)
WAITING = (State.READY, State.GIL, State.LOCK, State.IO, State.SLEEP, State.CHILD)


class LaneKey(NamedTuple):
    """Which lane, whatever its place: its kind, and the indices that it has."""

    kind: LaneKind
    process: int | None = None
    thread: int | None = None
    number: int | None = None


def key_of(lane: Lane) -> LaneKey:
    """Which lane that is."""
    return LaneKey(lane.kind, lane.process, lane.thread, lane.number)


class Everybody(NamedTuple):
    """Who the processes and threads of a store are, by index: numbers by which they are known in any store."""

    processes: tuple[tuple[int, ...], ...]
    threads: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, store: TraceStore) -> Everybody:
        """Of a store as it is now."""
        processes = tuple((one.pid, sum(each.pid == one.pid for each in store.processes[: one.index]))
                          for one in store.processes)  # fmt: skip
        seen: dict[tuple[int, int, int], int] = {}
        threads = []
        for one in store.threads:
            who = (store.processes[one.process].pid, one.serial, one.tid)
            seen[who] = seen.get(who, 0) + 1
            threads.append((*who, seen[who]))
        return cls(processes, tuple(threads))


class SortBy(Enum):
    """By what lanes are sorted."""

    START = "start"
    NAME = "name"
    BUSY = "busy"
    WAITING = "waiting"


@dataclass(frozen=True)
class Lanes:
    """An arrangement; fields as in `scene.ViewWindow`."""

    collapsed: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    hidden_processes: frozenset[int] = frozenset()
    without: frozenset[LaneKind] = frozenset()
    order: tuple[int, ...] = ()
    process_order: tuple[int, ...] = ()
    pinned: tuple[int, ...] = ()
    pinned_processes: tuple[int, ...] = ()
    unfolded: frozenset[int] = frozenset()
    unfolded_tasks: frozenset[int] = frozenset()

    def window_fields(self) -> dict[str, Any]:
        """For `scene.ViewWindow`."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def carried(self, known: Everybody, others: Everybody) -> Lanes:
        """The same arrangement in another store of the same run, where indices may differ."""
        if known == others:
            return self
        threads, processes = _places(known.threads, others.threads), _places(known.processes, others.processes)
        of_processes = ("collapsed", "hidden_processes", "process_order", "pinned_processes", "unfolded")
        moved: dict[str, Any] = {}
        for name in (*of_processes, "hidden", "order", "pinned", "unfolded_tasks"):
            to, indices = processes if name in of_processes else threads, getattr(self, name)
            moved[name] = type(indices)(to[index] for index in indices if index in to)
        return replace(self, **moved)

    @property
    def hidden_count(self) -> int:
        """How many things are hidden: threads, processes, kinds of lanes."""
        return len(self.hidden) + len(self.hidden_processes) + len(self.without)

    # --- folding and hiding ------------------------------------------------------------------------------------------

    def folded(self, lane: LaneKey) -> Lanes:
        """The lane's process folded, or unfolded again; of a crowd's lane, of threads or of tasks: the crowd."""
        if lane.kind == LaneKind.TASKS and lane.number is not None:
            return replace(self, unfolded_tasks=self.unfolded_tasks ^ {lane.number})
        if lane.process is None:
            return self
        if lane.kind == LaneKind.CROWD:
            return replace(self, unfolded=self.unfolded ^ {lane.process})
        return replace(self, collapsed=self.collapsed ^ {lane.process})

    def all_folded(self, processes: int) -> Lanes:
        """Every process folded; unfolded when all are."""
        everyone = frozenset(range(processes))
        return replace(self, collapsed=frozenset() if self.collapsed >= everyone else everyone)

    def without_lane(self, lane: LaneKey, crowd: tuple[int, ...] = ()) -> Lanes:
        """That lane hidden; of a process: all that is its own; of GILs, CPUs, tasks: all; `crowd`: its threads."""
        if lane.kind == LaneKind.CROWD:
            return replace(self, hidden=self.hidden.union(crowd))
        if lane.thread is not None and lane.kind == LaneKind.THREAD:
            pinned = tuple(each for each in self.pinned if each != lane.thread)
            return replace(self, hidden=self.hidden | {lane.thread}, pinned=pinned)
        if lane.kind == LaneKind.PROCESS and lane.process is not None:
            return replace(self, hidden_processes=self.hidden_processes | {lane.process})
        kind = {LaneKind.CPU: LaneKind.CPUS, LaneKind.TASK: LaneKind.TASKS}.get(lane.kind, lane.kind)
        return replace(self, without=self.without | {kind})

    def all_shown(self) -> Lanes:
        """Nothing hidden any more."""
        return replace(self, hidden=frozenset(), hidden_processes=frozenset(), without=frozenset())

    # --- pinning -----------------------------------------------------------------------------------------------------

    def pinned_lane(self, lane: LaneKey) -> Lanes:
        """A thread or process pinned to the top, or taken from there again; other lanes cannot be pinned."""
        if lane.kind == LaneKind.THREAD and lane.thread is not None:
            return replace(self, pinned=_toggled(self.pinned, lane.thread))
        if lane.kind == LaneKind.PROCESS and lane.process is not None:
            return replace(self, pinned_processes=_toggled(self.pinned_processes, lane.process))
        return self

    def is_pinned(self, lane: LaneKey) -> bool:
        """Whether it is."""
        if lane.kind == LaneKind.THREAD:
            return lane.thread in self.pinned
        return lane.kind == LaneKind.PROCESS and lane.process in self.pinned_processes

    # --- order -------------------------------------------------------------------------------------------------------

    def sorted_by(self, store: TraceStore, by: SortBy) -> Lanes:
        """Threads within their process, and processes within their parent, by start, name, or time (most first)."""
        if by is SortBy.START:
            return replace(self, order=(), process_order=())
        if by is SortBy.NAME:
            threads = [_natural(one.name) for one in store.threads]
            processes = [_natural(one.name) for one in store.processes]
            return replace(self, order=_ranked(threads), process_order=_ranked(processes))
        times = time_in(store, BUSY if by is SortBy.BUSY else WAITING)
        together = [-sum(times[index] for index in one.threads) for one in store.processes]
        return replace(self, order=_ranked([-each for each in times]), process_order=_ranked(together))

    def moved(self, store: TraceStore, lane: LaneKey, target: LaneKey, below: bool) -> Lanes:
        """A thread or process moved above or below another one; unchanged where it does not belong."""
        if lane.kind == LaneKind.THREAD and lane.thread is not None:
            return self._moved_thread(store, lane.thread, target, below)
        if lane.kind == LaneKind.PROCESS and lane.process is not None and target.process is not None:
            return self._moved_process(store, lane.process, target.process, below)
        return self

    def stepped(self, store: TraceStore, lane: LaneKey, direction: int) -> Lanes:
        """A thread or process one place up (-1) or down (1) among its kin that are not hidden."""
        kin = self._kin(store, lane)
        me = lane.thread if lane.kind == LaneKind.THREAD else lane.process
        if me not in kin or not 0 <= kin.index(me) + direction < len(kin):
            return self
        other = kin[kin.index(me) + direction]
        process = store.threads[other].process if lane.kind == LaneKind.THREAD else other
        target = LaneKey(lane.kind, process, other if lane.kind == LaneKind.THREAD else None)
        return self.moved(store, lane, target, below=direction > 0)

    def _kin(self, store: TraceStore, lane: LaneKey) -> list[int]:
        if lane.kind == LaneKind.THREAD and lane.thread is not None:
            if lane.thread in self.pinned:
                return list(self.pinned)
            own = in_wanted_order(store.processes[store.threads[lane.thread].process].threads, self.order)
            return [index for index in own if index not in self.hidden and index not in self.pinned]
        if lane.kind == LaneKind.PROCESS and lane.process is not None:
            return [index for index in self._siblings(store, lane.process) if index not in self.hidden_processes]
        return []

    def _siblings(self, store: TraceStore, process: int) -> list[int]:
        if process in self.pinned_processes:
            return list(self.pinned_processes)
        parent = store.processes[process].parent
        kin = (one for one in store.processes if one.parent == parent and one.index not in self.pinned_processes)
        by_start = [one.index for one in sorted(kin, key=lambda one: (one.start_ns, one.index))]
        return in_wanted_order(by_start, self.process_order)

    def _moved_thread(self, store: TraceStore, thread: int, target: LaneKey, below: bool) -> Lanes:
        if thread in self.pinned and target.thread in self.pinned:
            return replace(self, pinned=tuple(_put(list(self.pinned), thread, target.thread, below)))
        process = store.threads[thread].process
        if target.process != process or thread in self.pinned or target.thread in self.pinned:
            return self
        own = in_wanted_order(store.processes[process].threads, self.order)
        others = tuple(index for index in self.order if store.threads[index].process != process)
        if target.kind != LaneKind.THREAD:  # onto the process's own row, or its GIL's: the first of its threads
            return replace(self, order=(*others, *_put(own, thread, None, False)))
        return replace(self, order=(*others, *_put(own, thread, target.thread, below)))

    def _moved_process(self, store: TraceStore, process: int, target: int, below: bool) -> Lanes:
        kin = self._siblings(store, process)
        goal: int | None = target
        while goal is not None and goal not in kin:  # on something inside of a sibling: beside that sibling
            goal = store.processes[goal].parent
        if goal is None or goal == process:
            return self
        placed = _put(kin, process, goal, below)
        if process in self.pinned_processes:
            return replace(self, pinned_processes=tuple(placed))
        others = tuple(index for index in self.process_order if index not in kin)
        return replace(self, process_order=(*others, *placed))


def time_in(store: TraceStore, states: tuple[State, ...]) -> list[int]:
    """By thread: how long it was in these states, ns, over the whole run."""
    found = []
    for thread in store.threads:
        spans = store.states(thread.index)
        mine = np.isin(spans.state, states)
        found.append(int((spans.end[mine] - spans.start[mine]).sum()))
    return found


def _places(known: tuple[tuple[int, ...], ...], others: tuple[tuple[int, ...], ...]) -> dict[int, int]:
    """Where each of the known is among the others."""
    place = {who: index for index, who in enumerate(others)}
    return {index: place[who] for index, who in enumerate(known) if who in place}


def _put(indices: list[int], moving: int, target: int | None, below: bool) -> list[int]:
    """`moving` right above or below `target`; before all without one."""
    if moving == target:
        return indices
    rest = [index for index in indices if index != moving]
    at = rest.index(target) + below if target in rest else 0
    return [*rest[:at], moving, *rest[at:]]


def _toggled(indices: tuple[int, ...], index: int) -> tuple[int, ...]:
    return tuple(each for each in indices if each != index) if index in indices else (*indices, index)


def _ranked(keys: list[Any]) -> tuple[int, ...]:
    return tuple(sorted(range(len(keys)), key=keys.__getitem__))


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """So that w2 comes before w10."""
    parts = re.findall(r"\d+|\D+", name.lower())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
