"""Two threads, each ten times fib(27), or so many times that as told: many calls, nothing that the probe wraps."""

import sys
import threading
from time import perf_counter

times = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work():
    for _ in range(10 * times):
        fib(27)


begin = perf_counter()
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("seconds", perf_counter() - begin)
