"""The facts of a recorded run in which stories look for their moments and measures: plain values, no columns.

`facts_of(store)` takes them out of a trace once a run is over. The store is described here only by what is asked of
it (`Recorded`), so this room needs neither the trace nor numpy. Times are ns on the store's clock; what was not
measured is None, never 0.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from visualiser.scenarios.cues import SPANS, STATES, WAITS

_STATES = ("unknown", *STATES)  # by the numbers of the trace's State
_WAITS = {value: name for name, value in WAITS.items()}
_SPANS = {value: name for name, value in SPANS.items()}


class Life(NamedTuple):
    """A thread, or a process. `process` is the process's name (of a process: its own); `failed` an exception's type."""

    name: str
    process: str
    start: int
    end: int | None
    on_cpu_ns: int | None = None
    failed: str = ""


class Stretch(NamedTuple):
    """A stretch of one thread's time. `state` is one of STATES or unknown, `what` one of WAITS or SPANS, "" if none."""

    start: int
    end: int
    thread: int
    state: str = ""
    what: str = ""


class Moment(NamedTuple):
    """Something that happened at one moment; `text` is what was printed, the line that was reached, or the value."""

    t: int
    thread: int
    text: str = ""
    name: str = ""


@dataclass(frozen=True)
class Facts:
    """One recorded run. Sequences are in order of time; threads are named by their index in `threads`.

    `seen` are the sources that were there, of "switches", "gil" and "reasons". `lines`, `values` and `handovers` are
    None when nobody recorded them. `gil_handovers` is the interpreters' own count.
    """

    start_ns: int
    end_ns: int
    processes: Sequence[Life] = ()
    threads: Sequence[Life] = ()
    states: Sequence[Stretch] = ()
    holds: Sequence[Stretch] = ()
    spans: Sequence[Stretch] = ()
    outputs: Sequence[Moment] = ()
    marks: Sequence[Moment] = ()
    on_cpu: Sequence[Stretch] | None = None
    handovers: Sequence[Moment] | None = None
    gil_handovers: int | None = None
    deadlocks: Sequence[int] = ()
    lines: Sequence[Moment] | None = None
    values: Sequence[Moment] | None = None
    lost: int = 0
    seen: frozenset[str] = frozenset()

    @cached_property
    def output(self) -> str:
        """All that was printed, in order of time."""
        return "".join(moment.text for moment in self.outputs)

    @cached_property
    def by_state(self) -> Mapping[str, Sequence[Stretch]]:
        """The stretches in each state, and those on a CPU under "cpu"."""
        found: dict[str, list[Stretch]] = {}
        for each in self.states:
            found.setdefault(each.state, []).append(each)
        return {**found, "cpu": self.on_cpu or ()}


class Recorded(Protocol):
    """What is asked of a trace: see TraceStore, whose columns have `tolist`."""

    @property
    def start_ns(self) -> int: ...
    @property
    def end_ns(self) -> int: ...
    @property
    def lost(self) -> int: ...
    @property
    def processes(self) -> Sequence[Any]: ...
    @property
    def threads(self) -> Sequence[Any]: ...
    @property
    def sources(self) -> Any: ...
    def states(self, thread: int) -> Any: ...
    def holds(self, thread: int) -> Any: ...
    def spans(self, thread: int) -> Any: ...
    def marks(self, thread: int) -> Any: ...
    def outputs(self) -> Any: ...
    def gil_lanes(self, process: int) -> Sequence[Any]: ...
    def thread_cpus(self, thread: int) -> Any: ...
    def on_cpu_ns(self, thread: int) -> int | None: ...
    def text(self, index: int) -> str: ...


def facts_of(
    store: Recorded,
    deadlocks: Iterable[int] = (),
    lines: Iterable[Moment] | None = None,
    values: Iterable[Moment] | None = None,
) -> Facts:
    """The facts of a run that is over. `deadlocks`: when circles closed; `lines`, `values`: as `Facts` has them."""
    seen = frozenset(name for name in ("switches", "gil", "reasons") if store.sources.get(name, "none") != "none")
    threads = range(len(store.threads))
    lanes = [lane for process in store.processes for lane in store.gil_lanes(process.index)]
    counts = [lane.handovers for lane in lanes if lane.handovers is not None]
    return Facts(
        start_ns=store.start_ns,
        end_ns=store.end_ns,
        processes=tuple(Life(one.name, one.name, one.start_ns, one.end_ns) for one in store.processes),
        threads=tuple(_life(store, one) for one in store.threads),
        states=_sorted(each for thread in threads for each in _states(store, thread)),
        holds=_sorted(each for thread in threads for each in _stretches(store.holds(thread), thread)),
        spans=_sorted(each for thread in threads for each in _spans(store, thread)),
        outputs=tuple(_moments(store, store.outputs())),
        marks=_sorted(each for thread in threads for each in _moments(store, store.marks(thread))),
        on_cpu=_on_cpu(store) if "switches" in seen else None,
        handovers=_sorted(each for lane in lanes for each in _handovers(lane)) if lanes else None,
        gil_handovers=sum(counts) if counts else None,
        deadlocks=tuple(sorted(deadlocks)),
        lines=None if lines is None else _sorted(lines),
        values=None if values is None else _sorted(values),
        lost=store.lost,
        seen=seen,
    )


def _sorted(found: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(found, key=lambda each: each[0]))


def _life(store: Recorded, thread: Any) -> Life:
    failed = thread.ended_by.removeprefix("exception ") if thread.ended_by.startswith("exception ") else ""
    process = store.processes[thread.process].name
    return Life(thread.name, process, thread.start_ns, thread.end_ns, store.on_cpu_ns(thread.index), failed)


def _stretches(spans: Any, thread: int) -> Iterator[Stretch]:
    for start, end in zip(spans.start.tolist(), spans.end.tolist(), strict=True):
        yield Stretch(start, end, thread)


def _states(store: Recorded, thread: int) -> Iterator[Stretch]:
    found = store.states(thread)
    columns = (found.start, found.end, found.state, found.flag)
    for start, end, state, flag in zip(*(column.tolist() for column in columns), strict=True):
        yield Stretch(start, end, thread, _STATES[state], _WAITS.get(flag, ""))


def _spans(store: Recorded, thread: int) -> Iterator[Stretch]:
    found = store.spans(thread)
    for start, end, flag in zip(found.start.tolist(), found.end.tolist(), found.flag.tolist(), strict=True):
        yield Stretch(start, end, thread, "", _SPANS.get(flag, ""))


def _moments(store: Recorded, points: Any) -> Iterator[Moment]:
    for t, thread, text in zip(points.t.tolist(), points.thread.tolist(), points.text.tolist(), strict=True):
        yield Moment(t, thread, store.text(text))


def _on_cpu(store: Recorded) -> tuple[Stretch, ...]:
    found = []
    for thread in range(len(store.threads)):
        cpus = store.thread_cpus(thread)
        found += [Stretch(*each, thread) for each in zip(cpus.start.tolist(), cpus.end.tolist(), strict=True)]
    return _sorted(found)


def _handovers(lane: Any) -> Iterator[Moment]:
    """When the GIL went to another thread, and to which."""
    starts, threads = lane.start.tolist(), lane.thread.tolist()
    for t in lane.handovers_t.tolist():
        holder = bisect_right(starts, t) - 1
        yield Moment(t, threads[holder] if holder >= 0 else -1)
