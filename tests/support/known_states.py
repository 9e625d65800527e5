"""A program whose threads are in known states; each prints "state tid begin end" in ns. Run as a child, watched.

The waits come one after the other, so no thread is in another's way; then two threads compete for the GIL.
"""

from __future__ import annotations

import hashlib
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable

SECONDS = float(sys.argv[1]) if sys.argv[1:] else 0.25
lock = threading.Lock()
items: queue.Queue[int] = queue.Queue()
read_end, write_end = os.pipe()
select_end, wake_end = os.pipe()
data = bytes(64 << 20)


def hashed() -> None:
    hashlib.sha256(data).digest()


def competing() -> None:
    end = time.perf_counter() + 3 * SECONDS
    while time.perf_counter() < end:
        sum(range(500))


def child() -> None:
    subprocess.run([sys.executable, "-S", "-c", f"import time; time.sleep({SECONDS})"], check=True)


WAITS: tuple[tuple[str, Callable[[], object], Callable[[], object] | None], ...] = (
    ("sleep", lambda: time.sleep(SECONDS), None),
    ("lock", lock.acquire, lock.release),
    ("lock", items.get, lambda: items.put(1)),
    ("io", lambda: os.read(read_end, 1), lambda: os.write(write_end, b"x")),
    ("io", lambda: select.select([select_end], [], []), lambda: os.write(wake_end, b"x")),
    ("native", hashed, None),
    ("child", child, None),
)
lines: list[str] = []


def told(state: str, work: Callable[[], object]) -> None:
    begin = time.perf_counter_ns()
    work()
    end = time.perf_counter_ns()
    lines.append(f"{state} {threading.get_native_id()} {begin} {end} {time.thread_time_ns()}")


lock.acquire()
for state, work, wake in WAITS:
    thread = threading.Thread(target=told, args=(state, work))
    thread.start()
    if wake:
        time.sleep(SECONDS)
        wake()
    thread.join()
rivals = [threading.Thread(target=told, args=("gil", competing)) for _ in "ab"]
for thread in rivals:
    thread.start()
for thread in rivals:
    thread.join()
print("\n".join(lines))
