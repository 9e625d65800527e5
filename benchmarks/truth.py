"""What is told of threads, against the kernel's and the interpreter's own word: prints a table.

    python benchmarks/truth.py [--quick] [--json] [--only LETTERS] [--python EXE]... [--free-threaded EXE]

a  time on a CPU of each thread, against the kernel's account of it (CLOCK_THREAD_CPUTIME_ID, read by the thread)
b  waits for the GIL, against uprobes on CPython's take_gil (root, and a Python with symbols)
c  the sampled level against the exact one, both watching the same run
d  states of threads off the CPU, against what the program does (tests/support/known_states.py): idle, all cores busy
e  whether two CPU-bound threads run at once, with and without a GIL; hand-overs against the interpreter's counter

Measure on a quiet machine. `--python` and `--free-threaded` name interpreters for d and e; else those that are found,
one of each minor version. What cannot be tried here is a line that says so. Exit code 1 when a goal was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from both_levels import both_levels, differences  # noqa: E402
from spans import clip, common, in_state, length, on_cpu, thread_of  # noqa: E402
from uprobes import GilProbes, NoProbes  # noqa: E402

from tests.support.machine import stolen_s  # noqa: E402
from visualiser.events import blocks  # noqa: E402
from visualiser.observe.calibrate import Calibrations, GilUnknown, Layout, default_cache  # noqa: E402
from visualiser.observe.edges import latest  # noqa: E402
from visualiser.run import record, resolve_target  # noqa: E402
from visualiser.run.interpreters import interpreters  # noqa: E402
from visualiser.trace import STATE_NAMES, State, TraceStore  # noqa: E402

PROGRAMS = ROOT / "benchmarks" / "programs" / "truth"
KNOWN = ROOT / "tests" / "support" / "known_states.py"


@dataclass(frozen=True)
class Line:
    """One line of the table. `value`: None where it could not be tried; `goal`: "" where there is none."""

    check: str
    what: str
    value: float | int | None
    unit: str = ""
    goal: str = ""
    met: bool | None = None
    note: str = ""


def line(check: str, what: str, value: float, unit: str, least: float | None = None, most: float | None = None) -> Line:
    """With a goal: at least, or at most, so much."""
    if least is not None:
        return Line(check, what, value, unit, f">= {least:g}", value >= least)
    if most is not None:
        return Line(check, what, value, unit, f"<= {most:g}", value <= most)
    return Line(check, what, value, unit)


@dataclass(frozen=True)
class Options:
    """How long each program runs (s), and with which interpreters."""

    seconds: float
    pythons: tuple[str, ...]
    free_threaded: str | None


@contextmanager
def recorded(program: Path, *args: object, python: str | None = None) -> Iterator[tuple[TraceStore, list[list[str]]]]:
    """A run as a user would record it, and the lines that the program printed, in words."""
    with record(
        resolve_target(str(program), args=[str(arg) for arg in args], python=python), own_terminal=False
    ) as run:
        if run.info.exit_code:
            raise RuntimeError(f"{program.name} ended with exit code {run.info.exit_code}.")
        said = (run.directory.path / "stdout").read_text()
        yield run.store, [each.split() for each in said.splitlines()]


# --- a: time on a CPU -----------------------------------------------------------------------------------------------


def check_cpu_time(options: Options) -> Iterator[Line]:
    """Time on a CPU against the kernel's account; nobody missing, nothing lost, one thread on a CPU at a time."""
    for name in ("two_threads", "pool", "sleepers", "short_lived"):
        before = stolen_s()
        with recorded(PROGRAMS / f"{name}.py", options.seconds) as (store, said):
            if store.info.sources.get("switches") != "exact":
                yield Line("a", name, None, note=f"not tried: {store.info.sources['why'].get('switches', '')}")
                continue
            yield from _cpu_time(name, store, [list(map(int, words[1:])) for words in said if words[0] == "account"])
        taken = (stolen_s() - before) * 1e3
        if taken:
            yield Line("a", f"{name}: stolen by the host meanwhile: told, not charged", taken, "ms")


