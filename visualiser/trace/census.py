"""The census: facts about processes and threads as they come in, and the lives that follow from them.

The system uses process ids and native thread ids again, so whatever names one is matched by time as well: what is told
at `t` about pid 4711 is about the one that began closest to that moment (told by its starter), or last before it (told
of its end).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from visualiser.events import Kind, StartMethod

from .growing import Growing
from .values import ProcessHeader

METHODS = {StartMethod.FORK: "fork", StartMethod.SPAWN: "spawn", StartMethod.FORKSERVER: "forkserver"}


@dataclass
class ThreadFacts:
    """What is known of a thread. `text`s are ids of the run. `called`: by the kernel; `stranger`: it wrote nothing."""

    index: int
    process: int
    serial: int
    tid: int
    ident: int
    first_ns: int
    last_ns: int
    name: int = 0
    end_ns: int | None = None
    failed: str | None = None
    is_main: bool = False
    called: str = ""
    stranger: bool = False


@dataclass
class ProcessFacts:
    """What a process's own diary says; of a `stranger`, which has none, what others say."""

    index: int
    header: ProcessHeader
    threads: list[int] = field(default_factory=list)
    name: int = 0
    end_ns: int | None = None
    exit_code: int | None = None
    became: str = ""
    called: str = ""
    stranger: bool = False


@dataclass(frozen=True)
class Start:
    """Somebody (`thread`) started, joined or renamed somebody (`number`: pid or native thread id)."""

    t: int
    thread: int
    number: int
    name: int
    method: str | None = None


@dataclass(frozen=True)
class Exit:
    """Somebody saw that the process `pid` had ended."""

    t: int
    pid: int
    exit_code: int | None
    signal: int | None


def exit_told_by_parent(t: int, pid: int, code: int) -> Exit:
    """`code` as `Process.exitcode` has it: negative for a signal."""
    return Exit(t, pid, None, -code) if code < 0 else Exit(t, pid, code, None)


def exit_told_by_system(t: int, pid: int, status: int) -> Exit:
    """`status` as `os.waitpid` returns it."""
    if status & 0x7F:
        return Exit(t, pid, None, status & 0x7F)
    return Exit(t, pid, status >> 8 & 0xFF, None)


