"""The observer's loop: it obeys the app, launches the program, and turns until nothing below it is left."""

from __future__ import annotations

import os
import subprocess
import time
from typing import Any

from visualiser.observe.afterword import write_afterword
from visualiser.observe.calibrate import default_cache
from visualiser.observe.control import Channel, LaunchOrder
from visualiser.observe.ladder import ASK, KILL, PATIENCE
from visualiser.observe.launching import become_subreaper, launch, why_not
from visualiser.observe.levels import LEVEL_VARIABLE, forced_level
from visualiser.observe.notebook import Notebook
from visualiser.observe.output import OutputFiles
from visualiser.observe.waiting import Alarm
from visualiser.observe.watch import TICK, Watch, exit_fields
from visualiser.observe.watcher import Watcher

LAST_WORDS = 2.0
"""Seconds that the app may take to read the last lines of status."""


class Observer:
    """One run's observer. `run()` returns when the tree has gone, or when what is left cannot be ended."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._inherits = become_subreaper()
        self._alarm = Alarm()
        self._order: LaunchOrder | None = None
        self._watch: Watch | None = None
        self._watcher: Watcher | None = None
        self._notebook = Notebook()
        self._due = 0.0

    def run(self) -> None:
        """Observe one run from the order to launch to the end of its last process."""
        try:
            while not self._over():
                self._turn()
        except Exception as error:  # whatever went wrong with watching, nobody is left behind
            self._channel.say("problem", text=f"The observer failed: {type(error).__name__}: {error}.")
            if self._watch is not None:
                self._watch.clear_away(self._alarm)
        self._say_the_end()

    def _over(self) -> bool:
        if self._watch is not None:
            return self._watch.is_over()
        return self._order is not None or self._told_to_end()

    def _told_to_end(self) -> bool:
        return self._channel.app_died or self._alarm.told_to_end

    def _turn(self) -> None:
        line = None if self._channel.app_died else self._channel.line
        called = self._alarm.wait(line, self._pause())
        if called:
            for command in self._channel.commands():
                self._obey(command)
        if self._watcher is not None and self._watch is not None:
            self._look(self._watcher, self._watch.pids)
        if called or self._alarm.rang or time.monotonic() >= self._due:
            self._keep_house()

    def _look(self, watcher: Watcher, pids: list[int]) -> None:
        """Watch for a turn. Should that fail, the program goes on unwatched: from here on nothing is known of it."""
        try:
            watcher.turn(pids)
        except Exception as error:
            self._watcher = None
            self._notebook.lose_sight()
            text = f"Watching failed ({type(error).__name__}: {error}); what the program did after that is not known."
            self._channel.say("problem", text=text)

    def _pause(self) -> float:
        """Seconds to sleep at most."""
        rest = max(self._due - time.monotonic(), 0.0)
        return min(rest, self._watcher.pause) if self._watcher is not None and self._watch is not None else rest

    def _keep_house(self) -> None:
        """Everything but watching, which is done more often."""
        if self._watch is not None:
            if self._told_to_end():
                self._watch.descend(ASK)
            self._watch.turn()
        self._channel.flush()
        self._due = time.monotonic() + (self._watch.pause() if self._watch else TICK)

    def _obey(self, command: dict[str, Any]) -> None:
        wish = command.pop("do", "")
        if wish == "launch" and self._order is None:
            self._launch(LaunchOrder(**command))
        elif self._watch is not None and wish == "stop":
            self._watch.descend(ASK, float(command.get("patience", PATIENCE)))
        elif self._watch is not None and wish == "kill":
            self._watch.descend(KILL)

    def _launch(self, order: LaunchOrder) -> None:
        self._order = order
        notebook = self._notebook
        try:
            notebook.open(order.directory, order.limit)
        except OSError as error:
            self._channel.say("problem", text=f"Memory is not recorded: {error}.")
        try:
            files = OutputFiles([path for path in (order.stdout, order.stderr) if path], order.output_limit)
            self._watcher = Watcher(notebook.block, default_cache(), forced_level(os.environ.get(LEVEL_VARIABLE)))
            self._watcher.arm(order.argv[0])  # nothing else may be started between this and the program
            start_ns = time.perf_counter_ns()
            program = launch(order, files)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self._channel.say("failed", text=why_not(order, error))
            return
        self._channel.say("sources", sources=self._watcher.levels.told())
        self._channel.say("started", pid=program.pid, t_ns=start_ns)
        self._watch = Watch(self._channel, order, program, notebook, files, self._inherits, self._watcher.besides)

    def _say_the_end(self) -> None:
        watch = self._watch
        if self._watcher is not None:
            self._watcher.finish(watch.pids if watch else ())
            self._channel.say("sources", sources=self._watcher.levels.told())
        end_ns = (watch.reaper.last_ns if watch else 0) or time.perf_counter_ns()
        self._channel.say("ended", pids=watch.left() if watch else [], t_ns=end_ns)
        self._channel.finish(LAST_WORDS)
        if self._channel.app_died and self._order is not None:
            end = watch.reaper.program_end if watch else None
            write_afterword(self._order.directory, {"end_ns": end_ns, **exit_fields(end)})
