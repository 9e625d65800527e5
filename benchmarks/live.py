"""A window kept busy: two processes with four threads each write events, which are drawn while they arrive.

    python benchmarks/live.py [--seconds 60] [--rate 200000]
    python benchmarks/live.py --events 3000000 --rate 0        # as fast as they can

Prints how many events arrived of those written, how many were lost or are out of order within their thread; the times
between two ticks of a timer of the window's thread; and what the window's memory grew by. With `--parts`, where the
window's thread spent its time. The window is drawn off the screen unless QT_QPA_PLATFORM is set.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import psutil
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from visualiser.app import Desk, settle_down
from visualiser.events import Kind
from visualiser.run import resolve_target
from visualiser.settings import SettingsFile
from visualiser.trace import TraceStore

# Of every hundredth of a second each thread sleeps what it has left after its share of the turns.
PROGRAM = """
import multiprocessing, threading, time

def turns(number, each):
    lock = threading.Lock()
    begin = time.perf_counter()
    done = 0
    while done < number:
        for _ in range(each):
            with lock:
                pass
        done += each
        rest = begin + done / each / 100 - time.perf_counter() if {paced} else 0
        if rest > 0:
            time.sleep(rest)

def work():
    threads = [threading.Thread(target=turns, args=({turns}, {each})) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

if __name__ == "__main__":
    children = [multiprocessing.get_context("fork").Process(target=work) for _ in range(2)]
    for child in children: child.start()
    for child in children: child.join()
"""
TICK_MS = 5
LATE_MS = 33.0
THREADS, PER_TURN = 8, 2


@dataclass(frozen=True)
class Watched:
    """What became of the window while the program ran: gaps between ticks (s), how long its thread was on a CPU in each
    (s), bytes it grew by, seconds."""

    gaps: list[float]
    busy: list[float]
    grown: int
    seconds: float


def main() -> None:
    """Run the program in a window, and print what became of its events."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, help="in all, instead of --seconds")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=200_000, help="events a second; 0: as many as there can be")
    parser.add_argument("--parts", action="store_true", help="where the window's thread spent its time")
    options = parser.parse_args()
    each = max(options.rate // (100 * THREADS * PER_TURN), 1) if options.rate else 1000
    wanted = options.events or int(options.seconds * options.rate)
    turns = -(-wanted // (THREADS * PER_TURN * each)) * each
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "busy.py"
        path.write_text(PROGRAM.format(turns=turns, each=each, paced=bool(options.rate)))
        desk = Desk(SettingsFile(Path(folder) / "settings.ini"))
        desk.window.resize(1600, 900)
        desk.window.show()
        app.processEvents()
        settle_down(desk)  # as the app does
        desk.choose_target(resolve_target(str(path)))
        profile = cProfile.Profile() if options.parts else None
        seen = _watched_run(app, desk, profile)
        assert desk.work.run is not None
        _report(desk.work.run.store, THREADS * PER_TURN * turns, seen)
        if profile is not None:
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        desk.end()


def _watched_run(app: QCoreApplication, desk: Desk, profile: cProfile.Profile | None) -> Watched:
    process = psutil.Process()
    before = process.memory_info().rss
    ticks, busy = [time.perf_counter()], [time.thread_time()]

    def tick() -> None:
        ticks.append(time.perf_counter())
        busy.append(time.thread_time())

    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    timer.timeout.connect(tick)
    timer.start()
    if profile is not None:
        profile.enable()
    desk.work.start()
    while desk.work.is_active:
        app.processEvents()
        time.sleep(0.0005)
    if profile is not None:
        profile.disable()
    timer.stop()
    grown = process.memory_info().rss - before
    return Watched(np.diff(ticks).tolist(), np.diff(busy).tolist(), grown, time.perf_counter() - ticks[0])


def _report(store: TraceStore, written: int, seen: Watched) -> None:
    arrived = disordered = 0
    for chunk in store.raw_chunks():
        kinds = chunk.records["kind"]
        arrived += int(((kinds == Kind.HOLD) | (kinds == Kind.RELEASE)).sum())
        disordered += int((np.diff(chunk.records["t"].astype(np.int64)) < 0).sum())
    print(f"events written       {written:>12}  (in {seen.seconds:.1f} s: {written / seen.seconds:.0f} a second)")
    print(f"events arrived       {arrived:>12}")
    print(f"counted as lost      {sum(loss.count for loss in store.losses):>12}")
    print(f"out of order         {disordered:>12}")
    gaps = np.array(seen.gaps) * 1e3
    middle, late, most = (float(np.quantile(gaps, share)) for share in (0.5, 0.95, 0.99))
    print(f"ticks of {TICK_MS} ms: median {middle:.1f}, 95 of 100 under {late:.1f}, 99 under {most:.1f}, "
          f"longest {gaps.max():.0f} ms")  # fmt: skip
    busy = np.quantile(np.array(seen.busy) * 1e3, (0.5, 0.95, 1.0))
    print("of that on a CPU: median {:.1f}, 95 of 100 under {:.1f}, longest {:.0f} ms".format(*busy))
    _report_thirds(gaps, np.array(seen.busy) * 1e3)
    print(f"the window's memory grew by {seen.grown / 1e6:.0f} MB: {seen.grown / written:.0f} bytes an event")
    print(f"goal {LATE_MS:g} ms for 95 of 100, nothing lost: "
          + ("met" if late <= LATE_MS and arrived == written else "missed"))  # fmt: skip


def _report_thirds(gaps: np.ndarray, busy: np.ndarray) -> None:
    """Whether what is old makes it slower: the same for the first, second and last third of the time."""
    third = np.minimum((np.cumsum(gaps) * 3 / gaps.sum()).astype(int), 2)
    print("by thirds of the time    95 of 100 under, on a CPU   share of one CPU   longest on a CPU")
    for number in range(3):
        gap, own = gaps[third == number], busy[third == number]
        print(f"{number + 1:>12} {np.quantile(gap, 0.95):>21.1f} ms {np.quantile(own, 0.95):>7.1f} ms "
              f"{own.sum() / gap.sum():>17.0%} {own.max():>15.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
