"""A run recorded from the command line, without Qt: the program has the terminal, and Ctrl+C is its own first."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from visualiser.run.canary import Canary
from visualiser.run.directory import RunDirectory, sweep
from visualiser.run.live import DEFAULT_LIMIT, LiveRun, RunOptions
from visualiser.run.reading import read_store
from visualiser.run.status import Report
from visualiser.run.target import Target
from visualiser.trace import RunInfo, TraceStore

WAIT = 0.1
"""Seconds after which a signal that came is acted upon."""
MOMENT = 0.05
"""Seconds after which a signal has reached whoever else it was sent to."""
HINT_AFTER = 1.0
HINT = "\nThe program has not ended yet. Press Ctrl+C again to end it with all of its processes."


@dataclass(frozen=True)
class Recording:
    """A finished run, in a directory that is removed when the `with` block of this value ends.

    `notes` are sentences about what went otherwise than planned. `interrupted`: Ctrl+C came. `ended_by`: the number of
    the signal (SIGTERM, SIGHUP) that told the recorder itself to end, or None.
    """

    directory: RunDirectory
    info: RunInfo
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    ended_by: int | None = None

    @cached_property
    def store(self) -> TraceStore:
        """What was recorded. Read at first use, so that a run that is only kept as files costs no memory."""
        return read_store(self.directory.path, self.info)

    def close(self) -> None:
        """Remove the run's directory. Harmless the second time."""
        self.directory.close()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def record(
    target: Target,
    *,
    own_terminal: bool = True,
    limit: int = DEFAULT_LIMIT,
    cwd: Path | None = None,
    on_report: Callable[[Report], None] | None = None,
    command: tuple[str, ...] = (),
) -> Recording:
    """Run the target to its end; blocks. With `own_terminal` the program has this process's own standard streams.

    A first Ctrl+C is the program's, as under plain Python, and passed on to it when it was sent to us alone; a second
    one ends the whole tree, a third one at once. SIGTERM and SIGHUP end the tree. `command`: see RunOptions. Raises
    LaunchError, BadRunDirectory, BadTarget.
    """
    options = RunOptions(capture_output=not own_terminal, own_session=False, cwd=cwd, limit=limit, command=command)
    directory = RunDirectory.create()
    sweep()
    try:
        return _recorded(LiveRun(target, directory, options), on_report or _ignore)
    except BaseException:
        directory.close()
        raise


def _recorded(live: LiveRun, on_report: Callable[[Report], None]) -> Recording:
    with Canary() as canary, _Signals(live, canary) as signals:
        try:
            live.launch()
            while not live.ended:
                for report in live.poll(WAIT):
                    on_report(report)
                signals.act()
        finally:
            info = live.conclude()
    return Recording(live.directory, info, tuple(live.notes), signals.interrupts > 0, signals.ended_by)


def _ignore(report: Report) -> None:
    """Nobody asked for reports."""


class _Signals:
    """What the user's signals mean while a run goes on; the earlier handlers come back at the end.

    A handler only takes note, `act` does what follows. Outside of the main thread nothing is caught.
    """

    def __init__(self, live: LiveRun, canary: Canary) -> None:
        self._canary = canary
        self._pass_on_due = 0.0
        self.interrupts = 0
        self.ended_by: int | None = None
        self._live = live
        self._acted = 0
        self._hint_due = 0.0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Signals:
        if threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            self.interrupts += 1
        else:
            self.ended_by = number

    def act(self) -> None:
        """Do what the signals that came since ask for."""
        live = self._live
        if self.ended_by is not None and self._acted < 2:
            self._acted = 2
            live.stop("interrupt")
        if self.interrupts > self._acted:
            self._acted = self.interrupts
            if self.interrupts == 1:
                self._hint_due = time.monotonic() + HINT_AFTER
                self._pass_on_due = time.monotonic() + MOMENT
            elif self.interrupts == 2:
                live.stop("interrupt")
            else:
                live.kill("interrupt")
        self._pass_on()
        self._hint()
        if self.interrupts and (live.info.signal == signal.SIGINT or live.info.exit_code == 130):
            live.note_interrupt()

    def _pass_on(self) -> None:
        """Give the program a first SIGINT that was sent to us alone."""
        due = self._pass_on_due and time.monotonic() > self._pass_on_due
        if due and (not self._canary.sings or self._live.interrupt()):
            self._pass_on_due = 0.0

    def _hint(self) -> None:
        if self._hint_due and time.monotonic() > self._hint_due and not self._live.ended:
            self._hint_due = 0.0
            if self.interrupts == 1:
                print(HINT, file=sys.stderr, flush=True)
