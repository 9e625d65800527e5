"""The eye of the observer: switches, looks and GILs of the whole tree, turn by turn, handed over as blocks.

    watcher = Watcher(write, cache)
    watcher.arm(executable)
    ... launch ...
    while ...: sleep(watcher.pause); watcher.turn(pids)
    watcher.finish(pids)

`write(format, channel, payload)` gets blocks (`events.blocks`). Each level is chosen by trying: exact switches, else
looks at every thread, else nothing; `levels` says which, and why. `level` forces a lower one, for tests.

A turn with five threads costs 20 to 40 microseconds, sleeping included. While something of the tree is on a CPU or has
to be looked at, turns are a millisecond apart, or up to four where more would tell no more (`rate.py`, with exact
switches); four when all rest; and further apart when they cost more than `SHARE` of a CPU.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from visualiser.events import blocks
from visualiser.observe.calibrate import Calibrations, GilUnknown
from visualiser.observe.edges import absences_within, latest
from visualiser.observe.gils import Gils
from visualiser.observe.learner import Learner
from visualiser.observe.levels import NO_GIL, NO_LOOKS, Levels, choose, yama_advice
from visualiser.observe.looks import THRESHOLD_NS, AbsenceLooks, RoundLooks, Threads, threads_of, totals
from visualiser.observe.names import Names
from visualiser.observe.promptness import ask_for_short_slices
from visualiser.observe.psutil_totals import psutil_totals
from visualiser.observe.rate import LEAST_PAUSE, Rate
from visualiser.observe.switches import Switches

SHARE = 0.042
"""Of one CPU, for everything that the observer does."""
LEAST_REST_NS, MOST_REST_NS = 5_000, 500_000
IDLE_PAUSE = 0.004
FLUSH_S, TOTALS_S, NAMES_S, LIST_S = 0.03, 0.1, 0.05, 0.005
TOTALS_SHARE, LIST_SHARE = 0.005, 0.003

Write = Callable[[int, int, bytes], object]


class Watcher:
    """Watches everything that this process starts from now on. Not for several threads."""

    def __init__(self, write: Write, cache: Path | None = None, level: str = "exact") -> None:
        self._write = write
        self._calibrations = Calibrations(cache)
        self._learner: Learner | None = None
        self._gils = Gils(self._calibrations)
        self._threads = Threads(self._gils.owns)
        self._absences = AbsenceLooks(self._threads)
        self._rounds = RoundLooks(self._threads, SHARE)
        self._names = Names()
        self._switches: Switches | None = None
        self._buffers: dict[tuple[int, int], list[bytes]] = {}
        self._flush_due = self._totals_due = self._list_due = self._names_due = self._watch_due = 0.0
        self._alive: list[tuple[int, int]] = []
        self._cost = 0.0
        self._rest = 12_000.0  # ns a turn costs on top: going to sleep, waking up, a share of keeping house
        self._spent = self._paid = self._counted = 0  # ns in turns; ns of CPU and turns when that was looked at last
        self._turns = self._looks = self._latest = self._lost = 0
        self._due = 0  # when the next turn should begin (perf_counter_ns); 0 before the first
        self._rate = Rate()
        self.pause = LEAST_PAUSE
        self.levels = Levels()
        self._level = level

    def arm(self, executable: str) -> Levels:
        """Right before the launch, with nothing started in between: choose the levels, open the switch events.

        Learns first where this interpreter keeps its GIL (0.1 s, once per build), so that it is not done while it runs;
        about others it learns aside when they turn up.
        """
        if sys.platform == "linux" and self._level in ("exact", "sampled"):
            with contextlib.suppress(GilUnknown, OSError):
                self._calibrations.learn(executable)
            self._learner = Learner(self._calibrations)
            self._gils.ask(self._learner)
        self.levels, self._switches = choose(self._level)
        gc.freeze()  # what is there will stay: to go through it again and again would only make turns late
        return self.levels

    @property
    def besides(self) -> int:
        """The thread (its native id) whose children are no part of what is watched; 0: there is none."""
        return self._learner.tid if self._learner is not None else 0

    def turn(self, pids: Iterable[int]) -> None:
        """One turn. `pids`: the processes known to live; on the exact level the kernel tells of others by itself."""
        if self._switches is None and self.levels.reasons == "none":
            self._totals_turn(pids)
            return
        begin, cpu = time.perf_counter_ns(), time.thread_time()
        if not self._due and self._switches is None:
            ask_for_short_slices()
        elif self._due:
            self._latest = max(self._latest, begin - self._due)
        now = time.monotonic()
        try:
            busy = self._exact_turn(now) if self._switches else self._sampled_turn(pids, now)
        except PermissionError:
            self._give_up_looks()
            busy = False
        self._house(pids, now)
        self._pace(busy, time.thread_time() - cpu)
        self._due = time.perf_counter_ns() + round(self.pause * 1e9)

    def finish(self, pids: Iterable[int] = ()) -> None:
        """Take what is left, write it down and let go."""
        if self._switches is not None:
            self._drain()
            self._switches.close()
            self._switches = None
        if self.levels.reasons != "none":
            self._add_totals(pids)
        if self.levels.gil != "none" and not self._gils.read_any:
            self.levels.lack(next(iter(self._gils.problems), NO_GIL), "gil")
        self._add(blocks.INTERVALS, 0, self._gils.intervals)
        if self._due or self._totals_due:
            self._add_watch()
        self._flush()
        self._threads.close()
        self._gils.close()
        if self._learner is not None:
            self._learner.close()

    # --- levels -------------------------------------------------------------------------------------------------

    def _give_up_looks(self) -> None:
        """The system lets nobody look: edges alone are left, where there are any."""
        self.levels.lack(NO_LOOKS, "reasons", "gil", *(["switches"] if self._switches is None else []))
        self.levels.advice = self.levels.advice or yama_advice()

    # --- one turn -----------------------------------------------------------------------------------------------

    def _exact_turn(self, now: float) -> bool:
        self._drain()
        absences = self._absences
        if self.levels.reasons == "none":
            return False
        # the GIL's place first: a process's first looks need it to tell its GIL from other futexes
        active = set(absences.on.values())
        active.update(edge.pid for edge in absences.away.values())
        # nobody looks at a thread that ended, yet it may have been the last to leave: who has its GIL now?
        active |= absences.ended_in
        absences.ended_in.clear()
        self._add(blocks.GILS, 0, self._gils.rows(active, now))
        looks = absences.look()
        self._looks += len(looks)
        self._add(blocks.LOOKS, 0, [look.packed() for look in looks])
        self._add(blocks.TOTALS, 0, absences.accounts)
        absences.accounts.clear()
        self._rate.note(absences.missed + absences.born + self._gils.missed)
        absences.missed = absences.born = self._gils.missed = 0
        return bool(active)

    def _drain(self) -> None:
        assert self._switches is not None
        self._take(self._switches.drain())

    def _take(self, drained: Iterable[tuple[int, bytes]]) -> None:
        """Keep what the rings of CPUs had, and remember each thread's newest edge."""
        for cpu, data in drained:
            self._add(blocks.SWITCHES, cpu, [data])
            edges, lost = latest(data)
            self._absences.note(edges)
            if not self._rate.is_least:
                self._absences.missed += absences_within(data, THRESHOLD_NS)
            self._lost += sum(one.records for one in lost)

    def _sampled_turn(self, pids: Iterable[int], now: float) -> bool:
        if now >= self._list_due:
            self._list(pids, now)
        self._add(blocks.GILS, 0, self._gils.rows({pid for pid, _ in self._alive}, now))
        looks = self._rounds.look(self._alive, now)
        if self._rounds.accounts:
            self._add(blocks.TOTALS, 0, [self._rounds.accounts])
        self._looks += len(looks)
        self._add(blocks.LOOKS, 0, [look.packed() for look in looks])
        return True

    def _list(self, pids: Iterable[int], now: float) -> None:
        """Who lives. A thread is looked at from then on, so this is done soon again, as long as it costs little."""
        cpu = time.thread_time()
        before = {tid for _, tid in self._alive}
        self._alive = [(pid, tid) for pid in pids for tid in threads_of(pid)]
        for tid in before - {tid for _, tid in self._alive}:
            self._threads.forget(tid)
            self._names.forget(tid)
        self._list_due = now + max(LIST_S, (time.thread_time() - cpu) / LIST_SHARE)
        if now >= self._names_due:
            self._names_due = now + NAMES_S
            self._add(blocks.NAMES, 0, self._names.rows(self._alive))

    def _totals_turn(self, pids: Iterable[int]) -> None:
        """Where nothing better is had: what psutil tells."""
        self.pause = TOTALS_S
        now = time.monotonic()
        if self._level != "none" and now >= self._totals_due:
            self._totals_due = now + TOTALS_S
            self._add(blocks.TOTALS, 0, psutil_totals(pids))
            self._add_watch()
            self._flush()

    def _house(self, pids: Iterable[int], now: float) -> None:
        if now >= self._totals_due:
            self._totals_due = now + TOTALS_S
            pids = list(pids)
            self._add(blocks.INTERVALS, 0, self._gils.intervals)
            self._gils.intervals.clear()
            self._gils.forget([pid for pid in self._gils.pids() if not os.path.exists(f"/proc/{pid}")])
            self._add_watch()
            if self._switches is None:  # exact switches tell more than totals do
                cpu = time.thread_time()
                self._add_totals(pids)
                self._totals_due = now + max(TOTALS_S, (time.thread_time() - cpu) / TOTALS_SHARE)
        if now >= self._flush_due:
            self._flush_due = now + FLUSH_S
            self._flush()

    def _pace(self, busy: bool, cost: float) -> None:
        cost = min(cost, 0.0005)  # opening a new process's files costs milliseconds, once: no reason to look away
        self._spent += round(cost * 1e9)
        self._cost = 0.95 * self._cost + 0.05 * cost
        least = self._rate.pause if busy else IDLE_PAUSE
        self.pause = max(least, (self._cost + self._rest / 1e9) / SHARE)
        self._turns += 1

    def _learn_rest(self, cpu: int) -> None:
        """How much more than its turns the process costs. `cpu`: ns so far."""
        turns = self._turns - self._counted
        if self._paid and turns:
            rest = min(max((cpu - self._paid - self._spent) / turns, LEAST_REST_NS), MOST_REST_NS)
            self._rest = 0.8 * self._rest + 0.2 * rest
        self._paid, self._counted, self._spent = cpu, self._turns, 0

    # --- blocks -------------------------------------------------------------------------------------------------

    def _add(self, kind: int, channel: int, rows: list[bytes]) -> None:
        if rows:
            self._buffers.setdefault((kind, channel), []).extend(rows)

    def _add_totals(self, pids: Iterable[int]) -> None:
        self._add(blocks.TOTALS, 0, [rows for pid in pids if (rows := totals(pid, threads_of(pid)))])

    def _add_watch(self) -> None:
        cpu = time.process_time_ns()
        self._learn_rest(cpu)
        t = time.perf_counter_ns()
        row = blocks.WATCH_ROW.pack(t, cpu, self._turns, min(self._latest, 0xFFFFFFFF), self._looks, self._lost)
        self._add(blocks.WATCH, 0, [row])
        self._latest = 0

    def _flush(self) -> None:
        for (kind, channel), rows in self._buffers.items():
            if rows:
                self._write(kind, channel, b"".join(rows))
                rows.clear()
