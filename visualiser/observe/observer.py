"""The observer's loop: launch, reap, look, and take the tree down when it is time.

It ends when nothing below it is left. On Linux that is exact: as child subreaper it inherits every orphan, so waitpid
says "no children" only when the whole tree has gone. Elsewhere it remembers whom it saw.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import Any

import psutil

from visualiser.events import Diary, Kind, ThreadLog, pair, word
from visualiser.observe.afterword import write_afterword
from visualiser.observe.control import Channel, LaunchOrder
from visualiser.observe.ladder import ASK, KILL, PATIENCE, RUNG_NAMES, TERMINATE, Ladder
from visualiser.observe.launching import become_subreaper, launch, why_not
from visualiser.observe.memory import MemorySampler, Record
from visualiser.observe.output import OutputFiles
from visualiser.observe.pace import Pace
from visualiser.observe.tree import Member, Tree
from visualiser.observe.waiting import Alarm

TICK, LADDER_TICK, KILL_TICK = 0.1, 0.02, 0.005
"""Seconds between two turns: in calm, on the stop ladder, while killing."""
SCAN_PERIOD, SCAN_SHARE = 0.1, 0.004
SWEEPS = 50
"""Sweeps of killing in one turn while new processes keep appearing."""
LAST_WORDS = 2.0
"""Seconds that the app may take to read the last lines of status."""


class Observer:
    """One run's observer. `run()` returns when the tree has gone, or when what is left cannot be ended."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._alarm = Alarm()
        self._tree = Tree()
        self._scan_pace = Pace(SCAN_PERIOD, SCAN_SHARE)
        self._order: LaunchOrder | None = None
        self._program: subprocess.Popen[bytes] | None = None
        self._exit: tuple[float, int] | None = None  # when the program ended (monotonic), its raw wait status
        self._last_end_ns = 0
        self._ladder: Ladder | None = None
        self._childless = False
        self._inherits = become_subreaper()
        self._record: Record = _nowhere
        self._memory = MemorySampler(self._write)
        self._output = OutputFiles([], 0)

    def run(self) -> None:
        """Observe one run from the order to launch to the end of its last process."""
        try:
            while not self._over():
                self._turn()
        except Exception as error:  # whatever went wrong with watching, nobody is left behind
            self._channel.say("problem", text=f"The observer failed: {type(error).__name__}: {error}.")
            self._clear_away()
        self._say_the_end()

    def _over(self) -> bool:
        if self._program is None:
            return self._order is not None or self._channel.app_died or self._alarm.told_to_end
        if self._ladder is not None and self._ladder.gave_up:
            return True
        return self._exit is not None and self._childless and (self._inherits or not self._tree.members)

    def _turn(self) -> None:
        line = None if self._channel.app_died else self._channel.line
        if self._alarm.wait(line, self._pause()):
            for command in self._channel.commands():
                self._obey(command)
        if self._program is None:
            return
        self._reap()
        self._look()
        self._judge()
        self._channel.flush()

    def _pause(self) -> float:
        if self._ladder is None:
            return TICK
        return KILL_TICK if self._ladder.rung == KILL else LADDER_TICK

    def _obey(self, command: dict[str, Any]) -> None:
        wish = command.pop("do", "")
        if wish == "launch" and self._order is None:
            self._launch(LaunchOrder(**command))
        elif wish == "stop":
            self._descend(ASK, float(command.get("patience", PATIENCE)))
        elif wish == "kill":
            self._descend(KILL, PATIENCE)

    def _launch(self, order: LaunchOrder) -> None:
        self._order = order
        self._open_diary(order)
        try:
            self._output = OutputFiles([path for path in (order.stdout, order.stderr) if path], order.output_limit)
            start_ns = time.perf_counter_ns()
            self._program = launch(order, self._output)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self._channel.say("failed", text=why_not(order, error))
            return
        self._channel.say("started", pid=self._program.pid, t_ns=start_ns)
        self._scan()

    def _open_diary(self, order: LaunchOrder) -> None:
        version = ".".join(map(str, sys.version_info[:3]))
        info = {"role": "observer", "python": version, "executable": sys.executable, "start_wall_ns": time.time_ns()}
        try:
            diary = Diary(order.directory, info, order.limit)
        except OSError as error:
            self._channel.say("problem", text=f"Memory is not recorded: {error}.")
            return
        self._record = ThreadLog(diary, threading.get_native_id(), threading.get_ident()).record

    def _write(self, first: int, second: int) -> None:
        self._record(first, second)

    # --- reaping and looking ------------------------------------------------------------------------------------

    def _reap(self) -> None:
        """Take the exit status of every child that has ended: the program, and orphans that came to us."""
        if os.name == "nt":
            return self._poll_program()
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                return
            self._childless = False
            if pid == 0:
                return
            self._note_end(pid, status)

    def _poll_program(self) -> None:
        assert self._program is not None
        code = self._program.poll()
        if code is not None and self._exit is None:
            self._childless = True
            self._note_end(self._program.pid, code << 8)

    def _note_end(self, pid: int, status: int) -> None:
        assert self._program is not None
        self._last_end_ns = time.perf_counter_ns()
        is_program = pid == self._program.pid and self._exit is None
        self._record(word(Kind.EXITED, 0 if is_program else 1, pid), pair(0, status))
        self._tree.forget(pid)
        if is_program:
            code = self._program.returncode if os.name == "nt" else os.waitstatus_to_exitcode(status)
            self._program.returncode = code
            self._exit = (time.monotonic(), status)
            self._channel.say("exited", pid=pid, t_ns=self._last_end_ns, **exit_fields(code))

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

    # --- the end ------------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Whether the tree is to end now; and the next rung when it is on its way down."""
        if self._ladder is None and (self._channel.app_died or self._alarm.told_to_end):
            self._descend(ASK, PATIENCE)
        if self._ladder is None and self._grace_is_over():
            self._end_the_outlived()
        if self._ladder is not None:
            self._step(self._ladder)

    def _grace_is_over(self) -> bool:
        assert self._order is not None
        return self._exit is not None and time.monotonic() >= self._exit[0] + self._order.grace

    def _end_the_outlived(self) -> None:
        others = [member for member in self._tree.members.values() if not self._tree.is_helper(member)]
        if others:
            names = [f"{_name(member)} ({member.pid})" for member in others]
            self._channel.say("outlived", pids=[member.pid for member in others], names=names)
        self._descend(TERMINATE, PATIENCE)

    def _descend(self, first: int, patience: float) -> None:
        if self._ladder is None:
            self._ladder = Ladder(first, patience, self._note_rung)
        elif first == KILL:
            self._ladder.hurry()

    def _note_rung(self, rung: int, count: int) -> None:
        self._record(word(Kind.STOP_RUNG, rung), pair(0, count))
        self._channel.say("rung", rung=RUNG_NAMES[rung], count=count)

    def _step(self, ladder: Ladder) -> None:
        assert self._program is not None
        main = self._tree.members.get(self._program.pid) if self._exit is None else None
        ladder.step(time.monotonic(), main, self._tree.members.values())
        for _ in range(SWEEPS):
            if ladder.rung != KILL or not self._scan():
                break
            ladder.step(time.monotonic(), main, self._tree.members.values())

    def _clear_away(self) -> None:
        """The last resort: kill what is below us, as long as killing is worth while."""
        if self._program is None:
            return
        self._ladder = Ladder(KILL, PATIENCE, self._note_rung)
        while not self._over():
            self._alarm.wait(None, KILL_TICK)
            self._reap()
            self._tree.scan()
            self._step(self._ladder)

    def _say_the_end(self) -> None:
        left = sorted(self._tree.members) if self._program is not None and not self._childless else []
        end_ns = self._last_end_ns or time.perf_counter_ns()
        self._channel.say("ended", pids=left, t_ns=end_ns)
        self._channel.finish(LAST_WORDS)
        if self._channel.app_died and self._order is not None:
            code = None if self._exit is None else os.waitstatus_to_exitcode(self._exit[1])
            write_afterword(self._order.directory, {"end_ns": end_ns, **exit_fields(code)})


def _nowhere(first: int, second: int) -> None:
    """Where records go when there is no room for a diary."""


def exit_fields(code: int | None) -> dict[str, int | None]:
    """An exit code as subprocess gives it (negative: signal), in the two fields of run.json."""
    if code is None:
        return {"exit_code": None, "signal": None}
    return {"exit_code": None, "signal": -code} if code < 0 else {"exit_code": code, "signal": None}


def _name(member: Member) -> str:
    try:
        return str(member.process.name())
    except psutil.Error:
        return "a process"
