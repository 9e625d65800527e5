"""A trace of calls as VizTracer writes it, of any size: for comparing what opens it, with the same bytes every time.

    python benchmarks/call_trace.py EVENTS FILE

4 processes of 4 threads each. A thread is a walk up and down a call stack (2 to 14 calls deep): a step takes some 3 us,
one in 50 some 100 us, one in 2000 some 5 ms. Events come when a call ends, so the inner ones come first; times are
microseconds with three decimals.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

PROCESSES, THREADS = 4, 4
BEGIN = 1_483_258_000_000_000
"""ns; VizTracer's times count from when the machine was started."""
VERBS = [
    "load",
    "save",
    "parse",
    "render",
    "fetch",
    "send",
    "recv",
    "push",
    "pop",
    "merge",
    "split",
    "scan",
    "sort",
    "hash",
    "pack",
    "unpack",
    "open",
    "close",
]
NOUNS = ["row", "item", "page", "user", "token", "frame", "block", "chunk", "event", "record"]
FILES = [
    "main",
    "server",
    "database",
    "parser",
    "renderer",
    "queue",
    "pool",
    "codec",
    "cache",
    "client",
    "headers",
    "text",
]
BUILT_IN = [
    "builtins.len",
    "dict.get",
    "list.append",
    "str.join",
    "time.sleep",
    "_thread.lock.acquire",
    "re.Pattern.match",
]


def write_calls(events: int, path: Path, seed: int = 1) -> None:
    """Write a file with so many calls. Raises OSError."""
    choose = random.Random(seed)
    pick, line = choose.choice, choose.randrange
    names = [f"{pick(VERBS)}_{pick(NOUNS)} (/srv/app/{pick(FILES)}.py:{line(10, 900)})" for _ in range(300)]
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"traceEvents": [')
        file.write(", ".join(_names()))
        for number, (pid, tid) in enumerate(_threads()):
            count = events // (PROCESSES * THREADS) + (number < events % (PROCESSES * THREADS))
            head = f', {{"pid": {pid}, "tid": {tid}, "ts": '
            for start, end, name in _walk(random.Random(seed * 1000 + number), names, count):
                length = end - start
                file.write(
                    f'{head}{start // 1000}.{start % 1000:03}, "ph": "X", "cat": "fee", '
                    f'"dur": {length // 1000}.{length % 1000:03}, "name": "{name}"}}'
                )
        file.write('], "viztracer_metadata": {"overflow": false, "version": "1.1.1"}, ')
        file.write('"file_info": {"files": {}, "functions": {}}}')


def _threads() -> Iterator[tuple[int, int]]:
    for process in range(PROCESSES):
        for thread in range(THREADS):
            yield 20_000 + 10 * process, 20_000 + 10 * process + thread


def _names() -> Iterator[str]:
    for pid, tid in _threads():
        process = "MainProcess" if pid == 20_000 else f"ForkPoolWorker-{(pid - 20_000) // 10}"
        thread = "MainThread" if tid == pid else f"worker-{tid - pid}"
        for what, name in (("process_name", process), ("thread_name", thread)):
            if what == "thread_name" or tid == pid:
                yield f'{{"ph": "M", "pid": {pid}, "tid": {tid}, "name": "{what}", "args": {{"name": "{name}"}}}}'


def _walk(chance: random.Random, names: list[str], count: int) -> Iterator[tuple[int, int, str]]:
    """(Start, end, name) of the calls of one thread, when they end."""
    stack: list[tuple[int, str]] = []
    t, made = BEGIN, 0
    while made < count:
        kind = chance.random()
        t += int(chance.expovariate(1 / (5e6 if kind < 0.0005 else 1e5 if kind < 0.02 else 3e3))) + 60
        depth = len(stack)
        goes_up = depth < 2 or (depth < 14 and chance.random() < (0.56 if depth < 7 else 0.44))
        if goes_up and depth < count - made:
            leaf = depth >= 3 and chance.random() < 0.3
            stack.append((t, chance.choice(BUILT_IN if leaf else names)))
        else:
            start, name = stack.pop()
            made += 1
            yield start, t, name


if __name__ == "__main__":
    write_calls(int(sys.argv[1]), Path(sys.argv[2]))
