"""What came in: raw records filed under their thread, names, lives, losses.

Nothing is derived in here but what must not wait until somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from visualiser.events import Kind, Scope, Table

from .census import Census, ProcessFacts, exit_told_by_system
from .columns import UInt8s
from .definitions import NO_OBJECT, NO_SITE, Definitions, Object, Site
from .legal import GROUP_OF_KIND, OF_OBJECTS, OF_TEXTS, ONCE, Group, with_last_words
from .point_list import PointList
from .problems import Problems
from .runinfo import RunInfo
from .sightings import Sightings
from .sources import find_source
from .strangers import Strangers
from .thread_log import ThreadLog
from .values import Chunk, Definition, EventBatch, Loss, ProcessHeader, Records, taken


class Intake:
    """The part of the store that takes in, and gives back what it took. `revision` grows with whatever may change an
    answer.
    """

    def __init__(self, info: RunInfo | None = None) -> None:
        self.info = info or RunInfo()
        self.revision = 0
        self.directory: Path | None = None
        self.attachments: Mapping[str, bytes] = {}
        self.finished = False
        self.events = 0
        self._groups = np.zeros(len(Group), bool)  # what has come in at all
        self._sightings = Sightings()
        self._definitions = Definitions()
        self._raw_definitions: list[Definition] = []
        self._census = Census(self._sightings.same_bearer)
        self._headers: dict[int, ProcessHeader] = {}
        self._processes: dict[int, ProcessFacts] = {}
        self._logs: dict[tuple[int, int], ThreadLog] = {}
        self._threads: list[ThreadLog] = []
        self._losses: dict[tuple[int, int], Loss] = {}
        self._problems = Problems()
        self._marks = PointList()
        self._outputs = PointList()
        self._last_ns = 0
        self._strangers = Strangers(self._census, self._sightings)
        self._program: tuple[int, int] | None = None  # pid and end, by the observer's word

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
            self._census.revision += 1  # whose end was not recorded has not ended by itself
            if loss.count and loss.process in self._headers and loss.process not in self._processes:
                self._sightings.go_blind(loss.first_ns)  # the observer's own diary had no more room
        before = self._sightings.lives
        for problem in self._sightings.add(batch.blocks):
            self._problems.find(problem)
        self._census.revision += self._sightings.lives - before
        self._meet_strangers(max(self._last_ns, self._sightings.last_ns))
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
            if facts is not None and facts.index < len(self._threads):
                self._threads[facts.index] = log  # it had been taken for a stranger
            elif facts is not None:
                self._threads.append(log)
        return log

    def _meet_strangers(self, now: int) -> None:
        """Give processes and threads without a record of their own a place beside the others."""
        program = (self._program[0], self.info.origin_ns or self._program[1]) if self._program else None
        for facts in self._strangers.meet(now, program, self.finished):
            process = self._census.processes[facts.process].header.key
            self._threads.append(ThreadLog(process, facts.serial, facts.tid, facts.ident, facts))

    def _count_late(self, log: ThreadLog, late: int) -> None:
        index = log.facts.index if log.facts else None
        self._problems.find(f"{late} records came later than younger ones and were left out.", log.last_ns, index)
        known = self._losses.get((log.process, log.serial), Loss(log.process, log.serial, 0, log.last_ns))
        self._losses[log.process, log.serial] = Loss(log.process, log.serial, known.count + late, known.first_ns)

    def _observe(self, records: Records, group: UInt8s) -> None:
        """The observer's records: memory, and processes that ended."""
        memory = taken(records, np.flatnonzero(group == Group.MEMORY))
        if len(memory):
            self._census.note_memory(memory["t"], memory["a"], memory["value"])
        for one in records[group == Group.EXITED]:
            if not one["flag"] and self._program is None:
                self._program = int(one["a"]), int(one["t"])
            self._census.note_exit(exit_told_by_system(int(one["t"]), int(one["a"]), int(one["value"])))

    def _note(self, log: ThreadLog, records: Records, group: UInt8s) -> None:
        """What must not wait until somebody asks: lives, marks, output, and kinds that nobody knows."""
        facts = log.facts
        assert facts is not None
        facts.last_ns = log.last_ns
        self._groups |= np.bincount(group, minlength=len(Group)) > 0
        if self._census.processes[facts.process].end_ns is not None:
            self._census.revision += 1  # it lived a little longer than it said
        for one in records[group == Group.LIFE]:
            self._note_life(log, *one.item())
        for one, points in ((Group.MARK, self._marks), (Group.OUTPUT, self._outputs)):
            chosen = taken(records, np.flatnonzero(group == one))
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

    # --- losses

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

    # --- raw

    @property
    def tells_lines(self) -> bool:
        """Whether lines were recorded in this run."""
        return bool(self._groups[Group.LINE])

    @property
    def tells_values(self) -> bool:
        """Whether values were recorded in this run."""
        return bool(self._groups[Group.VALUE])

    def record_count(self, thread: int) -> int:
        """How many records a thread has so far: rows for `records`."""
        return len(self._threads[thread].raw)

    def records(self, thread: int, since: int = 0, kinds: Iterable[int] | None = None) -> Records:
        """All records of a thread (by index) from row `since` on, in order of time: RECORD_DTYPE, a copy of its own;
        of these kinds only, where some are named.

        Ids hold for the whole run: `a` is one for `object` (waits, holds, RELEASE, NOTIFY, PUT, GET, SUBMIT) or `text`
        (lives, spans, marks, output), `site` one for `site` (for `text` in a SPAN_END of UNPICKLE, SHARED_MEMORY), the
        `value` of a VALUE that is no NUMBER one for `text`; 0 where nothing was defined. Empty for a thread without a
        record of its own. For causes and other joins over threads; rows are only ever added.
        """
        log = self._threads[thread]
        records = log.raw.only(since, kinds)
        if not len(records):
            return records
        for table, of_table in ((Table.OBJECT, OF_OBJECTS), (Table.TEXT, OF_TEXTS)):
            mine = of_table[records["kind"]]
            records["a"][mine] = self._definitions.resolve(log.process, table, records["a"][mine])
        said = with_last_words(records)
        texts = self._definitions.resolve(log.process, Table.TEXT, records["site"][said])
        records["site"] = self._definitions.resolve(log.process, Table.SITE, records["site"])
        records["site"][said] = texts
        worth = (records["kind"] == Kind.VALUE) & (records["flag"] & Scope.NUMBER == 0)
        records["value"][worth] = self._definitions.resolve(log.process, Table.TEXT, records["value"][worth])
        return records

    def raw_records_at(self, thread: int, t: int) -> Records:
        """What a thread (by index) recorded at one moment (ns), as it came: ids are its process's own."""
        return self._threads[thread].at(t)

    def object_of(self, process: int, local_id: int) -> int:
        """The id for `object` of what a process (by index) calls `local_id` in its raw records; 0: never defined."""
        key = next((key for key, facts in self._processes.items() if facts.index == process), None)
        return 0 if key is None else self._definitions.resolve_one(key, Table.OBJECT, local_id)

    @property
    def headers(self) -> tuple[ProcessHeader, ...]:
        """All diaries' headers, the observer's too."""
        return tuple(self._headers.values())

    def raw_chunks(self) -> Sequence[Chunk]:
        """All records as they came, the observer's too: one chunk per thread."""
        logs = self._logs.values()
        return tuple(Chunk(one.process, one.serial, one.tid, one.ident, one.raw.since(0)) for one in logs)

    def raw_definitions(self) -> tuple[Definition, ...]:
        """All definitions as they came."""
        return tuple(self._raw_definitions)
