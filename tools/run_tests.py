"""Runs the whole suite: first what does not mind company, two parts at a time, then what measures the machine, alone.

    .venv/bin/python tools/run_tests.py [ARGUMENTS OF PYTEST: then it is pytest, as is]

Each part's output is printed when the part is over, whole. The exit code is 0 only if every part's was. On one CPU all
parts run one after another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
ALONE = (
    "test_cause_truth", "test_comparing", "test_observer_truth", "test_run_observed", "test_scenarios",
    "test_scenarios_costs", "test_scenarios_sharing", "test_verdicts",
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
    small = [TESTS / "views", *sorted(TESTS.glob("test_*.py"))]
    codes = _together(others[::2], small, others[1::2], [TESTS / "unit"])  # the longest first
    codes.append(_ran(alone))
    print(f"\nAll tests: {'passed' if not any(codes) else 'FAILED'}, {time.monotonic() - began:.0f} s.", flush=True)
    return next((code for code in codes if code), 0)


def _command(paths: list[Path]) -> list[str]:
    return [sys.executable, "-m", "pytest", *(str(path.relative_to(ROOT)) for path in paths)]


def _ran(paths: list[Path]) -> int:
    return subprocess.run(_command(paths), cwd=ROOT, check=False).returncode


def _together(*parts: list[Path]) -> list[int]:
    """Run the parts, two at a time where there are two CPUs; what each printed comes in order, when it is over."""
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 2)) as workers:
        return [_printed(one) for one in workers.map(_heard, parts)]


def _heard(paths: list[Path]) -> tuple[int, bytes]:
    done = subprocess.run(_command(paths), cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def _printed(heard: tuple[int, bytes]) -> int:
    code, said = heard
    sys.stdout.buffer.write(said)
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
