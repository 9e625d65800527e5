"""How long a step through a run of many recorded lines takes, and how the code pane opens and scrolls a long file.

    python benchmarks/stepping.py [--lines 300000] [--source 20000] [--steps 200]

Two threads run a loop over the lines of one file, each line recorded, with one watched global and one watched local.
A step is what a key does: the playhead moves to the next line, and the picture, the code pane, the values, and the
output are brought up to date and painted, in a real window off the screen; the round is told that the machine
disturbed least. Then a file of that many lines is opened:
how long the window is held up at once, and at the longest until all of it is coloured; and what one page costs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PySide6.QtWidgets import QApplication

from tests.support.builder import ORIGIN, RunBuilder
from visualiser import viewmodels
from visualiser.app import Desk
from visualiser.events import Kind, Scope
from visualiser.settings import SettingsFile
from visualiser.trace import RECORD_DTYPE, Chunk, EventBatch, RunInfo, TraceStore

MEDIAN_MS, HELD_UP_MS, ROUNDS = 16.0, 100.0, 5
LOOP = 12
"""Lines of the loop that the threads go round in; one of them changes the values."""


def main() -> None:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--source", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(SettingsFile(Path(folder) / "settings.ini"))
        desk.window.resize(1600, 1000)
        desk.window.show()
        good = _steps(desk, options.lines, options.steps) & _long_file(desk, options.source)
        desk.end()
        app.processEvents()
    print("goals met" if good else "goals missed")


def many_lines(number: int) -> TraceStore:
    """A run whose two threads together ran that many lines; every 12th also tells two values."""
    run = RunBuilder()
    process = run.process("lines.py")
    sites = [process.site(line, "work", "/home/ada/lines.py") for line in range(10, 10 + LOOP)]
    chunks = []
    for place in range(2):
        thread = process.thread(f"worker-{place}").begin(0)
        rows = np.concatenate([thread.chunk().records, _recorded(process.text, sites, number // 2, place)])
        chunks.append(Chunk(process.key, thread.serial, thread.tid, 0x7F00 + thread.tid, np.sort(rows, order="t")))
    batch = run.batch()
    store = TraceStore(RunInfo(title="lines", target="lines.py", origin_ns=ORIGIN))
    store.extend(EventBatch(headers=batch.headers, chunks=tuple(chunks), definitions=tuple(
        one for each in run.processes for one in each.definitions)))  # fmt: skip
    store.finish(RunInfo(title="lines", target="lines.py", origin_ns=ORIGIN))
    return store


def _recorded(text: Callable[[str], int], sites: list[int], number: int, place: int) -> np.ndarray:
    t = ORIGIN + 2_000 * np.arange(1, number + 1) + 1_000 * place
    lines = np.zeros(number, RECORD_DTYPE)
    lines["kind"], lines["site"], lines["t"] = Kind.LINE, np.resize(sites, number), t
    told = lines[::LOOP].copy()
    told["kind"], told["t"], told["value"] = Kind.VALUE, told["t"] - 100, np.arange(len(told))
    shared, own = told.copy(), told
    shared["flag"], shared["a"] = Scope.GLOBAL | Scope.NUMBER, text("counter")
    own["flag"], own["a"], own["t"] = Scope.LOCAL | Scope.NUMBER, text("seen"), own["t"] + 10
    return np.concatenate([lines, shared, own])


def _steps(desk: Desk, lines: int, steps: int) -> bool:
    store = many_lines(lines)
    store.attachments = {"program/lines.py": "".join(f"value = {n}\n" for n in range(40)).encode()}
    tabs = desk.window.panel.tabs
    tabs.setCurrentIndex(next(n for n in range(tabs.count()) if tabs.tabText(n) == "Values"))
    began = time.perf_counter()
    desk.work.show(viewmodels.Kept(store, saved=True))
    desk.timeline.rebuild()
    QApplication.processEvents()
    print(f"{lines:,} lines opened in {(time.perf_counter() - began) * 1e3:.0f} ms".replace(",", " "))
    _settle()
    good = True
    for where, span in (("whole run shown", 1.0), ("zoomed in", 1e-4)):
        middle = (store.start_ns + store.end_ns) // 2
        half = round((store.end_ns - store.start_ns) * span / 2)
        desk.timeline.show_exactly(middle - half, middle + half)
        desk.player.seek(middle)
        _settle()
        rounds = [np.array([_timed(partial(_step, desk, way)) for way in [1] * steps + [-1] * steps])
                  for _ in range(ROUNDS)]  # fmt: skip
        took = min(rounds, key=lambda one: float(np.median(one)))
        good &= bool(np.median(took) < MEDIAN_MS) and _is_shown(desk)
        print(f"a step, {where:16} median {np.median(took):5.1f} ms, 95 % {np.percentile(took, 95):5.1f} ms, "
              f"longest {took.max():5.1f} ms")  # fmt: skip
    return good


def _step(desk: Desk, way: int) -> None:
    """One key, and all that follows from it, painted."""
    desk.commands["next_line" if way > 0 else "previous_line"]()
    desk.timeline.rebuild()
    desk.code.refresh()
    for model in desk.findChildren(viewmodels.ValuesModel):
        model.refresh()
    QApplication.processEvents()


def _is_shown(desk: Desk) -> bool:
    """Whether what was timed is what was to be shown: both threads on a line, and both names with a value."""
    said = desk.window.panel.code.editor.accessibleDescription()
    values = "".join(model.boxes.text for model in desk.findChildren(viewmodels.ValuesModel))
    shown = "worker-0" in said and "worker-1" in said and "counter = " in values and "seen = " in values
    print(f"  shown: {said}" if shown else f"  NOT SHOWN: {said!r} {values!r}")
    return shown


def _long_file(desk: Desk, lines: int) -> bool:
    text = "".join(f"    result_{n} = compute({n}, 'some text', other={n % 7})  # line {n}\n" for n in range(lines))
    pane = desk.window.panel.code
    file = viewmodels.SourceFile("long.py", "/long.py", text)
    opened = _timed(lambda: _painted(pane.set_files, [file]))
    began, held, on_cpu = time.perf_counter(), [0.0], [0.0]
    while time.perf_counter() - began < 60 and pane.editor.is_reading:
        cpu = time.thread_time()
        held.append(_timed(QApplication.processEvents))
        on_cpu.append((time.thread_time() - cpu) * 1e3)
    coloured = time.perf_counter() - began
    bar = pane.editor.verticalScrollBar()
    pages = [_timed(partial(_painted, bar.setValue, at)) for at in range(0, lines, max(lines // 100, 1))]
    print(f"{lines:,} source lines: opened in {opened:.0f} ms; coloured after {coloured:.1f} s,".replace(",", " ", 1))
    print(f"  meanwhile held up for {np.median(held):.0f} ms, at most {max(held):.0f} ms ({max(on_cpu):.0f} on a CPU); "
          f"a page: median {np.median(pages):.1f} ms, longest {max(pages):.1f} ms")  # fmt: skip
    return max(on_cpu) < HELD_UP_MS and bool(np.median(pages) < MEDIAN_MS)


def _painted(act: Callable[[Any], object], what: object) -> None:
    act(what)
    QApplication.processEvents()


def _settle() -> None:
    end = time.perf_counter() + 1.0
    while time.perf_counter() < end:
        QApplication.processEvents()


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    main()
