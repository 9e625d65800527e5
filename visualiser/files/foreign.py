"""What another tool's file tells, gathered in columns, and made into a TraceStore: its calls become own spans.

Nothing is added: a thread is there from the first thing told of it, its states are unknown unless the file tells them,
and `RunInfo.sources` says where it all comes from. Spans of one thread that overlap without nesting get lanes of their
own behind it. 24 bytes a span while it is read, 48 for its two records in the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.trace import (
    RECORD_DTYPE,
    Chunk,
    Definition,
    EventBatch,
    Kind,
    ProcessHeader,
    RunInfo,
    Span,
    Table,
    TraceStore,
    keep_counters,
)

from .counters import MOST_OF_ONE, CounterRows
from .errors import BadFile
from .stacking import Int64s, Nest, nests, sequence

MOST_THREADS = 5_000
"""Lanes of the largest trace that is opened."""
SHIFTED = 1_000_000_000
"""ns. Where a file's times begin at zero or below, they are moved so that they begin here: no record has the time 0."""

NO_THREAD = "no thread is told"
"""Instead of a thread's name."""

Key = tuple[Hashable, Hashable]
"""What a file calls a thread: its process, and its number or name in there."""
Name = tuple[str, str]
"""What a span is called, and its line of source as "line\\tfunction\\tfile" (or "")."""


class Numbers(dict[Any, int]):
    """Gives everything that is looked up a number, in order of appearance."""

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        return number


@dataclass
class Columns:
    """Equally long columns, arriving in parts."""

    parts: list[tuple[npt.NDArray[Any], ...]] = field(default_factory=list)

    def add(self, *columns: npt.ArrayLike) -> None:
        """Some more rows: lane, name, start (or moment), end, each a list or an array."""
        made = tuple(np.asarray(one, np.int32 if at < 2 else np.int64) for at, one in enumerate(columns))
        if len(made[0]):
            self.parts.append(made)

    def whole(self, width: int) -> tuple[npt.NDArray[Any], ...]:
        """All rows; the parts are given up."""
        parts, self.parts = self.parts, []
        if not parts:
            return tuple(np.empty(0, np.int64) for _ in range(width))
        return tuple(np.concatenate(columns) for columns in zip(*parts, strict=True))


NEVER = np.iinfo(np.int64).max
"""The end of a span whose end the file does not tell."""


class Foreign:
    """One file (or several of one run) being gathered. `lanes` and `names` are numbers by key, for who adds rows."""

    def __init__(self) -> None:
        self.lanes = Numbers()
        self.names = Numbers()
        self.flat: set[int] = set()  # lanes of what overlaps by nature, such as tasks
        self.by_end: set[int] = set()  # lanes whose spans are added when they end, the inner ones first
        self.spans = Columns()  # lane, name, start, end (NEVER: not told)
        self.marks = Columns()  # lane, name, moment
        self.counters = CounterRows()
        self.process_names: dict[Hashable, str] = {}
        self.thread_names: dict[Key, str] = {}
        self.problems: list[str] = []
        self.moved = 0
        """What was added to the file's times (ns), once `store` was asked for."""
        self.alive: dict[Key, tuple[int, int]] = {}  # from when to when (ns) a thread was there, whatever it did
        self.serials: dict[Key, tuple[int, int]] = {}  # by thread: its process's key and its serial in the store

    def threads(self, store: TraceStore) -> dict[Key, int]:
        """The threads' indices in the store that was made, by what the file calls them."""
        process = {header.key: number for number, header in enumerate(store.headers)}
        index = {(one.process, one.serial): one.index for one in store.threads}
        return {key: index[process[number], serial] for key, (number, serial) in self.serials.items()}

    def store(self, info: RunInfo, name_of: Callable[[Any], Name], attachments: Mapping[str, bytes]) -> TraceStore:
        """All of it as a finished store. `name_of`: what a key of `names` means. Raises BadFile when it is empty."""
        self._place_counters()
        made = _Making(self, info, name_of).store(attachments)
        if self.counters:
            of_process = {key[0]: number for key, (number, _) in self.serials.items()}
            index = {header.key: at for at, header in enumerate(made.headers)}
            processes = {process: index[number] for process, number in of_process.items()}
            keep_counters(made, self.counters.made(processes, self.moved))
        return made

    def _place_counters(self) -> None:
        """A process of which nothing but counters is told gets a lane that says so: else it would not be there."""
        seen = np.zeros(len(self.lanes), bool)
        for part in (*self.spans.parts, *self.marks.parts):
            seen[part[0]] = True
        there = {key[0] for key, is_there in zip(self.lanes, seen.tolist(), strict=True) if is_there}
        there.update(key[0] for key in self.alive)
        for process, begin, end in self.counters.extents():
            if process not in there:
                key = process, None
                self.lanes[key]
                self.thread_names[key] = NO_THREAD
                known = self.alive.get(key, (begin, end))
                self.alive[key] = min(begin, known[0]), max(end, known[1])
        if self.counters.left_out:
            self.problems.append(
                f"Left out, because they are of more than {MOST_OF_ONE} counters of a process, or of very many in all: "
                f"{many(self.counters.left_out, 'counter value')}."
            )