class Census:
    """Everybody who was counted so far. `revision` grows when any answer may have changed. `same_bearer` tells whether
    a number (pid or native thread id) was the same one's at two moments (ns).
    """

    def __init__(self, same_bearer: Callable[[int, int, int], bool] = lambda number, one, other: True) -> None:
        self.revision = 0
        self._same_bearer = same_bearer
        self.processes: list[ProcessFacts] = []
        self.threads: list[ThreadFacts] = []
        self.children: list[Start] = []
        self.starts: list[Start] = []
        self.joins: list[Start] = []
        self.renames: list[Start] = []
        self.exits: list[Exit] = []
        self.memory = {"t": Growing("i8"), "pid": Growing("i8"), "rss": Growing("i8")}
        self.by_pid: dict[int, list[ProcessFacts]] = defaultdict(list)
        self._by_tid: dict[tuple[int, int], list[ThreadFacts]] = defaultdict(list)

    # --- facts

    def add_process(self, header: ProcessHeader) -> ProcessFacts:
        """A process of the program, by its diary. One that was taken for a stranger keeps its place."""
        known = next((one for one in self.by_pid.get(header.pid, ()) if self._was_taken_for(one, header)), None)
        if known is not None:
            known.header, known.stranger, known.called = header, False, ""
            self.revision += 1
            return known
        facts = ProcessFacts(len(self.processes), header)
        self.processes.append(facts)
        same_pid = self.by_pid[header.pid]
        same_pid.append(facts)
        same_pid.sort(key=lambda one: one.header.start_ns)
        self.revision += 1
        return facts

    def _was_taken_for(self, stranger: ProcessFacts, header: ProcessHeader) -> bool:
        """Whether a process with this diary is that stranger, and not a later one with the same number."""
        pid, begin, end = header.pid, stranger.header.start_ns, header.start_ns
        ended = any(one.pid == pid and begin <= one.t <= end for one in self.exits)
        return stranger.stranger and not ended and self._same_bearer(pid, begin, end)

    def add_thread(self, process: ProcessFacts, serial: int, tid: int, ident: int, first_ns: int) -> ThreadFacts:
        """A thread, by its first record. One that was taken for a stranger keeps its place."""
        same = (one for one in self._by_tid.get((process.index, tid), ()) if one.stranger)
        known = next((one for one in same if self._same_bearer(tid, one.first_ns, first_ns)), None)
        if known is not None:
            known.serial, known.ident, known.first_ns, known.stranger = serial, ident, first_ns, False
            self.revision += 1
            return known
        facts = ThreadFacts(len(self.threads), process.index, serial, tid, ident, first_ns, first_ns)
        self.threads.append(facts)
        process.threads.append(facts.index)
        self._by_tid[process.index, tid].append(facts)
        self.revision += 1
        return facts

    def note(
        self, thread: ThreadFacts, kind: int, flag: int, a: int, text: int, word: str, number: int, t: int
    ) -> None:
        """A record about lives. `text`: what `a` is among the texts of the run, `word`: that text; `number`: value."""
        self.revision += 1
        process = self.processes[thread.process]
        if kind in (Kind.PROCESS_BEGIN, Kind.PROCESS_NAME):
            process.name = text or process.name
            thread.is_main |= kind == Kind.PROCESS_BEGIN
        elif kind == Kind.PROCESS_END:
            process.end_ns, process.exit_code = t, None if flag else _signed(number)
            process.became = word if flag == 2 else ""
        elif kind == Kind.THREAD_BEGIN:
            thread.name = text or thread.name
        elif kind == Kind.THREAD_NAME:
            self.renames.append(Start(t, thread.index, number or thread.tid, text))
        elif kind == Kind.THREAD_END:
            thread.end_ns, thread.failed = t, (word or "unknown") if flag else None
        elif kind == Kind.CHILD_STARTED:
            self.children.append(Start(t, thread.index, number, text, METHODS.get(flag)))
        elif kind == Kind.THREAD_STARTED:
            self.starts.append(Start(t, thread.index, number, text))
        elif kind == Kind.THREAD_JOINED:
            self.joins.append(Start(t, thread.index, number, text))
        elif kind == Kind.CHILD_ENDED:
            self.exits.append(exit_told_by_parent(t, number, _signed(a)))

    def note_exit(self, told: Exit) -> None:
        """The end of a process, told by its parent or by the observer."""
        self.exits.append(told)
        self.revision += 1

    def note_memory(self, t: object, pid: object, kibibytes: object) -> None:
        """Samples of memory; columns of equal length."""
        for name, values in (("t", t), ("pid", pid), ("rss", np.asarray(kibibytes, np.int64) * 1024)):
            self.memory[name].append(np.asarray(values, np.int64))
        self.revision += 1

    # --- who is who

    def began_closest(self, pid: int, t: int) -> ProcessFacts | None:
        """The process with this pid that began closest to `t`."""
        return min(self.by_pid.get(pid, ()), key=lambda one: abs(one.header.start_ns - t), default=None)

    def alive_at(self, pid: int, t: int) -> ProcessFacts | None:
        """The last process with this pid that had begun by `t`."""
        same = self.by_pid.get(pid, [])
        at = bisect_right(same, t, key=lambda one: one.header.start_ns)
        return same[at - 1] if at else None

    def thread_at(self, process: int, tid: int, t: int) -> ThreadFacts | None:
        """The last thread of a process with this native id that had begun by `t`."""
        same = [one for one in self._by_tid.get((process, tid), ()) if one.first_ns <= t]
        return max(same, key=lambda one: one.first_ns, default=None)

    def starters(self) -> dict[int, Start]:
        """Process index -> who recorded its start."""
        found: dict[int, Start] = {}
        for start in self.children:
            child = self.began_closest(start.number, start.t)
            if child is not None and not (child.index in found and (found[child.index].name or not start.name)):
                found[child.index] = start
        return found

    def thread_starters(self) -> dict[int, Start]:
        """Thread index -> who recorded its start."""
        found: dict[int, Start] = {}
        for start in self.starts:
            same = self._by_tid.get((self.threads[start.thread].process, start.number), ())
            child = min(same, key=lambda one: abs(one.first_ns - start.t), default=None)
            if child is not None and child.index != start.thread:
                found.setdefault(child.index, start)
        return found

    def threads_with(self, process: int, tid: int) -> list[ThreadFacts]:
        """All threads of a process that had this native id."""
        return self._by_tid.get((process, tid), [])

    def thread_names(self) -> dict[int, int]:
        """Thread index -> the last name somebody gave it, itself or another."""
        names = {thread.index: thread.name for thread in self.threads}
        for rename in sorted(self.renames, key=lambda one: one.t):
            renamed = self.thread_at(self.threads[rename.thread].process, rename.number, rename.t)
            if renamed is not None and rename.name:
                names[renamed.index] = rename.name
        return names

    def main_thread(self, process: ProcessFacts) -> int | None:
        """Its main thread: the one that says so, or the one whose id is the pid, or the first."""
        threads = [self.threads[index] for index in process.threads]
        told = [one for one in threads if one.is_main] or [one for one in threads if one.tid == process.header.pid]
        return (told or threads)[0].index if threads else None


def _signed(number: int) -> int:
    """A 32-bit number from its two's complement."""
    return number - (1 << 32) if number >= 1 << 31 else number
