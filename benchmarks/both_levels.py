"""One run that is watched on the exact and on the sampled level at once, for truth.py."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from visualiser.observe.calibrate import default_cache  # noqa: E402
from visualiser.observe.watcher import Watcher  # noqa: E402
from visualiser.trace import Block, DiaryReader, EventBatch, RunInfo, TraceStore  # noqa: E402

PROBE = ROOT / "visualiser" / "probe" / "__main__.py"


def both_levels(program: Path, seconds: float) -> tuple[TraceStore, TraceStore]:
    """One run, watched on the exact and on the sampled level at once."""
    seen: dict[str, list[Block]] = {"exact": [], "sampled": []}
    watchers = {level: Watcher(_keep(found), default_cache(), level) for level, found in seen.items()}
    with tempfile.TemporaryDirectory() as folder:
        for level in ("sampled", "exact"):
            watchers[level].arm(sys.executable)
        origin = time.perf_counter_ns()
        command = [sys.executable, str(PROBE), str(program), str(seconds)]
        child = subprocess.Popen(command, env={**os.environ, "INTERLEAVE_RUN": folder}, stdin=subprocess.DEVNULL)
        while child.poll() is None:
            time.sleep(min(watcher.pause for watcher in watchers.values()))
            for watcher in watchers.values():
                watcher.turn([child.pid])
        end = time.perf_counter_ns()
        for watcher in watchers.values():
            watcher.finish()
        records = DiaryReader(Path(folder)).poll(final=True)
    assert records is not None
    exact, sampled = (_store(records, seen[level], watchers[level], origin, end) for level in ("exact", "sampled"))
    return exact, sampled


def _keep(found: list[Block]) -> Callable[[int, int, bytes], object]:
    return lambda kind, channel, payload: found.append(Block(1 << 20, kind, channel, payload))


def _store(records: EventBatch, seen: list[Block], watcher: Watcher, origin: int, end: int) -> TraceStore:
    info = RunInfo(origin_ns=origin, end_ns=end, exit_code=0, sources={**watcher.levels.told(), "calls": "recorded"})
    store = TraceStore(info)
    store.extend(records)
    store.extend(EventBatch(blocks=tuple(seen)))
    store.finish(info)
    return store
