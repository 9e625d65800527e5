"""Two CPU-bound loops without a call, as long as told, and how often their threads were switched."""

import sys
import threading
from time import perf_counter

switches = []
times = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def loop():
    n = 30_000_000 * times
    while n:
        n -= 1
    try:
        with open("/proc/thread-self/status") as file:
            switches.append(sum(int(line.split()[1]) for line in file if "ctxt_switches" in line))
    except OSError:
        pass


begin = perf_counter()
threads = [threading.Thread(target=loop) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = perf_counter() - begin
print("seconds", seconds)
if len(switches) == 2:
    print("switches", sum(switches) / seconds)
