"""Runs a program as a child, watched, and hands back what was seen. For system tests and benchmarks."""

from __future__ import annotations

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from visualiser.events.blocks import GILS, LOOKS, SWITCHES, TOTALS
from visualiser.observe.levels import Levels
from visualiser.observe.watcher import Watcher
from visualiser.trace.joiner import Facts
from visualiser.trace.observed import (
    Edges,
    GilLooks,
    Looks,
    Losses,
    Totals,
    edges_from,
    gil_looks_from,
    looks_from,
    totals_from,
)


@dataclass(frozen=True, eq=False)
class Watched:
    """One watched run. `edges` of all processes; `facts` of the program's own; `share`: of one CPU, the watching
    took.
    """

    pid: int
    output: list[str]
    levels: Levels
    edges: Edges
    losses: Losses
    looks: Looks
    gils: GilLooks
    totals: Totals
    share: float

    def facts(self, pid: int | None = None) -> Facts:
        """What was seen of one process."""
        pid = pid or self.pid
        edges = self.edges.rows(self.edges.pid == pid)
        looks = self.looks.rows(self.looks.pid == pid)
        return Facts(edges, looks, self.gils.rows(self.gils.pid == pid), self.losses)


def watch(command: list[str], cache: Path, level: str = "exact") -> Watched:
    """Run the command to its end."""
    blocks: list[tuple[int, bytes]] = []
    watcher = Watcher(lambda kind, channel, data: blocks.append((kind, data)), cache, level)
    watcher.arm(command[0])
    with tempfile.TemporaryFile("w+") as output:
        begin, cpu = time.monotonic(), time.process_time()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output)
        while child.poll() is None:
            time.sleep(watcher.pause)
            watcher.turn([child.pid])
        share = (time.process_time() - cpu) / (time.monotonic() - begin)
        watcher.finish()
        output.seek(0)
        lines = output.read().splitlines()
    parsed = [edges_from(data) for kind, data in blocks if kind == SWITCHES]
    return Watched(
        child.pid,
        lines,
        watcher.levels,
        Edges.join(edges for edges, _ in parsed),
        Losses.join(losses for _, losses in parsed),
        Looks.join(looks_from(data) for kind, data in blocks if kind == LOOKS),
        GilLooks.join(gil_looks_from(data) for kind, data in blocks if kind == GILS),
        Totals.join(totals_from(data) for kind, data in blocks if kind == TOTALS),
        share,
    )
