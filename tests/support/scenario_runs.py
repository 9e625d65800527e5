"""Runs of the scenarios' programs under plain Python, with what they printed and what they cost.

The noise rule: what needs free cores is asserted only of a run during which others used less than a tenth of the
machine.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from visualiser.scenarios import Variant, find, prepare

METHODS = multiprocessing.get_all_start_methods()
HAS_GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")
TRIES = 5
"""How often a machine busy with other work is asked again."""

QUICK: Mapping[str, object] = {
    "PAUSE": 0.05, "WAIT": 0.01, "HOLD": 0.1, "BAKE": 0.001, "PACK": 0.005, "DRIVE": 0.02, "GUESS": 0.05, "NAP": 0.05,
    "WORK": 0.1, "LOOK": 0.01, "TICKS": 10, "DINNERS": 5, "TIMES": 10, "NUMBERS": 10_000, "BYTES": 100, "MOST": 2,
    "N": 1000, "STEPS": 20_000, "SIZE": 1000, "JOBS": 4, "TICK": 0.002,
}  # fmt: skip
"""Values of parameters that make a run short, where nothing but its course is looked at."""


@dataclass(frozen=True)
class Outcome:
    """One run: the main process's id, its output, and what it cost."""

    pid: int
    exit_code: int
    output: str
    errors: str
    wall_s: float
    cpu_s: float
    foreign_load: float

    @property
    def lines(self) -> list[str]:
        """The lines of output."""
        return self.output.splitlines()

    @property
    def parallel(self) -> float:
        """CPU time of the whole tree over wall time."""
        return self.cpu_s / self.wall_s

    def numbers(self, pattern: str) -> list[int]:
        """The numbers that `pattern`'s group finds in the output, in order."""
        return [int(found) for found in re.findall(pattern, self.output)]

    def number(self, pattern: str) -> float:
        """The last number that `pattern`'s group finds in the output."""
        return float(re.findall(pattern, self.output)[-1])


class Runs:
    """Runs variants under plain Python: `run("lock-it", "no-lock", {"N": 5})`. Fails if one does not end well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, scenario: str, variant: str, values: Mapping[str, object] | None = None) -> Outcome:
        program = prepare(find(scenario), variant, values or {}, self._folder / scenario)
        expects = find(scenario).variant(variant).expects
        outcome = _outcome(program, strict=not expects.errors)
        assert outcome.exit_code == expects.exit_code, outcome.errors
        assert expects.errors or outcome.errors == ""
        return outcome

    def started(self, scenario: str, variant: str, values: Mapping[str, object]) -> subprocess.Popen[str]:
        """A run that is under way; whoever asks for it ends it."""
        program = prepare(find(scenario), variant, values, self._folder / scenario)
        return subprocess.Popen(_command(program, True), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def quick_values(variant: Variant) -> dict[str, object]:
    """Values that make a run of this variant short, within its bounds."""
    names = {each.name for each in variant.parameters}
    quick = {**QUICK, "N": 5} if {"N", "PAUSE"} <= names else QUICK  # a pause for each of them
    named = (each for each in variant.parameters if each.name in quick)
    return {each.name: _within(quick[each.name], each.kind, each.minimum, each.maximum) for each in named}


def attempts(variant: Variant) -> tuple[dict[str, object], ...]:
    """Values for one run after the other: quick, as the program has them, and slow.

    What two threads do at once comes by chance on a busy machine, and may need more than one run.
    """
    pauses = [each.name for each in variant.parameters if each.name == "PAUSE" and variant.id != "pause"]
    slow: dict[str, object] = dict.fromkeys(pauses, 0.3)
    return quick_values(variant), {}, slow


def _within(value: object, kind: str, least: float | None, most: float | None) -> object:
    assert isinstance(value, int | float)
    bounded = max(value, least if least is not None else value)
    bounded = min(bounded, most if most is not None else bounded)
    return round(bounded) if kind == "int" else float(bounded)


def cannot_run(variant: Variant) -> str:
    """Why this Python or system cannot run a variant at all; empty when it can."""
    if sys.version_info[:2] < variant.expects.minimum_python:
        return "this Python is too old for it"
    if sys.platform not in variant.expects.platforms:
        return "not on this system"
    method = variant.needs.start_method
    return f"no {method} on this system" if method and method not in METHODS else ""


def undisturbed(attempt: Callable[[], Outcome]) -> Outcome:
    """A run during which others used less than a tenth of the machine; skips the test if none was to be had."""
    if len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)) < 2:
        pytest.skip("this machine lends one CPU: nothing can run at the same time")
    load = 0.0
    for _ in range(TRIES):
        load = psutil.cpu_percent(0.1) / 100  # a look is cheaper than a run in vain
        if load < 0.2:
            outcome = attempt()
            load = outcome.foreign_load
            if load < 0.1:
                return outcome
    pytest.skip(f"others kept the machine busy: {load:.0%} of it at the last of {TRIES} looks")


def until(attempt: Callable[[], Outcome], holds: Callable[[Outcome], bool]) -> None:
    """Asks undisturbed runs until the claim holds in one of them: cores may be shared with who cannot be seen."""
    outcomes = []
    for _ in range(TRIES):
        outcomes.append(undisturbed(attempt))
        if holds(outcomes[-1]):
            return
    pytest.fail(f"{TRIES} runs, and the claim held in none: {[each.output for each in outcomes]}")


def eventually(holds: Callable[[], bool]) -> None:
    """Asks again what somebody else's work on the machine may upset once, but hardly time after time."""
    assert any(holds() for _ in range(TRIES))


def _command(program: Path, strict: bool) -> list[str]:
    # Unbuffered, so that lines stick together wherever a program lets them; warnings show up as errors.
    return [sys.executable, "-u", *(["-W", "error"] if strict else []), str(program)]


def _outcome(program: Path, strict: bool) -> Outcome:
    busy, cpu, began = _machine_busy_s(), _children_cpu_s(), time.perf_counter()
    with subprocess.Popen(
        _command(program, strict), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        output, errors = process.communicate(timeout=60)
    wall, cpu, busy = time.perf_counter() - began, _children_cpu_s() - cpu, _machine_busy_s() - busy
    foreign = max(0.0, busy - cpu) / (wall * (os.cpu_count() or 1))
    return Outcome(process.pid, process.returncode, output, errors, wall, cpu, foreign)


def _children_cpu_s() -> float:
    if sys.platform == "win32":
        pytest.skip("the CPU time of a child is counted for POSIX systems only")
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(used.ru_utime + used.ru_stime)


def _machine_busy_s() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))
