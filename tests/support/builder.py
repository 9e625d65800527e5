"""Builds a run by hand, event by event, as the reader would hand it over: for tests of what follows from events.

run = RunBuilder()
main = run.process("main").thread("MainThread")
main.wait(Wait.LOCK, 2, 5, run.lock("accounts"))        # times in steps of 1 ms after the origin
store = run.store()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from visualiser.events import Kind, Span, Stream, Table, Wait
from visualiser.trace import RECORD_DTYPE, Chunk, Definition, EventBatch, ProcessHeader, RunInfo, TraceStore

ORIGIN = 1_000_000_000
STEP = 1_000_000


@dataclass
class ThreadBuilder:
    """One thread's records. Times are steps after the origin, fractions allowed."""

    process: ProcessBuilder
    serial: int
    tid: int
    name: str
    rows: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)

    def add(self, t: float, kind: int, flag: int = 0, a: int = 0, site: int = 0, value: int = 0) -> ThreadBuilder:
        """Any record."""
        at = ORIGIN + round(t * STEP)
        self.rows.append((kind, flag, a, site, value & 0xFFFFFFFF, at))
        return self

    def begin(self, t: float = 0) -> ThreadBuilder:
        """The thread's own first word; of the first thread, also the process's."""
        if self.serial == 1:
            self.add(t, Kind.PROCESS_BEGIN, 0, self.process.text(self.process.name), 0, self.process.parent_pid)
        return self.add(t, Kind.THREAD_BEGIN, 0, self.process.text(self.name), 0, self.tid)

    def end(self, t: float, exception: str = "") -> ThreadBuilder:
        """Its last."""
        return self.add(t, Kind.THREAD_END, 1 if exception else 0, self.process.text(exception))

    def wait(
        self, flag: int, t0: float, t1: float | None, thing: int = 0, *, got: bool = True, line: int = 0, most: int = 0
    ) -> ThreadBuilder:
        """A recorded wait; `t1` None: it does not end. `most`: its time-out in microseconds, 0: none."""
        self.add(t0, Kind.WAIT_BEGIN, flag, thing, self.process.site(line), most)
        return self if t1 is None else self.add(t1, Kind.WAIT_END, flag, thing, 0, got)

    def hold(self, t0: float, t1: float | None, thing: int, *, flag: int = Wait.LOCK, line: int = 0) -> ThreadBuilder:
        """A critical section; `t1` None: never released by this thread."""
        self.add(t0, Kind.HOLD, flag, thing, self.process.site(line))
        return self if t1 is None else self.release(t1, thing, flag=flag)

    def release(self, t: float, thing: int, *, flag: int = Wait.LOCK) -> ThreadBuilder:
        """Only the release."""
        return self.add(t, Kind.RELEASE, flag, thing)

    def span(self, label: str, t0: float, t1: float | None, *, flag: int = Span.USER, line: int = 0) -> ThreadBuilder:
        """An own span; `t1` None: it does not end."""
        number = self.process.text(label)
        self.add(t0, Kind.SPAN_BEGIN, flag, number, self.process.site(line))
        return self if t1 is None else self.add(t1, Kind.SPAN_END, flag, number)

    def mark(self, t: float, label: str, line: int = 0) -> ThreadBuilder:
        """An own mark."""
        return self.add(t, Kind.MARK, 0, self.process.text(label), self.process.site(line))

    def output(self, t: float, text: str, *, stream: int = Stream.STDOUT, line: int = 0) -> ThreadBuilder:
        """Something printed."""
        return self.add(t, Kind.OUTPUT, stream, self.process.text(text), self.process.site(line), len(text))

    def started_thread(self, t: float, tid: int, name: str = "") -> ThreadBuilder:
        """It started a thread."""
        return self.add(t, Kind.THREAD_STARTED, 0, self.process.text(name), 0, tid)

    def started_process(self, t: float, pid: int, name: str = "", method: int = 0) -> ThreadBuilder:
        """It started a process."""
        return self.add(t, Kind.CHILD_STARTED, method, self.process.text(name), 0, pid)

    def saw_process_end(self, t: float, pid: int, code: int) -> ThreadBuilder:
        """It learned the exit code of its child; negative: a signal."""
        return self.add(t, Kind.CHILD_ENDED, 0, code & 0xFFFFFFFF, 0, pid)

    def chunk(self) -> Chunk:
        """All its records, in order of time."""
        records = np.array(self.rows, RECORD_DTYPE)
        order = np.argsort(records["t"], kind="stable")
        return Chunk(self.process.key, self.serial, self.tid, 0x7F00 + self.tid, records[order])


