"""The store of a run's truth: raw records as they came, and everything that follows from them.

`extend` only files records under their thread and takes note of lives; tracks are derived when they are asked for, from
what is new. So taking in costs some microseconds per thread, and what nobody looks at costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from visualiser.events import Kind, Table

from .answers import ObservedAnswers
from .arrows import arrows_of
from .census import Census, Exit, ProcessFacts, exit_told_by_system
from .columns import Arrows, Int64s, Points, Spans, UInt8s
from .crossing import end_holds_elsewhere
from .definitions import NO_OBJECT, NO_SITE, Definitions, Object, Site
from .growing import sorted_set
from .legal import GROUP_OF_KIND, NEEDS, ONCE, Group
from .lives import Process, Thread
from .point_list import PointList
from .problems import Problem, Problems
from .registry import Registry
from .runinfo import RunInfo
from .sources import find_source
from .thread_log import ThreadLog
from .thread_track import with_gap_in_front
from .tracks import HoldTrack, SpanTrack, StateTrack
from .values import Chunk, Definition, EventBatch, Loss, ProcessHeader, Records


class TraceStore(ObservedAnswers):
    """One run, growing while it is watched. Not for use by several threads at once.

    Times are perf_counter ns of the watched machine; `start_ns` is the run's origin. `revision` grows with whatever may
    change an answer; columns handed out are good until then. `directory`: the run directory, while there is one;
    `attachments`: files kept with a saved run (program/..., stdout, stderr), by name.
    """

    def __init__(self, info: RunInfo | None = None) -> None:
        super().__init__()
        self.info = info or RunInfo()
        self.revision = 0
        self.directory: Path | None = None
        self.attachments: Mapping[str, bytes] = {}
        self.finished = False
        self.events = 0
        self._definitions = Definitions()
        self._raw_definitions: list[Definition] = []
        self._census = Census()
        self._headers: dict[int, ProcessHeader] = {}
        self._processes: dict[int, ProcessFacts] = {}
        self._logs: dict[tuple[int, int], ThreadLog] = {}
        self._threads: list[ThreadLog] = []
        self._losses: dict[tuple[int, int], Loss] = {}
        self._problems = Problems()
        self._marks = PointList()
        self._outputs = PointList()
        self._last_ns = 0
        self._registry: tuple[int, Registry] | None = None
        self._arrows: tuple[int, Arrows] | None = None
        self._crossed: dict[int, int] = {}
        self._times: tuple[int, dict[int | None, Int64s]] = (-1, {})
        self._replaced: dict[int, Spans] = {}

    # --- taking in

    def extend(self, batch: EventBatch) -> None:
        """Take in what arrived. What cannot be is noted in `problems`; nothing is raised for it."""
        for header in batch.headers:
            self._add_header(header)
        if batch.definitions:
            self._raw_definitions += batch.definitions
            self._definitions.add(batch.definitions)
        for chunk in batch.chunks:
            self._add_chunk(chunk)
        for loss in batch.losses:
            self._losses[loss.process, loss.serial] = loss
            if loss.count and loss.process in self._headers and loss.process not in self._processes:
                self._sightings.go_blind(loss.first_ns)  # the observer's own diary had no more room
        before = self._sightings.lives
        for problem in self._sightings.add(batch.blocks):
            self._problems.find(problem)
        self._census.revision += self._sightings.lives - before
        self.revision += 1

    def finish(self, info: RunInfo) -> None:
        """The run is over: nothing more comes. What is open ends at the end of the run."""
        self.info = info
        self.finished = True
        self._census.revision += 1
        self.revision += 1

    def add_problem(self, text: str) -> None:
        """Note what somebody else found wrong (the reader, a file's loader), to be shown, and saved, with the run."""
        self._problems.note(text)
        self.revision += 1

    def _add_header(self, header: ProcessHeader) -> None:
        if header.key in self._headers:
            self._problems.find(f"Process {header.pid} introduces itself twice.", header.start_ns)
            return
        self._headers[header.key] = header
        if header.info.get("role") != "observer":
            self._processes[header.key] = self._census.add_process(header)

    def _add_chunk(self, chunk: Chunk) -> None:
        if chunk.process not in self._headers:
            self._problems.find("Records of an unknown process were left out.")
            return
        if not len(chunk.records):
            return
        log = self._log(chunk)
        kept = log.append(chunk.records)
        if len(kept) < len(chunk.records):
            self._count_late(log, len(chunk.records) - len(kept))
        if not len(kept):
            return
        self._last_ns = max(self._last_ns, log.last_ns)
        group = GROUP_OF_KIND[kept["kind"]]
        if log.facts is None:
            self._observe(kept, group)
        else:
            self.events += len(kept)
            self._note(log, kept, group)

    def _log(self, chunk: Chunk) -> ThreadLog:
        log = self._logs.get((chunk.process, chunk.serial))
        if log is None:
            process = self._processes.get(chunk.process)
            first = int(chunk.records["t"][0])
            who = (chunk.serial, chunk.tid, chunk.ident)
            facts = self._census.add_thread(process, *who, first) if process is not None else None
            log = self._logs[chunk.process, chunk.serial] = ThreadLog(chunk.process, *who, facts)
            if facts is not None:
                self._threads.append(log)
        return log

    def _count_late(self, log: ThreadLog, late: int) -> None:
        index = log.facts.index if log.facts else None
        self._problems.find(f"{late} records came later than younger ones and were left out.", log.last_ns, index)
        known = self._losses.get((log.process, log.serial), Loss(log.process, log.serial, 0, log.last_ns))
        self._losses[log.process, log.serial] = Loss(log.process, log.serial, known.count + late, known.first_ns)

    def _observe(self, records: Records, group: UInt8s) -> None:
        """The observer's records: memory, and processes that ended."""
        memory = records[group == Group.MEMORY]
        if len(memory):
            self._census.note_memory(memory["t"], memory["a"], memory["value"])
        for one in records[group == Group.EXITED]:
            self._census.note_exit(exit_told_by_system(int(one["t"]), int(one["a"]), int(one["value"])))

    def _note(self, log: ThreadLog, records: Records, group: UInt8s) -> None:
        """What must not wait until somebody asks: lives, marks, output, and kinds that nobody knows."""
        facts = log.facts
        assert facts is not None
        facts.last_ns = log.last_ns
        if self._census.processes[facts.process].end_ns is not None:
            self._census.revision += 1  # it lived a little longer than it said
        for one in records[group == Group.LIFE]:
            self._note_life(log, *one.item())
        for one, points in ((Group.MARK, self._marks), (Group.OUTPUT, self._outputs)):
            chosen = records[group == one]
            if len(chosen):
                texts = self._definitions.resolve(log.process, Table.TEXT, chosen["a"])
                sites = self._definitions.resolve(log.process, Table.SITE, chosen["site"])
                points.add(chosen["t"], facts.index, chosen["flag"], texts, sites)
        unknown = records[group == Group.UNKNOWN]
        if len(unknown):
            what = f"{len(unknown)} events of a kind that this version does not know."
            self._problems.find(what, int(unknown["t"][0]), facts.index)

    def _note_life(self, log: ThreadLog, kind: int, flag: int, a: int, site: int, value: int, t: int) -> None:
        assert log.facts is not None
        if kind in ONCE and kind in log.happened:
            self._problems.find_odd(log.facts.index, t, ONCE[kind])
        log.happened.add(kind)
        text = self._definitions.resolve_one(log.process, Table.TEXT, a)
        self._census.note(log.facts, kind, flag, a, text, self._definitions.texts[text], value, t)

    # --- who

    @property
    def _lives(self) -> Registry:
        revision = self._census.revision
        if self._registry is None or self._registry[0] != revision:
            self._registry = (
                revision,
                Registry(self._census, self._definitions.texts, self._sightings, self._end_of_program()),
            )
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
    def headers(self) -> tuple[ProcessHeader, ...]:
        """All diaries' headers, the observer's too."""
        return tuple(self._headers.values())

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
        observed = self._observed_states(thread)
        return self.recorded_states(thread) if observed is None else observed

    def recorded_states(self, thread: int) -> Spans:
        """The same by the probe's records alone: waits as recorded, all else unknown."""
        begin, end = self._lives.threads[thread].start_ns, self._end_of(thread)
        recorded = self._tracks(thread)[0].spans(end)
        return recorded if recorded.start[0] <= begin else with_gap_in_front(recorded, begin, end)

    def holds(self, thread: int) -> Spans:
        """Critical sections: while it held which lock. They need not nest; `depth` keeps them apart."""
        holds = self._tracks(thread)[1]
        if len(holds.open_rows):  # another thread may have ended them
            self._end_holds_elsewhere(self._lives.threads[thread].process)
        return holds.spans(self._end_of(thread))

    def spans(self, thread: int) -> Spans:
        """Its own spans, tasks and process starts, nested by `depth`."""
        return self._tracks(thread)[2].spans(self._end_of(thread))

    def marks(self, thread: int) -> Points:
        """Its own marks."""
        return self._marks.points(thread)

    def outputs(self) -> Points:
        """What was printed, by all threads, in order of time; flag is the Stream."""
        return self._outputs.points()

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

    def _tracks(self, thread: int) -> tuple[StateTrack, HoldTrack, SpanTrack]:
        return self._threads[thread].tracks(self._definitions, self._problems.find_odd)

    def _end_holds_elsewhere(self, process: int) -> None:
        if self._crossed.get(process) == self.revision:
            return
        self._crossed[process] = self.revision
        tracks = {index: self._tracks(index)[1] for index in self._lives.processes[process].threads}
        for thread, t in end_holds_elsewhere(tracks, last_chance=self.finished):
            self._problems.find_odd(thread, t, NEEDS[Kind.RELEASE])

    def _end_of(self, thread: int) -> int:
        end = self._lives.threads[thread].end_ns
        return self.end_ns if end is None else end

    # --- names

    def text(self, number: int) -> str:
        """The text with this id; empty when there is none."""
        texts = self._definitions.texts
        return texts[number] if 0 <= number < len(texts) else ""

    def site(self, number: int) -> Site:
        """The source line with this id."""
        sites = self._definitions.sites
        return sites[number] if 0 <= number < len(sites) else NO_SITE

    def object(self, number: int) -> Object:
        """The lock, thread, pool ... with this id."""
        objects = self._definitions.objects
        return objects[number] if 0 <= number < len(objects) else NO_OBJECT

    def source_text(self, file: str) -> str | None:
        """The source file as it was when the run was recorded, by the path a Site names; None when it was not kept."""
        return find_source(file, self.attachments, self.directory)

    # --- how much

    @property
    def lost(self) -> int:
        """How many records could not be kept."""
        return sum(loss.count for loss in self._losses.values())

    @property
    def losses(self) -> tuple[Loss, ...]:
        """Where they were lost. `Loss.process` is a header's key."""
        return tuple(loss for loss in self._losses.values() if loss.count)

    def loss_of(self, thread: int) -> Loss | None:
        """What was lost of one thread; None when nothing was."""
        log = self._threads[thread]
        loss = self._losses.get((log.process, log.serial))
        return loss if loss is not None and loss.count else None

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

    def raw_chunks(self) -> Sequence[Chunk]:
        """All records as they came, the observer's too: one chunk per thread."""
        logs = self._logs.values()
        return tuple(Chunk(one.process, one.serial, one.tid, one.ident, one.raw.since(0)) for one in logs)

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

    def raw_definitions(self) -> tuple[Definition, ...]:
        """All definitions as they came."""
        return tuple(self._raw_definitions)
