import multiprocessing
import time

HEAVY = 4  # how many heavy jobs come first; as many light ones come after them
SIZE = 800_000  # how many rounds a heavy job takes
CHUNKSIZE = 4  # how many jobs go into one parcel
WORKERS = 2  # how many processes share the work
METHOD = "default"  # or fork, spawn, forkserver: how a process is born


def work(size):
    total = 0
    for number in range(size):
        total += number
    return total


if __name__ == "__main__":
    if METHOD != "default":
        multiprocessing.set_start_method(METHOD)
    jobs = [SIZE] * HEAVY + [SIZE // 100] * HEAVY

    began = time.perf_counter()
    alone = [work(job) for job in jobs]
    serial = (time.perf_counter() - began) * 1000

    with multiprocessing.Pool(WORKERS) as pool:
        pool.map(work, range(8))  # until all the workers are there
        began = time.perf_counter()
        pooled = pool.map(work, jobs, CHUNKSIZE)
        took = (time.perf_counter() - began) * 1000
    print(f"loop {serial:.3f} ms, pool {took:.3f} ms: x {took / serial:.2f}")
