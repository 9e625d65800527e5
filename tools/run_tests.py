"""Runs the whole suite: first what does not mind company, two halves at a time, then what measures the machine, alone.

    .venv/bin/python tools/run_tests.py [ARGUMENTS OF PYTEST: then it is pytest, as is]

Each part's output is printed when the part is over, whole. The exit code is 0 only if every part's was. On one CPU all
parts run one after another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
ALONE = (
    "test_cause_truth", "test_comparing", "test_observer_truth", "test_run_observed", "test_scenarios",
    "test_scenarios_costs", "test_scenarios_recorded", "test_scenarios_sharing", "test_verdicts",
)  # fmt: skip
"""System tests whose figures others on the machine would spoil: they skip when somebody does."""


def main() -> int:
    """Run all parts; the first exit code that is not 0, else 0."""
    if sys.argv[1:]:
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=ROOT, check=False).returncode
    began = time.monotonic()
    system = sorted((TESTS / "system").glob("test_*.py"))
    alone = [path for path in system if path.stem in ALONE]
    others = [path for path in system if path.stem not in ALONE]
    small = [TESTS / "unit", TESTS / "views", *sorted(TESTS.glob("test_*.py"))]
    codes = _together(small, others) if (os.cpu_count() or 1) > 1 else [_ran(small), _ran(others)]
    codes.append(_ran(alone))
    print(f"\nAll tests: {'passed' if not any(codes) else 'FAILED'}, {time.monotonic() - began:.0f} s.", flush=True)
    return next((code for code in codes if code), 0)


def _command(paths: list[Path]) -> list[str]:
    return [sys.executable, "-m", "pytest", *(str(path.relative_to(ROOT)) for path in paths)]


def _ran(paths: list[Path]) -> int:
    return subprocess.run(_command(paths), cwd=ROOT, check=False).returncode


def _together(*parts: list[Path]) -> list[int]:
    """Run the parts at the same time; what each printed comes in order, when it is over."""
    running: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
    for paths in parts:
        output = tempfile.TemporaryFile()  # noqa: SIM115  (read, and closed, below)
        running.append((subprocess.Popen(_command(paths), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT), output))
    codes = []
    for process, printed in running:
        codes.append(process.wait())
        with printed:
            printed.seek(0)
            sys.stdout.buffer.write(printed.read())
            sys.stdout.flush()
    return codes


if __name__ == "__main__":
    sys.exit(main())
