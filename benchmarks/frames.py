"""How long one frame of the timeline takes, from 10^5 to 10^7 spans: built, and painted into an image off the screen.

    python benchmarks/frames.py [--spans 100000 1000000 10000000] [--frames 48] [--rounds 5] [--parts]

A run of 16 threads that wait for and hold locks, sleep and do I/O is handed to the store as records, as the reader
would. Then 1600 x 800 pixels of it are drawn while a user drags, turns the wheel and jumps (`moves`) at five levels,
from the whole run to one in which spans are wide. What the timeline's view keeps from frame to frame (`scene.Kept`) is
kept here likewise, and each round begins with nothing: frames at places and zooms never seen before (every jump, every
notch of the wheel inwards) are among those that are counted. Per size and level: the median and 95th percentile of a
frame; the medians of its parts, `scene.build` and `paint`, and of how long its thread was on a CPU; and the medians of
the frames after a drag, a notch of the wheel and a jump. With `--parts`, what each part costs. Each level is gone
through several times, and the round that the machine disturbed least is told (the one with the smallest median). The
last lines hold the goals against what was measured, among them an empty pyqtgraph plot's frame of the same size,
measured likewise in the same run; below each size up to a million stands what pyqtgraph's bar graph takes for the same
states, least disturbed.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import os
import pstats
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from benchmarks.many_spans import many_spans, spans_of
from visualiser.paint import light, paint
from visualiser.scene import Kept, ViewWindow, build, whole_pixels
from visualiser.trace import TraceStore

WIDTH, HEIGHT = 1600, 800
LEVELS = 5
GESTURE = ("jump", *["drag"] * 3, *["in"] * 2, *["drag"] * 4, *["out"] * 2)
"""Somewhere else in the run each time: drags of 5 to 45 pixels a frame, as a hand moves, and notches of the wheel."""
NOTCH = 1.25
MEDIAN_MS, LATE_MS = 16.0, 33.0
TIMES_FEWEST, TIMES_EMPTY = 2.0, 3.0


@dataclass(frozen=True)
class Timing:
    """Milliseconds of all frames of one level; `on_cpu`: without what other programs took of the time; `moves`: what
    the user did before each."""

    built: list[float]
    painted: list[float]
    on_cpu: list[float]
    moves: list[str]

    @property
    def frames(self) -> list[float]:
        """Both together."""
        return [a + b for a, b in zip(self.built, self.painted, strict=True)]


def main() -> None:
    """Measure, print, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, nargs="+", default=[10**5, 10**6, 10**7])
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", action="store_true", help="profile one more round: what each function costs")
    options = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    print(
        f"{'spans':>10} {'pixels a span':>14} {'median':>9} {'95 %':>9} {'build':>9} {'paint':>9} {'on a CPU':>9} "
        f"{'drag':>9} {'wheel':>9} {'jump':>9}   ms"
    )
    found = {wanted: _measured_size(wanted, options) for wanted in options.spans}
    _judge({wanted: np.concatenate([one.frames for one in levels]) for wanted, levels in found.items()})
    on_cpu = np.concatenate([one.on_cpu for one in found[max(found)]])
    middle, late = np.quantile(on_cpu, (0.5, 0.95))
    print(f"of the frames at {max(found)} spans on a CPU: median {middle:.1f}, 95 of 100 under {late:.1f} ms")
    assert app is not None


def _measured_size(wanted: int, options: argparse.Namespace) -> list[Timing]:
    store = many_spans(wanted)
    began = time.perf_counter()
    draw(store, ViewWindow(store.start_ns, store.end_ns, WIDTH, HEIGHT), image(), Kept())
    first = (time.perf_counter() - began) * 1e3
    spans, threads = spans_of(store), len(store.threads)
    levels = []
    for level in range(LEVELS):
        steps = list(moves(store, level, options.frames))
        timing = min((measured(store, steps) for _ in range(options.rounds)), key=lambda one: np.median(one.frames))
        levels.append(timing)
        width = WIDTH / (steps[0][1].t1 - steps[0][1].t0) * (store.end_ns - store.start_ns) * threads / spans
        cells = [np.median(timing.frames), np.quantile(timing.frames, 0.95)]
        cells += [np.median(one) for one in (timing.built, timing.painted, timing.on_cpu)]
        each = [np.median([ms for ms, move in zip(timing.frames, timing.moves, strict=True) if move in some])
                for some in (("drag",), ("in", "out"), ("jump",))]  # fmt: skip
        print(f"{spans:>10} {width:>14.3g} " + " ".join(f"{cell:>9.1f}" for cell in (*cells, *each)), flush=True)
        if options.parts:
            _profile(store, [window for _, window in steps])
    if spans < 5 * 10**6:
        print(f"{'':>10} the same states as a bar graph of pyqtgraph: {min(bar_graph(store)):.0f} ms a frame")
    print(f"{'':>10} the first picture after the last event: {first:.0f} ms")
    return levels


