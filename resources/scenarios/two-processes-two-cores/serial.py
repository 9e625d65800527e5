import os
import time

N = 10_000_000  # how far is counted down
WORKERS = 2  # how often this is done


def countdown(n):
    print(f"counting down in process {os.getpid()}")
    while n > 0:
        n -= 1


began = time.perf_counter()
for _ in range(WORKERS):
    countdown(N)
print(f"{WORKERS} one after the other: {time.perf_counter() - began:.2f} s")