def _cpu_time(name: str, store: TraceStore, accounts: list[list[int]]) -> Iterator[Line]:
    rows, missing = [], 0
    for tid, t, cpu in accounts:
        index = thread_of(store, tid, t)
        if index is None:
            missing += 1
            continue
        spans = on_cpu(store, index)
        until = clip(spans, 0, t)
        told_ns = (store.on_cpu_ns(index) or 0) - (length(spans) - length(until))  # without what came after `t`
        rows.append((told_ns, cpu, len(until[0]), t - store.threads[index].start_ns))
    told, charged, times, lived = np.array(rows, "i8").T
    worst = float((np.abs(told - charged) / charged).max() * 100)
    yield line("a", f"{name}: {len(accounts)} threads, the worst one's difference", worst, "%", most=1)
    yield line("a", f"{name}: the same, of its lifetime", float((np.abs(told - charged) / lived).max() * 100), "%")
    all_together = abs(int((told - charged).sum())) / int(charged.sum()) * 100
    yield line("a", f"{name}: all together ({int(charged.sum()) / 1e9:.3f} s)", all_together, "%", most=1)
    each = float(np.median((charged - told) / times)) / 1000
    yield line("a", f"{name}: charged more than told, each time on a CPU (median)", each, "us")
    yield line("a", f"{name}: threads missing", missing, "", most=0)
    switches = (block.payload for block in store.raw_blocks() if block.format == blocks.SWITCHES)
    lost = store.lost + sum(one.records for payload in switches for one in latest(payload)[1])
    yield line("a", f"{name}: records lost", lost, "", most=0)
    twice = sum(_at_once(store, cpu) for cpu in store.cpus)
    yield line("a", f"{name}: two threads on one CPU at once", twice, "times", most=0)


def _at_once(store: TraceStore, cpu: int) -> int:
    spans = store.cpu_spans(cpu)
    return int((spans.start[1:] < spans.end[:-1]).sum())


# --- b: waits for the GIL -------------------------------------------------------------------------------------------


def check_gil_waits(options: Options) -> Iterator[Line]:
    """Waits for the GIL against uprobes: of two CPU-bound threads, and of threads that do all sorts of things."""
    for name, least in (("two_threads", 0.97), ("mixed", None)):
        try:
            library = _layout(sys.executable).file
            with GilProbes(library) as probes, recorded(PROGRAMS / f"{name}.py", options.seconds) as (store, _):
                pass
        except (NoProbes, GilUnknown) as error:
            yield Line("b", "waits for the GIL", None, note=f"not tried: {error}")
            return
        yield from _gil_waits(name, store, probes, least)


def _gil_waits(name: str, store: TraceStore, probes: GilProbes, least: float | None) -> Iterator[Line]:
    both, either, elsewhere, theirs_in_all, unknown, lived = 0, 0, 0, 0, 0, 0
    for thread in store.threads:
        begin, end = thread.start_ns, thread.end_ns or store.end_ns
        ours = clip(in_state(store, thread.index, State.GIL), begin, end)
        waits = np.array(probes.waits.get(thread.tid, []), "i8").reshape(-1, 2)
        theirs = clip((waits[:, 0], waits[:, 1]), begin, end)
        nothing = clip(in_state(store, thread.index, State.UNKNOWN), begin, end)
        overlap = common(ours, theirs)
        both, either = both + overlap, either + length(ours) + length(theirs) - overlap
        theirs_in_all += length(theirs)
        elsewhere += length(theirs) - overlap - common(theirs, nothing)
        unknown, lived = unknown + length(nothing), lived + end - begin
    yield line("b", f"{name}: waits, overlap with uprobes (IoU)", both / either, "", least=least)
    yield line("b", f"{name}: waits told to be something else", elsewhere / theirs_in_all * 100, "%")
    yield line("b", f"{name}: time left unknown", unknown / lived * 100, "%")
    if probes.lost:
        yield Line("b", "uprobes", None, note="the kernel's trace buffer was too small; records of uprobes were lost")


