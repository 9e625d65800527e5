"""The store of a run's truth: raw records as they came, and everything that follows from them.

`extend` only files records under their thread and takes note of lives; tracks are derived when they are asked for, from
what is new. So taking in costs some microseconds per thread, and what nobody looks at costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from visualiser.events import Kind

from .answers import ObservedAnswers
from .around import LatestEnds
from .arrows import arrows_of
from .census import Exit
from .columns import Arrows, Int64s, Points, Spans
from .crossing import end_holds_elsewhere
from .growing import sorted_set
from .legal import NEEDS
from .lives import Process, Thread
from .problems import Problem
from .registry import Registry
from .runinfo import RunInfo
from .thread_track import until_lost, with_gap_in_front
from .tracks import HoldTrack, SpanTrack, StateTrack
from .turns import THREAD_ROWS, Turns
from .values import Chunk, EventBatch

DERIVED_ROWS, DERIVED_TURN = 60_000, 2_000
"""About how many records become tracks for one state of the store while the run goes on, and what it costs to turn to a
thread at all: some milliseconds together.
"""
MOST_RECORDS = 50_000
"""So many records of one thread at once."""
RECORDS_DERIVED = 10
"""So many are derived in the time in which one row is joined."""


class TraceStore(ObservedAnswers):
    """One run, growing while it is watched. Not for use by several threads at once.

    Times are perf_counter ns of the watched machine; `start_ns` is the run's origin. `revision` grows with whatever may
    change an answer; columns handed out are good until then. `directory`: the run directory, while there is one;
    `attachments`: files kept with a saved run (program/..., stdout, stderr), by name.
    """

    def __init__(self, info: RunInfo | None = None) -> None:
        super().__init__(info)
        self._registry: tuple[int, Registry] | None = None
        self._arrows: tuple[int, Arrows] | None = None
        self._crossed: dict[int, int] = {}
        self._times: tuple[int, dict[int | None, Int64s]] = (-1, {})
        self._replaced: dict[int, Spans] = {}
        self._told: dict[tuple[str, int], Spans] = {}
        self._told_at = -1
        self._latest_ends: dict[tuple[str, int], LatestEnds] = {}
        self._track_turns = Turns(DERIVED_ROWS)

    def extend(self, batch: EventBatch) -> None:
        """Take in what arrived; what somebody has looked at is brought up to date while there is little new."""
        super().extend(batch)
        for chunk in batch.chunks:
            log = self._logs.get((chunk.process, chunk.serial))
            if log is not None and log.facts is not None and log.behind:
                self._tracks(log.facts.index)

    def finish(self, info: RunInfo, gently: bool = False) -> None:
        """The run is over: nothing more comes. What is open ends at the end of the run.

        `gently`: what was observed is put together by calls of `complete`; else by whoever asks for it first.
        """
        self.info = info
        self.finished = True
        self._meet_strangers(self.end_ns)
        self._census.revision += 1
        self.revision += 1
        self._completion, self._complete = self._completing() if gently else None, frozenset()

    # --- who

    @property
    def _lives(self) -> Registry:
        revision = self._census.revision
        if self._registry is None or self._registry[0] != revision:
            lost = [index for index in range(len(self._threads)) if self.loss_of(index)] if self._losses else []
            texts, end = self._definitions.texts, self._end_of_program()
            self._registry = revision, Registry(self._census, texts, self._sightings, end, lost)
        return self._registry[1]

    def _end_of_program(self) -> Exit | None:
        """What run.json says about the end of the program itself, when nobody else told."""
        info = self.info
        if not self.finished or (info.exit_code is None and info.signal is None) or not self._census.processes:
            return None
        first = next((one for one in self._census.processes if one.header.info.get("role") == "program"), None)
        if first is None:
            return None
        end = info.end_ns if info.end_ns is not None else self._last_ns
        return Exit(max(end, first.header.start_ns), first.header.pid, info.exit_code, info.signal)

    @property
    def processes(self) -> Sequence[Process]:
        """The program's processes, by index."""
        return self._lives.processes

    @property
    def threads(self) -> Sequence[Thread]:
        """The program's threads, by index."""
        return self._lives.threads

    # --- what

    def states(self, thread: int) -> Spans:
        """What the thread did, without a gap from its start to its end; what nobody saw or recorded is unknown."""
        if thread in self._replaced:
            return self._replaced[thread]
        return self._once("states", thread, self._states)

    def _states(self, thread: int) -> Spans:
        observed = self._observed_states(thread)
        return self.recorded_states(thread) if observed is None else observed

    def recorded_states(self, thread: int) -> Spans:
        """The same by the probe's records alone: waits as recorded, all else unknown."""
        begin, recorded = self._lives.threads[thread].start_ns, self.recorded_track(thread)
        return recorded if recorded.start[0] <= begin else with_gap_in_front(recorded, begin, self._end_of(thread))

    def recorded_track(self, thread: int) -> Spans:
        """The same, but only from the thread's first record on: nothing is copied for it."""
        return until_lost(self._tracks(thread)[0].spans(self._end_of(thread)), self._lost_from(thread))

    def _alarms(self, thread: int) -> tuple[Int64s, Int64s]:
        return self._tracks(thread)[0].alarms

    def holds(self, thread: int) -> Spans:
        """Critical sections: while it held which lock. They need not nest; `depth` keeps them apart."""
        return self._once("holds", thread, self._holds)

    def _holds(self, thread: int) -> Spans:
        holds = self._tracks(thread)[1]
        if len(holds.open_rows):  # another thread may have ended them
            self._end_holds_elsewhere(self._lives.threads[thread].process)
        return holds.spans(self._end_of(thread), self._lost_from(thread))

    def spans(self, thread: int) -> Spans:
        """Its own spans, tasks and process starts, nested by `depth`."""
        return self._once("spans", thread, self._spans)

    def _spans(self, thread: int) -> Spans:
        return self._tracks(thread)[2].spans(self._end_of(thread), self._lost_from(thread))

    def holds_at(self, thread: int, t: int) -> Spans:
        """The critical sections around a moment (ns), the outermost first."""
        return self._ends("holds", thread).around(self.holds(thread), self._tracks(thread)[1].open_rows, t)

    def spans_at(self, thread: int, t: int) -> Spans:
        """Its own spans around a moment (ns), the outermost first."""
        return self._ends("spans", thread).around(self.spans(thread), self._tracks(thread)[2].open_rows, t)

    def _ends(self, what: str, thread: int) -> LatestEnds:
        if (what, thread) not in self._latest_ends:
            self._latest_ends[what, thread] = LatestEnds()
        return self._latest_ends[what, thread]

    def _once(self, what: str, thread: int, find: Callable[[int], Spans]) -> Spans:
        """The answer of this state of the store: whoever draws, lists or explains asks for the same one again."""
        if self._told_at != self.revision:
            self._told_at = self.revision
            self._told.clear()
        found = self._told.get((what, thread))
        if found is None:
            found = self._told[what, thread] = find(thread)
        return found

    def marks(self, thread: int) -> Points:
        """Its own marks."""
        return self._marks.points(thread)

    def outputs(self, thread: int | None = None) -> Points:
        """What was printed, by all threads or by one, in order of time; flag is the Stream."""
        return self._outputs.points(thread)

    def arrows(self) -> Arrows:
        """Who started whom, and who saw whose end; cached until lives change."""
        if self._arrows is None or self._arrows[0] != self._census.revision:
            self._arrows = self._census.revision, arrows_of(self._census, self.threads)
        return self._arrows[1]

    def event_times(self, thread: int | None = None) -> Int64s:
        """The moments worth stepping to, sorted and without doubles: whatever was recorded of one thread, or of all."""
        if self._times[0] != self.revision:
            self._times = self.revision, {}
        known = self._times[1]
        if thread not in known:
            known[thread] = self._event_times([thread] if thread is not None else range(len(self._threads)))
        return known[thread]

    def _event_times(self, threads: Iterable[int]) -> Int64s:
        parts = []
        for index in threads:
            replaced = self._replaced.get(index)
            parts += [replaced.start, replaced.end] if replaced else [self._threads[index].times()]
            end = self.threads[index].end_ns
            parts.append(np.array([] if end is None else [end], np.int64))
        return sorted_set(parts)

    def replace_states(self, thread: int, states: Spans) -> None:
        """Let a better source say what `thread` did. `states`: gapless from the thread's start to its end."""
        self._replaced[thread] = states
        self.revision += 1

    @property
    def told_states(self) -> Mapping[int, Spans]:
        """The states that `replace_states` was given, by thread: they do not follow from the records."""
        return dict(self._replaced)

    def _tracks(self, thread: int) -> tuple[StateTrack, HoldTrack, SpanTrack]:
        """The tracks of a thread; while the run goes on, those of very many threads are brought up to date by turns."""
        log, most = self._threads[thread], None
        if not self.finished:
            behind = log.behind
            turn = not behind or self._track_turns.may(thread, behind + DERIVED_TURN, self.revision)
            most = MOST_RECORDS if turn else 0
        return log.tracks(self._definitions, self._problems.find_odd, most)

    def waits_at_its_end(self, thread: int) -> bool:
        """Whether more waits were begun than ended, by the raw records alone: no track is derived for it."""
        return self._threads[thread].waits_at_its_end()

    def _deriving(self, thread: int) -> Iterator[int]:
        """Brings the tracks of a thread up to date in steps that tell their number of rows."""
        log = self._threads[thread]
        while log.undone:
            log.tracks(self._definitions, self._problems.find_odd, MOST_RECORDS // 2)
            yield THREAD_ROWS + MOST_RECORDS // (2 * RECORDS_DERIVED)

    def _end_holds_elsewhere(self, process: int) -> None:
        if self._crossed.get(process) == self.revision:
            return
        self._crossed[process] = self.revision
        tracks = {index: self._tracks(index)[1] for index in self._lives.processes[process].threads}
        for thread, t in end_holds_elsewhere(tracks, last_chance=self.finished):
            self._problems.find_odd(thread, t, NEEDS[Kind.RELEASE])

    def _lost_from(self, thread: int) -> int | None:
        """From when on the ends of what a thread had begun may have been lost; None: nothing was."""
        loss = self.loss_of(thread)
        return None if loss is None else loss.first_ns or self._threads[thread].last_ns

    def _end_of(self, thread: int) -> int:
        end = self._lives.threads[thread].end_ns
        return self.end_ns if end is None else end

    # --- how much

    @property
    def start_ns(self) -> int:
        """The origin of the time axis: just before the program was launched, or the first thing known."""
        begins = [facts.header.start_ns for facts in self._census.processes]
        return self.info.origin_ns or min(begins, default=0)

    @property
    def end_ns(self) -> int:
        """The end of the run, or the last thing known of it while it goes on."""
        told = self.info.end_ns if self.finished and self.info.end_ns is not None else 0
        seen = 0 if told else self._sightings.last_ns
        return max(self.start_ns, self._last_ns, seen, told)

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the records, as far as is known now."""
        for process in self.processes:
            self._end_holds_elsewhere(process.index)
        found = self._problems.found
        if self._definitions.refused:
            found = [Problem(f"{self._definitions.refused} definitions made no sense and were left out."), *found]
        return (*self._problems.noted, *found)

    @property
    def noted_problems(self) -> Sequence[Problem]:
        """Those that do not follow from the records, and so have to be saved with them."""
        return tuple(self._problems.noted)

    # --- raw

    def copier(self) -> Callable[[], TraceStore]:
        """A function that makes a store equal to what this one is now. It may be called in another thread.

        Made at once, whatever the size: so a long run is saved or exported without keeping its user waiting.
        """
        parts = [(one, one.raw.parts()) for one in self._logs.values()]
        chunks = tuple(Chunk(one.process, one.serial, one.tid, one.ident, part) for one, all_ in parts for part in all_)
        batch = EventBatch(self.headers, chunks, self.raw_definitions(), self.losses, self.raw_blocks())
        kept = (self.info, self.finished, self.directory, self.attachments, self.noted_problems, dict(self._replaced))

        def copy() -> TraceStore:
            info, finished, directory, attachments, problems, replaced = kept
            made = TraceStore(info)
            made.directory, made.attachments = directory, attachments
            made.extend(batch)
            for problem in problems:
                made.add_problem(problem.text)
            for thread, states in replaced.items():
                made.replace_states(thread, states)
            if finished:
                made.finish(info)
            return made

        return copy
