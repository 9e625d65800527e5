import os
import threading
import time

N = 10_000_000  # how far each worker counts down
WORKERS = 2  # how many workers there are


def countdown(n):
    print(f"counting down in process {os.getpid()}")
    while n > 0:
        n -= 1


workers = [
    threading.Thread(target=countdown, args=(N,), name=f"worker-{i}")
    for i in range(1, WORKERS + 1)
]

began = time.perf_counter()
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(f"{WORKERS} threads: {time.perf_counter() - began:.2f} s")
