import multiprocessing
import os
import time

COUNT = 5  # square the numbers from 1 to COUNT
WORKERS = 2  # how many processes share the work
PAUSE = 0.1  # seconds that each square takes longer than it needs
CHUNKSIZE = 1  # how many numbers a worker fetches at once
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def square(x):
    time.sleep(PAUSE)
    # flush: the pool ends its workers at once, with what they still hold back
    print(f"square({x}) in process {os.getpid()}", flush=True)
    return x * x


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)

    with multiprocessing.Pool(WORKERS) as pool:
        results = pool.map(square, range(1, COUNT + 1), CHUNKSIZE)
    print(results)
