"""For each verdict a real program that must bring it about, and one close to it that must not.

`python -m tests.support.verdict_programs [TIMES] [PYTHON]` runs them all and prints expected and given.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

THREADS = """
import hashlib, sys, threading, time

def burn(steps):
    total = 0
    for step in range(steps):
        total += step

def together(work, *each):
    threads = [threading.Thread(target=work, args=args, name=f"worker-{n}") for n, args in enumerate(each)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

"""
PROCESSES = """
import multiprocessing, sys, time

def burn(steps):
    total = 0
    for step in range(steps):
        total += step

def square(x):
    return x * x

def together(method, work, *each):
    context = multiprocessing.get_context(method)
    children = [context.Process(target=work, args=args, name=f"worker-{n}") for n, args in enumerate(each)]
    for child in children: child.start()
    for child in children: child.join()

"""
OTHERS = "import subprocess, sys\nother = [sys.executable, '-c', 'sum(range(3_000_000))']\n"
MAIN = "if __name__ == '__main__':\n    "
POOL = "with multiprocessing.get_context('fork').Pool(2) as pool: "
LOCKED = """
lock = threading.Lock()
def work():
    for _ in range(15):
        with lock:
            %s
together(work, (), (), (), ())
"""
RELAY = """
done = threading.Event()
def listen():
    while not done.is_set():
        time.sleep(0.005)
listener = threading.Thread(target=listen, name="listener")
listener.start()
%s
done.set()
listener.join()
"""


@dataclass(frozen=True)
class Case:
    """`code`: the verdict; `guilty` must get it, `innocent` must not.

    `crowd`: the guilty one runs beside programs that compute.
    """

    code: str
    guilty: str
    innocent: str
    crowd: bool = False


CASES = (
    Case(
        "gil-bound",
        THREADS + "together(burn, (9_000_000,), (9_000_000,))",
        THREADS + "data = bytes(64_000_000)\ntogether(lambda: hashlib.sha256(data).digest(), (), ())",
    ),
    Case("lock-bound", THREADS + LOCKED % "time.sleep(0.01)", THREADS + LOCKED % "pass\n        time.sleep(0.01)"),
    Case(
        "io-bound",
        THREADS + "for _ in range(5): time.sleep(0.1)",
        THREADS + "for _ in range(5): time.sleep(0.02); burn(3_000_000)",
    ),
    Case("convoy", THREADS + RELAY % "burn(15_000_000)", PROCESSES + "import threading" + RELAY % (
        "together('fork', burn, (15_000_000,))")),
    Case(
        "one-core",
        THREADS + "burn(20_000_000)",
        PROCESSES + MAIN + "together('fork', burn, (20_000_000,), (20_000_000,))",
    ),
    Case(
        "parallel-already",
        PROCESSES + MAIN + "together('fork', burn, (20_000_000,), (20_000_000,))",
        THREADS + "together(burn, (9_000_000,), (9_000_000,))",
    ),
    Case(
        "too-many-workers",
        PROCESSES + "import os\n" + MAIN + "together('fork', burn, *[(6_000_000,)] * 4 * os.cpu_count())",
        PROCESSES + "import os\n" + MAIN + "together('fork', burn, *[(20_000_000,)] * (os.cpu_count() - 1))",
    ),
    Case(
        "machine-busy",
        THREADS + "burn(20_000_000)",
        PROCESSES + "import os\n" + MAIN + "together('fork', burn, *[(6_000_000,)] * 4 * os.cpu_count())",
        crowd=True,
    ),
    Case(
        "straggler",
        THREADS + "together(time.sleep, (0.1,), (0.1,), (0.6,))",
        THREADS + "together(time.sleep, (0.3,), (0.3,), (0.32,))",
    ),
    Case(
        "tasks-too-small",
        PROCESSES + MAIN + POOL + "pool.map(square, range(5000), chunksize=1)",
        PROCESSES + MAIN + POOL + "pool.map(burn, [300_000] * 100, chunksize=1)",
    ),
    Case(
        "start-dominates",
        PROCESSES + MAIN + "together('spawn', square, (1,), (2,), (3,))",
        PROCESSES + MAIN + "together('spawn', time.sleep, (1,), (1,))",
    ),
    Case(
        "one-after-another",
        OTHERS + "for _ in range(4): subprocess.run(other, check=True)",
        OTHERS + "for one in [subprocess.Popen(other) for _ in range(4)]: one.wait()",
    ),
    Case("too-short", THREADS + "print(1)", THREADS + "time.sleep(0.3)"),
)  # fmt: skip


@contextmanager
def others(count: int) -> Iterator[None]:
    """That many programs compute meanwhile."""
    burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for one in burning:
            one.kill()
            one.wait()


@dataclass(frozen=True)
class Given:
    """`codes` of what was said of a run, the weightiest first; `switches`: by what source."""

    codes: tuple[str, ...]
    switches: str


def verdicts_of(text: str, folder: Path, *options: str) -> Given:
    """What is said of a real run of this program."""
    path = folder / "program.py"
    path.write_text(text)
    command = [sys.executable, str(ROOT / "main.py"), "record", *options, "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, timeout=60)
    facts = json.loads(done.stdout.splitlines()[-1])
    return Given(tuple(one["code"] for one in facts["verdict"]), facts["sources"]["switches"])


def _table(times: int, *options: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        for case in CASES:
            for kind, text in (("must", case.guilty), ("must not", case.innocent)):
                given = []
                for _ in range(times):
                    with others(4 if case.crowd and kind == "must" else 0):
                        given.append(verdicts_of(text, Path(name), *options))
                right = sum((case.code in one.codes) == (kind == "must") for one in given)
                said = "; ".join(", ".join(one.codes) or "-" for one in given)
                print(f"{case.code:18} {kind:9} {right}/{times}   {said}", flush=True)


if __name__ == "__main__":
    _table(int(sys.argv[1]) if len(sys.argv) > 1 else 3, *(["--python", sys.argv[2]] if len(sys.argv) > 2 else []))