class _Making:
    """One store being made."""

    def __init__(self, told: Foreign, info: RunInfo, name_of: Callable[[Any], Name]) -> None:
        self._told, self._info, self._name_of = told, info, name_of
        self._lane, self._name, self._start, self._end = told.spans.whole(4)
        self._mark_lane, self._mark_name, self._moment = told.marks.whole(3)
        self._set_times()
        self._texts = _Texts([name_of(key) for key in told.names])

    def _set_times(self) -> None:
        """Move times if need be; what has no end ends, for its place among the others, with everything else."""
        counted = [extent[1:] for extent in self._told.counters.extents()]
        lives = np.array([*self._told.alive.values(), *counted], np.int64).ravel()
        ends = self._end[self._end != NEVER]
        every = [one for one in (self._start, self._moment, ends, lives) if len(one)]
        if not every:
            raise BadFile("It is a trace in which nothing happens.")
        first, self._last = min(int(one.min()) for one in every), max(int(one.max()) for one in every)
        by = self._told.moved = 0 if first > 0 else SHIFTED - first
        self._first, self._last = first + by, self._last + by
        self._start += by
        self._moment += by
        self._open = self._end == NEVER
        self._end = np.where(self._open, self._last, self._end + by)

    def store(self, attachments: Mapping[str, bytes]) -> TraceStore:
        info = replace(self._info, origin_ns=self._first, end_ns=self._last)
        store = TraceStore(info)
        store.attachments = attachments
        for batch in self._batches():
            store.extend(batch)
        for problem in self._told.problems:
            store.add_problem(problem)
        store.finish(info)
        return store

    def _batches(self) -> Iterator[EventBatch]:
        order, cuts = _by_lane(self._lane, len(self._told.lanes))
        mark_order, mark_cuts = _by_lane(self._mark_lane, len(self._told.lanes))
        processes: dict[Hashable, list[tuple[Key, int]]] = {}
        for key, lane in self._told.lanes.items():
            is_there = cuts[lane] < cuts[lane + 1] or mark_cuts[lane] < mark_cuts[lane + 1]
            if is_there or key in self._told.alive:
                processes.setdefault(key[0], []).append((key, lane))
        if sum(map(len, processes.values())) > MOST_THREADS:
            raise BadFile(f"It names more than {MOST_THREADS} threads; it is not opened.")
        left_out = 0
        for number, (process, threads) in enumerate(processes.items(), 1):
            made = _Process(number, process, self._told.process_names.get(process, ""), self._texts)
            for key, lane in threads:
                rows = order[cuts[lane] : cuts[lane + 1]]
                marks = mark_order[mark_cuts[lane] : mark_cuts[lane + 1]]
                left_out += self._add_thread(made, key, lane, rows, marks)
            yield made.batch()
        if left_out:
            self._told.problems.append(
                f"Left out, because they overlap with more others than can be drawn: {many(left_out, 'span')}."
            )

    def _add_thread(self, process: _Process, key: Key, lane: int, rows: Int64s, marks: Int64s) -> int:
        told, start, end = self._told, self._start[rows], self._end[rows]
        groups, left_out = nests(start, end, nested=lane not in told.flat, by_end=lane in told.by_end or None)
        name = told.thread_names.get(key, "") or (key[1] if isinstance(key[1], str) else "")
        points = process.marks(self._moment[marks], self._mark_name[marks])
        for number, nest in enumerate(groups or [Nest(np.empty(0, np.int64), *[np.empty(0, np.int64)] * 2)]):
            some, begins, times = sequence(nest, start, end, self._open[rows])
            records = process.spans(times, self._name[rows[some]], begins)
            if not number and len(points):
                records = np.concatenate((records, points))
                records = records[np.argsort(records["t"], kind="stable")]
            since = told.alive[key][0] + told.moved if not number and key in told.alive else NEVER
            serial = process.add(key[1], name if not number else f"{name} ({number + 1})", records, since)
            if not number:
                told.serials[key] = process.key, serial
        return left_out


