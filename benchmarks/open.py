"""Opening a saved run of 10^7 spans: how long until its first picture, and how many bytes a span takes from then on.

    python benchmarks/open.py [--spans 10000000] [--keep FILE]

The file is written first, with a run of 16 threads as in `frames`. Then a new process opens it through the door that
every trace comes through, draws 1600 x 800 pixels of the whole run, and says how long each step took and what its
memory grew by, of what. `--keep`: write the file there and leave it, or use it if it is there.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SECONDS, BYTES = 3.0, 64.0


def main() -> None:
    """Write a file, open it in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=10**7)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--opened", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.opened is not None:
        opened(options.opened)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "many.ilv"
        if not path.exists():
            _write(path, options.spans)
        print(f"{path.stat().st_size / 1e6:.0f} MB in the file", flush=True)
        subprocess.run([sys.executable, __file__, "--opened", str(path)], check=True)


def _write(path: Path, spans: int) -> None:
    from benchmarks.many_spans import many_spans
    from visualiser.files import save_ilv

    save_ilv(many_spans(spans), path)


def opened(path: Path) -> None:
    """Open, draw, and tell what that took."""
    import psutil
    from PySide6.QtWidgets import QApplication

    from benchmarks.frames import HEIGHT, WIDTH, draw, image
    from benchmarks.many_spans import many_spans, spans_of
    from visualiser.files import load
    from visualiser.scene import Kept, ViewWindow

    app = QApplication([])
    canvas, process = image(), psutil.Process()
    small = many_spans(1000)  # Qt's fonts and all that is there once do not belong to the spans
    draw(small, ViewWindow(small.start_ns, small.end_ns, WIDTH, HEIGHT), canvas, Kept())
    gc.collect()
    before = process.memory_info().rss
    began, busy = time.perf_counter(), time.process_time()
    store = load(path)
    loaded = time.perf_counter()
    window = ViewWindow(store.start_ns, store.end_ns, WIDTH, HEIGHT)
    draw(store, window, canvas, Kept())
    drawn, busy = time.perf_counter(), time.process_time() - busy
    gc.collect()
    grown = process.memory_info().rss - before
    spans = spans_of(store)
    print(f"{spans} spans of {store.events} events")
    print(f"reading              {loaded - began:6.2f} s")
    print(f"first picture        {drawn - loaded:6.2f} s")
    print(f"on a CPU, both       {busy:6.2f} s")
    _goal("opened, to the first picture", drawn - began, SECONDS, "s")
    raw = sum(chunk.records.nbytes for chunk in store.raw_chunks())
    print(f"raw records          {raw / spans:6.1f} bytes a span")
    kept, own = kept_for_drawing(store)
    print(f"columns of spans     {own / spans:6.1f} bytes a span")
    print(f"sums for drawing     {kept / spans:6.1f} bytes a span")
    _goal("bytes a span, all told (resident memory)", grown / spans, BYTES, "bytes")
    assert app is not None


def kept_for_drawing(store: object) -> tuple[int, int]:
    """Bytes beside the spans' columns, and of those columns; what takes no memory is not counted."""
    from visualiser.scene.nested import held_locks, own_spans
    from visualiser.scene.shares import states_of, track
    from visualiser.trace import Spans, TraceStore

    assert isinstance(store, TraceStore)

    def size(table: Spans) -> int:
        columns = [column for column in vars(table).values() if column.strides != (0,)]
        shared = table.start.base is not None and table.start.base is table.end.base
        return sum(int(column.nbytes) for column in columns) - (int(table.end.nbytes) if shared else 0)

    kept = own = 0
    for n in range(len(store.threads)):
        parts = (track(store, n), held_locks(store, n), own_spans(store, n))
        kept += sum(one.nbytes for one in parts)
        own += size(states_of(store, n)) + size(store.holds(n)) + size(store.spans(n))
    return kept, own


def _goal(what: str, found: float, most: float, unit: str) -> None:
    print(f"{what:<60} {found:7.2f} {unit:<5}  goal {most:g}: {'met' if found <= most else 'missed'}")


if __name__ == "__main__":
    main()
