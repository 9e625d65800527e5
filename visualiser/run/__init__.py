"""One run from Start to Stop: what to run, launching it, reading along, ending it.

`record` needs no Qt; `Session` and `Collector` load QtCore when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visualiser.run import attaching
from visualiser.run.attaching import Running
from visualiser.run.directory import BadRunDirectory, RunDirectory
from visualiser.run.interpreters import BadInterpreter, Interpreter, interpreters, own_interpreter, probe_interpreter
from visualiser.run.launch import LaunchError
from visualiser.run.recording import Recording, record
from visualiser.run.status import Report
from visualiser.run.target import BadTarget, Target, resolve_target

if TYPE_CHECKING:
    from visualiser.run.collector import Collector
    from visualiser.run.session import Session, SessionState

__all__ = [
    "BadInterpreter",
    "BadRunDirectory",
    "BadTarget",
    "Collector",
    "Interpreter",
    "LaunchError",
    "Recording",
    "Report",
    "RunDirectory",
    "Running",
    "Session",
    "SessionState",
    "Target",
    "attaching",
    "interpreters",
    "own_interpreter",
    "probe_interpreter",
    "record",
    "resolve_target",
]


def __getattr__(name: str) -> Any:
    """Session and its kin, loaded at first use: they bring QtCore."""
    if name in ("Session", "SessionState"):
        from visualiser.run import session

        return getattr(session, name)
    if name == "Collector":
        from visualiser.run.collector import Collector

        return Collector
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
