import sys
import threading
import time

N = 5_000_000  # how far each thread counts down


def countdown(n):
    while n > 0:
        n -= 1


began = time.perf_counter()
countdown(N)
countdown(N)
serial = time.perf_counter() - began

threads = [
    threading.Thread(target=countdown, args=(N,), name=f"worker-{letter}")
    for letter in "ab"
]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
together = time.perf_counter() - began

gil = "on" if getattr(sys, "_is_gil_enabled", lambda: True)() else "off"
print(f"GIL {gil}: two threads take x {together / serial:.2f} of one after the other")
