"""The levels of observation, chosen by trying: exact switches, else looks, else psutil's totals, else nothing.

`exact`     the kernel's own switches; looks at who is off the CPU, and at the GIL (Linux)
`sampled`   looks at every thread and at the GIL (Linux)
`psutil`    how long each thread was on a CPU in all, where psutil tells that
`none`      nothing: what the probe records is all there is
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from visualiser.observe.calibrate import Calibrations, default_cache
from visualiser.observe.gils import Gils
from visualiser.observe.looks import Threads
from visualiser.observe.switches import Switches, SwitchesRefused

LEVELS = ("exact", "sampled", "psutil", "none")
ASKED = "A lower level of observation was asked for."
ELSEWHERE = "This is known on Linux only; elsewhere, how long each thread ran in all is asked of psutil."
NO_LOOKS = "The system does not let us see what the threads of our own children wait for."
YAMA, YAMA_ADVICE = "/proc/sys/kernel/yama/ptrace_scope", "sudo sysctl kernel.yama.ptrace_scope=1"
NO_GIL = "Where this interpreter keeps its GIL was not found."
TRIAL = 1.0  # seconds that a child is given to turn out to be Python
CHILD = "import sys; sys.stdin.read()"


@dataclass
class Levels:
    """How each thing is known, in the words of run.json's "sources", and why not better (one sentence, and a
    command).
    """

    switches: str = "none"
    gil: str = "none"
    reasons: str = "none"
    why: dict[str, str] = field(default_factory=dict)
    advice: str = ""

    def told(self) -> dict[str, Any]:
        """As run.json's "sources" has it, but for "calls"."""
        told = {"switches": self.switches, "gil": self.gil, "reasons": self.reasons, "why": self.why}
        return {**told, "advice": self.advice} if self.advice else told

    def lack(self, why: str, *what: str) -> None:
        """These cannot be had, for this reason."""
        for one in what:
            setattr(self, one, "none")
            self.why[one] = why


LEVEL_VARIABLE = "INTERLEAVE_LEVEL"
"""Forces a lower level, for tests: one of `LEVEL_NAMES`."""
LEVEL_NAMES = {"exact": "exact", "sampled": "sampled", "psutil": "psutil", "recorded": "none"}


def forced_level(value: str | None) -> str:
    """The level that the value of `LEVEL_VARIABLE` asks for; what it is not told is "exact"."""
    return LEVEL_NAMES.get(value or "", "exact")


def choose(level: str) -> tuple[Levels, Switches | None]:
    """The best level that the system allows, at most `level`; and the switch events, opened, where they are had."""
    levels = Levels()
    if level in ("psutil", "none"):
        levels.lack(ASKED, "switches", "gil", "reasons")
        return levels, None
    if sys.platform != "linux":
        levels.lack(ELSEWHERE, "switches", "gil", "reasons")
        return levels, None
    levels.gil = levels.reasons = levels.switches = "sampled"
    if level == "sampled":
        levels.why["switches"] = ASKED
        return levels, None
    try:
        switches = Switches.open()
    except SwitchesRefused as error:
        levels.why["switches"], levels.advice = error.reason, error.advice
        return levels, None
    levels.switches = "exact"
    return levels, switches


def yama_advice() -> str:
    """The command that lets a process look into its own children again, where Yama keeps it from that; else "".

    Scopes 0 and 1 allow it, 2 needs a privilege, 3 nobody changes back (Documentation/admin-guide/LSM/Yama.rst).
    """
    try:
        with open(YAMA, encoding="ascii") as file:
            return YAMA_ADVICE if file.read().strip() == "2" else ""
    except OSError:
        return ""


def try_levels(level: str = "exact") -> Levels:
    """What a run would stand on here, tried on a child of ours: some hundredths of a second. For `doctor`."""
    levels, switches = choose(level)
    if switches is not None:
        switches.close()
    if levels.reasons == "none":
        return levels
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", CHILD], stdin=subprocess.PIPE) as child:
        try:
            _try_looks(levels, child.pid)
            _try_gil(levels, child.pid)
        finally:
            child.communicate()
    return levels


def _try_looks(levels: Levels, pid: int) -> None:
    threads = Threads(lambda pid, address: False)
    try:
        threads.look(pid, pid)
    except PermissionError:
        levels.lack(NO_LOOKS, "reasons", *(["switches"] if levels.switches == "sampled" else []))
        levels.advice = levels.advice or yama_advice()
    finally:
        threads.close()


def _try_gil(levels: Levels, pid: int) -> None:
    gils = Gils(Calibrations(default_cache()))
    give_up = time.monotonic() + TRIAL
    try:
        while not gils.rows((pid,), time.monotonic()):
            if gils.problems or time.monotonic() > give_up:
                levels.lack(next(iter(gils.problems), NO_GIL), "gil")
                return
            time.sleep(0.002)
    finally:
        gils.close()
