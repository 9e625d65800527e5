"""Two CPU-bound threads for some seconds; with an offset: how often the interpreter says that its GIL changed hands.

two_threads.py SECONDS [OFFSET]      OFFSET: bytes from _PyRuntime to `last_holder`; the count lies two words behind it
"""

import ctypes
import sys
import threading
import time

from account import account

SECONDS = float(sys.argv[1])
told = []


def handovers():
    if len(sys.argv) < 3:
        return None
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    return ctypes.c_ulong.from_address(runtime + int(sys.argv[2]) + 16).value


def work():
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        total = 0
        for number in range(1000):
            total += number * number
    told.append(account())


if __name__ == "__main__":
    threads = [threading.Thread(target=work, name=name) for name in ("one", "two")]
    before = time.perf_counter_ns(), handovers()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = time.perf_counter_ns(), handovers()
    print(*told, sep="\n")
    if before[1] is not None:
        print("handovers", before[0], after[0], before[1], after[1])
