import multiprocessing
import time

JOBS = 8  # how many jobs there are
STEPS = 1_500_000  # how far each of them counts
MOST = 4  # with how many workers it is tried at most
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def work(_):
    count = 0
    while count < STEPS:
        count += 1


def timed(workers):
    with multiprocessing.Pool(workers) as pool:
        pool.map(abs, range(4 * workers))  # until all the workers are there
        began = time.perf_counter()
        pool.map(work, range(JOBS), 1)
        return time.perf_counter() - began


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    alone = timed(1)
    for workers in (2, 4, 8):
        if workers <= MOST:
            print(f"{workers} workers: {alone / timed(workers):.2f} times as fast")
