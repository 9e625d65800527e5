import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor

COUNT = 5  # square the numbers from 1 to COUNT
WORKERS = 2  # how many processes share the work
PAUSE = 0.1  # seconds that each square takes longer than it needs
CHUNKSIZE = 1  # how many numbers a worker fetches at once
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def square(x):
    time.sleep(PAUSE)
    print(f"square({x}) in process {os.getpid()}", flush=True)
    return x * x


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)

    with ProcessPoolExecutor(WORKERS) as executor:
        results = list(executor.map(square, range(1, COUNT + 1), chunksize=CHUNKSIZE))
    print(results)
