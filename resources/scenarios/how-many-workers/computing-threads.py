import time
from concurrent.futures import ThreadPoolExecutor

JOBS = 8  # how many jobs there are
STEPS = 600_000  # how far each of them counts
MOST = 4  # with how many workers it is tried at most


def work(_):
    count = 0
    while count < STEPS:
        count += 1


def timed(workers):
    with ThreadPoolExecutor(workers, thread_name_prefix=f"of-{workers}") as pool:
        began = time.perf_counter()
        list(pool.map(work, range(JOBS)))
        return time.perf_counter() - began


alone = timed(1)
for workers in (2, 4, 8):
    if workers <= MOST:
        print(f"{workers} workers: {alone / timed(workers):.2f} times as fast")
