"""What the store answers about who ran where, and who held a GIL: from the observer's blocks, where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .columns import CpuSpans, GilLane, Steps, ThreadCpus


class ObservedAnswers:
    """The part of the store that answers from what the observer saw. Empty answers mean: not measured."""

    def gil_lanes(self, process: int) -> tuple[GilLane, ...]:
        """The GILs of a process (by index), the main interpreter's first; none when they were not watched."""
        return ()

    @property
    def cpus(self) -> tuple[int, ...]:
        """The CPUs that threads of the program ran on, by number; empty when that was not measured."""
        return ()

    def cpu_spans(self, cpu: int) -> CpuSpans:
        """Who of the program ran on that CPU, when."""
        return CpuSpans(np.empty(0, "i8"), np.empty(0, "i8"), np.empty(0, "i4"))

    def thread_cpus(self, thread: int) -> ThreadCpus:
        """When a thread (by index) was on a CPU, and on which; empty when that was not measured."""
        return ThreadCpus(np.empty(0, "i8"), np.empty(0, "i8"), np.empty(0, "i2"))

    def parallelism(self) -> Steps:
        """How many threads of the program were on a CPU at once; empty when that was not measured."""
        return Steps(np.empty(0, "i8"), np.empty(0, "i4"))

    @property
    def sources(self) -> Mapping[str, Any]:
        """What the run stands on: run.json's "sources", and, when the observer told, "observer": {"cpu_share",
        "lateness_ns_p95"}.
        """
        return {}
