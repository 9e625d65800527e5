"""One run that is watched on the exact and on the sampled level at once, for truth.py; how the two differ.

Each level has an observer of its own, as users have it, that keeps to its own share of a CPU. This process looks at
the threads of the program; it forks another that takes the switches, and starts the program.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from spans import clip, common, in_state, length, thread_of  # noqa: E402

from visualiser.observe.calibrate import Calibrations, default_cache  # noqa: E402
from visualiser.observe.pace import Pace  # noqa: E402
from visualiser.observe.tree import children_of  # noqa: E402
from visualiser.observe.watch import SCAN_PERIOD, SCAN_SHARE  # noqa: E402
from visualiser.observe.watcher import Watcher  # noqa: E402
from visualiser.trace import STATE_NAMES, Block, DiaryReader, EventBatch, RunInfo, State, TraceStore  # noqa: E402

PROBE = ROOT / "visualiser" / "probe" / "__main__.py"


@dataclass(frozen=True)
class Watched:
    """What one level saw. `sources`: how each thing was known; `share`: of one CPU, that its observer took."""

    seen: list[Block]
    sources: dict[str, Any]
    share: float


@dataclass(frozen=True)
class BothLevels:
    """One run on both levels. `records`: the probe's; `origin`, `end`: of the run (ns)."""

    records: EventBatch
    exact: Watched
    sampled: Watched
    origin: int
    end: int

    def store(self, watched: Watched) -> TraceStore:
        """The run as that level tells it."""
        sources = {**watched.sources, "calls": "recorded"}
        info = RunInfo(origin_ns=self.origin, end_ns=self.end, exit_code=0, sources=sources)
        store = TraceStore(info)
        store.extend(self.records)
        store.extend(EventBatch(blocks=tuple(watched.seen)))
        store.finish(info)
        return store


@dataclass(frozen=True)
class Differences:
    """What one level tells, against another. `worst`: the largest difference of the share of its time that a thread was
    in a state; `where`: of whom, in which. `same`: the part of time in which both say the same; `gil_overlap`: of waits
    for the GIL, intersection over union.
    """

    worst: float
    where: str
    same: float
    gil_overlap: float


def differences(exact: TraceStore, sampled: TraceStore) -> Differences:
    """Of every thread, for as long as both levels know of it. One that is missing is all wrong."""
    shares: list[tuple[float, str]] = []
    same = lived = both = either = 0
    for one in exact.threads:
        other = thread_of(sampled, one.tid, one.end_ns or exact.end_ns)
        if other is None:
            shares.append((1.0, f"{one.name}, which is missing"))
            continue
        begin = max(one.start_ns, sampled.threads[other].start_ns)
        end = min(one.end_ns or exact.end_ns, sampled.threads[other].end_ns or sampled.end_ns)
        lived += end - begin
        for state in State:
            theirs = clip(in_state(exact, one.index, state), begin, end)
            ours = clip(in_state(sampled, other, state), begin, end)
            overlap = common(ours, theirs)
            same += overlap
            shares.append((abs(length(ours) - length(theirs)) / (end - begin), f"{one.name}, {STATE_NAMES[state]}"))
            if state == State.GIL:
                both, either = both + overlap, either + length(ours) + length(theirs) - overlap
    return Differences(*max(shares), same / lived, both / either if either else 1.0)


def both_levels(program: Path, seconds: float) -> BothLevels:
    """One run, watched on the exact and on the sampled level at once."""
    Calibrations(default_cache()).learn(sys.executable)  # once, and not while both start
    with tempfile.TemporaryDirectory() as folder:
        diaries, exact_file = Path(folder) / "run", Path(folder) / "exact"
        diaries.mkdir()
        launched, say = os.pipe()
        observer = os.fork()
        if not observer:
            _exact_observer([str(program), str(seconds)], diaries, exact_file, say)
        os.close(say)
        seen: list[Block] = []
        watcher = Watcher(_keep(seen), default_cache(), "sampled")
        watcher.arm(sys.executable)
        pid, origin = (int(word) for word in os.read(launched, 64).split())
        share = _watch(watcher, lambda: _descendants(pid), lambda: _is_over(observer))
        exact, end = pickle.loads(exact_file.read_bytes())
        records = DiaryReader(diaries).poll(final=True)
    assert records is not None
    return BothLevels(records, exact, Watched(seen, watcher.levels.told(), share), origin, end)


def _exact_observer(arguments: list[str], diaries: Path, answer: Path, say: int) -> None:
    """In a process of its own, which does not return: start the program and take its switches."""
    seen: list[Block] = []
    watcher = Watcher(_keep(seen), default_cache(), "exact")
    watcher.arm(sys.executable)
    origin = time.perf_counter_ns()
    environment = {**os.environ, "INTERLEAVE_RUN": str(diaries)}
    quiet = subprocess.DEVNULL
    command = [sys.executable, str(PROBE), *arguments]
    program = subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet)
    os.write(say, f"{program.pid} {origin}".encode())
    share = _watch(watcher, lambda: [program.pid], lambda: program.poll() is not None)
    answer.write_bytes(pickle.dumps((Watched(seen, watcher.levels.told(), share), time.perf_counter_ns())))
    os._exit(0)


def _watch(watcher: Watcher, pids: Callable[[], list[int]], is_over: Callable[[], bool]) -> float:
    """Turn after turn until it is over; the share of a CPU that it took."""
    begin, cpu = time.perf_counter(), time.process_time()
    scan = Pace(SCAN_PERIOD, SCAN_SHARE)
    alive = pids()
    over = False
    while not over:
        time.sleep(watcher.pause)
        if scan.due(time.monotonic()):
            with scan.look():
                alive, over = pids(), is_over()
        watcher.turn(alive)
    share = (time.process_time() - cpu) / (time.perf_counter() - begin)
    watcher.finish()
    return share


def _descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        found.extend(child for child in children_of(one) if child not in found)
    return found


def _is_over(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return True


def _keep(found: list[Block]) -> Callable[[int, int, bytes], object]:
    return lambda kind, channel, payload: found.append(Block(1 << 20, kind, channel, payload))
