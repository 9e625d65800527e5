"""Looks at threads: what one does, or what it waits for, read from /proc/PID/task/TID/syscall by the observer.

A thread that is off the CPU stays in the same system call until its next edge onto the CPU. So with switches at hand
one look names the whole absence (`AbsenceLooks`): the cost grows with absences, not with threads. Without switches
every thread is looked at in turn (`RoundLooks`), as often as the observer's share of a CPU allows. The kernel's account
of it is read first: how often it was given a CPU, for how long it was on one, and how long it had to wait for one. Who
was off the CPU at the look before, and has the same account, has been so all the time: what it waits for is known. Only
others are looked at, and their account is told. So it costs the same or less, and each absence is known to be one.

A look takes 4 to 6 microseconds with Python around it, an account 2 to 3. The kernel says "running" of a thread that
could run, and otherwise the number of the system call with its arguments (proc(5)). Who may read it: whoever may attach
with ptrace; an ancestor of the same user may, also where Yama restricts others.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from visualiser.events import blocks
from visualiser.observe.edges import Edge
from visualiser.observe.syscalls import FUTEXES, reason

THRESHOLD_NS = 200_000
"""An absence shorter than this is not worth a look: most are over before it."""
MAX_FILES = 400
"""How many descriptors of each kind are kept. Past it the oldest is closed, and opened again when needed."""
ACCOUNT_S, ACCOUNT_AGE, ACCOUNTS_PER_S = 0.025, 0.05, 800
"""With exact edges: how often an account is read of each thread, of a young one by its age, and at most of all. What
comes after the last one is told by edges alone, which is some microseconds less for each time on a CPU.
"""

NO_ACCOUNT = b"0 0 0\n"
"""Whoever was given a CPU once has another: where the kernel keeps no accounts, all have this one."""

OwnsFutex = Callable[[int, int], bool]  # (pid, address) -> a GIL's


class Look(NamedTuple):
    """What a thread was seen doing, between `t` and `t` + `late` (ns). `number`: of the system call, or 0."""

    t: int
    late: int
    pid: int
    tid: int
    seen: int
    number: int
    argument: int

    def packed(self) -> bytes:
        """As a row of a LOOKS block."""
        return blocks.LOOK.pack(
            self.t, min(self.late, 0xFFFFFFFF), self.pid, self.tid, self.seen, self.number & 0xFFFF, self.argument
        )


class Threads:
    """Reads what threads do. Keeps their files open, since opening costs several times as much as reading."""

    def __init__(self, owns_futex: OwnsFutex) -> None:
        self._owns = owns_futex
        self._files: dict[int, int] = {}
        self._accounts: dict[int, int] = {}

    def account(self, pid: int, tid: int) -> bytes:
        """The kernel's account of it as a row of a TOTALS block; nothing when it has gone."""
        return _row(pid, tid, self.raw_account(pid, tid))

    def raw_account(self, pid: int, tid: int) -> bytes:
        """The same as the kernel words it; nothing when it has gone, or where the kernel keeps none."""
        try:
            file = self._accounts.get(tid)
            if file is None:
                file = self._keep(self._accounts, tid, f"/proc/{pid}/task/{tid}/schedstat")
            raw = os.pread(file, 96, 0)
        except OSError:
            return b""
        return b"" if raw == NO_ACCOUNT else raw

    def look(self, pid: int, tid: int) -> Look | None:
        """What it does now; None when it has gone. Raises PermissionError where it may not be read."""
        raw, before = b"", 0
        try:
            file = self._files.get(tid) or self._keep(self._files, tid, f"/proc/{pid}/task/{tid}/syscall")
            before = time.perf_counter_ns()
            raw = os.pread(file, 192, 0)
        except PermissionError:
            if not _is_over(pid, tid):
                raise
        except OSError:
            pass
        late = time.perf_counter_ns() - before
        if not raw:
            self.forget(tid)
            return None
        return Look(before, late, pid, tid, *self._judge(pid, raw))

    def forget(self, tid: int) -> None:
        """It has ended: let go of its files."""
        for files in (self._files, self._accounts):
            file = files.pop(tid, None)
            if file is not None:
                os.close(file)

    def close(self) -> None:
        """Let go of all."""
        for tid in [*self._files, *self._accounts]:
            self.forget(tid)

    def _keep(self, files: dict[int, int], tid: int, path: str) -> int:
        if len(files) >= MAX_FILES:
            os.close(files.pop(next(iter(files))))
        file = files[tid] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        return file

    def _judge(self, pid: int, raw: bytes) -> tuple[int, int, int]:
        """(Seen, number, first argument). A number of -1: blocked, but in no system call (a page fault)."""
        if raw.startswith(b"running"):
            return blocks.Seen.RUNNABLE, 0, 0
        part = raw.split(None, 2)
        number = int(part[0])
        if number < 0:
            return blocks.Seen.OTHER, 0xFFFF, 0
        argument = int(part[1], 16)
        seen = reason(number)
        if number in FUTEXES and self._owns(pid, argument):
            seen = blocks.Seen.GIL
        return seen, number, argument


