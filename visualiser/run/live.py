"""One run from its launch to its end, without Qt and without a thread of its own: whoever drives it calls `poll`."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from visualiser.run.directory import RunDirectory
from visualiser.run.launch import LaunchError, ObserverLink, own_environment, probed
from visualiser.run.machine import machine_facts
from visualiser.run.rescue import end_tree
from visualiser.run.status import Report, sentence
from visualiser.run.target import Target, prepare_program
from visualiser.scenarios import find
from visualiser.trace import RunInfo

DEFAULT_LIMIT = 2 << 30
OUTPUT_LIMIT = 1 << 30


@dataclass(frozen=True)
class RunOptions:
    """How to run a target.

    `capture_output`: into files of the run's directory, with nothing to read on standard input; else the program has
    our own streams. `own_session`: away from our terminal. `cwd`: the program's folder; None leaves it to the target.
    `limit`: bytes of all diaries; `output_limit`: bytes kept of each stream. `grace`: seconds that processes may
    outlive the program. `command` is run in place of the target's own, for instance to run it without the probe.
    """

    capture_output: bool = True
    own_session: bool = True
    cwd: Path | None = None
    limit: int = DEFAULT_LIMIT
    output_limit: int = OUTPUT_LIMIT
    grace: float = 2.0
    command: tuple[str, ...] = ()


class LiveRun:
    """A run that is going on. `info` is what is known about it so far, `started` whether the program ever was.

    `ended`: all of its processes are gone. `notes`: sentences about what went otherwise than planned.

    `stop` and `kill` may be called from any thread; everything else from the one that drives it.
    """

    def __init__(self, target: Target, directory: RunDirectory, options: RunOptions) -> None:
        self.target = target
        self.directory = directory
        self.options = options
        self.started = self.ended = False
        self.info = RunInfo()
        self.notes: list[str] = []
        self._link: ObserverLink | None = None
        self._seen: dict[int, float] = {}
        self._wish: tuple[str, float, str] | None = None
        self._program_pid = 0

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._wish is not None

    def launch(self) -> None:
        """Write the run's description down and have the program started. Raises LaunchError, BadTarget."""
        try:
            copy = prepare_program(self.target, self.directory.path / "program")
            program = self._program(copy)
            self.info = _described(self.target, program)
            self._write_info()
        except OSError as error:
            raise LaunchError(f"{self.target.text} could not be prepared: {error.strerror or error}.") from error
        self._link = ObserverLink(self.options.own_session)
        self._link.order("launch", **self._order(program))
        if self._wish is not None:
            self._send_wish()

    def poll(self, seconds: float = 0.0) -> list[Report]:
        """What happened since, waiting up to `seconds`. When the observer has died, ends the tree: up to 4 s."""
        if self._link is None or self.ended:
            return []
        reports = self._link.reports(seconds)
        for report in reports:
            self._take(report)
        if self._link.closed and not self.ended:
            reports.append(self._rescue())
        return reports

    def stop(self, why: str, patience: float = 1.0) -> None:
        """Have the whole tree ended, rung by rung. `why`: "user" or "interrupt"; `patience`: seconds per rung."""
        self._wish = ("stop", patience, why)
        self._send_wish()

    def kill(self, why: str) -> None:
        """Have the whole tree killed at once."""
        self._wish = ("kill", 0.0, why)
        self._send_wish()

    def interrupt(self) -> bool:
        """Send the program itself SIGINT, as Ctrl+C does; whether it was there to be sent it, or is over already."""
        if self._program_pid and self.info.exit_code is None and self.info.signal is None:
            with contextlib.suppress(OSError):
                os.kill(self._program_pid, signal.SIGINT)
        return self.started or self.ended

    def conclude(self) -> RunInfo:
        """Let go of the observer and complete run.json; the run's description. To be called once, at the end."""
        if self._link is not None:
            self._link.close()
        if self.info.end_ns is None:
            self.info = replace(self.info, end_ns=time.perf_counter_ns())
        self._write_info()
        return self.info

    def note_interrupt(self) -> None:
        """The program ended by Ctrl+C."""
        self.info = replace(self.info, stopped_by="interrupt")

    # --- in its own words -----------------------------------------------------------------------------------------

    def _program(self, copy: Path | None) -> list[str]:
        """The program as plain Python would be given it: its file, or -m and the module, and the arguments."""
        target = self.target
        if target.module:
            return ["-m", target.module, *target.args]
        if target.runs_copy and copy is not None:
            return [str(copy), *target.args]
        return [target.text if self._cwd() is None else str(target.path), *target.args]

    def _folder(self) -> str:
        """Where a program of which a copy is run would find the modules beside it; "" where that is as ever."""
        target = self.target
        return str(target.path.parent) if target.kind == "file" and target.runs_copy and target.path else ""

    def _cwd(self) -> Path | None:
        if self.options.cwd is not None:
            return self.options.cwd
        return self.directory.path / "program" if self.target.kind == "scenario" else None

    def _order(self, program: list[str]) -> dict[str, Any]:
        options, folder = self.options, self.directory.path
        captured = options.capture_output
        environment = own_environment(folder, options.limit, self.target.lines, self.target.watch)
        return {
            "argv": list(options.command) or [self.target.python, *program],
            "directory": str(folder),
            "environment": environment if options.command else probed(environment, self._folder()),
            "cwd": os.fspath(self._cwd() or ""),
            "stdout": str(folder / "stdout") if captured else "",
            "stderr": str(folder / "stderr") if captured else "",
            "output_limit": options.output_limit,
            "limit": options.limit,
            "grace": options.grace,
        }

    def _send_wish(self) -> None:
        if self._link is not None and self._wish is not None:
            do, patience, _ = self._wish
            self._link.order(do, **({"patience": patience} if do == "stop" else {}))

    def _take(self, report: Report) -> None:
        """Keep what a report says about the run."""
        if text := sentence(report):
            self.notes.append(text)
        if report.what == "started":
            self._program_pid = report.pid
            self._start_at(report.t_ns)
        elif report.what == "sources":
            self.info = replace(self.info, sources={**self.info.sources, **report.sources})
        elif report.what == "processes":
            self._seen.update(report.seen)
        elif report.what == "exited":
            self.info = replace(self.info, exit_code=report.exit_code, signal=report.signal)
        elif report.what == "rung" and self._wish is not None:
            self.info = replace(self.info, stopped_by=self._wish[2])
        elif report.what == "outlived":
            self.info = replace(self.info, outlived=(*self.info.outlived, *report.pids))
        elif report.what == "failed":
            self.info = replace(self.info, failure=report.text)
        elif report.what == "ended":
            self.ended = True
            self.info = replace(self.info, end_ns=report.t_ns)

    def _start_at(self, origin_ns: int) -> None:
        """The run's zero: when the observer started the program."""
        self.started = True
        wall = time.time_ns() - (time.perf_counter_ns() - origin_ns)
        self.info = replace(self.info, started_wall_ns=wall, origin_ns=origin_ns)
        self._write_info()

    def _rescue(self) -> Report:
        left = end_tree(self._seen.items(), self.directory.path)
        self.info = replace(self.info, failure="The observer was killed, so the run was ended.")
        report = Report("ended", pids=tuple(left), t_ns=time.perf_counter_ns())
        self._take(report)
        return report

    def _write_info(self) -> None:
        """Write run.json, in one step for whoever reads it. Raises OSError only before anything was started."""
        path = self.directory.path / "run.json"
        fresh = path.with_suffix(".json.new")
        try:
            fresh.write_text(self.info.to_json(), encoding="utf-8")
            os.replace(fresh, path)
        except OSError as error:
            if self._link is None:
                raise
            self.notes.append(f"The run's description could not be written: {error.strerror or error}.")


def _described(target: Target, program: list[str]) -> RunInfo:
    return RunInfo(
        target=target.text,
        title=target.title,
        variant=target.variant,
        scenario=target.scenario,
        python=".".join(map(str, target.interpreter.version)),
        executable=target.python,
        argv=tuple(program),
        parameters=_parameters(target),
        machine=machine_facts(),
        started_wall_ns=time.time_ns(),
        origin_ns=time.perf_counter_ns(),
        extra=_labels(target),
    )


def _parameters(target: Target) -> dict[str, Any]:
    """The scenario's parameters as they are in this run."""
    if target.scenario is None:
        return {}
    parameters = find(target.scenario).variant(target.variant).parameters
    return {each.name: target.values.get(each.name, each.default) for each in parameters}


def _labels(target: Target) -> dict[str, Any]:
    """What its parameters are called, and their units: (label, unit) by name, for who writes about the run."""
    if target.scenario is None:
        return {}
    parameters = find(target.scenario).variant(target.variant).parameters
    return {"labels": {each.name: [each.label or each.name, each.unit] for each in parameters}}
