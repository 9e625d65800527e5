"""A window kept busy: millions of events from two processes with four threads each are drawn while they arrive.

    python benchmarks/live.py [--events 3000000]

Prints how many events arrived of those written, how many are out of order within their thread, and the longest time
between two ticks of a timer of the window's thread. The window is drawn off the screen unless QT_QPA_PLATFORM is set.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from visualiser.app import Desk
from visualiser.events import Kind
from visualiser.run import resolve_target
from visualiser.settings import SettingsFile
from visualiser.trace import TraceStore

PROGRAM = """
import multiprocessing, threading

def turns(number):
    lock = threading.Lock()
    for _ in range(number):
        with lock:
            pass

def work():
    threads = [threading.Thread(target=turns, args=({turns},)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

if __name__ == "__main__":
    children = [multiprocessing.get_context("fork").Process(target=work) for _ in range(2)]
    for child in children: child.start()
    for child in children: child.join()
"""
TICK_MS = 5


def main() -> None:
    """Run the program in a window, and print what became of its events."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=3_000_000)
    turns = parser.parse_args().events // 16  # of 8 threads, each with two events a turn
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "busy.py"
        path.write_text(PROGRAM.format(turns=turns))
        desk = Desk(SettingsFile(Path(folder) / "settings.ini"))
        desk.window.show()
        app.processEvents()
        desk.choose_target(resolve_target(str(path)))
        gaps, seconds = _ticks_until_done(app, desk)
        assert desk.work.run is not None
        _report(desk.work.run.store, 16 * turns, gaps, seconds)
        desk.end()


def _ticks_until_done(app: object, desk: Desk) -> tuple[list[float], float]:
    """Seconds between the ticks while the program ran, and how long it took."""
    ticks = [time.perf_counter()]
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    desk.work.start()
    while desk.work.is_active:
        app.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.0005)
    timer.stop()
    return np.diff(ticks).tolist(), time.perf_counter() - ticks[0]


def _report(store: TraceStore, written: int, gaps: list[float], seconds: float) -> None:
    arrived = disordered = 0
    for chunk in store.raw_chunks():
        kinds = chunk.records["kind"]
        arrived += int(((kinds == Kind.HOLD) | (kinds == Kind.RELEASE)).sum())
        disordered += int((np.diff(chunk.records["t"].astype(np.int64)) < 0).sum())
    print(f"events written       {written:>12}  (in {seconds:.1f} s)")
    print(f"events arrived       {arrived:>12}")
    print(f"counted as lost      {sum(loss.count for loss in store.losses):>12}")
    print(f"out of order         {disordered:>12}")
    longest, most = max(gaps) * 1e3, float(np.quantile(gaps, 0.99)) * 1e3
    print(f"ticks of {TICK_MS} ms: longest gap {longest:.0f} ms, 99 of 100 under {most:.0f} ms")


if __name__ == "__main__":
    main()
