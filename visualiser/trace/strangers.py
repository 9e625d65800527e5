"""Strangers: processes and threads that wrote nothing themselves, and are known from others all the same.

The parent recorded that it started them, the kernel told of their edges, somebody looked at them, or the observer
measured their memory. Nobody is taken for a stranger before `GRACE_NS` have passed without a record of its own (or
the run is over); who writes one after all keeps the place it was given then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .census import Census, ProcessFacts, Start, ThreadFacts
from .kinship import NOBODY, Kinship, Met
from .sightings import Sightings
from .values import ProcessHeader

GRACE_NS = 1_500_000_000


class _Sign(NamedTuple):
    """A sign of a process: who it is and since when at least."""

    t: int
    pid: int
    key: int


class Strangers:
    """Adds strangers to a census. `meet` costs as much as is new."""

    def __init__(self, census: Census, seen: Sightings) -> None:
        self._census, self._seen = census, seen
        self._threads: list[Met] = []
        self._signs: list[_Sign] = []
        self._met = self._children = self._memory = 0
        self._measured: set[int] = set()
        self._invented = 0

    @property
    def _kin(self) -> Kinship:
        return self._seen.kinship

    def meet(self, now: int, program: tuple[int, int] | None, over: bool) -> list[ThreadFacts]:
        """Add whoever is a stranger by `now` (ns), and return the new threads. `program`: pid and start of the program
        itself, once somebody told; `over`: nobody will write any more.
        """
        self._listen(program)
        patience = -1 if over else GRACE_NS
        due = [one for one in self._signs if now - one.t > patience]
        self._signs = [one for one in self._signs if now - one.t <= patience]
        fresh: list[ThreadFacts] = []
        for sign in sorted(due):
            fresh += self._meet_process(sign, program)
        met = [one for one in self._threads if now - one.t > patience]
        self._threads = [one for one in self._threads if now - one.t <= patience]
        for one in sorted(met, key=lambda each: each.t):
            fresh += self._meet_thread(one)
        return fresh

    # --- who may be one

    def _listen(self, program: tuple[int, int] | None) -> None:
        census = self._census
        for start in census.children[self._children :]:
            if start.number:
                self._signs.append(self._sign(start.t, start.number))
        self._children = len(census.children)
        new = self._kin.met[self._met :]
        self._met += len(new)
        self._threads += new
        self._signs += [_Sign(one.t, one.pid & NOBODY, one.pid) for one in new if one.tid == one.pid]
        self._signs += list(self._measured_ones())
        if program is not None and self._invented == 0 and program[0] not in self._measured:
            self._measured.add(program[0])
            self._signs.append(self._sign(program[1], program[0]))

    def _measured_ones(self) -> Iterator[_Sign]:
        """Those whose memory was measured for the first time."""
        pids, times = self._census.memory["pid"].view, self._census.memory["t"].view
        new = slice(self._memory, len(pids))
        self._memory = len(pids)
        numbers, first = np.unique(pids[new], return_index=True)
        for pid, t in zip(numbers.tolist(), times[new][first].tolist(), strict=True):
            if pid not in self._measured:
                self._measured.add(pid)
                yield self._sign(t, pid)

    def _sign(self, t: int, pid: int) -> _Sign:
        return _Sign(t, pid, self._seen.key(pid, t))

    # --- who is one

    def _process(self, key: int) -> ProcessFacts | None:
        same = self._census.by_pid.get(key & NOBODY, ())
        return next((one for one in same if self._seen.key(one.header.pid, one.header.start_ns) == key), None)

    def _meet_process(self, sign: _Sign, program: tuple[int, int] | None) -> Iterator[ThreadFacts]:
        if self._process(sign.key) is not None:
            return
        birth = self._kin.birth(sign.key)
        begin, _ = self._seen.life(sign.key)
        is_program = program is not None and sign.pid == program[0]
        start = program[1] if is_program and program is not None else sign.t if begin is None else min(begin, sign.t)
        self._invented += 1
        info = {"role": "program" if is_program else "child"}
        header = ProcessHeader(-self._invented, sign.pid, birth.parent_pid if birth else 0, start, info)
        facts = self._census.add_process(header)
        facts.stranger, facts.called = True, self._kin.name(sign.key)
        if birth is not None:
            self._started(self._census.children, birth.parent_pid, birth.parent_tid, sign.t, sign.pid)
        yield self._add(facts, sign.pid, start, self._kin.last_ns(sign.key))

    def _meet_thread(self, met: Met) -> Iterator[ThreadFacts]:
        process = self._process(met.pid)
        if process is None:
            return
        tid = met.tid & NOBODY
        same = self._census.threads_with(process.index, tid)
        if any(self._seen.key(tid, one.first_ns) == met.tid for one in same):
            return
        facts = self._add(process, tid, met.t, self._kin.last_ns(met.tid))
        facts.called = self._kin.name(met.tid)
        birth = self._kin.birth(met.tid)
        if birth is not None:
            self._started(self._census.starts, met.pid, birth.parent_tid, met.t, tid)
        yield facts

    def _add(self, process: ProcessFacts, tid: int, first_ns: int, last_ns: int | None) -> ThreadFacts:
        facts = self._census.add_thread(process, 0, tid, 0, first_ns)
        facts.stranger, facts.last_ns = True, max(first_ns, last_ns or 0)
        return facts

    def _started(self, starts: list[Start], pid: int, tid: int, t: int, number: int) -> None:
        """Note who bore somebody, where that one is known."""
        parent = self._census.alive_at(pid & NOBODY, t)
        thread = self._census.thread_at(parent.index, tid, t) if parent is not None else None
        if thread is not None:
            starts.append(Start(t, thread.index, number, 0))
            if starts is self._census.children:
                self._children = len(starts)
