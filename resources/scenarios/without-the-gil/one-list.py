import sys
import threading
import time

N = 2_000_000  # how many numbers each thread appends


def fill(numbers):
    for number in range(N):
        numbers.append(number)


began = time.perf_counter()
shared = []
fill(shared)
fill(shared)
serial = time.perf_counter() - began

shared = []
threads = [
    threading.Thread(target=fill, args=(shared,), name=f"filler-{letter}")
    for letter in "ab"
]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
together = time.perf_counter() - began

gil = "on" if getattr(sys, "_is_gil_enabled", lambda: True)() else "off"
print(f"GIL {gil}: one list, {len(shared)} numbers: x {together / serial:.2f}")
