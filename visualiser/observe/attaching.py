"""Watching a process that runs already, and what it starts, without touching it: attach, turn by turn, let go.

    attachment = Attachment(pid, directory)
    while not attachment.over: attachment.turn(); sleep(attachment.pause)
    attachment.finish()

The process is nobody's child here: it is never reaped, stopped or signalled, and when this process ends, however it
does, the kernel closes the events with it. Nothing is known of what was before: where each thread was at the
beginning is what the system says of it then, and what the kernel's next word about it proves.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from visualiser.events import blocks
from visualiser.observe.attach_switches import AttachedSwitches, Record, records
from visualiser.observe.calibrate import GilUnknown, default_cache
from visualiser.observe.edges import Edge
from visualiser.observe.learner import Learner
from visualiser.observe.levels import ASKED, ELSEWHERE, LEVEL_VARIABLE, Levels, forced_level
from visualiser.observe.looks import threads_of, totals
from visualiser.observe.memory import MemorySampler
from visualiser.observe.notebook import Notebook
from visualiser.observe.switches import SwitchesRefused
from visualiser.observe.tree import Member, children_of
from visualiser.observe.watcher import Watcher, Write

TREE_S = 0.25
"""Seconds between two looks for processes that it started."""

NO_LOOKS = "The system does not let us see what the threads of this process wait for."
NO_GIL = "The system does not let us read the memory of this process, so who holds its GIL is not known."
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")


class AttachedWatcher(Watcher):
    """A watcher of a process that was there before it."""

    def __init__(self, write: Write, cache: Path | None = None, level: str = "exact") -> None:
        super().__init__(write, cache, level)
        self._unplaced: dict[int, int] = {}  # threads that could run when we came, and their process
        self._since = 0
        self._before: dict[int, tuple[int, int, int]] = {}  # what each thread's account said when we came

    def attach(self, pids: Sequence[int]) -> Levels:
        """Choose the levels and follow the threads of a process, and of those it started, from here on."""
        if sys.platform == "linux" and self._level in ("exact", "sampled"):
            with contextlib.suppress(GilUnknown, OSError):
                self._calibrations.learn(os.readlink(f"/proc/{pids[0]}/exe"))
            self._learner = Learner(self._calibrations)
            self._gils.ask(self._learner)
        self.levels = _levels(self._level)
        for pid in pids:
            rows = blocks.TOTAL.iter_unpack(totals(pid, threads_of(pid)))
            self._before.update({tid: (on_cpu, waited, times) for _, _, tid, on_cpu, waited, times in rows})
        if self.levels.switches == "exact":
            try:
                self._switches = AttachedSwitches.attach(pids)
            except SwitchesRefused as error:
                self.levels.switches, self.levels.why["switches"] = "sampled", error.reason
                self.levels.advice = _advice(error.advice)
        if isinstance(self._switches, AttachedSwitches):
            self._place(self._switches.followed)
        return self.levels

    def _place(self, followed: Mapping[int, int]) -> None:
        """Where each thread is now: off the CPU by its own wish, or able to run; which of that its next edge tells."""
        self._since = time.perf_counter_ns()
        away: dict[int, Edge] = {}
        for tid, pid in followed.items():
            state = _state(pid, tid)
            if state in ("S", "D", "I"):
                self._add(blocks.SWITCHES, 0, [_edge(pid, tid, self._since, 0, blocks.MISC_OUT)])
                away[tid] = Edge(self._since, pid, True, False)
            elif state == "R":
                self._unplaced[tid] = pid
        self._absences.note(away)
        named = [(pid, tid) for tid, pid in followed.items()]
        self._add(blocks.NAMES, 0, self._names.rows(named))

    def _add(self, kind: int, channel: int, rows: list[bytes]) -> None:
        if kind == blocks.TOTALS:
            rows = [self._since_then(one) for one in rows]
        super()._add(kind, channel, rows)

    def _since_then(self, accounts: bytes) -> bytes:
        """Rows of accounts without what was before we came."""
        made = []
        for t, pid, tid, *now in blocks.TOTAL.iter_unpack(accounts):
            then = self._before.get(tid, (0, 0, 0))
            made.append(blocks.TOTAL.pack(t, pid, tid, *(max(a - b, 0) for a, b in zip(now, then, strict=True))))
        return b"".join(made)

    def _drain(self) -> None:
        if not self._unplaced:
            super()._drain()
            return
        assert self._switches is not None
        drained = self._switches.drain()
        for one in sorted((one for _, data in drained for one in records(data)), key=lambda one: one.t):
            self._learn_place(one)
        self._take(drained)

    def _learn_place(self, one: Record) -> None:
        """The first word about a thread that could run: it leaves a CPU, so it was on it; or it comes onto one."""
        pid = self._unplaced.get(one.tid)
        if pid is None or one.kind not in (blocks.PERF_SWITCH, blocks.PERF_EXIT):
            return
        del self._unplaced[one.tid]
        on_cpu = one.out or one.kind == blocks.PERF_EXIT
        misc = 0 if on_cpu else blocks.MISC_OUT | blocks.MISC_PREEMPTED
        self._add(blocks.SWITCHES, one.cpu, [_edge(pid, one.tid, self._since, one.cpu, misc)])

    def finish(self, pids: Iterable[int] = ()) -> None:
        """The same as of any watcher; threads that never left their CPU meanwhile are told of as well."""
        if isinstance(self._switches, AttachedSwitches):
            self._drain()
            for tid, pid in self._unplaced.items():  # never off its CPU since
                cpu = _cpu(pid, tid)
                if cpu is not None:
                    self._add(blocks.SWITCHES, cpu, [_edge(pid, tid, self._since, cpu, 0)])
        super().finish(pids)


def _edge(pid: int, tid: int, t: int, cpu: int, misc: int) -> bytes:
    """A switch record as the kernel writes it."""
    header = blocks.PERF_SWITCH | misc << 32 | blocks.SWITCH.size << 48
    return blocks.SWITCH.pack(header, pid, tid, t, cpu, 0)


def _state(pid: int, tid: int) -> str:
    """R, S, D ... (proc(5)); "" when it has gone."""
    return _stat(pid, tid)[0]


def _cpu(pid: int, tid: int) -> int | None:
    """The CPU that a thread is on, if it can run; None when it has gone or rests."""
    state, cpu = _stat(pid, tid)
    return cpu if state == "R" else None


def _stat(pid: int, tid: int) -> tuple[str, int]:
    try:
        with open(f"/proc/{pid}/task/{tid}/stat", "rb") as file:
            parts = file.read().rpartition(b")")[2].split()
        return parts[0].decode(), int(parts[36])
    except (OSError, IndexError, ValueError):
        return "", 0


def _levels(level: str) -> Levels:
    levels = Levels()
    if level in ("psutil", "none") or sys.platform != "linux":
        levels.lack(ASKED if sys.platform == "linux" else ELSEWHERE, "switches", "gil", "reasons")
        return levels
    levels.switches = levels.gil = levels.reasons = "sampled"
    if level == "sampled":
        levels.why["switches"] = ASKED
    else:
        levels.switches = "exact"
    return levels


def _advice(told: str) -> str:
    return "Run this command with sudo." if told == "sudo" else told


def look_advice() -> str:
    """What lets us look into processes that are not our children, in a sentence; "" where nothing stands in the way.

    Source: Documentation/admin-guide/LSM/Yama.rst.
    """
    try:
        scope = YAMA.read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return {
        "1": "sudo sysctl kernel.yama.ptrace_scope=0, or run this command with sudo",
        "2": "Run this command with sudo.",
    }.get(scope, "")


class Attachment:
    """One process that is watched until somebody lets go, or it ends. Raises OSError where there can be no diary.

    `levels`: how each thing is known; `over`: the process has ended; `pause`: seconds until the next turn.
    """

    def __init__(self, pid: int, directory: str, limit: int, environ: Mapping[str, str] = os.environ) -> None:
        self._process = psutil.Process(pid)
        self._notebook = Notebook()
        self._notebook.open(directory, limit)
        self._members = {pid: Member(self._process, self._process.ppid())}
        self._memory = MemorySampler(self._notebook)
        self._watcher = AttachedWatcher(
            self._notebook.block, default_cache(), forced_level(environ.get(LEVEL_VARIABLE))
        )
        self._tree_due = 0.0
        self.over = False
        self.problem = ""
        self.start_ns = time.perf_counter_ns()
        self._find_children()
        self.levels = self._watcher.attach(list(self._members))

    @property
    def pause(self) -> float:
        """Seconds to sleep."""
        return self._watcher.pause

    def turn(self) -> None:
        """Look once. Where looking fails, nothing more is known from there on, and the process goes on."""
        self._keep_house()
        if self.problem:
            return
        try:
            self._watcher.turn(list(self._members))
        except Exception as error:
            self.problem = f"Watching failed ({type(error).__name__}: {error}); what came after that is not known."
            self._notebook.lose_sight()

    def lose_sight(self) -> None:
        """What was seen last must not be taken to go on."""
        self._notebook.lose_sight()

    def finish(self) -> dict[str, Any]:
        """Let go; what the run's sources are."""
        if not self.problem:
            self._watcher.finish(list(self._members))
        why, levels = self.levels.why, self._watcher.levels
        if levels.reasons == "none" and "reasons" in why:
            why["reasons"] = NO_LOOKS
            levels.advice = look_advice() or levels.advice
        if levels.gil == "none" and levels.reasons == "none":
            why["gil"] = NO_GIL
        self._notebook.close()
        return levels.told()

    def _keep_house(self) -> None:
        now = time.monotonic()
        if now < self._tree_due:
            return
        self._tree_due = now + TREE_S
        try:
            self.over = not self._process.is_running() or self._process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            self.over = True
        self._find_children()
        self._memory.sample(self._members.values())

    def _find_children(self) -> None:
        found, todo = {}, [self._process.pid]
        while todo:
            parent = todo.pop()
            for pid in children_of(parent):
                found[pid] = parent
                todo.append(pid)
        for pid, parent in found.items():
            if pid not in self._members:
                with contextlib.suppress(psutil.Error):
                    self._members[pid] = Member(psutil.Process(pid), parent)
        self._members = {pid: one for pid, one in self._members.items() if pid in found or pid == self._process.pid}
