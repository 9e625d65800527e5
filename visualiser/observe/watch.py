"""A program that was launched, and everybody below it: reaped, looked at, and taken down when it is time.

It is over when nothing below the observer is left. On Linux that is exact: as child subreaper the observer inherits
every orphan, so waitpid says "no children" only when the whole tree has gone. Elsewhere it remembers whom it saw.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time

import psutil

from visualiser.observe.control import Channel, LaunchOrder
from visualiser.observe.ladder import KILL, PATIENCE, RUNG_NAMES, TERMINATE, Ladder
from visualiser.observe.memory import MemorySampler
from visualiser.observe.notebook import Notebook
from visualiser.observe.output import OutputFiles
from visualiser.observe.pace import Pace
from visualiser.observe.reaping import End, Reaper
from visualiser.observe.tree import Member, Tree
from visualiser.observe.waiting import Alarm

TICK, LADDER_TICK, KILL_TICK = 0.1, 0.02, 0.005
"""Seconds between two turns: in calm, on the stop ladder, while killing."""
SCAN_PERIOD, SCAN_SHARE = 0.1, 0.004
SWEEPS = 50
"""Sweeps of killing in one turn while new processes keep appearing."""


class Watch:
    """A program that was launched, and everybody below it. `besides`: as for `Tree`."""

    def __init__(
        self,
        channel: Channel,
        order: LaunchOrder,
        program: subprocess.Popen[bytes],
        notebook: Notebook,
        output: OutputFiles,
        inherits: bool,
        besides: int = 0,
    ) -> None:
        self.reaper = Reaper(program)
        self._channel, self._order, self._program = channel, order, program
        self._notebook, self._output = notebook, output
        self._inherits = inherits
        self._tree = Tree(besides)
        self._scan_pace = Pace(SCAN_PERIOD, SCAN_SHARE)
        self._memory = MemorySampler(notebook)
        self._ladder: Ladder | None = None
        self._grace_ends: float | None = None  # time.monotonic() s; from the program's own end on
        self._scan()

    def is_over(self) -> bool:
        """Whether there is nothing more to do here: all have ended, or who is left cannot be ended."""
        if self._ladder is not None and self._ladder.gave_up:
            return True
        ended = self.reaper.program_end is not None and self.reaper.childless
        return ended and (self._inherits or not self._tree.members)

    @property
    def pids(self) -> list[int]:
        """Who lives, as far as is known."""
        return list(self._tree.members)

    def left(self) -> list[int]:
        """Who could not be ended."""
        return [] if self.reaper.childless and self._inherits else sorted(self._tree.members)

    def pause(self) -> float:
        """Seconds until the next turn is due."""
        if self._ladder is None:
            return TICK
        return KILL_TICK if self._ladder.rung == KILL else LADDER_TICK

    def turn(self) -> None:
        """Reap, look, and take the next step down when there is one to take."""
        for end in self.reaper.reap():
            self._note_end(end)
        self._look()
        if self._ladder is None and self._grace_ends is not None and time.monotonic() >= self._grace_ends:
            self._end_the_outlived()
        if self._ladder is not None:
            self._step(self._ladder)

    def descend(self, first: int, patience: float = PATIENCE) -> None:
        """Go down the stop ladder, from that rung on. On the way down already, only killing makes it faster."""
        if self._ladder is None:
            self._ladder = Ladder(first, patience, self._note_rung)
        elif first == KILL:
            self._ladder.hurry()

    def clear_away(self, alarm: Alarm) -> None:
        """The last resort: kill who is below us, as long as killing is worth while."""
        self._ladder = Ladder(KILL, PATIENCE, self._note_rung)
        while not self.is_over():
            alarm.wait(None, KILL_TICK)
            for end in self.reaper.reap():
                self._tree.forget(end.pid)
            self._tree.scan()
            self._step(self._ladder)

    def _note_end(self, end: End) -> None:
        is_program = end is self.reaper.program_end
        self._notebook.exited(end.pid, end.status, orphan=not is_program)
        self._tree.forget(end.pid)
        if is_program:
            self._grace_ends = time.monotonic() + self._order.grace
            self._channel.say("exited", pid=end.pid, t_ns=end.t_ns, **exit_fields(end))

    def _look(self) -> None:
        if self._ladder is not None or self._scan_pace.due(time.monotonic()):
            with self._scan_pace.look():
                self._scan()
        self._memory.sample(self._tree.members.values())
        if news := self._output.trim():
            self._channel.say("output limited", text=news)

    def _scan(self) -> list[Member]:
        fresh = self._tree.scan()
        if fresh:
            self._channel.say("processes", seen=[[member.pid, member.created] for member in fresh])
        return fresh

    def _end_the_outlived(self) -> None:
        others = [member for member in self._tree.members.values() if not self._tree.is_helper(member)]
        if others:
            names = [f"{_name(member)} ({member.pid})" for member in others]
            self._channel.say("outlived", pids=[member.pid for member in others], names=names)
        self.descend(TERMINATE)

    def _note_rung(self, rung: int, count: int) -> None:
        self._notebook.rung(rung, count)
        self._channel.say("rung", rung=RUNG_NAMES[rung], count=count)

    def _step(self, ladder: Ladder) -> None:
        main = self._tree.members.get(self._program.pid) if self.reaper.program_end is None else None
        ladder.step(time.monotonic(), main, self._tree.members.values())
        if ladder.rung == KILL and self._inherits:
            self._kill_heirs()
        for _ in range(SWEEPS):
            if ladder.rung != KILL or not self._scan():
                break
            ladder.step(time.monotonic(), main, self._tree.members.values())

    def _kill_heirs(self) -> None:
        """Kill our own children as they come. A process that forks and ends, for ever, is gone before a scan of the
        tree has told who it was; yet each next one comes to us as an orphan before it can fork. Only we reap them, so
        nobody else can have got their numbers.
        """
        for _ in range(SWEEPS):
            heirs = self._tree.heirs()
            if not heirs:
                break
            for pid in heirs:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            for end in self.reaper.reap():
                self._note_end(end)


def exit_fields(end: End | None) -> dict[str, int | None]:
    """How a program ended, in the two fields of run.json; both None when it is not known."""
    if end is None:
        return {"exit_code": None, "signal": None}
    return {"exit_code": end.code, "signal": None} if end.code >= 0 else {"exit_code": None, "signal": -end.code}


def _name(member: Member) -> str:
    try:
        return str(member.process.name())
    except psutil.Error:
        return "a process"
