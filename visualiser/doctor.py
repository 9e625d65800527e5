"""What can be measured on this machine and what not, why, and how to change it: the `doctor` command.

Every line is found by trying, not by knowing. No Qt is loaded: where Qt cannot load, this must still speak.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from typing import Any

from visualiser import __version__
from visualiser.preflight import ready_for_qt

Findings = dict[str, Any]


def examine() -> Findings:
    """Everything that `doctor` says, as plain data: the contract of `doctor --json`.

    `checks` is a list of {"name", "ok": true|false, "text", "fix": the command that would change it, or null};
    `sources` is what a run recorded here can stand on, by the names that `stats --json` uses.
    """
    return {
        "format": 1,
        "version": __version__,
        "python": platform.python_version(),
        "machine": {
            "system": platform.system(),
            "release": platform.release(),
            "machine": platform.machine(),
            "cpus": _cpus(),
        },
        "sources": _sources(),
        "checks": [_display(), _modules(), _run_directory(), _memory(), _stop_ladder(), _start_methods(), _pythons()],
    }


def report(findings: Findings) -> str:
    """The findings for a person to read."""
    machine = findings["machine"]
    lines = [
        f"Interleave {findings['version']} · Python {findings['python']} · {machine['system']} {machine['release']} · "
        f"{machine['cpus']} CPUs",
        "",
        "What a run recorded here can stand on",
    ]
    sources = findings["sources"]
    for name, what in SOURCE_WORDS.items():
        why = sources["why"].get(name)
        told = f"{sources[name]}. {why}" if why else sources[name]
        lines.append(f"  {'yes' if sources[name] != 'none' else 'no ':3}  {what}: {told}")
    if "advice" in sources:
        lines.append(f"       to change it: {sources['advice']}")
    lines += ["", "What is needed for it"]
    for check in findings["checks"]:
        lines.append(f"  {'yes' if check['ok'] else 'no ':3}  {check['name']}: {check['text']}")
        if check["fix"]:
            lines.append(f"       to change it: {check['fix']}")
    return "\n".join(lines)


SOURCE_WORDS = {
    "calls": "calls: locks, joins, sleeps, pools, output",
    "switches": "switches: which thread was on which CPU, when",
    "gil": "GIL: who held it",
    "reasons": "reasons: what a thread off the CPU waited for",
}


def _sources() -> dict[str, Any]:
    """As run.json has them, for a run started here now; "advice" is the command that would allow more, if there is
    one.
    """
    from visualiser.observe import LEVEL_VARIABLE, forced_level, try_levels

    told = try_levels(forced_level(os.environ.get(LEVEL_VARIABLE))).told()
    return {**told, "calls": "recorded"}


def _check(name: str, ok: bool, text: str, fix: str | None = None) -> dict[str, Any]:
    return {"name": name, "ok": ok, "text": text, "fix": fix}


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _display() -> dict[str, Any]:
    ready = ready_for_qt(window=True)
    if ready.missing:
        return _check("window", False, "Qt lacks system libraries", ready.advice)
    if not ready.has_display:
        return _check("window", False, f"{ready.reason}; pictures can be exported all the same")
    return _check("window", True, ready.reason)


def _modules() -> dict[str, Any]:
    wanted = {"PySide6": "PySide6-Essentials", "pyqtgraph": "pyqtgraph", "numpy": "numpy", "psutil": "psutil"}
    missing = [package for module, package in wanted.items() if importlib.util.find_spec(module) is None]
    if missing:
        return _check("packages", False, f"not installed: {', '.join(missing)}", "make run")
    return _check("packages", True, "Qt, pyqtgraph, numpy and psutil are installed")


def _run_directory() -> dict[str, Any]:
    """Where diaries are kept while a program runs: on a file system that can reserve space for them."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    text = f"{folder}, {free / 2**30:.1f} GiB free"
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, 1 << 20)
    except OSError as error:
        return _check("run directory", False, f"{text}; it cannot be written: {error.strerror}", "set TMPDIR")
    if free < 2 << 30:
        return _check("run directory", True, f"{text}, less than the 2 GiB a run may take: long runs may lose events")
    return _check("run directory", True, text)


def _memory() -> dict[str, Any]:
    import psutil

    try:
        psutil.Process().memory_info()
    except psutil.Error as error:
        return _check("memory", False, f"psutil cannot read it: {error}")
    return _check("memory", True, "memory of every process by psutil, 10 times a second")


def _stop_ladder() -> dict[str, Any]:
    if sys.platform == "linux":
        return _check("stopping", True, "the whole process tree, orphans too (child subreaper)")
    return _check("stopping", True, "the process tree that psutil sees; processes that cut all ties may escape")


def _start_methods() -> dict[str, Any]:
    import multiprocessing

    text = f"{', '.join(multiprocessing.get_all_start_methods())} (default: {multiprocessing.get_start_method()})"
    if sys.platform == "linux" and not os.access("/dev/shm", os.W_OK):
        return _check("multiprocessing", False, f"{text}; no /dev/shm: queues, locks and pools cannot be made")
    return _check("multiprocessing", True, text)


def _pythons() -> dict[str, Any]:
    """Which interpreters programs can be run with; of those without a GIL, nothing waits for one."""
    try:
        from visualiser.run import interpreters
    except ImportError as error:
        return _check("interpreters", False, f"not looked for: {error.name} is not installed", "make run")
    found = interpreters()
    return _check("interpreters", True, ", ".join(dict.fromkeys(each.version_text for each in found)))
