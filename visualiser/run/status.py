"""What the observer says about a run, line by line, as values. The other end is `observe.control`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

RUNG_WORDS = {"ask": "asked to stop", "terminate": "told to end", "kill": "killed"}


@dataclass(frozen=True)
class Report:
    """One fact about a run. `what` is one of:

    - "sources": what the run can stand on (`sources`, as in run.json);
    - "started": the program runs (`pid`);
    - "processes": seen for the first time (`seen`: pid, time of creation in seconds since the epoch);
    - "exited": the program itself ended (`exit_code`, or the number of the `signal` that ended it);
    - "rung": a rung of the stop ladder (`rung`: ask, terminate, kill; `count`: processes addressed);
    - "outlived": processes that did not end with the program and are being ended (`pids`, `names`);
    - "output limited": what the program prints is no longer kept (`text`: why);
    - "problem": something of the observer's own did not succeed, and the run goes on (`text`);
    - "failed": the program could not be started (`text`: one sentence);
    - "ended": nothing of the tree is left, but for `pids` that could not be ended.

    `t_ns`, of "started", "exited" and "ended": when (perf_counter_ns); of "ended", when the last process was reaped.
    """

    what: str
    pid: int = 0
    exit_code: int | None = None
    signal: int | None = None
    rung: str = ""
    count: int = 0
    pids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    seen: tuple[tuple[int, float], ...] = ()
    text: str = ""
    sources: Mapping[str, Any] = field(default_factory=dict)
    t_ns: int = 0


def parse_report(line: bytes) -> Report | None:
    """The report in one line of JSON; None for what is none (a line cut short by the observer's death)."""
    try:
        fields: dict[str, Any] = json.loads(line)
        seen = tuple((int(pid), float(created)) for pid, created in fields.pop("seen", ()))
        pids, names = tuple(fields.pop("pids", ())), tuple(fields.pop("names", ()))
        return Report(**fields, pids=pids, names=names, seen=seen)
    except (ValueError, TypeError, AttributeError):
        return None


def sentence(report: Report) -> str:
    """The report in words for the user; empty for what needs none."""
    if report.what == "rung":
        noun = "process" if report.count == 1 else "processes"
        return f"{report.count} {noun} {RUNG_WORDS.get(report.rung, report.rung)}."
    if report.what == "outlived":
        return f"Ended because they outlived the program: {', '.join(report.names)}."
    if report.what == "ended" and report.pids:
        return f"Could not be ended: process {', '.join(map(str, report.pids))}."
    return report.text