def _layout(executable: str) -> Layout:
    return Calibrations(default_cache()).learn(executable)


# --- c: sampled against exact ---------------------------------------------------------------------------------------


BOTH_LEVELS = (
    ("two_threads", 0),
    ("two_threads", 2),
    ("mixed", 0),
    ("mixed", 2),
    ("crowded", 0),
    ("contended", 0),
    ("workshop", 0),
    ("workshop", 2),
)
"""Programs, and how many other processes compute meanwhile."""


def check_sampled(options: Options) -> Iterator[Line]:
    """Both levels watch one run of several kinds of threads; both are joined with the same records of the probe."""
    for program, busy in BOTH_LEVELS:
        with spinning(busy):
            run = both_levels(PROGRAMS / f"{program}.py", options.seconds)
        name = f"{program}{f', {busy} cores busy' if busy else ''}"
        if run.exact.sources["switches"] != "exact":
            yield Line("c", name, None, note=f"not tried: {run.exact.sources['why'].get('switches')}")
            return
        found = differences(run.store(run.exact), run.store(run.sampled))
        yield line("c", f"{name}: time shares, {found.where}", found.worst * 100, "points", most=3)
        yield line("c", f"{name}: time in which both say the same", found.same * 100, "%")
        yield line("c", f"{name}: waits for the GIL, overlap (IoU)", found.gil_overlap, "")
        yield line("c", f"{name}: the observer at the sampled level", run.sampled.share * 100, "% CPU", most=5)


# --- d: known states ------------------------------------------------------------------------------------------------


def check_states(options: Options) -> Iterator[Line]:
    """Whether threads off the CPU are told to be in the state that they are in."""
    cores = len(os.sched_getaffinity(0))
    for python in options.pythons:
        for busy in (0, cores):
            with spinning(busy), recorded(KNOWN, options.seconds / 8, python=python) as (store, said):
                yield from _states(store, said, busy)


