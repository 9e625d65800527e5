"""What a scenario needs of the machine, so that its claim can hold there; and what to say where it is not met.

A claim that needs two CPUs is not refused on a machine with one: the program runs, and the story says why it shows
something else today.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import sysconfig
from dataclasses import dataclass

PLATFORM_WORDS = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}

QUIET = 0.1
"""From this part of the machine used by others on, nothing that needs free CPUs is claimed."""


@dataclass(frozen=True)
class Needs:
    """What a claim needs. `gil`: True with a GIL, False without, None either; `exact`: switches told by the kernel.

    `python` and `until`: the first and the last version (major, minor) that show it; `platforms`: of `sys.platform`.
    """

    cpus: int = 1
    start_method: str = ""
    gil: bool | None = None
    exact: bool = False
    python: tuple[int, int] = (3, 9)
    until: tuple[int, int] | None = None
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine:
    """What is there: CPUs that may be used, the chosen Python (`gil` None: not known), and the source of switches.

    `busy`: the part of the machine that others used during the run; None: not measured, or nothing was run yet.
    """

    cpus: int
    start_methods: tuple[str, ...]
    python: tuple[int, int]
    gil: bool | None
    platform: str
    switches: str | None = None
    busy: float | None = None


def this_machine(
    python: tuple[int, int] | None = None,
    gil: bool | None = None,
    switches: str | None = None,
    busy: float | None = None,
) -> Machine:
    """This machine. `python` and `gil` are those of the interpreter to be run, left out for the one that runs this.

    `switches` is the level as `stats` names it ("exact", "sampled", "none"); None: not tried yet.
    """
    if python is None:
        python, gil = sys.version_info[:2], not sysconfig.get_config_var("Py_GIL_DISABLED")
    may_use = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    methods = tuple(multiprocessing.get_all_start_methods())
    return Machine(may_use, methods, python, gil, sys.platform, switches, busy)


def unmet_needs(needs: Needs, machine: Machine) -> tuple[str, ...]:
    """One sentence for each need that this machine does not meet; none means that the claim can hold here."""
    found = []
    if machine.cpus < needs.cpus:
        found.append(f"This needs {needs.cpus} CPUs, and {_cpus(machine.cpus)}: nothing can run at the same time.")
    if needs.cpus > 1 and machine.busy is not None and machine.busy >= QUIET:
        found.append("Other programs used this machine during the run, so what needs free CPUs may not show.")
    if needs.start_method and needs.start_method not in machine.start_methods:
        found.append(f"Processes cannot be started by {needs.start_method} on this system.")
    if needs.gil is not None and machine.gil is not None and needs.gil != machine.gil:
        found.append(_gil(needs.gil))
    if machine.python < needs.python:
        found.append(f"This needs Python {_version(needs.python)} or newer, and {_version(machine.python)} is chosen.")
    if needs.until is not None and machine.python > needs.until:
        found.append(f"This was true up to Python {_version(needs.until)}, and {_version(machine.python)} is chosen.")
    if needs.platforms and machine.platform not in needs.platforms:
        names = " and ".join(PLATFORM_WORDS.get(one, one) for one in needs.platforms)
        found.append(f"This is so on {names}, not on this system.")
    if needs.exact and machine.switches not in (None, "exact"):
        found.append("Here nobody tells exactly who is on a CPU, so short stretches are not seen.")
    return tuple(found)


def _cpus(count: int) -> str:
    return "this machine lends one" if count == 1 else f"this machine lends {count}"


def _version(python: tuple[int, int]) -> str:
    return f"{python[0]}.{python[1]}"


def _gil(wanted: bool) -> str:
    if wanted:
        return "The chosen Python has no GIL, so its threads do run Python at the same time."
    return "The chosen Python has a GIL. This needs a free-threaded one, such as python3.13t."