def moves(store: TraceStore, level: int, frames: int) -> Iterator[tuple[str, ViewWindow]]:
    """What a user does at a zoom level, by `GESTURE`; the windows are those of the timeline (`whole_pixels`)."""
    length, start = store.end_ns - store.start_ns, store.start_ns
    deepest = max(spans_of(store) / len(store.threads) / 40, 1.6)  # about 40 spans of each thread are seen then
    seen = length / deepest ** (level / (LEVELS - 1))
    body = build(store, ViewWindow(store.start_ns, store.end_ns, WIDTH, HEIGHT)).body
    width, hand = round(body.x1 - body.x0), np.random.default_rng(level)
    t0 = float(start)
    for frame in range(frames):
        move = GESTURE[frame % len(GESTURE)]
        if move == "jump":
            t0 = start + hand.uniform(0, 1) * (length - seen)
        elif move == "drag":
            t0 += seen / width * round(hand.uniform(5, 45))
        else:
            longer = NOTCH if move == "out" else 1 / NOTCH
            t0, seen = t0 + seen * (1 - longer) / 2, seen * longer
        t0 = min(max(t0, start), start + length - seen)
        yield move, ViewWindow(*whole_pixels(round(t0), round(t0 + seen), width, start), WIDTH, HEIGHT)


def measured(store: TraceStore, steps: list[tuple[str, ViewWindow]]) -> Timing:
    """The time of each frame, ms."""
    built, painted, on_cpu = [], [], []
    canvas, kept = image(), Kept()
    draw(store, ViewWindow(store.start_ns, store.end_ns, WIDTH, HEIGHT), canvas, kept)
    gc.collect()
    for _, window in steps:
        before = time.thread_time()
        one, other = draw(store, window, canvas, kept)
        on_cpu.append((time.thread_time() - before) * 1e3)
        built.append(one)
        painted.append(other)
    return Timing(built, painted, on_cpu, [move for move, _ in steps])


def image() -> QImage:
    """What is painted on."""
    return QImage(WIDTH, HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)


def draw(store: TraceStore, window: ViewWindow, canvas: QImage, kept: Kept) -> tuple[float, float]:
    """One frame, the playhead in the middle of the run: ms of building and of painting."""
    began = time.perf_counter()
    scene = build(store, window, playhead=(store.start_ns + store.end_ns) // 2, kept=kept)
    middle = time.perf_counter()
    painter = QPainter(canvas)
    paint(scene, painter, light())
    painter.end()
    return (middle - began) * 1e3, (time.perf_counter() - middle) * 1e3


def _profile(store: TraceStore, windows: list[ViewWindow]) -> None:
    profile = cProfile.Profile()
    canvas, kept = image(), Kept()
    profile.enable()
    for window in windows:
        draw(store, window, canvas, kept)
    profile.disable()
    stats = pstats.Stats(profile).sort_stats("cumulative").stats  # type: ignore[attr-defined]  # typeshed leaves it out
    rows = [(cumulative, own, calls, f"{Path(file).name}:{name}")
            for (file, _, name), (calls, _, own, cumulative, _) in stats.items() if "visualiser" in file]  # fmt: skip
    for cumulative, own, calls, name in sorted(rows, reverse=True)[:45]:
        each = 1e3 / len(windows)
        print(f"    {cumulative * each:8.2f} ms {own * each:8.2f} own {calls / len(windows):8.1f} calls  {name}")


def empty_plot() -> list[float]:
    """Frames of an empty pyqtgraph plot of the same size that pans, axes and all, grabbed as a picture; ms each."""
    import pyqtgraph

    plot = pyqtgraph.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    plot.show()
    QApplication.processEvents()
    rounds = []
    for _ in range(6):
        found = []
        for frame in range(30):
            began = time.perf_counter()
            plot.setXRange(frame, frame + 100, padding=0)
            plot.grab()
            found.append((time.perf_counter() - began) * 1e3)
        rounds.append(found)
    plot.hide()
    return min(rounds[1:], key=np.median)


def bar_graph(store: TraceStore) -> list[float]:
    """Frames of the whole run as pyqtgraph's bar graph, one bar per state, all in one colour; ms each."""
    import pyqtgraph

    tables = [store.states(n) for n in range(len(store.threads))]
    x0, x1 = (np.concatenate([getattr(one, name) for one in tables]) / 1e9 for name in ("start", "end"))
    row = np.repeat(np.arange(len(tables)), [len(one) for one in tables])
    plot = pyqtgraph.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    plot.addItem(pyqtgraph.BarGraphItem(x0=x0, x1=x1, y0=row + 0.1, y1=row + 0.9, brush="g", pen=None))
    plot.show()
    found = []
    for frame in range(4):
        began = time.perf_counter()
        plot.setXRange(x0.min() + frame, x1.max() + frame, padding=0)
        plot.grab()
        found.append((time.perf_counter() - began) * 1e3)
    plot.hide()
    return found[1:]


def _judge(frames: dict[int, np.ndarray]) -> None:
    fewest, most = min(frames), max(frames)
    median, late = float(np.median(frames[most])), float(np.quantile(frames[most], 0.95))
    empty = float(np.median(empty_plot()))
    few = float(np.median(frames[fewest]))
    _goal(f"median of a frame at {most} spans", median, MEDIAN_MS, "ms")
    _goal(f"95 of 100 frames at {most} spans", late, LATE_MS, "ms")
    _goal(f"{most} spans against {fewest} ({few:.1f} ms)", median / few, TIMES_FEWEST, "times")
    _goal(f"against an empty pyqtgraph plot's frame ({empty:.1f} ms)", median / empty, TIMES_EMPTY, "times")


def _goal(what: str, found: float, most: float, unit: str) -> None:
    print(f"{what:<60} {found:7.1f} {unit:<5}  goal {most:g}: {'met' if found <= most else 'missed'}")


if __name__ == "__main__":
    main()
