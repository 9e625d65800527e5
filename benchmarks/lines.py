"""What recording every line costs (`--lines`), beside a trace function that does nothing, on programs made of lines.

    python benchmarks/lines.py [--rounds 5] [--python EXE]

Runs take turns; each program times its own work. Printed: the median of the ratios to the plain run of the same turn,
and the time per line. From Python 3.12 on lines come by `sys.monitoring`, before by `sys.settrace`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from visualiser.run import record, resolve_target  # noqa: E402

LINES = 300_000
LOOP = f"""
import sys, time
def nothing(frame, event, arg):
    return nothing
def work(turns):
    total = 0
    for turn in range(turns):
        total += turn
        total ^= 1
    return total
{{before}}
began = time.perf_counter()
work({LINES // 3})
print(time.perf_counter() - began)
"""
KINDS = ("plain", "settrace, doing nothing", "recorded", "recorded, lines", "recorded, lines and a value")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        turns = [[_seconds(kind, Path(folder), options.python) for kind in KINDS] for _ in range(options.rounds)]
    print(f"{LINES:,} lines".replace(",", " ") + f"{'x plain':>28}{'ns per line':>13}")
    for place, kind in enumerate(KINDS):
        ratio = median(turn[place] / turn[0] for turn in turns)
        each = median((turn[place] - turn[0]) / LINES * 1e9 for turn in turns)
        print(f"{kind:30}{ratio:10.2f}{each:13.0f}")


def _seconds(kind: str, folder: Path, python: str) -> float:
    path = folder / "loop.py"
    path.write_text(LOOP.format(before="sys.settrace(nothing)" if kind.startswith("settrace") else ""))
    if not kind.startswith("recorded"):
        done = subprocess.run([python, str(path)], capture_output=True, text=True, check=True)
        return float(done.stdout)
    watch = ["total"] if kind.endswith("value") else []
    target = resolve_target(str(path), python=python, lines="lines" in kind, watch=watch)
    with record(target, own_terminal=False) as recording:
        return float((recording.directory.path / "stdout").read_text())


if __name__ == "__main__":
    main()
