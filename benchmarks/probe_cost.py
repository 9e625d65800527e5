"""What being recorded costs: one event, and whole programs, plain and recorded in turns.

    python benchmarks/probe_cost.py [--rounds 7] [--python EXE] [--viztracer EXE] [--py-spy EXE] [--only NAME]

Every ratio is the median of pairs, each a plain run and, right after it, one of the other kind; a program measures the
time of its work itself, so starting the interpreter does not count (it has a row of its own). The time per event is
what the recorded run took longer, by the number of events in its diaries. `--viztracer` and `--py-spy` name the
programs of those tools, where they are installed: they then run the same programs (py-spy: 1000 samples a second).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from visualiser.events import Diary, Kind, ThreadLog, pair, word  # noqa: E402
from visualiser.trace import DiaryReader  # noqa: E402

PROBE = ROOT / "visualiser" / "probe" / "__main__.py"
PROGRAMS = ROOT / "benchmarks" / "programs"
EVENTS = 200_000
SLOW_EVENTS = 20_000

Tools = dict[str, Callable[[Path, Path], list[str]]]
"""Name of each kind of watched run -> its command, from the program and a scratch folder."""


@dataclass(frozen=True)
class Measured:
    """One run: seconds of its work and of all of it, switches of threads per second, events in its diaries."""

    seconds: float
    wall: float
    switches: float | None
    events: int


def main() -> None:
    """Measure and print two tables."""
    options = _options()
    print(f"{'one event':34}{'ns':>8}{'of list':>9}")
    for name, ns, ratio in event_costs(options.rounds):
        print(f"{name:34}{ns:8.0f}{ratio:9.2f}")
    tools = _tools(options)
    print(
        f"\n{'program':12}{'plain s':>9}" + "".join(f"{name:>11}" for name in tools) + f"{'ns/event':>10}{'events':>9}"
    )
    for path in sorted(PROGRAMS.glob("*.py")):
        if options.only in (None, path.stem):
            _print_program(path, tools, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--viztracer")
    parser.add_argument("--py-spy", dest="py_spy")
    parser.add_argument("--only", help="one program by its name")
    return parser.parse_args()


def event_costs(rounds: int) -> list[tuple[str, float, float]]:
    """Name, ns and ratio to the list, of each way to write an event down; medians of rounds in turn."""
    with tempfile.TemporaryDirectory() as directory:
        log = ThreadLog(Diary(directory, {}), 1, 1)
        kept: list[object] = []
        simple: queue.SimpleQueue[object] = queue.SimpleQueue()
        shared: multiprocessing.Queue[object] = multiprocessing.Queue()
        drain = multiprocessing.Process(target=_drain, args=(shared,), daemon=True)
        drain.start()
        ways: list[tuple[str, Callable[[int], None], int]] = [
            ("list.append((perf_counter_ns, a, b))", _into(kept.append), EVENTS),
            ("record(word, pair)", _recorded(log), EVENTS),
            ("queue.SimpleQueue.put", _into(simple.put), EVENTS),
            ("multiprocessing.Queue.put", _into(shared.put), SLOW_EVENTS),
        ]
        found: dict[str, list[float]] = {name: [] for name, _, _ in ways}
        for _ in range(rounds):
            for name, put, count in ways:
                begin = time.perf_counter_ns()
                put(count)
                found[name].append((time.perf_counter_ns() - begin) / count)
            kept.clear()
            while not simple.empty():
                simple.get()
        shared.put(None)
        drain.join()
    base = found[ways[0][0]]
    return [(name, median(ns), median(a / b for a, b in zip(ns, base, strict=True))) for name, ns in found.items()]


def _drain(shared: multiprocessing.Queue[object]) -> None:
    while shared.get() is not None:
        pass


def _into(put: Callable[[object], None]) -> Callable[[int], None]:
    def loop(count: int) -> None:
        now, a, b = time.perf_counter_ns, word(Kind.MARK, 0, 7), pair(3, 4)
        for _ in range(count):
            put((now(), a, b))

    return loop


def _recorded(log: ThreadLog) -> Callable[[int], None]:
    def loop(count: int) -> None:
        record, a, b = log.record, word(Kind.MARK, 0, 7), pair(3, 4)
        for _ in range(count):
            record(a, b)

    return loop


def _tools(options: argparse.Namespace) -> Tools:
    """The tools that are there."""
    python: str = options.python
    tools: Tools = {"recorded": lambda program, folder: [python, str(PROBE), str(program)]}
    if options.viztracer:
        tools["viztracer"] = lambda program, folder: [
            *(options.viztracer, "--quiet", "-o", str(folder / "viztracer.json"), str(program))
        ]
    if options.py_spy:
        spy = (options.py_spy, "record", "-s", "-r", "1000", "-f", "raw")
        tools["py-spy"] = lambda program, folder: [*spy, "-o", str(folder / "spy"), "--", python, str(program)]
    return tools


def _print_program(path: Path, tools: Tools, options: argparse.Namespace) -> None:
    plains: list[Measured] = []
    watched: dict[str, list[Measured]] = {name: [] for name in tools}
    ratios: dict[str, list[float]] = {name: [] for name in tools}
    measure([options.python, str(path)])  # once for the caches
    for _ in range(options.rounds):
        for name, command in tools.items():
            with tempfile.TemporaryDirectory() as folder:
                plains.append(measure([options.python, str(path)]))
                watched[name].append(measure(command(path, Path(folder)), Path(folder) if name == "recorded" else None))
            ratios[name].append(watched[name][-1].seconds / plains[-1].seconds)
    ours = watched["recorded"]
    plain = median(run.seconds for run in plains)
    events = median(run.events for run in ours)
    more = median(run.seconds for run in ours) - plain
    cost = f"{more * 1e9 / events:10.0f}" if events >= 1000 else f"{'-':>10}"
    row = "".join(f"{median(found):11.3f}" for found in ratios.values())
    print(f"{path.stem:12}{plain:9.3f}{row}{cost}{events:9.0f}", flush=True)
    if all(run.switches is not None for run in plains + ours):
        _print_switches(plains, watched)


def _print_switches(plains: list[Measured], watched: Mapping[str, list[Measured]]) -> None:
    rows = [("plain", plains), *watched.items()]
    said = [f"{name} {median(run.switches or 0 for run in runs):.0f}" for name, runs in rows]
    print("  thread switches per second: " + ", ".join(said))


def measure(command: list[str], run: Path | None = None) -> Measured:
    """Run a program and read what it says; `run`: where its diaries go. Raises CalledProcessError."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("INTERLEAVE_")}
    if run is not None:
        env["INTERLEAVE_RUN"] = str(run)
    begin = time.perf_counter()
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    wall = time.perf_counter() - begin
    said = dict(line.split() for line in done.stdout.splitlines() if line.startswith(("seconds ", "switches ")))
    batch = DiaryReader(run).poll(final=True) if run is not None else None
    switches = float(said["switches"]) if "switches" in said else None
    return Measured(float(said["seconds"]), wall, switches, batch.events if batch else 0)


if __name__ == "__main__":
    main()