def _by_lane(lane: npt.NDArray[Any], lanes: int) -> tuple[Int64s, Int64s]:
    """Rows by lane, in order; and where each lane's begin among them."""
    order = np.argsort(lane, kind="stable")
    return order, np.searchsorted(lane[order], np.arange(lanes + 1))


class _Texts:
    """What spans are called: labels and source lines, each different one once."""

    def __init__(self, names: list[Name]) -> None:
        labels, sites = Numbers(), Numbers()
        self.label = np.array([labels[label] for label, _ in names], np.int64)
        self.site = np.array([sites[site] for _, site in names], np.int64)
        self.labels, self.sites = list(labels), list(sites)


class _Process:
    """One process on its way into the store."""

    def __init__(self, key: int, number: Hashable, name: str, texts: _Texts) -> None:
        self.key, self._pid, self._texts = key, number_of(number), texts
        self._name = name or ("" if _is_number(number) else str(number))
        self._chunks: list[Chunk] = []
        self._definitions: dict[tuple[int, str], int] = {}

    def _define(self, table: int, texts: Iterable[str]) -> list[int]:
        known = self._definitions
        return [known.setdefault((table, text), len(known) + 1) if text else 0 for text in texts]

    def _resolved(self, table: int, texts: list[str], numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Numbers of texts as ids of this process."""
        used = np.flatnonzero(np.bincount(numbers, minlength=len(texts)))
        ids = np.zeros(len(texts), "u4")
        ids[used] = self._define(table, (texts[one] for one in used.tolist()))
        found: npt.NDArray[Any] = ids[numbers]
        return found

    def spans(self, times: Int64s, names: npt.NDArray[Any], begins: npt.NDArray[np.bool_]) -> npt.NDArray[np.void]:
        """Records of beginnings and ends."""
        records = self.marks(times, names)
        records["kind"] = np.where(begins, Kind.SPAN_BEGIN, Kind.SPAN_END)
        records["flag"] = Span.CALL
        return records

    def marks(self, times: Int64s, names: npt.NDArray[Any]) -> npt.NDArray[np.void]:
        """Records of marks."""
        records = np.zeros(len(times), RECORD_DTYPE)
        if len(times):
            records["kind"], records["t"] = Kind.MARK, times
            records["a"] = self._resolved(Table.TEXT, self._texts.labels, self._texts.label[names])
            records["site"] = self._resolved(Table.SITE, self._texts.sites, self._texts.site[names])
        return records

    def add(self, number: Hashable, name: str, records: npt.NDArray[np.void], since: int) -> int:
        """One lane, with its name, that is there at `since` (ns) at the latest; returns its serial."""
        first = np.zeros(1 + (not self._chunks), RECORD_DTYPE)
        first["t"] = min([since, *records["t"][:1].tolist()])
        first["kind"] = [Kind.THREAD_BEGIN, Kind.PROCESS_NAME][: len(first)]
        first["a"] = self._define(Table.TEXT, [name, self._name][: len(first)])
        tid = number_of(number)
        self._chunks.append(Chunk(self.key, len(self._chunks) + 1, tid, tid, np.concatenate((first, records))))
        return len(self._chunks)

    def batch(self) -> EventBatch:
        """All of it. When the process began is not told: it is there from the first thing that is told of it."""
        header = ProcessHeader(self.key, self._pid, 0, min(int(one.records["t"][0]) for one in self._chunks))
        definitions = (Definition(self.key, id_, *what) for what, id_ in self._definitions.items())
        return EventBatch((header,), tuple(self._chunks), tuple(definitions))


def _is_number(key: Hashable) -> bool:
    return number_of(key) > 0


def number_of(key: Hashable) -> int:
    """The number of a process or thread, if the file's word for it is one; else 0."""
    if isinstance(key, float) and key.is_integer():
        key = int(key)
    if isinstance(key, str) and re.fullmatch(r"[0-9]{1,19}", key):
        key = int(key)
    return key if type(key) is int and 0 < key < 1 << 63 else 0


def many(number: int, what: str) -> str:
    """A number of things: "1 span", "2 spans", "2 ends of an arrow"."""
    first, *rest = what.split(" ", 1) if " of " in what else [what]
    return " ".join([f"{number} {first}{'s' * (number != 1)}", *rest])


def opened_from(name: str, why: str, *, calls: str = "none") -> dict[str, Any]:
    """`RunInfo.sources` of a file of another tool, by `name` ("VizTracer's JSON"); `why`: it cannot tell the rest."""
    told = {"switches": "none", "gil": "none", "reasons": "none", "calls": calls}
    return told | {"opened_from": name, "why": {one: why for one, source in told.items() if source == "none"}}
