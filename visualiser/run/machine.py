"""What a run ran on, as far as a reader of its picture may want to know; nothing that names a person or a machine."""

from __future__ import annotations

import os
import platform
from typing import Any

import psutil


def machine_facts() -> dict[str, Any]:
    """The "machine" object of run.json. `cpus` are those this process may run on; unknown is None."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpus": usable_cpus(),
        "cpu_model": _cpu_model(),
        "memory_bytes": psutil.virtual_memory().total,
        "hostname": None,
    }


def usable_cpus() -> int | None:
    """The number of CPUs that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _cpu_model() -> str | None:
    """The CPU's name as the kernel gives it (Linux: /proc/cpuinfo, which ARM leaves without one)."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name.strip() == "model name":
                    return value.strip() or None
    except OSError:
        return platform.processor() or None
    return None