@contextmanager
def spinning(count: int) -> Iterator[None]:
    """So many other processes compute meanwhile."""
    others = [subprocess.Popen([sys.executable, str(PROGRAMS / "spin.py")]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def _states(store: TraceStore, said: list[list[str]], busy: int) -> Iterator[Line]:
    right: dict[str, int] = {}
    total: dict[str, int] = {}
    for name, *numbers in said:
        tid, begin, end, _ = map(int, numbers)
        index = thread_of(store, tid, end)
        if index is None:
            yield Line("d", f"a thread in state {name} is missing", 1, "", "<= 0", False)
            continue
        state = State(STATE_NAMES.index(name))
        for each in State:
            spans = clip(in_state(store, index, each), begin, end)
            off = length(spans) - common(spans, on_cpu(store, index))
            if each != State.READY:
                total[name] = total.get(name, 0) + off
            if each == state:
                right[name] = right.get(name, 0) + off
    total.pop("native", 0)  # hashing has nothing to wait for
    python = f"{store.info.python}, {f'{busy} cores busy' if busy else 'idle'}"
    share = sum(right.get(name, 0) for name in total) / sum(total.values()) * 100
    parts = ", ".join(f"{name} {right.get(name, 0) / ns * 100:.1f}" for name, ns in total.items() if ns)
    found = line("d", f"{python}: time off the CPU in the right state", share, "%", least=None if busy else 98)
    yield Line(**{**asdict(found), "note": parts})


# --- e: at once or in turns -----------------------------------------------------------------------------------------


def check_turns(options: Options) -> Iterator[Line]:
    """Two CPU-bound threads, with a GIL and without."""
    for python in options.pythons:
        yield from _turns(python, options, free=False)
    if options.free_threaded is None:
        yield Line(
            "e", "free-threaded", None, note="not tried: no free-threaded interpreter here (--free-threaded EXE)"
        )
    else:
        yield from _turns(options.free_threaded, options, free=True)


def _turns(python: str, options: Options, free: bool) -> Iterator[Line]:
    args = [options.seconds] if free else [options.seconds, _layout(python).gil]
    with recorded(PROGRAMS / "two_threads.py", *args, python=python) as (store, said):
        one, two = (
            in_state(store, next(each.index for each in store.threads if each.name == name), State.RUNNING)
            for name in ("one", "two")
        )
        least = min(length(one), length(two))
        overlap = common(one, two) / least * 100 if least else 0.0
        name = f"{store.info.python}{', free-threaded' if free else ''}"
        if free:
            yield line("e", f"{name}: both running at once", overlap, "%", least=80)
            lanes = store.gil_lanes(0)
            yield line(
                "e", f"{name}: GIL lanes that claim a GIL", sum(lane.enabled is not False for lane in lanes), "", most=0
            )
            return
        yield line("e", f"{name}: both running at once", overlap, "%", most=1)
        t0, t1, first, last = (int(word) for word in next(words for words in said if words[0] == "handovers")[1:])
        (lane,) = store.gil_lanes(0)
        drawn = int(((lane.handovers_t >= t0) & (lane.handovers_t <= t1)).sum())
        counted = last - first
        looked = _looked(store, t0, t1)
        wrong = max(looked[0] - counted, counted - looked[1], 0)
        yield line("e", f"{name}: hand-overs, {counted} by its counter; looks bracket them by", wrong, "beside", most=0)
        yield line("e", f"{name}: hand-overs placed in time", drawn / counted * 100 if counted else 100.0, "%")


def _looked(store: TraceStore, t0: int, t1: int) -> tuple[int, int]:
    """The least and the most hand-overs between two moments by the looks around them."""
    pid = store.processes[0].pid
    raw = b"".join(block.payload for block in store.raw_blocks() if block.format == blocks.GILS)
    rows = sorted((row[0], row[6]) for row in blocks.GIL.iter_unpack(raw) if row[2] == pid and row[4] == 0)
    times = [t for t, _ in rows]
    inside = [count for t, count in rows if t0 <= t <= t1]
    before = max((count for t, count in rows if t < t0), default=0)
    after = next((count for t, count in rows if t > t1), rows[-1][1] if times else 0)
    return (inside[-1] - inside[0] if inside else 0), after - before


# --- the table ------------------------------------------------------------------------------------------------------

CHECKS: dict[str, Callable[[Options], Iterator[Line]]] = {
    "a": check_cpu_time,
    "b": check_gil_waits,
    "c": check_sampled,
    "d": check_states,
    "e": check_turns,
}


def main() -> int:
    """Measure and print; 0 when every goal was met, 1 when one was missed."""
    asked = _asked()
    found = interpreters()
    by_minor = {each.version[:2]: each.executable for each in reversed(found) if each.gil}
    pythons = tuple(asked.python or by_minor.values())
    free = asked.free_threaded or next((each.executable for each in found if not each.gil), None)
    options = Options(1.0 if asked.quick else 4.0, pythons, free)
    lines: list[Line] = []
    for letter in asked.only:
        for one in CHECKS[letter](options):
            lines.append(one)
            if not asked.json:
                print(_text(one), flush=True)
    if asked.json:
        print(json.dumps([asdict(one) for one in lines], indent=1))
    return 1 if any(one.met is False for one in lines) else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="programs of one second instead of four")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="abcde", help="the letters of some checks")
    parser.add_argument("--python", action="append", default=[], help="an interpreter for d and e; several times")
    parser.add_argument("--free-threaded", dest="free_threaded", help="an interpreter without a GIL, for e")
    return parser.parse_args()


def _text(one: Line) -> str:
    value = "-" if one.value is None else f"{one.value:.3f}".rstrip("0").rstrip(".")
    verdict = {True: "met", False: "MISSED", None: ""}[one.met]
    return f"{one.check}  {one.what:66}{value:>9} {one.unit:7}{one.goal:>8} {verdict:7}{one.note}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
