"""What being watched costs: programs plain and watched in turns, and the observer's own share of a CPU.

    python benchmarks/watching.py [--quick] [--json] [--rounds N]

Every ratio is a median; each is one watched run against the mean of the plain runs right before and right after it, by
the time of its work that the program measures itself: 2 s and more, for the observer looks closely at first.
`error` is the standard error of their mean: what is smaller cannot be told. `whole` is the wall time from start to end,
with starting the interpreter (plain) or the probe and the observer (watched). The share is of one CPU, as `stats` tells
it, and its lateness the 95th percentile; with so many threads of which two compute and the others nap and share a lock.
Measure on a quiet machine. Exit code 1 when a goal was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median, stdev

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from visualiser.run import record, resolve_target  # noqa: E402

PROGRAMS = ROOT / "benchmarks" / "programs"
KINDS = {"CPU-bound": ("loops", 3), "call-heavy": ("fib", 6), "I/O-bound": ("asking", 3)}  # times its usual work
THREADS = (1, 5, 20, 50, 200)
MOST_SHARE = {5: 0.05}
MOST_RATIO = 1.02


@dataclass(frozen=True)
class Ratio:
    """A program, watched against plain: medians. Times in s."""

    kind: str
    program: str
    runs: int
    plain: float
    work: float
    error: float
    least: float
    most: float
    whole: float

    @property
    def met(self) -> bool:
        """Whether its work took at most so much longer."""
        return self.work <= MOST_RATIO


@dataclass(frozen=True)
class Share:
    """What the observer took with so many threads. `share`: of one CPU; `late_ns`: of its turns."""

    level: str
    threads: int
    share: float | None
    late_ns: int | None

    @property
    def met(self) -> bool | None:
        """Whether it was at most its goal; None where there is none."""
        most = MOST_SHARE.get(self.threads) if self.level == "exact" else None
        return None if most is None or self.share is None else self.share <= most


def plain(program: Path, times: int) -> tuple[float, float]:
    """Seconds of its work, and of all of it."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, str(program), str(times)], stdout=subprocess.PIPE, text=True, check=True)
    return _seconds(done.stdout), time.perf_counter() - begin


def watched(program: Path, times: int) -> tuple[float, float]:
    """The same, recorded as a user would."""
    with record(resolve_target(str(program), args=[str(times)]), own_terminal=False) as run:
        info = run.info
        if info.exit_code or info.end_ns is None:
            raise RuntimeError(f"{program.name} ended with exit code {info.exit_code}.")
        return _seconds((run.directory.path / "stdout").read_text()), (info.end_ns - info.origin_ns) / 1e9


def _seconds(said: str) -> float:
    return next(float(line.split()[1]) for line in said.splitlines() if line.startswith("seconds "))


def ratios(rounds: int) -> Iterator[Ratio]:
    """Each kind of program, plain and watched in turns."""
    for kind, (name, times) in KINDS.items():
        program = PROGRAMS / f"{name}.py"
        watched(program, times)  # once for the caches
        alone, seen = [plain(program, times)], []
        for _ in range(rounds):
            seen.append(watched(program, times))
            alone.append(plain(program, times))
        work, whole = (
            [one[at] * 2 / (before[at] + after[at]) for one, (before, after) in zip(seen, pairwise(alone), strict=True)]
            for at in (0, 1)
        )
        error = stdev(work) / len(work) ** 0.5
        typical = median(each[0] for each in alone)
        yield Ratio(kind, name, rounds, typical, median(work), error, min(work), max(work), median(whole))


def shares(seconds: float) -> Iterator[Share]:
    """The observer's share on both levels."""
    program = str(PROGRAMS / "truth" / "many.py")
    for level in ("exact", "sampled"):
        for count in THREADS:
            target = resolve_target(program, args=[str(count), str(seconds)])
            with _level(level), record(target, own_terminal=False) as run:
                observer = run.store.sources.get("observer") or {}
                if run.info.sources["switches"] != level:
                    yield Share(level, count, None, None)
                    continue
                yield Share(level, count, observer.get("cpu_share"), observer.get("lateness_ns_p95"))


@contextmanager
def _level(level: str) -> Iterator[None]:
    before = os.environ.get("INTERLEAVE_LEVEL")
    os.environ["INTERLEAVE_LEVEL"] = level
    try:
        yield
    finally:
        del os.environ["INTERLEAVE_LEVEL"]
        if before is not None:
            os.environ["INTERLEAVE_LEVEL"] = before


def main() -> int:
    """Measure and print; 0 when every goal was met, 1 when one was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="three runs, and a second for each number of threads")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=0, help="watched runs (default: 11; 3 with --quick)")
    asked = parser.parse_args()
    found: list[Ratio | Share] = []
    if not asked.json:
        print(f"{'program':12}{'':10}{'plain s':>9}{'watched':>9}{'error':>8}{'least':>8}{'most':>8}{'whole':>8}")
    for ratio in ratios(asked.rounds or (3 if asked.quick else 11)):
        found.append(ratio)
        if not asked.json:
            numbers = f"{ratio.plain:9.3f}{ratio.work:9.3f}"
            for one in (ratio.error, ratio.least, ratio.most, ratio.whole):
                numbers += f"{one:8.3f}"
            print(f"{ratio.kind:12}{ratio.program:10}{numbers}  {_verdict(ratio.met)}", flush=True)
    if not asked.json:
        print(f"\n{'level':10}{'threads':>8}{'observer':>10}{'late by':>10}")
    for share in shares(1.5 if asked.quick else 4.0):
        found.append(share)
        if not asked.json:
            print(f"{share.level:10}{share.threads:8}{_share(share)}  {_verdict(share.met)}", flush=True)
    if asked.json:
        print(json.dumps([{**asdict(one), "met": one.met} for one in found], indent=1))
    return 1 if any(one.met is False for one in found) else 0


def _share(share: Share) -> str:
    if share.share is None or share.late_ns is None:
        return "  not tried: this level cannot be had here"
    return f"{share.share:10.2%}{share.late_ns / 1e6:7.2f} ms"


def _verdict(met: bool | None) -> str:
    return {True: "met", False: "MISSED", None: ""}[met]


if __name__ == "__main__":
    sys.exit(main())