@dataclass
class ProcessBuilder:
    """One process: its diary's header, definitions and threads."""

    run: RunBuilder
    key: int
    pid: int
    parent_pid: int
    name: str
    start: float
    info: Mapping[str, Any]
    threads: list[ThreadBuilder] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    known: dict[tuple[int, str], int] = field(default_factory=dict)

    def thread(self, name: str = "MainThread", tid: int | None = None) -> ThreadBuilder:
        """A new thread; the first one's id is the pid, as on Linux."""
        number = tid if tid is not None else self.pid + len(self.threads)
        thread = ThreadBuilder(self, len(self.threads) + 1, number, name)
        self.threads.append(thread)
        return thread

    def define(self, table: int, text: str) -> int:
        """The id of a definition, the same for equal ones."""
        number = self.known.get((table, text))
        if number is None:
            number = self.known[table, text] = len(self.definitions) + 1
            self.definitions.append(Definition(self.key, number, table, text))
        return number

    def text(self, text: str) -> int:
        """The id of a text; 0 for none."""
        return self.define(Table.TEXT, text) if text else 0

    def site(self, line: int, function: str = "work", file: str = "/home/ada/bank.py") -> int:
        """The id of a source line; 0 for line 0."""
        return self.define(Table.SITE, f"{line}\t{function}\t{file}") if line else 0

    def thing(self, name: str = "", *, kind: str = "Lock", line: int = 0) -> int:
        """The id of a lock or another object."""
        return self.define(Table.OBJECT, f"{kind}\t{self.site(line)}\t{name}")

    @property
    def header(self) -> ProcessHeader:
        """What its diary would say."""
        return ProcessHeader(self.key, self.pid, self.parent_pid, ORIGIN + round(self.start * STEP), self.info)


@dataclass
class RunBuilder:
    """A whole run."""

    processes: list[ProcessBuilder] = field(default_factory=list)

    def process(
        self,
        name: str = "MainProcess",
        pid: int | None = None,
        parent_pid: int = 1,
        start: float = 0,
        role: str = "program",
        **info: Any,
    ) -> ProcessBuilder:
        """A new process; pids are 100, 200, ... unless told."""
        key = len(self.processes)
        number = pid if pid is not None else 100 * (key + 1)
        process = ProcessBuilder(self, key, number, parent_pid, name, start, {"role": role, **info})
        self.processes.append(process)
        return process

    def batch(self) -> EventBatch:
        """Everything, as one batch."""
        return EventBatch(
            headers=tuple(process.header for process in self.processes),
            chunks=tuple(thread.chunk() for process in self.processes for thread in process.threads if thread.rows),
            definitions=tuple(one for process in self.processes for one in process.definitions),
        )

    def store(self, end: float | None = None, **info: Any) -> TraceStore:
        """The finished run. `end`: when it ended, in steps; `info`: more fields of RunInfo."""
        told = {"title": "drawn", "target": "drawn.py", "origin_ns": ORIGIN, **info}
        store = TraceStore(RunInfo(**told))
        store.extend(self.batch())
        store.finish(RunInfo(**told, end_ns=None if end is None else ORIGIN + round(end * STEP)))
        return store
