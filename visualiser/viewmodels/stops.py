"""Where the playhead can step to: kinds of moments of a run, each a sorted column of times, of all threads or one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import LEFT, TraceStore, has_lines, lines_of

Times = NDArray[np.int64]


@dataclass(frozen=True)
class Stop:
    """A kind of moment. `id` names its commands (`next_...`, `previous_...`); `noun`: "the next `noun`"."""

    id: str
    title: str
    noun: str


STOPS = (
    Stop("event", "Event", "event"),
    Stop("line", "Line", "line"),
    Stop("switch", "Switch", "context switch"),
    Stop("handover", "Hand-over", "hand-over of the GIL"),
    Stop("output", "Output", "output line"),
    Stop("cue", "Story", "step of the story"),
)


class Stops:
    """The moments of one run. Columns are found when first asked for and kept until the run grows."""

    def __init__(self) -> None:
        self.store: TraceStore | None = None
        self.cues: Times = np.empty(0, np.int64)

    def times(self, stop: str, thread: int | None = None) -> Times:
        """Sorted moments (i8, ns) of one kind, of one thread (index) or of all. Raises KeyError for another kind.

        A hand-over belongs to a GIL, so of a thread it is those of its process; a cue belongs to the whole run.
        """
        if stop == "cue":
            return self.cues
        find = _FINDERS[stop]
        if self.store is None:
            return np.empty(0, np.int64)
        return _remembered(self.store, stop, thread, find)

    def known(self) -> tuple[str, ...]:
        """The kinds of which this run has any moment, in the order of STOPS; asked again and again while it grows, so
        nothing is sorted for it."""
        store = self.store
        if store is None:
            return ("cue",) if len(self.cues) else ()
        return tuple(each.id for each in STOPS if (len(self.cues) if each.id == "cue" else _THERE[each.id](store)))


_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, dict[tuple[str, int | None], Times]]] = WeakKeyDictionary()


def _remembered(store: TraceStore, stop: str, thread: int | None,
                find: Callable[[TraceStore, int | None], Times]) -> Times:  # fmt: skip
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        known = _KNOWN[store] = store.revision, {}
    if (stop, thread) not in known[1]:
        known[1][stop, thread] = find(store, thread)
    return known[1][stop, thread]


def _chosen(store: TraceStore, thread: int | None) -> Iterable[int]:
    return range(len(store.threads)) if thread is None else [thread]


def _union(parts: Iterable[Times]) -> Times:
    """All of them, sorted and without doubles. The parts are sorted, so they are merged."""
    times = np.concatenate([np.empty(0, np.int64), *parts])
    times.sort(kind="stable")
    new = np.ones(len(times), bool)
    new[1:] = times[1:] != times[:-1]
    return times[new]


def _lines(store: TraceStore, thread: int | None) -> Times:
    """When a line was about to run: at that moment nothing of it has happened."""
    tracks = (lines_of(store, each) for each in _chosen(store, thread))
    return _union(one.t[one.flag != LEFT] for one in tracks)


def _switches(store: TraceStore, thread: int | None) -> Times:
    """When a thread got onto a CPU; of one thread, also when it lost it."""
    spans = [store.thread_cpus(each) for each in _chosen(store, thread)]
    return _union([one.start for one in spans] + ([one.end for one in spans] if thread is not None else []))


def _handovers(store: TraceStore, thread: int | None) -> Times:
    own = range(len(store.processes)) if thread is None else [store.threads[thread].process]
    return _union(lane.handovers_t for process in own for lane in store.gil_lanes(process))


def _outputs(store: TraceStore, thread: int | None) -> Times:
    return np.unique(store.outputs(thread).t)


_FINDERS: dict[str, Callable[[TraceStore, int | None], Times]] = {
    "event": lambda store, thread: store.event_times(thread),
    "line": _lines,
    "switch": _switches,
    "handover": _handovers,
    "output": _outputs,
}

_THERE: dict[str, Callable[[TraceStore], bool]] = {
    "event": lambda store: store.events > 0,
    "line": has_lines,
    "switch": lambda store: len(store.parallelism()) > 0,
    "handover": lambda store: any(len(lane.handovers_t) for one in store.processes
                                  for lane in store.gil_lanes(one.index)),
    "output": lambda store: len(store.outputs()) > 0,
}  # fmt: skip
"""Whether a run has any moment of a kind."""
