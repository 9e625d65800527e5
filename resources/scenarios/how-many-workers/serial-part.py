import multiprocessing
import time

JOBS = 8  # how many jobs there are
STEPS = 1_500_000  # how far each of them counts
SERIAL = 0.5  # which part of the work cannot be shared
WORKERS = 2  # how many processes share the rest
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def work(_):
    count = 0
    while count < STEPS:
        count += 1


def timed(workers):
    with multiprocessing.Pool(workers) as pool:
        pool.map(abs, range(4 * workers))  # until all the workers are there
        began = time.perf_counter()
        for _ in range(round(JOBS * SERIAL)):
            pool.apply(work, (0,))  # one after the other
        pool.map(work, range(JOBS - round(JOBS * SERIAL)), 1)
        return time.perf_counter() - began


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    at_best = 1 / (SERIAL + (1 - SERIAL) / WORKERS)  # Amdahl's law
    measured = timed(1) / timed(WORKERS)
    print(f"{WORKERS} workers: {measured:.2f} times as fast, at best {at_best:.2f}")
