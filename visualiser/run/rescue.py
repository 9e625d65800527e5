"""Ending a run's processes when its observer, whose task that is, has died itself."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from visualiser.run.directory import is_alive
from visualiser.run.launch import carries_mark

PATIENCE = 0.7
"""Seconds between asking to end and killing."""
LAST_PATIENCE = 2.5
"""Seconds of killing after which what is left cannot be ended."""


def end_tree(known: Iterable[tuple[int, float]], directory: Path) -> list[int]:
    """End the processes that the observer had told us of, their descendants, and whoever carries the run's mark.

    `known`: pid and time of creation. Blocks up to `PATIENCE + LAST_PATIENCE`. Returns who could not be ended.
    """
    known = list(known)
    psutil.wait_procs(_terminated(_living(known, directory)), timeout=PATIENCE)
    give_up = time.monotonic() + LAST_PATIENCE
    while alive := _living(known, directory):
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(alive, timeout=0.1)
        if time.monotonic() > give_up:
            break
    return sorted(process.pid for process in alive)


def _terminated(processes: list[psutil.Process]) -> list[psutil.Process]:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
        with contextlib.suppress(psutil.Error, AttributeError):
            process.resume()  # a stopped process cannot answer
    return processes


def _living(known: list[tuple[int, float]], directory: Path) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    for pid, created in known:
        with contextlib.suppress(psutil.Error):
            if is_alive(pid, created):
                process = psutil.Process(pid)
                found |= {each.pid: each for each in [process, *process.children(recursive=True)]}
    found |= {process.pid: process for process in _marked(directory)}
    found.pop(os.getpid(), None)
    return [process for process in found.values() if _is_running(process)]


def _marked(directory: Path) -> list[psutil.Process]:
    """Every process, as far as we may see, that was started with the run's mark in its environment."""
    marked = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if carries_mark(process.environ(), directory):
                marked.append(process)
    return marked


def _is_running(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
