"""What the store answers about who ran where, and who held a GIL: from the observer's blocks, where there are any."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .columns import CpuSpans, GilLane, Int64s, Spans, Steps, ThreadCpus
from .cpu_time import CpuTime, with_edges
from .growing_states import GrowingStates, WaitRows
from .intake import Intake
from .joined_track import Track
from .joining import Waits
from .lanes import gil_lane, lane_until
from .lives import Process, Thread
from .observer_told import ObserverTold
from .pace import Throttle
from .runinfo import RunInfo
from .thread_track import spans_from, waits_in
from .turns import THREAD_ROWS, Turns
from .values import Block
from .watched_process import Allowance, Around, WatchedProcess

JOINED_ROWS = 6_000
"""About how many rows are joined for one state of the store while the run goes on: some milliseconds."""
COMPLETED_ROWS, BLOCKS_AT_ONCE = 12_000, 8
"""The same for the last time, when nobody waits for more; and so many blocks of edges at once."""
ROWS_COPIED = 50
"""So many rows are copied in the time in which one is joined."""
LOOK_BACK_NS = 2_000_000_000
"""So far behind what is settled the recorded waits still matter."""


class _WaitsOf(Mapping[int, Waits]):
    """The recorded waits of threads, by key, each found when it is asked for."""

    def __init__(self, indices: Mapping[int, int], find: Callable[[int], Waits]) -> None:
        self._indices, self._find = indices, find

    def __getitem__(self, key: int) -> Waits:
        return self._find(self._indices[key])

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices)

    def __len__(self) -> int:
        return len(self._indices)


class ObservedAnswers(Intake):
    """The part of the store that answers from what the observer saw. Empty answers mean: not measured.

    While the run goes on, answers may be older than the latest batch by some hundredths of a second.
    """

    def __init__(self, info: RunInfo | None = None) -> None:
        super().__init__(info)
        self._watched: dict[int, WatchedProcess] = {}
        self._joined: dict[int, tuple[int, bool]] = {}  # key: the store's revision and `finished` then
        self._throttles: dict[object, Throttle] = {}
        self._wait_rows: dict[int, WaitRows] = {}
        self._growing_states: dict[int, GrowingStates] = {}
        self._observer_told = ObserverTold()
        self._state_cache: dict[int, tuple[tuple[int, int, int], Spans]] = {}
        self._settled_ns: dict[int, int] = {}  # by thread, as of what is in the cache
        self._lane_cache: dict[int, tuple[int, tuple[GilLane, ...]]] = {}
        self._completion: Iterator[int] | None = None
        self._complete: frozenset[int] = frozenset()  # processes that were joined for good, piece by piece
        self._turns = Turns(JOINED_ROWS)
        self._join_allowance = Allowance(JOINED_ROWS)
        self._renewed = -1
        self._cpu_time = CpuTime()
        self._cpus_as_of: tuple[int, bool] | None = None

    @property
    @abstractmethod
    def processes(self) -> Sequence[Process]:
        """The program's processes."""

    @property
    @abstractmethod
    def threads(self) -> Sequence[Thread]:
        """The program's threads."""

    @property
    @abstractmethod
    def end_ns(self) -> int:
        """The end of the run so far."""

    @abstractmethod
    def recorded_track(self, thread: int) -> Spans:
        """What the probe recorded of a thread, from its first record on."""

    @abstractmethod
    def _alarms(self, thread: int) -> tuple[Int64s, Int64s]:
        """Its sleeps for a time that is told: when each began, and was to be over (ns)."""

    @abstractmethod
    def _deriving(self, thread: int) -> Iterator[int]:
        """Brings `recorded_track` up to date in steps that tell their number of rows."""

    # --- answers

    def gil_lanes(self, process: int) -> tuple[GilLane, ...]:
        """The GILs of a process (by index), the main interpreter's first; none when they were not watched."""
        watched = self._up_to_date(process)
        if watched is None:
            return ()
        known = self._lane_cache.get(process)
        if known is None or known[0] != watched.number:
            threads = {self._thread_key(index): index for index in self.processes[process].threads}
            end = self.processes[process].end_ns or min(self.end_ns, watched.last_sign())
            lanes = tuple(gil_lane(watched, number, threads, end) for number in sorted(watched.gils))
            if self._sightings.blind_ns is not None:
                lanes = tuple(lane_until(lane, self._sightings.blind_ns) for lane in lanes)
            known = self._lane_cache[process] = watched.number, lanes
        return known[1]

    @property
    def cpus(self) -> tuple[int, ...]:
        """The CPUs that threads of the program ran on, by number; empty when that was not measured."""
        return tuple(sorted(self._up_to_date_cpus().cpus))

    def cpu_spans(self, cpu: int) -> CpuSpans:
        """Who of the program ran on that CPU, when."""
        found = self._up_to_date_cpus()
        rows, all_ = found.of("cpu", cpu), found.stretches
        return CpuSpans(all_.start[rows], all_.end[rows], all_.thread[rows])

    def thread_cpus(self, thread: int) -> ThreadCpus:
        """When a thread (by index) was on a CPU, and on which; empty when that was not measured."""
        found = self._up_to_date_cpus()
        rows, all_ = found.of("thread", thread), found.stretches
        return ThreadCpus(all_.start[rows], all_.end[rows], all_.cpu[rows])

    def parallelism(self) -> Steps:
        """How many threads of the program were on a CPU at once; empty when that was not measured."""
        t, n = self._up_to_date_cpus().at_once
        return Steps(t, n)

    @property
    def sources(self) -> Mapping[str, Any]:
        """What the run stands on: run.json's "sources"; and, when the observer told, "observer": {"cpu_share": of one
        CPU, "lateness_ns_p95": by how much its turns came too late (the worst of each tenth of a second)}.
        """
        observer = self._observer_told.facts(self._sightings.watch)
        return {**self.info.sources, "observer": observer} if observer else dict(self.info.sources)

    @property
    def blind_ns(self) -> int | None:
        """From when on (ns) the observer could not write down what it saw; None: it could all the time."""
        return self._sightings.blind_ns

    def on_cpu_ns(self, thread: int) -> int | None:
        """How long a thread was on a CPU: by the kernel's account of it, and by its edges for what came after that was
        read; None when neither was had, or only for a part of its life.

        The account has the cost of switching to the thread as well, which lies before its edge onto the CPU.
        """
        life = self.threads[thread]
        watched = self._watched_process(life.process)
        if watched is None or (self.blind_ns is not None and (life.end_ns is None or life.end_ns > self.blind_ns)):
            return None
        accounts = watched.accounts(self._thread_key(thread))
        if watched.exact:
            return with_edges(accounts, self.thread_cpus(thread))
        return int(accounts.on_cpu[-1]) if len(accounts) else None

    def raw_blocks(self) -> tuple[Block, ...]:
        """What the observer saw, as it came."""
        return tuple(self._sightings.raw)

    # --- the last time

    def complete(self, rows: int = COMPLETED_ROWS) -> bool:
        """After `finish(..., gently=True)`: join about so many rows more; whether it is done. Until then answers about
        what was observed are those of the live view. Harmless when there is nothing to do.
        """
        if self._completion is None:
            return True
        for done in self._completion:
            rows -= done
            if rows <= 0:
                return False
        self._completion = None
        self.revision += 1
        return True

    def _completing(self) -> Iterator[int]:
        """Join all that was observed once more, and for good."""
        for thread in self.threads:
            yield from self._deriving(thread.index)
        for process in self.processes:
            watched = self._watched_process(process.index)
            if watched is not None:
                yield from watched.completing(self._around(process.index, 0))
        self._complete = frozenset(one.index for one in self.processes)
        whole, seen = CpuTime(), self._sightings
        for some in range(0, len(seen.edges), BLOCKS_AT_ONCE):
            tables = seen.edges[: some + BLOCKS_AT_ONCE]
            whole.advance(tables, seen.losses, self.end_ns, self._indices)
            yield sum(map(len, tables[some:]))
        self._cpu_time = whole
        for thread in self.threads:
            self._observed_states(thread.index)
            yield THREAD_ROWS

    # --- joining

    def settled(self, thread: int) -> tuple[int, int | None]:
        """How long answers about a thread's states hold: while the first number stays, what ended before the second
        (ns; None: all but the last span) is told the same again. So what is derived from it may be kept."""
        if thread not in self._settled_ns:
            return 0, None
        return (2, None) if self.finished and self._completion is None else (1, self._settled_ns[thread])

    def _observed_states(self, thread: int) -> Spans | None:
        """The joined track of a thread, gapless; None where it was not observed."""
        life = self.threads[thread]
        watched = self._up_to_date(life.process)
        track = None
        if watched is not None and watched.tells_states:
            track = watched.tracks.get(self._thread_key(thread))
        if watched is None or track is None or not len(track):
            return None
        end = self.end_ns if life.end_ns is None else life.end_ns
        now = (watched.number, life.start_ns, end)
        known = self._state_cache.get(thread)
        stale = known is None or known[0] != now
        if known is None or (stale and self._may_rebuild(thread, len(track))):
            known = self._state_cache[thread] = now, self._spans_from(watched, track, thread, life.start_ns, end)
            self._settled_ns[thread] = watched.settled_ns
        return known[1]

    def _spans_from(self, watched: WatchedProcess, track: Track, thread: int, begin: int, end: int) -> Spans:
        """A thread's track as spans; while it grows, only what is not settled is made anew."""
        recorded = self.recorded_track(thread)
        waits = self._waits_of(thread, recorded)
        settled = watched.settled_rows(self._thread_key(thread))
        if not settled or not watched.exact:
            self._growing_states.pop(thread, None)
            return spans_from(track, recorded, begin, end, waits)
        if thread not in self._growing_states:
            self._growing_states[thread] = GrowingStates()
        return self._growing_states[thread].spans(track, settled, recorded, waits, begin, end)

    def _waits_of(self, thread: int, recorded: Spans) -> Int64s:
        """Which rows of its recorded track are waits."""
        if thread not in self._wait_rows:
            self._wait_rows[thread] = WaitRows()
        return self._wait_rows[thread].of(recorded)

    def _may_rebuild(self, thread: int, rows: int) -> bool:
        """Whether it is a thread's turn; while the run goes on, not all of very many are rebuilt for every state."""
        return self.finished or self._turns.may(thread, rows // ROWS_COPIED + THREAD_ROWS, self.revision)

    def _watched_process(self, process: int) -> WatchedProcess | None:
        """The process's sightings, as of the latest update; None when there are none."""
        watched = self._watched.get(process)
        if watched is None:  # each its own, also where two share a number, as after an exec: their records differ
            life = self.processes[process]
            key = self._sightings.key(life.pid, life.start_ns)
            if key in self._sightings.by_process:
                watched = self._watched[process] = WatchedProcess(self._sightings.by_process[key])
        return watched

    def _up_to_date(self, process: int) -> WatchedProcess | None:
        """The same, brought up to date: at once when the run is over, piece by piece while it goes on."""
        watched = self._watched_process(process)
        if watched is None:
            return None
        now = self.revision, self.finished
        if self._joined.get(process) == now:
            return watched
        self._joined[process] = now
        if self.finished:
            if self._completion is None and process not in self._complete:
                watched.update(self._around(process, 0), True)
            return watched
        if self._renewed != self.revision:
            self._renewed = self.revision
            self._join_allowance.renew()
        throttle = self._throttles.setdefault(process, Throttle())
        if (watched.under_way or throttle.due(now)) and self._join_allowance.left:
            began = time.monotonic()
            around = self._around(process, watched.settled_ns - LOOK_BACK_NS)
            complete = watched.update(around, False, self._join_allowance)
            throttle.note(began, len(self._watched), complete and not watched.behind)
        return watched

    def _around(self, process: int, since: int) -> Around:
        life = self.processes[process]
        end = self.end_ns if life.end_ns is None else life.end_ns
        indices, lives = {}, {}
        for index in life.threads:
            thread, key = self.threads[index], self._thread_key(index)
            indices[key] = index
            lives[key] = thread.start_ns, end if thread.end_ns is None else thread.end_ns

        def find(index: int) -> Waits:
            recorded = self.recorded_track(index)
            return waits_in(recorded, since, self._waits_of(index, recorded), self._alarms(index))

        waits = _WaitsOf(indices, find)
        return Around(waits, lives, self._sightings.losses, end)

    def _thread_key(self, thread: int) -> int:
        life = self.threads[thread]
        return self._sightings.key(life.tid, life.start_ns)

    def _up_to_date_cpus(self) -> CpuTime:
        """Who of the program's threads was on which CPU, brought up to date when that is due."""
        now = self.revision, self.finished
        throttle = self._throttles.setdefault("cpus", Throttle())
        whole = self.finished and self._completion is None and not self._complete
        if self._cpus_as_of != now and (whole or (not self.finished and throttle.due(now))):
            began = time.monotonic()
            if self.finished:
                self._cpu_time = CpuTime()
            seen = self._sightings
            self._cpu_time.advance(seen.edges, seen.losses, self.end_ns, self._indices)
            self._cpus_as_of = now
            throttle.note(began)
        return self._cpu_time

    def _indices(self, keys: Int64s) -> Int64s:
        """The indices of threads by their keys; -1 for whoever is none of the program's."""
        ours = np.array([self._thread_key(one.index) for one in self.threads], "i8")
        if not len(ours):
            return np.full(len(keys), -1)
        order = np.argsort(ours, kind="stable")
        at = order[np.minimum(np.searchsorted(ours[order], keys), len(ours) - 1)]
        return np.where(ours[at] == keys, at, -1)