def _is_over(pid: int, tid: int) -> bool:
    """Whether the thread is a zombie, or turns into another program at this moment: then nobody may look into it."""
    try:
        with open(f"/proc/{pid}/task/{tid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] in (b"Z", b"X")
    except OSError:
        return True


class AbsenceLooks:
    """One look per absence. `note` the edges as they come, then `look` at who is due."""

    def __init__(self, threads: Threads, threshold_ns: int = THRESHOLD_NS) -> None:
        self._threads = threads
        self._threshold = threshold_ns
        self._newest: dict[int, int] = {}  # thread: time of its newest edge, because CPUs' rings are in no order
        self.away: dict[int, Edge] = {}  # who left, blocked, and has not been looked at since
        self.on: dict[int, int] = {}  # who can run (we may be on its CPU), and its process
        self.accounts: list[bytes] = []  # TOTAL rows of threads while they were off the CPU; for who asks to clear
        self._accounted: dict[int, tuple[float, float]] = {}  # when each thread's was read, first and last
        self.ended_in: set[int] = set()  # processes of threads that have ended; for who asks to clear
        self.missed = self.born = 0  # absences over too soon to know what for; new threads; for who asks to clear

    def note(self, edges: Mapping[int, Edge]) -> None:
        """Take in the latest edges of one CPU's ring."""
        newest, away, on = self._newest, self.away, self.on
        for tid, edge in edges.items():
            before = newest.get(tid)
            if before is None:
                self.born += 1
            elif edge.t < before:
                continue
            newest[tid] = edge.t
            if edge.ended:
                self.ended_in.add(edge.pid)
                self.forget((tid,))
            elif edge.out and not edge.preempted:
                on.pop(tid, None)
                away[tid] = edge
            else:
                on[tid] = edge.pid
                left = away.pop(tid, None)
                self.missed += left is not None and edge.t - left.t > self._threshold

    def look(self) -> list[Look]:
        """Look at each thread whose absence is old enough; each absence once. Raises PermissionError."""
        if not self.away:
            return []
        limit = time.perf_counter_ns() - self._threshold
        due = [(tid, edge.pid) for tid, edge in self.away.items() if edge.t <= limit]
        looks = []
        for tid, pid in due:
            del self.away[tid]
            look = self._threads.look(pid, tid)
            if look is None:
                self.forget((tid,))
            elif look.seen == blocks.Seen.RUNNABLE:
                self.missed += 1  # it has been woken up meanwhile: too late to know what it waited for
            else:
                looks.append(look)
                self._account(pid, tid, look.t / 1e9)
        return looks

    def _account(self, pid: int, tid: int, now: float) -> None:
        """While a thread is off the CPU the kernel's account of it is complete; edges count no cost of switching."""
        first, before = self._accounted.get(tid, (now, 0.0))
        pause = max(min(ACCOUNT_S, (now - first) * ACCOUNT_AGE), len(self._accounted) / ACCOUNTS_PER_S)
        if now - before >= pause:
            self._accounted[tid] = first, now
            self.accounts.append(self._threads.account(pid, tid))

    def forget(self, tids: Iterable[int]) -> None:
        """They have ended."""
        for tid in tids:
            self.away.pop(tid, None)
            self.on.pop(tid, None)
            self._newest.pop(tid, None)
            self._accounted.pop(tid, None)
            self._threads.forget(tid)


class RoundLooks:
    """Looks at every thread, round after round; the level without switches.

    `share`: the part of one CPU that looking may take. The pause between rounds follows from what the rounds cost, so
    with more threads each is seen less often: at 4 % of a CPU and 6 microseconds a look, 5 threads 1000 times a
    second (the most), 50 threads 130 times, 200 threads 33 times.
    """

    LEAST_PAUSE = 0.001

    def __init__(self, threads: Threads, share: float = 0.04) -> None:
        self._threads = threads
        self._share = share
        self._due = 0.0
        self.pause = self.LEAST_PAUSE
        self.accounts = b""  # of the latest round: TOTAL rows of those whose account has changed since the one before
        self._latest: dict[int, tuple[bytes, Look]] = {}  # of the latest round: account and look of each thread

    def look(self, alive: Iterable[tuple[int, int]], now: float | None = None) -> list[Look]:
        """A round over (pid, tid), when one is due. `now`: time.monotonic(). Raises PermissionError."""
        now = time.monotonic() if now is None else now
        self.accounts = b""
        if now < self._due:
            return []
        cpu = time.thread_time()
        looks = self._round(alive)
        cost = time.thread_time() - cpu
        self.pause = max(self.LEAST_PAUSE, 0.8 * self.pause + 0.2 * cost / self._share)  # smooth: one round says little
        self._due = now + self.pause
        return looks

    def _round(self, alive: Iterable[tuple[int, int]]) -> list[Look]:
        latest: dict[int, tuple[bytes, Look]] = {}
        rows = []
        for pid, tid in alive:
            begin = time.perf_counter_ns()
            raw = self._threads.raw_account(pid, tid)
            before, look = self._latest.get(tid, (b"", None))
            if raw != before:
                rows.append(_row(pid, tid, raw))
            if look is not None and raw and raw == before and look.seen != blocks.Seen.RUNNABLE and look.pid == pid:
                late = time.perf_counter_ns() - begin
                look = Look(begin, late, pid, tid, look.seen, look.number, look.argument)
            else:
                look = self._threads.look(pid, tid)
            if look is not None:
                latest[tid] = raw, look
        self._latest, self.accounts = latest, b"".join(rows)
        return [look for _, look in latest.values()]


def threads_of(pid: int) -> list[int]:
    """The native ids of a process's threads; empty when it has gone."""
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    return []


def totals(pid: int, tids: Iterable[int]) -> bytes:
    """The kernel's own account of each thread, as rows of a TOTALS block; who has gone is left out.

    ns on a CPU, ns ready without one, times it was given one (Documentation/scheduler/sched-stats.rst).
    """
    rows = []
    for tid in tids:
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/task/{tid}/schedstat", "rb") as file:
            rows.append(_row(pid, tid, file.read()))
    return b"".join(rows)


def _row(pid: int, tid: int, raw: bytes) -> bytes:
    """An account as a row of a TOTALS block; nothing for nothing."""
    if not raw:
        return b""
    on_cpu, waited, times = map(int, raw.split())
    return blocks.TOTAL.pack(time.perf_counter_ns(), pid, tid, on_cpu, waited, times)


def last_cpu(pid: int, tid: int) -> int | None:
    """The CPU that a thread ran on last (field 39 of stat, proc(5)); None when it has gone."""
    try:
        with open(f"/proc/{pid}/task/{tid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[36])
    except (OSError, IndexError, ValueError):
        return None
