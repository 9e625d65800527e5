"""What commands work on: a program to run, understood and run, or a saved run, read."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import INTERRUPTED, PROGRAM_FAILED, UNAVAILABLE, CommandError, complain

if TYPE_CHECKING:
    from visualiser.preflight import Readiness
    from visualiser.run import Recording, Target
    from visualiser.trace import TraceStore


def qt_ready(*, window: bool) -> Readiness:
    """Qt can be loaded from here on, on the platform that preflight chose; else a sentence and exit code 69."""
    from visualiser.preflight import ready_for_qt

    ready = ready_for_qt(window=window)
    if ready.missing:
        raise CommandError(ready.advice, UNAVAILABLE)
    if ready.platform:
        os.environ["QT_QPA_PLATFORM"] = ready.platform
    return ready


def target_from(options: argparse.Namespace) -> Target:
    if bool(options.target) == bool(options.module):
        raise CommandError("Name one thing to run: a scenario's id, a .py file, or -m MODULE.")
    return target_of(
        options.target,
        module=options.module,
        args=options.args,
        variant=options.variant,
        values=options.set,
        python=options.python,
        lines=True if options.lines else None,
        watch=[name for name in (options.watch or "").split(",") if name],
    )


def target_of(text: str | None, **more: Any) -> Target:
    from visualiser.run import BadTarget, resolve_target

    try:
        return resolve_target(text, **more)
    except BadTarget as error:
        raise CommandError(str(error)) from None


def source_from(options: argparse.Namespace) -> TraceStore:
    """The trace that SOURCE means: a saved run that is read, or a program that is run now, quietly."""
    from visualiser.files import BadFile, load

    path = Path(options.target or "")
    runnable = options.module or path.suffix == ".py" or (not path.exists() and "." not in path.name)
    if runnable and (options.module or options.target):
        return run_quietly(target_from(options))
    if not options.target:
        raise CommandError("Name a saved run, or what to run: a scenario's id, a .py file, or -m MODULE.")
    if options.args or options.set or options.variant or options.python:
        raise CommandError(f"{path} is a saved run: arguments and parameters belong to a program that is run.")
    try:
        return load(path)
    except BadFile as error:
        raise CommandError(str(error)) from None


def run_quietly(target: Target) -> TraceStore:
    """Run a program for its trace alone; its output is kept in the trace and not printed."""
    with recorded(target, own_terminal=False) as recording:
        outcome_of(recording)
        return recording.store


def recorded(target: Target, *, own_terminal: bool) -> Recording:
    """The run of a program, finished. Raises CommandError when the program could not be started at all."""
    from visualiser.run import BadRunDirectory, BadTarget, LaunchError, record

    try:
        recording = record(target, own_terminal=own_terminal)
    except BadTarget as error:
        raise CommandError(str(error)) from None
    except (LaunchError, BadRunDirectory) as error:
        raise CommandError(str(error), UNAVAILABLE) from None
    if recording.info.failure and recording.info.exit_code is None and recording.info.signal is None:
        recording.close()
        raise CommandError(recording.info.failure, UNAVAILABLE)
    return recording


def outcome_of(recording: Recording) -> int:
    """Say how the program ended when it did not end well; the exit code of ours."""
    info = recording.info
    for sentence in recording.notes:
        print(f"interleave: {sentence}", file=sys.stderr)
    if info.stopped_by in ("interrupt", "user"):
        return complain("The run was interrupted; what happened until then is kept.", INTERRUPTED)
    if info.signal:
        name = signal.Signals(info.signal).name if info.signal in set(signal.Signals) else str(info.signal)
        return complain(f"The program was killed by {name}.", PROGRAM_FAILED)
    if info.exit_code:
        return complain(f"The program ended with exit code {info.exit_code}.", PROGRAM_FAILED)
    return 0
