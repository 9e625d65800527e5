"""From `python main.py` to the window drawn, against an empty window of PySide6 and pyqtgraph: a ratio, in one run.

Each round starts both, one after the other in changing order, and the median of the rounds' ratios is printed: what the
machine does besides hits both. The clock starts before the process is made and stops when the first picture is painted.

    python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1.5

# A window is drawn when the paint events of its first exposure have been handled.
TELL = """
import time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
class Tell(QObject):
    done = False
    def eventFilter(self, watched, event):
        if not self.done and event.type() == QEvent.Type.Paint:
            self.done = True
            QTimer.singleShot(0, self.told)
        return False
    def told(self):
        print(time.perf_counter_ns(), flush=True)
        QTimer.singleShot(0, QApplication.instance().quit)
"""

EMPTY = (
    """
import sys
import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
"""
    + TELL
    + """
app = QApplication([])
tell = Tell()
app.installEventFilter(tell)
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.resize(1440, 900)
window.show()
sys.exit(app.exec())
"""
)

# The way of main.py; without a display it would export a picture instead, so there the window is asked for itself.
OURS = f"""
import os, sys
from visualiser.__main__ import start
from visualiser.commands import window
load_app = window.load_app
def load_and_tell():
    run_app = load_app()
    from PySide6.QtWidgets import QApplication
    names = {{}}
    exec({TELL!r}, names)
    app, names["tell"] = QApplication([]), names["Tell"]()
    app.installEventFilter(names["tell"])
    return lambda **what: (run_app(**what), app)[0]
window.load_app = load_and_tell
if os.environ["QT_QPA_PLATFORM"] == "offscreen":
    window.qt_ready(window=True)
    sys.exit(load_and_tell()())
sys.argv[1:] = []
sys.exit(start())
"""


def seconds(code: str, home: str) -> float:
    """From the start of a process to its first picture."""
    environment = {**os.environ, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as everywhere else, byte code is kept from the first start on
    before = time.perf_counter_ns()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode or not done.stdout.split():
        sys.exit(f"one of the two did not draw a window:\n{done.stderr}")
    return (int(done.stdout.split()[-1]) - before) / 1e9


def main() -> int:
    """Print both medians and the median ratio; 1 when it is above the goal."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    ours, empty = [], []
    with TemporaryDirectory() as home:
        for code in (OURS, EMPTY):
            seconds(code, home)  # the first one reads from the disk
        for number in range(rounds):
            pair = [(OURS, ours), (EMPTY, empty)]
            for code, times in pair if number % 2 else reversed(pair):
                times.append(seconds(code, home))
    ratio = statistics.median(a / b for a, b in zip(ours, empty, strict=True))
    print(f"window drawn after {statistics.median(ours):.2f} s, empty window {statistics.median(empty):.2f} s")
    print(f"ratio {ratio:.2f} (goal: under {GOAL}; {rounds} rounds)")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())
