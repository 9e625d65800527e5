import multiprocessing
import os
import time

N = 10_000_000  # how far each worker counts down
WORKERS = 2  # how many workers there are
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def countdown(n):
    print(f"counting down in process {os.getpid()}")
    while n > 0:
        n -= 1


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    workers = [
        multiprocessing.Process(target=countdown, args=(N,), name=f"worker-{i}")
        for i in range(1, WORKERS + 1)
    ]

    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{WORKERS} processes: {time.perf_counter() - began:.2f} s")
